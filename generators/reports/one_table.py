"""One table as text: each place where it is written and read, and what reaches it."""

from __future__ import annotations

from collections.abc import Iterator

from ...analyzer.model.evidence import Place
from ...analyzer.model.results import TablesResult
from ...analyzer.model.tables import LETTERS, TableUse, TableView
from .plain import WIDTH, clean, columns, count, encode, shorten, wrap

_WORDS = dict(zip(LETTERS, ("creates", "reads", "updates", "deletes", "writes"), strict=True))


def one_table(result: TablesResult, table: TableView) -> bytes:
    """Writers first, a line a place as `path:line`, which editors understand.

    None longer than 80 columns but for long paths.
    """
    lines = [*_head(result, table), ""]
    lines += _uses("written by", [use for use in table.uses if use.writes])
    lines += _uses("read by", [use for use in table.uses if not use.writes])
    lines += _reached(table)
    lines += _transactions(result, table)
    if not table.uses:
        lines += ["  no use of it was seen outside tests, scripts and migrations", ""]
    if table.possible:
        more = " more" if table.uses else ""
        lines += [f"  {count(table.possible, f'function{more}', f'functions{more}')} may use it as well", ""]
    return encode(lines[:-1])


def _head(result: TablesResult, table: TableView) -> Iterator[str]:
    graph, node = result.graph, table.node
    place = f" {Place(node.path, node.line)}" if node.path else " (nothing declares it)"
    yield shorten(f"{node.kind} {clean(node.name)}", WIDTH)
    yield from wrap("declared: ", place.strip(), 10)
    yield from wrap("owner: ", f"{table.owner or 'none'}; {table.sharing}", 10)
    out = sorted({edge.target.partition(":")[2] for edge in graph.out(node.id, "references")})
    into = sorted({edge.source.partition(":")[2] for edge in graph.into(node.id, "references")})
    numbers = [name for name in out if f"sequence:{name}" in graph and f"table:{name}" not in graph]
    out = [name for name in out if name not in numbers]
    for label, names in (("numbers from: ", numbers), ("refers to: ", out), ("referred to by: ", into)):
        if names:
            yield from wrap(label, ", ".join(names), len(label))


def _uses(label: str, uses: list[TableUse]) -> Iterator[str]:
    if not uses:
        return
    yield f"{label} {len(uses):,}"
    for use in sorted(uses, key=lambda use: (use.home, use.source)):
        kind, _, name = use.source.partition(":")
        named = name if kind == "function" else f"{kind} {name}"
        words = [_WORDS[letter] for letter in use.how]
        words += [word for word, is_so in (("locks", use.locks), ("in a loop", use.loops)) if is_so]
        told = ", ".join(words)
        yield from columns([[f"  {named}", told]], (52, -26))
        for text in dict.fromkeys(map(str, use.places)):
            yield f"      {clean(text)}"
    yield ""


def _reached(table: TableView) -> Iterator[str]:
    if not table.functionalities:
        return
    yield f"reached by {count(len(table.functionalities), 'route, task ...', 'routes, tasks ...')}"
    ordered = sorted(table.functionalities.items(), key=lambda item: (item[1] == "R", item[0]))
    for entry, how in ordered:
        yield from columns([[f"  {entry.partition(':')[2]}", " ".join(how)]], (68, -10))
    yield ""


def _transactions(result: TablesResult, table: TableView) -> Iterator[str]:
    found = [(edge.source, edge.how) for edge in result.graph.into(table.node.id, "spans")]
    if not found:
        return
    yield f"in {count(len(found), 'transaction')}"
    for source, how in sorted(found, key=lambda item: ("writes" not in item[1], item[0])):
        node = result.graph.node(source)
        place = f"{node.path}:{node.line}" if node is not None else ""
        yield from columns([[f"  {source.partition(':')[2]}", ", ".join(how)]], (58, -20))
        yield f"      {clean(place)}"
    yield ""
