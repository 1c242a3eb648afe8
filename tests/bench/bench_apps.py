"""The whole flow on four real applications: every verb ends well, and how long it takes.

For each application: `analyze` cold and warm, `propose`, `graph` at each level, `init`, and `check`
against the first proposal. Wall seconds of whole processes, beside what `ast` needs to parse and walk
the same files in one process of the same run. Exits 1 on a traceback, a wrong exit code, or when
django-oscar takes longer than its targets (cold 8 s, warm 1.5 s; `carveout --help` 0.25 s).
"""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import NamedTuple

from sdists import APPLICATIONS, sdist  # type: ignore[import-not-found]  # scripts of one folder

COLD, WARM, HELP = 8.0, 1.5, 0.25


class Run(NamedTuple):
    """One command that was run."""

    seconds: float
    code: int
    out: str
    err: str


def carveout(*arguments: str) -> Run:
    """Runs the command in a process of its own."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "carveout", *arguments],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return Run(time.perf_counter() - start, done.returncode, done.stdout, done.stderr)


def floor(root: Path) -> float:
    """Seconds to parse and walk all Python files with `ast`."""
    start = time.perf_counter()
    for path in root.rglob("*.py"):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for _ in ast.walk(ast.parse(path.read_bytes())):
                    pass
        except (SyntaxError, ValueError):
            continue
    return time.perf_counter() - start


def problems(name: str, runs: dict[str, tuple[Run, set[int]]]) -> list[str]:
    """What went wrong: tracebacks and exit codes that were not expected."""
    found = []
    for verb, (run, codes) in runs.items():
        if "Traceback" in run.out + run.err:
            found.append(f"{name}: {verb}: traceback: {run.err.strip().splitlines()[-1]}")
        if run.code not in codes:
            found.append(
                f"{name}: {verb}: exit code {run.code}, expected {sorted(codes)}: {run.err.strip()[:300]}"
            )
    return found


def bench(name: str, folder: Path) -> list[str]:
    """Runs all verbs on one application; prints a line and gives the problems."""
    root = folder / name
    shutil.copytree(sdist(name), root, ignore=shutil.ignore_patterns(".carveout"))
    path = str(root)
    cold = carveout("analyze", path)
    warm = carveout("analyze", path, "--output", str(folder / "graph.json"))
    proposals = carveout("propose", path, "--format", "json")
    runs = {
        "analyze": (cold, {0, 3}),
        "analyze again": (warm, {0, 3}),
        "propose": (proposals, {0}),
        "accept": (carveout("propose", path, "--accept", "1"), {0}),
        "check": (carveout("check", path, "--format", "json"), {0, 1, 3}),
    }
    for level in ("service", "module", "table"):
        for form in ("svg", "dot", "mermaid", "json"):
            runs[f"graph {level} {form}"] = (carveout("graph", path, "--level", level, "--format", form), {0})
    graph = json.loads((folder / "graph.json").read_text("utf-8"))
    coverage = graph["coverage"]
    first = json.loads(proposals.out)["proposals"][0] if proposals.code == 0 else {"services": []}
    print(
        f"{name:<18} cold {cold.seconds:5.2f} s  warm {warm.seconds:5.2f} s  ast floor {floor(root):5.2f} s  "
        f"files {coverage['files']:>5}  calls resolved {coverage['calls_resolved'] / coverage['calls']:.2f}  "
        f"tables {sum(node['kind'] == 'table' for node in graph['nodes']):>4}"
    )
    print(f"    services: {', '.join(service['name'] for service in first['services'])}")
    found = problems(name, runs)
    if name == "django-oscar" and (cold.seconds > COLD or warm.seconds > WARM):
        found.append(
            f"{name}: cold {cold.seconds:.2f} s (target {COLD}), warm {warm.seconds:.2f} s (target {WARM})"
        )
    return found


def main() -> int:
    """Runs the bench."""
    found = []
    helps = sorted(carveout("--help").seconds for _ in range(7))
    print(f"carveout --help    median {helps[3]:.2f} s, best {helps[0]:.2f} s (target {HELP})")
    if helps[3] > HELP:
        found.append(f"--help takes {helps[3]:.2f} s, target {HELP}")
    for name in APPLICATIONS:
        with tempfile.TemporaryDirectory() as folder:
            found += bench(name, Path(folder))
    for problem in found:
        print(f"MISSED {problem}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
