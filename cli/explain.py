"""Say what a rule, pattern or capability means, and how to fix it.

NAME is a rule's name or code, as `carveout check` prints it, or a pattern or
capability, as `carveout assess` names it; without one, all are listed.
"""

from __future__ import annotations

from typing import Annotated, Optional

import typer

EXAMPLES = (
    "carveout explain",
    "carveout explain table-read",
    "carveout explain pub-sub",
)


def run(
    context: typer.Context,
    name: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(metavar="NAME", show_default=False, help="A rule, its code, a pattern, a capability."),
    ] = None,
) -> int:
    """Parse, call, print."""
    from ..analyzer.pages import page_named, pages
    from ..generators.reports.plain import WIDTH, crop

    terminal = context.obj
    if name is None:
        rows = [f"{each.code or each.kind:<10}  {each.name:<20}{each.title}" for each in pages()]
        terminal.text("".join(f"{crop(row, WIDTH)}\n" for row in rows))
    else:
        found = page_named(name)
        terminal.text(f"{found.code or found.kind} {found.name}\n\n{found.text}\n")
    return 0
