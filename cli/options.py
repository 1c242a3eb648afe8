"""Arguments that several verbs take, and what they do with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from ..analyzer.model.errors import UsageError
from .output import Terminal

if TYPE_CHECKING:
    from ..analyzer.model.graph import Graph

# typer reads these at run time, and on Python 3.11 some of its versions only know Optional.
PathArgument = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Argument(metavar="PATH", show_default=False, help="Folder of the project [default: this one]."),
]
OutputOption = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--output", "-o", metavar="FILE", show_default=False, help="Write to this file."),
]
WorkersOption = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option(
        min=1, max=256, metavar="N", show_default=False, help="Processes [default: one a processor]."
    ),
]
CacheOption = Annotated[bool, typer.Option("--no-cache", help="Read every file again, keep nothing.")]


def project_root(path: Path | None) -> Path:
    """The folder of the project: `path` itself, or the project around the current folder.

    Raises UsageError when it is not a folder.
    """
    from ..analyzer.project.config import find_root

    if path is None:
        return find_root(Path())
    if not path.exists():
        raise UsageError(f"there is no folder {path}", help="give the folder of the project")
    if not path.is_dir():
        raise UsageError(f"{path} is a file, not a folder", help=f"give its folder: {path.parent}")
    return path


def project_name(root: Path) -> str:
    """What a project is called: the name of its folder."""
    return root.resolve().name or "project"


def read_graph(terminal: Terminal, root: Path, *, workers: int | None = None, cache: bool = True) -> Graph:
    """The dependency graph of a project, with progress on the terminal."""
    from ..analyzer import pipeline

    return pipeline.analyze(root, workers=workers, cache=cache, progress=terminal.tick)


def suffixed(output: Path | None, *suffixes: str) -> None:
    """Raises UsageError when a file to write is not named as its content: a slip that destroys sources."""
    if output is not None and output.suffix.lower() not in suffixes and not _is_device(output):
        raise UsageError(
            f"--output {output} does not end in {' or '.join(suffixes)}",
            why="a file of another kind would be overwritten",
            help=f"--output {output.with_suffix(suffixes[0])}",
        )


def _is_device(path: Path) -> bool:
    return path.exists() and not path.is_file()
