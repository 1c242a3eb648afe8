"""Small projects as files, and their service behind a seam and in a process of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from carveout.analyzer import pipeline
from carveout.analyzer.project.config import load_agreed
from carveout.generators import scaffold, write


def written(root: Path, files: Mapping[str, str]) -> Path:
    """The folder with the files in it."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
    return root


def carried_out(root: Path, service: str) -> Path:
    """The project with both steps applied."""
    for step in ("seam", "service"):
        graph = pipeline.analyze(root, cache=False, workers=1)
        (planned,) = pipeline.plan(graph, load_agreed(root), service, root, step=step).steps
        scaffold.require_safe(planned)
        write.apply(scaffold.changes(planned, graph), root, scaffold.subject(service, step))
    return root
