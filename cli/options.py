"""Arguments that several verbs take, and what they do with them."""

from __future__ import annotations

import difflib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from ..analyzer.model.errors import UsageError
from .output import Terminal

if TYPE_CHECKING:
    from ..analyzer.model.functionality import Functionality
    from ..analyzer.model.graph import Graph
    from ..analyzer.model.results import TablesResult

_SHOWN = 5

# typer reads these at run time, and on Python 3.11 some of its versions only know Optional.
PathArgument = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Argument(metavar="PATH", show_default=False, help="Folder of the project [default: this one]."),
]
PathOption = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--path", metavar="PATH", show_default=False, help="The same as PATH."),
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


def project_root(path: Path | None, again: Path | None = None) -> Path:
    """The folder of the project: `path` itself, or the project around the current folder.

    `again` is what --path gives. Raises UsageError when it is not a folder, and when both are given.
    """
    from ..analyzer.project.config import find_root

    if path is not None and again is not None:
        raise UsageError("the project is given twice", help="give PATH or --path, not both")
    path = path or again
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


def traced(graph: Graph, entry: str) -> Functionality:
    """What an entry point reaches; named in full or by a part that only one has. Raises UsageError else."""
    from ..analyzer.graph.functionality import ENTRY_KINDS, Tracing

    ids = [node.id for node in graph.nodes(*ENTRY_KINDS)]
    wanted = entry.lower()
    found = [id for id in ids if entry in (id, id.partition(":")[2])]
    found = found or [id for id in ids if wanted in id.lower()]
    if len(found) == 1:
        return Tracing(graph).trace(found[0])
    close = found or difflib.get_close_matches(entry, ids, n=_SHOWN, cutoff=0.3)
    named = ", ".join(f'"{id}"' for id in (close or ids)[:_SHOWN])
    more = f" and {len(close) - _SHOWN} more" if len(close) > _SHOWN else ""
    raise UsageError(
        f'{"several entry points are" if found else "no entry point is"} called "{entry}"',
        help=f"did you mean {named}{more}?"
        if close
        else f"there are {len(ids)}, such as {named}"
        if ids
        else "the project has no entry point that is known",
    )


def table_result(root: Path, graph: Graph, table: str | None) -> TablesResult:
    """What is done with the tables, or with the one that is named; by service once services are agreed.

    Raises UsageError for a table that nothing knows, and ConfigurationError for a broken `carveout.toml`.
    """
    from ..analyzer.graph.tables import table_views
    from ..analyzer.model.results import TablesResult
    from ..analyzer.project.config import has_boundary, load_boundary

    views = table_views(graph, load_boundary(root) if has_boundary(root) else None)
    result = TablesResult(project_name(root), graph, views)
    if table is None:
        return result
    name = table.lower().removeprefix("table:").removeprefix("view:")
    known = [found.name for found in views.tables]
    found = [t for t in views.tables if t.name == name] or [
        t for t in views.tables if t.name.rpartition(".")[2] == name
    ]
    if len(found) == 1:
        return replace(result, only=found[0])
    near = difflib.get_close_matches(name, known, n=_SHOWN, cutoff=0.5)
    close = [t.name for t in found] or list(
        dict.fromkeys([*near[:1], *(n for n in known if name in n), *near])
    )
    named = ", ".join(f'"{text}"' for text in close[:_SHOWN])
    raise UsageError(
        f'{"several tables are" if found else "no table is"} called "{table}"',
        help=f"did you mean {named}?" if named else "carveout analyze --tables",
    )


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
