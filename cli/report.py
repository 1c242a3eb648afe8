"""Write the report for a review: one HTML file that needs no network.

Overview, map, matrix, tables, functionalities, proposals and, once services
are agreed, violations. It reads without script as well. With --link each place
leads to its line on your forge.

Formats: html; markdown; cut-csv (each edge that crosses); tables-csv (who uses
which table); adr (a decision record, for one --service). All but html go to
stdout unless --output names a file.

--since BASE (a revision of git or a graph file) adds what came since then, to
html and markdown.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Optional

import typer

from ..analyzer.model.errors import UsageError
from .options import OutputOption, PathArgument, WorkersOption, project_name, project_root, suffixed
from .output import save

EXAMPLES = (
    "carveout report",
    "carveout report --since main --link 'https://example.org/{path}#L{line}'",
    "carveout report --format adr --service payments -o adr-payments.md",
)
_SUFFIXES = {
    "html": (".html", ".htm"), "markdown": (".md",), "adr": (".md",),
    "cut-csv": (".csv",), "tables-csv": (".csv",),
}  # fmt: skip


def run(
    context: typer.Context,
    path: PathArgument = None,
    format: Annotated[str, typer.Option(metavar="FORMAT", help="See above.")] = "html",
    output: OutputOption = None,
    link: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="URL", show_default=False, help="Where a line is shown."),
    ] = None,
    service: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="NAME", show_default=False, help="The service of a decision record."),
    ] = None,
    since: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="BASE", show_default=False, help="Also what came since this revision."),
    ] = None,
    workers: WorkersOption = None,
) -> int:
    """Parse, call, print."""
    from ..analyzer.model.results import ReviewResult
    from ..analyzer.review import review
    from ..generators.reports import choose

    terminal = context.obj
    report = choose(ReviewResult, format)
    if output is None and format == "html":
        output = Path("carveout-report.html")
    suffixed(output, *_SUFFIXES.get(format, (output.suffix.lower() if output else "",)))
    if link is not None and (not link.startswith(("https://", "http://")) or "{path}" not in link):
        raise UsageError(
            f'--link "{link}" is no address with {{path}} in it',
            help="--link 'https://example.org/shop/blob/main/{path}#L{line}'",
        )
    if since is not None and format not in ("html", "markdown"):
        raise UsageError(f"--format {format} tells nothing of --since", help="--format html or markdown")
    root = project_root(path)
    result = review(root, since=since or "", workers=workers, progress=terminal.tick)
    result = replace(result, project=project_name(root), link=link or "", service=service or "")
    data = report.render(result)
    if output is None:
        terminal.result(data)
        return 0
    save(output, data)
    terminal.say(f"wrote {output} ({len(data) / 1024:,.0f} KiB)")
    if format == "html":
        terminal.say("next: open it in a browser")
    return 0
