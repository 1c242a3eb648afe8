"""Tables: who owns, writes and reads each, and which functionalities touch it how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from .....analyzer.graph.homes import common_package
from .....analyzer.model.boundary import SHARED
from .....analyzer.model.results import ReviewResult
from .....analyzer.model.tables import SpanningTransaction, TableView, TableViews
from ...groupings import PACKAGES, Grouping, tables_of
from ..sections import Cell, Section, Shown, markup

_MOST, _USES, _ENTRIES, _HOMES = 200, 4, 4, 5
_SPANNING, _OUT = 30, 5
_DETAILED = 16
"""Tables whose uses are listed in the page itself; for the others script lists them."""
_ORDER = ("written by several", "read by others", "exclusive", "only read", "possibly used", "unused")


class Tables:
    """Those that several share first."""

    name, title, rank, script = "tables", "Tables", 40, ""

    def render(self, result: ReviewResult, groupings: Sequence[Grouping]) -> Section | None:
        """None without tables."""
        views = tables_of(result, groupings[0])
        number = len(views.tables)
        if not number:
            return None
        context = {
            "shown": self.shown(result, groupings[0]),
            "uses": [_uses(table, number < _DETAILED) for number, table in enumerate(_sorted(views))],
            "more": max(0, number - _MOST),
            "spanning": any(tables_of(result, each).transactions for each in groupings),
        }
        return Section(markup("views/tables.html.jinja", context), f"{number:,}")

    def shown(self, result: ReviewResult, grouping: Grouping) -> Shown:
        """A row a table, without its uses."""
        views = tables_of(result, grouping)
        short = common_package(views.homes)
        groups = "packages" if grouping.key == PACKAGES else "services"
        number = len(views.transactions)
        said = {
            "of": grouping.title,
            "spanning": f"Transactions that would span {groups} or wait for others: {number:,}",
            "more": f"{number - _SPANNING:,} more." if number > _SPANNING else "",
        }
        spanning = [_spanning(each) for each in views.transactions[:_SPANNING]]
        return Shown([_row(table, short) for table in _sorted(views)], said, {"transactions": spanning})


def _sorted(views: TableViews) -> list[TableView]:
    def rank(table: TableView) -> tuple[int, int, int, str]:
        return _ORDER.index(table.sharing), -len(table.users), -len(table.uses), table.name

    return sorted(views.tables, key=rank)[:_MOST]


def _row(table: TableView, short: str) -> tuple[Cell, ...]:
    """The share: how many of the functions that use a table belong to its owner, in percent."""
    homes = Counter(use.home for use in table.uses)
    share = round(100 * homes[table.owner] / len(table.uses)) if table.uses else None
    tone = "" if share is None else "low" if share < 33 else "middle" if share <= 66 else "high"
    return (
        (table.node.id, table.name),
        _name(table.owner, short),
        table.sharing,
        (tone, "" if share is None else f"{share} %"),
        _counted(Counter(use.home for use in table.uses if use.writes), short),
        _counted(Counter(use.home for use in table.uses if "R" in use.how), short),
    )


def _spanning(found: SpanningTransaction) -> tuple[Cell, ...]:
    owners = [f"{owner}: {', '.join(map(_plain, names))}" for owner, names in found.owners.items()]
    out = [_plain(name) for name in found.outbound]
    more = f" and {len(out) - _OUT} more" if len(out) > _OUT else ""
    at = f"{found.place.path}:{found.place.line}"
    return (found.source, _plain(found.source)), at, "; ".join(owners), ", ".join(out[:_OUT]) + more


def _plain(id: str) -> str:
    return id.partition(":")[2]


def _uses(table: TableView, detailed: bool) -> dict[str, Any]:
    entries = list(table.functionalities.items())
    return {
        "table": table,
        "detailed": detailed,
        "entries": entries[:_ENTRIES],
        "more": max(0, len(entries) - _ENTRIES),
        "uses": table.uses[:_USES],
        "more_uses": max(0, len(table.uses) - _USES),
    }


def _name(home: str, short: str) -> str:
    return "shared kernel" if home == SHARED else home.removeprefix(short) or "nobody"


def _counted(homes: Counter[str], short: str) -> str:
    """`orders 3, cart 1 and 2 more`."""
    pairs = sorted(homes.items(), key=lambda pair: (-pair[1], pair[0]))
    told = ", ".join(f"{_name(home, short)} {number}" for home, number in pairs[:_HOMES])
    return f"{told} and {len(pairs) - _HOMES} more" if len(pairs) > _HOMES else told


view = Tables()
