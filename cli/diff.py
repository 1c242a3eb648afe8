"""Show what a change adds to the graph and the cut, and takes away.

BASE and HEAD are revisions of git or graph files (of carveout analyze --output);
without HEAD it is the code as it stands. Revisions are compared from where their
histories parted, as a pull request is. Services are those of today's
carveout.toml, held against both; without any, packages are compared.

Formats: text; markdown (for a pull request); json; html (the report, with the
difference as its first view; needs --output).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from ..analyzer.model.errors import UsageError
from .options import OutputOption, WorkersOption, project_name, project_root, suffixed
from .output import save

if TYPE_CHECKING:
    from ..analyzer.model.difference import Difference

EXAMPLES = (
    "carveout diff main",
    "carveout diff v1.2 v1.3 --format markdown",
    "carveout diff before.json after.json --format json",
)


def run(
    context: typer.Context,
    base: Annotated[str, typer.Argument(metavar="BASE", help="A revision, or a graph file.")],
    head: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(metavar="HEAD", show_default=False, help="The same [default: the code as it is]."),
    ] = None,
    project: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--project", metavar="PATH", show_default=False, help="Folder of the project."),
    ] = None,
    format: Annotated[str, typer.Option(metavar="FORMAT", help="See above.")] = "text",
    output: OutputOption = None,
    workers: WorkersOption = None,
) -> int:
    """Parse, call, print."""
    from ..analyzer.model.difference import Difference
    from ..analyzer.review import compare
    from ..generators.reports import choose

    terminal = context.obj
    if format == "html":
        if output is None:
            raise UsageError("an HTML page does not go to a terminal", help="--output difference.html")
        suffixed(output, ".html", ".htm")
    report = None if format == "html" else choose(Difference, format)
    root = project_root(project)
    found = compare(root, base, head, project=project_name(root), workers=workers, progress=terminal.tick)
    data = _page(root, found) if report is None else report.render(found)
    if output is not None:
        save(output, data)
        terminal.say(f"wrote {output}")
    else:
        (terminal.text if format == "text" else terminal.result)(data)
    return 0


def _page(root: Path, found: Difference) -> bytes:
    from ..analyzer.review import review_of
    from ..generators.reports.groupings import PACKAGES
    from ..generators.reports.page import Page

    result = review_of(root, found.after, difference=found)
    return Page().render(replace(result, project=found.project, grouping="" if result.agreed else PACKAGES))
