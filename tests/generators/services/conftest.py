"""A project written out, one service of it carried out step by step, and what runs with it on loopback."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

from carveout.analyzer import pipeline
from carveout.analyzer.project.config import load_agreed
from carveout.generators import scaffold, write
from carveout.runtime import processes

SECRET = "only for tests, but as long as it should be"


@dataclass
class Shop:
    """A monolith with its service beside it."""

    root: Path
    name: str
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def service(self) -> Path:
        return self.root / "services" / self.name

    def python(
        self, *words: str, env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Python in the monolith's folder, with the variables of both."""
        return subprocess.run(
            [sys.executable, *words],
            cwd=cwd or self.root,
            env={**os.environ, **self.environment, **(env or {})},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    @contextmanager
    def serving(self, *words: str, port: int, env: Mapping[str, str] = {}) -> Iterator[processes.Process]:
        """The service as a process of its own, without the monolith on its path."""
        environment = {**self.environment, "PYTHONPATH": str(self.service / "src"), **env}
        with processes.running(
            "service",
            [sys.executable, *words],
            log=self.root / "log",
            env=environment,
            port=port,
            path="/readyz",
            cwd=self.root.parent,
        ) as process:
            yield process

    def owned(self) -> list[Path]:
        """The files of the service that are the user's."""
        return [
            path
            for path in self.service.rglob("*")
            if path.is_file() and not {"_generated", "__pycache__"} & set(path.parts)
        ]


def carried_out(root: Path, files: Mapping[str, str], name: str) -> Shop:
    """The files in a folder, the seam of a service put in, and the service written."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(dedent(text))
    for step_name in ("seam", "service"):
        graph = pipeline.analyze(root, cache=False, workers=1)
        (step,) = pipeline.plan(graph, load_agreed(root), name, root, step=step_name).steps
        scaffold.require_safe(step)
        write.apply(scaffold.changes(step, graph), root, scaffold.subject(name, step_name))
    return Shop(root, name)
