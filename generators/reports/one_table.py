"""One table as text: each place where it is written and read, and what reaches it."""

from __future__ import annotations

from collections.abc import Iterator

from ...analyzer.graph.roles import role_of
from ...analyzer.model.evidence import Place
from ...analyzer.model.graph import Graph, Node
from ...analyzer.model.results import TablesResult
from ...analyzer.model.tables import LETTERS, TableUse, TableView
from .plain import WIDTH, clean, columns, count, encode, ending, shorten, wrap

DRIFT = "schema-drift"
_PLACES, _COLUMNS = 2, 16
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
    further = _further(graph, node)
    if further:
        more = f" and {len(further) - _PLACES} more" if len(further) > _PLACES else ""
        yield from wrap("also in: ", ", ".join(map(str, further[:_PLACES])) + more, 10)
    names = [edge.target.rpartition(".")[2] for edge in graph.out(node.id, "contains")]
    if names:
        more = f" and {len(names) - _COLUMNS} more" if len(names) > _COLUMNS else ""
        yield from wrap("columns: ", ", ".join(names[:_COLUMNS]) + more, 10)
    for spot in graph.blind_spots:
        if spot.kind == DRIFT and _is_about(spot.text, node.name):
            yield from wrap("differs: ", f"{spot.text} ({spot.place})", 10)
    yield from wrap("owner: ", f"{table.owner or 'none'}; {table.sharing}", 10)
    out = sorted({edge.target.partition(":")[2] for edge in graph.out(node.id, "references")})
    into = sorted({edge.source.partition(":")[2] for edge in graph.into(node.id, "references")})
    numbers = [name for name in out if f"sequence:{name}" in graph and f"table:{name}" not in graph]
    out = [name for name in out if name not in numbers]
    for label, names in (("numbers from: ", numbers), ("refers to: ", out), ("referred to by: ", into)):
        if names:
            yield from wrap(label, ", ".join(names), len(label))


def _further(graph: Graph, node: Node) -> list[Place]:
    """The first place in each further file that declares the table or a column of it."""
    found: dict[str, Place] = {}
    for edge in (*graph.into(node.id, "contains"), *graph.out(node.id, "contains")):
        for place, _ in edge.evidence:
            found[place.path] = min(place, found.get(place.path, place))
    places = (place for path, place in found.items() if path != node.path)
    return sorted(places, key=lambda place: (role_of(place.path) != "code", place))


def _is_about(text: str, table: str) -> bool:
    """Whether a contradiction is about a table or a column of it."""
    subject = text.partition(" ")[0]
    return table in (subject, subject.rpartition(".")[0])


def _uses(label: str, uses: list[TableUse]) -> Iterator[str]:
    if not uses:
        return
    yield f"{label} {len(uses):,}"
    for use in sorted(uses, key=lambda use: (use.home, use.source)):
        kind, _, name = use.source.partition(":")
        named = ending(name, 50) if kind == "function" else f"{kind} {name}"
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
        name, number, _ = source.partition(":")[2].rpartition("#") if "#" in source else ("", "", "")
        named = f"{ending(name, 50)}#{source.rpartition('#')[2]}" if number else source.partition(":")[2]
        yield from columns([[f"  {named}", ", ".join(how)]], (58, -20))
        yield f"      {clean(place)}"
    yield ""
