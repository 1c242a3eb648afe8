"""Say what a rule means, why it matters, and how to fix what it finds.

RULE is its name or its code, as `carveout check` prints it; without one, the
rules are listed.
"""

from __future__ import annotations

from typing import Annotated, Optional

import typer

EXAMPLES = (
    "carveout explain",
    "carveout explain table-read",
    "carveout explain CO203",
)


def run(
    context: typer.Context,
    rule: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(metavar="RULE", show_default=False, help="Name or code of a rule."),
    ] = None,
) -> int:
    """Parse, call, print."""
    from ..analyzer.plugins import page
    from ..analyzer.rules.judge import rule_named, rules

    terminal = context.obj
    if rule is None:
        lines = [f"{each.code}  {each.id:<20}{page(each).partition(chr(10))[0]}\n" for each in rules()]
        terminal.text("".join(lines))
    else:
        found = rule_named(rule)
        terminal.text(f"{found.code} {found.id}\n\n{page(found)}\n")
    return 0
