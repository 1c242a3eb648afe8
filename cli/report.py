"""Write the report for a review: one HTML file that needs no network.

Overview, map, matrix, tables, functionalities, proposals and, once services are
agreed, violations. It reads without script as well. With --link each place leads
to its line on your forge.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from .options import PathArgument, WorkersOption, project_name, project_root, suffixed
from .output import save

EXAMPLES = (
    "carveout report",
    "carveout report ../shop --output review.html",
    "carveout report --link 'https://example.org/shop/blob/main/{path}#L{line}'",
)


def run(
    context: typer.Context,
    path: PathArgument = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Write to this file.")
    ] = Path("carveout-report.html"),
    link: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="URL", show_default=False, help="Where a line is shown."),
    ] = None,
    workers: WorkersOption = None,
) -> int:
    """Parse, call, print."""
    from dataclasses import replace

    from ..analyzer.model.errors import UsageError
    from ..analyzer.review import review
    from ..generators.reports.page import Page

    terminal = context.obj
    suffixed(output, ".html", ".htm")
    if link is not None and (not link.startswith(("https://", "http://")) or "{path}" not in link):
        raise UsageError(
            f'--link "{link}" is no address with {{path}} in it',
            help="--link 'https://example.org/shop/blob/main/{path}#L{line}'",
        )
    root = project_root(path)
    result = review(root, workers=workers, progress=terminal.tick)
    data = Page().render(replace(result, project=project_name(root), link=link or ""))
    save(output, data)
    terminal.say(f"wrote {output} ({len(data) / 1024:,.0f} KiB)\nnext: open it in a browser")
    return 0
