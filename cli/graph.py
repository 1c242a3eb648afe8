"""Draw a picture of what depends on what.

At the level of services (the agreed ones, else those of the first proposal),
modules, tables, or the target architecture (what runs once the services do). The
format is that of --format, else of the file's name, else svg. Without --output
the picture goes to stdout.

--service NAME --step seam|service|routes|data|clean draws what runs once that
step of carrying the service out is released.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from ..analyzer.model.errors import UsageError
from .options import (
    OutputOption,
    PathArgument,
    WorkersOption,
    project_name,
    project_root,
    read_graph,
    suffixed,
)
from .output import Terminal, save

if TYPE_CHECKING:
    from ..analyzer.model.boundary import Boundary
    from ..analyzer.model.graph import Graph

_ALSO = {".mermaid": "mermaid", ".gv": "dot"}
_SOURCES = frozenset(
    ".bash .bat .c .cfg .conf .css .csv .db .env .h .htm .html .ini .ipynb .j2 .jinja .js .json .jsx .lock "
    ".mako .md .po .ps1 .py .pyi .pyx .rst .sh .sql .sqlite .sqlite3 .toml .ts .tsx .txt .vue .xml .yaml "
    ".yml".split()
)
"""Suffixes of files that people write by hand: a picture never goes there."""

EXAMPLES = (
    "carveout graph --output services.svg",
    "carveout graph --level module --format mermaid",
    "carveout graph --service payments --step routes --output step-2.svg",
)


def run(
    context: typer.Context,
    path: PathArgument = None,
    level: Annotated[
        str, typer.Option(metavar="LEVEL", help="service, module, table or architecture.")
    ] = "service",
    format: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            metavar="FORMAT", show_default=False, help="svg, png, dot, mermaid, structurizr, graphml or json."
        ),
    ] = None,
    proposal: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(min=1, metavar="N", show_default=False, help="Draw proposal N of carveout propose."),
    ] = None,
    service: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="NAME", show_default=False, help="The service that --step is about."),
    ] = None,
    step: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="STEP", show_default=False, help="A step of carrying --service out."),
    ] = None,
    output: OutputOption = None,
    workers: WorkersOption = None,
) -> int:
    """Parse, call, print."""
    from ..analyzer.model.boundary import Boundary
    from ..analyzer.project.config import has_boundary, load_boundary
    from ..generators.diagrams.draw import draw, formats, levels, rendering
    from ..generators.diagrams.ladder import STEPS, draw_step
    from ..generators.reports.plain import wrap

    terminal = context.obj
    suffixes = {name: known.suffix for name, known in formats().items()}
    chosen = _format(terminal, format, output, suffixes)
    _known("--level", level, levels())
    if (service is None) != (step is None):
        raise UsageError(
            "--service and --step belong together", help=f"--service NAME --step {'|'.join(STEPS)}"
        )
    _known("--step", step or "seam", STEPS)
    root = project_root(path)
    boundary = load_boundary(root) if has_boundary(root) else None
    graph = read_graph(terminal, root, workers=workers)
    name = project_name(root)
    shown = boundary if boundary is not None and boundary.services else None
    needed = level in ("service", "architecture") or service is not None
    if proposal is not None or (shown is None and needed):
        shown = _proposed(terminal, root, graph, proposal)
        name += " (proposed)"
    if service is not None and step is not None:
        drawn = draw_step(graph, shown or Boundary(), service, step, name)
    else:
        drawn = draw(graph, shown, level, name)
    picture = rendering(drawn, chosen)
    if output is None:
        terminal.result(picture.data)
    else:
        save(output, picture.data)
        terminal.say(f"wrote {output}")
    for remark in picture.remarks:
        terminal.say("\n".join(wrap("", remark, 0)))
    return 0


def _proposed(terminal: Terminal, root: Path, graph: Graph, number: int | None) -> Boundary | None:
    """The proposal that was asked for; the first one for want of an agreed boundary."""
    from ..analyzer import pipeline
    from .asking import pick

    proposals = pipeline.propose(graph, pipeline.wishes_of(root))
    if number is not None:
        return pick(proposals, number).boundary
    if not proposals:
        return None
    terminal.say(f"no boundary is agreed: drawn are the services of proposal 1 ({proposals[0].strategy})")
    return proposals[0].boundary


def _format(terminal: Terminal, format: str | None, output: Path | None, suffixes: dict[str, str]) -> str:
    """The format that was asked for, by name or by the suffix of the file."""
    if format is None and output is None and terminal.interactive:
        help = "carveout graph --output services.svg, or carveout graph --format mermaid"
        raise UsageError("a picture does not fit a terminal", help=help)
    named = output.suffix.lower() if output is not None else ""
    if format is None:
        found = next((name for name, suffix in sorted(suffixes.items()) if suffix == named), None)
        format = found or _ALSO.get(named)
        if format is None:
            suffixed(output, suffixes["svg"])
            return "svg"
    _known("--format", format, suffixes)
    if not _harmless(output, [suffix for name, suffix in suffixes.items() if name != format]):
        suffixed(output, suffixes[format])
    return format


def _harmless(output: Path | None, others: Collection[str]) -> bool:
    """Whether a file may bear an unusual suffix: not one of sources, nor that of another format."""
    suffix = output.suffix.lower() if output is not None else ""
    return bool(suffix) and suffix not in others and suffix not in _SOURCES


def _known(option: str, name: str, known: Iterable[str]) -> None:
    """Raises UsageError before anything is read when a name is unknown."""
    if name not in known:
        raise UsageError(f'{option} "{name}" is unknown', help=f"{option} {'|'.join(sorted(known))}")
