"""The tables of an application as text: who shares which, and what that ties together. Fits a screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ...analyzer.graph.homes import common_package
from ...analyzer.graph.roles import ASIDE, role_of
from ...analyzer.model.results import TablesResult
from ...analyzer.model.tables import SpanningTransaction, TableView, TableViews
from .one_table import one_table
from .plain import NO_BREAK, WIDTH, clean, columns, count, encode, ending, listed, shorten, wrap

_ROWS, _FEWER = 3, 2
_UNTOLD = {"{}": "a host that is not told"}
_HIDING = ("dynamic-table-name", "dynamic-SQL", "sql-not-parsed", "unknown-write", "unknown-relation")
"""Blind spots that may hide what is done with tables."""


class TablesText:
    """The tables that several packages (or agreed services) share first, then what can be told of all."""

    name = "text"
    accepts = TablesResult

    def render(self, result: TablesResult) -> bytes:
        """None longer than 80 columns."""
        if result.only is not None:
            return one_table(result, result.only)
        views = result.views
        short = common_package(views.homes)
        lines = [*_head(result), ""]
        lines += _shared(views, "written by several", "writers", short)
        lines += _spanning(views, short)
        lines += _shared(views, "read by others", "readers", short)
        lines += _most_used(views)
        lines += _rest(views)
        lines += [*_hidden(result), "", *_next(views)]
        return encode(lines)


def _head(result: TablesResult) -> list[str]:
    views = result.views
    kinds = Counter(table.node.kind for table in views.tables)
    what = " and ".join(count(kinds[kind], kind) for kind in ("table", "view") if kinds[kind]) or "no tables"
    groups = "service" if views.agreed else "package"
    sharing = Counter(table.sharing for table in views.tables)
    parts = [
        f"{sharing[kind]:,} {text}"
        for kind, text in (
            ("written by several", f"written by several {groups}s"),
            ("read by others", f"written by one {groups}, read by others"),
            ("only read", "only read"),
            ("exclusive", f"used by one {groups} alone"),
            ("possibly used", "possibly used"),
            ("unused", "without any use that was seen"),
        )
        if sharing[kind]
    ]
    return [*wrap("", f"{clean(result.project)}: {what}", 0), *wrap("", "; ".join(parts), 2)]


def _shared(views: TableViews, sharing: str, whose: str, short: str) -> Iterator[str]:
    """Tables of one kind of sharing, those that most share first."""

    def others(table: TableView) -> Counter[str]:
        uses = (use for use in table.uses if use.home != table.owner)
        return Counter(use.home for use in uses if use.writes or whose == "readers")

    tables = sorted(
        (t for t in views.tables if t.sharing == sharing), key=lambda t: (-len(others(t)), t.name)
    )
    if not tables:
        return
    header = [sharing, "owner", f"{whose} beside it, functions"]
    rows = [
        [table.name, ending(_named(table.owner, short), 22), _counted(others(table), short, 28)]
        for table in tables[:_ROWS]
    ]
    yield from columns([header, *rows], (26, 22, 28))
    yield from _more(len(tables))


def _named(home: str, short: str) -> str:
    return home.removeprefix(short) or "unowned"


def _counted(homes: Counter[str], short: str, width: int) -> str:
    """`orders 3, cart 1, 2 more`, as many as fit."""
    pairs = [(ending(_named(home, short), width - 12), number) for home, number in homes.items()]
    for limit in range(len(pairs), 0, -1):
        text = listed(pairs, limit if limit < len(pairs) else 0).replace(NO_BREAK, " ")
        if len(text) <= width:
            return text
    return shorten(listed(pairs, 1), width) if pairs else "-"


def _more(number: int, shown: int = _ROWS) -> list[str]:
    return [f"  {number - shown:,} more", ""] if number > shown else [""]


def _spanning(views: TableViews, short: str) -> Iterator[str]:
    groups = "services" if views.agreed else "packages"
    several = [found for found in views.transactions if len(found.owners) > 1]
    if several:
        number = len(several)
        verb = "writes" if number == 1 else "write"
        yield f"{count(number, 'transaction')} {verb} tables of several {groups}"
        for found in several[:_ROWS]:
            owners = Counter({owner: len(tables) for owner, tables in found.owners.items()})
            yield from columns([_row(found, _counted(owners, short, 32), short)], (26, 32, -18))
        yield from _more(number)
    waiting = [found for found in views.transactions if found.outbound]
    if waiting:
        number = len(waiting)
        verb = "calls" if number == 1 else "call"
        yield f"{count(number, 'transaction')} {verb} others while rows are written"
        for found in waiting[:_FEWER]:
            names = [id.partition(":")[2] for id in found.outbound]
            more = f", {len(names) - 1} more" if len(names) > 1 else ""
            told = shorten(_UNTOLD.get(names[0], names[0]), 32 - len(more)) + more
            yield from columns([_row(found, told, short)], (26, 32, -18))
        yield from _more(number, _FEWER)


def _row(found: SpanningTransaction, told: str, short: str) -> list[str]:
    place = f"{found.place.path.rpartition('/')[2]}:{found.place.line}"
    return [f"  {_transaction(found, short)}", told, place]


def _transaction(found: SpanningTransaction, short: str) -> str:
    kind, _, name = found.source.partition(":")
    return name if kind == "route" else ending(name.removeprefix(short), 24)


def _most_used(views: TableViews) -> Iterator[str]:
    used = sorted(
        (t for t in views.tables if t.uses), key=lambda t: (-len(t.functionalities), -len(t.uses), t.name)
    )
    if used:
        yield from columns(
            [["most used", "readers", "writers", "routes, tasks ...", "packages"]], (26, -8, -8, -18, -10)
        )
    for table in used[:_ROWS]:
        readers, writers = sum("R" in u.how for u in table.uses), sum(u.writes for u in table.uses)
        row = [
            table.name,
            f"{readers:,}",
            f"{writers:,}",
            f"{len(table.functionalities):,}",
            f"{len(table.users):,}",
        ]
        yield from columns([row], (26, -8, -8, -18, -10))
    if used:
        yield ""


def _rest(views: TableViews) -> Iterator[str]:
    loops = [(shorten(t.name, 40), sum(use.loops for use in t.uses)) for t in views.tables]
    loops = [pair for pair in loops if pair[1]]
    if loops:
        yield from wrap("in loops: ", f"{listed(loops, 6)}", 10)
    yield from _alone(views)
    shared = [sequence for sequence in views.sequences if sequence.shared]
    if shared:
        by = [_numbered(sequence.id, sequence.tables, sequence.homes) for sequence in shared[:_ROWS]]
        more = f" and {len(shared) - _ROWS} more" if len(shared) > _ROWS else ""
        yield from wrap("shared sequences: ", ", ".join(by) + more, 18)
    for label, sharing in (("only read: ", "only read"), ("no use seen: ", "unused")):
        yield from _names(label, [t.name for t in views.tables if t.sharing == sharing])


def _numbered(id: str, tables: Sequence[str], homes: Sequence[str]) -> str:
    """`order_seq (orders, invoices)`: the tables that take numbers, else the packages."""
    names = [shorten(clean(each.partition(":")[2] or each), 28) for each in tables or homes]
    told = ", ".join(names[:3]) + (f", {len(names) - 3} more" if len(names) > 3 else "")
    return f"{shorten(clean(id.partition(':')[2]), 40)} ({told})"


def _alone(views: TableViews) -> Iterator[str]:
    """Which packages use tables that nobody else does: what goes with them when they leave."""
    owned = Counter(table.users[0] for table in views.tables if table.sharing == "exclusive")
    if owned:
        short = common_package(views.homes)
        pairs = [(_named(home, short), number) for home, number in owned.items()]
        yield from wrap("used alone: ", listed(pairs, 6), 12)


def _names(label: str, names: Sequence[str]) -> Iterable[str]:
    if not names:
        return ()
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    return wrap(label, ", ".join(shorten(name, 64) for name in names[:6]) + more, len(label))


def _hidden(result: TablesResult) -> list[str]:
    """Blind spots that can hide uses of tables: without them a table that is not used may be used."""
    spots = (spot for spot in result.graph.blind_spots if role_of(spot.place.path) not in ASIDE)
    kinds = Counter(spot.kind for spot in spots if spot.kind in _HIDING)
    if not kinds:
        return []
    return wrap("not seen: ", f"{listed(sorted(kinds.items()))}; these may use tables as well", 10)


def _next(views: TableViews) -> list[str]:
    first = next((t.name for t in sorted(views.tables, key=lambda t: -len(t.uses))), "NAME")
    word = first if first.replace("_", "").isalnum() else "NAME"
    return [
        shorten(f"next: carveout analyze --table {word}    each place where it is used", WIDTH),
        "      carveout analyze --tables --format json    by route and task, as C R U D",
    ]


report = TablesText()
