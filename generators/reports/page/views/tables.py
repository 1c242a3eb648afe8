"""Tables: who owns, writes and reads each, and which functionalities touch it how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from .....analyzer.graph.homes import common_package
from .....analyzer.model.results import ReviewResult
from .....analyzer.model.tables import TableView
from ...groupings import Grouping
from ..sections import Section, markup

_MOST, _USES, _ENTRIES, _HOMES = 200, 4, 4, 5
_ORDER = ("written by several", "read by others", "exclusive", "only read", "possibly used", "unused")


class Tables:
    """Those that several share first."""

    name, title, rank, script = "tables", "Tables", 40, ""

    def render(self, result: ReviewResult, groupings: Sequence[Grouping]) -> Section | None:
        """None without tables."""
        found = sorted(
            result.tables.tables, key=lambda t: (_ORDER.index(t.sharing), -len(t.users), -len(t.uses), t.name)
        )
        if not found:
            return None
        short = common_package(result.tables.homes)
        context = {
            "rows": [_row(table, short) for table in found[:_MOST]],
            "more": len(found) - min(_MOST, len(found)),
            "groups": "service" if result.tables.agreed else "package",
            "transactions": result.tables.transactions[:50],
        }
        return Section(markup("views/tables.html.jinja", context), f"{len(found):,}")


def _row(table: TableView, short: str) -> dict[str, Any]:
    """`share`: how many of the functions that use it belong to its owner, in percent."""
    homes = Counter(use.home for use in table.uses)
    share = round(100 * homes[table.owner] / len(table.uses)) if table.uses else None
    writers = Counter(use.home for use in table.uses if use.writes)
    readers = Counter(use.home for use in table.uses if "R" in use.how)
    entries = list(table.functionalities.items())
    return {
        "table": table,
        "owner": table.owner.removeprefix(short),
        "share": share,
        "tone": "" if share is None else "low" if share < 33 else "middle" if share <= 66 else "high",
        "writers": _counted(writers, short),
        "readers": _counted(readers, short),
        "entries": entries[:_ENTRIES],
        "more": max(0, len(entries) - _ENTRIES),
        "uses": table.uses[:_USES],
        "more_uses": max(0, len(table.uses) - _USES),
    }


def _counted(homes: Counter[str], short: str) -> str:
    """`orders 3, cart 1 and 2 more`."""
    pairs = sorted(homes.items(), key=lambda pair: (-pair[1], pair[0]))
    told = ", ".join(f"{home.removeprefix(short) or 'nobody'} {number}" for home, number in pairs[:_HOMES])
    return f"{told} and {len(pairs) - _HOMES} more" if len(pairs) > _HOMES else told


view = Tables()
