"""The table picture (entities and relationships): tables with columns, and the foreign keys between them.

With a boundary, tables carry the colour and the name of the service that owns them. Of more than 80
tables the most used ones are drawn. Of more than 24 only the columns of keys are told, and keys into a table
that many refer to (users, types) stand in the boxes, as the lines would hide all others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ....analyzer.graph.cut import Membership
from ....analyzer.model.boundary import SHARED, Boundary
from ....analyzer.model.graph import Graph, Node
from ..picture import Box, BoxKind, Picture, blind_spot_note, counted, hidden_note, strongest, titled
from ..scope import own_tables

TABLES, COLUMNS, ARROWS = 80, 8, 300
_MANY, _HUB = 24, 7
"""From how many tables on a picture is a large one, and how many must refer to one for it to be a hub."""
_TOLD = 6
_WRAPPERS = frozenset({"as_mutable", "with_variant", "evaluates_none"})
"""Methods of SQLAlchemy's types that may stand where a type is read: they say nothing to a reader."""


class TableLevel:
    """Tables as boxes, foreign keys as arrows."""

    name = "table"

    def draw(self, graph: Graph, boundary: Boundary | None, project: str) -> Picture:
        """The picture; a graph without tables gives an empty one that says so."""
        used = dict(own_tables(graph))
        tables = sorted(used, key=lambda node: (-used[node], node.id))
        shown = sorted(tables[:TABLES])
        keys = _foreign_keys(graph)
        names = {node.id for node in shown}
        between = {pair: kinds for pair, kinds in keys.between.items() if names.issuperset(pair)}
        keys.brief = len(shown) > _MANY
        if keys.brief:
            keys.make_hubs(between)
        between = {pair: kinds for pair, kinds in between.items() if pair[1] not in keys.hubs}
        arrows, hidden = strongest(between, ARROWS)
        membership = Membership(graph, boundary) if boundary else None
        columns = _columns(graph)
        boxes = tuple(_box(node, columns.get(node.name, ()), keys, membership, used[node]) for node in shown)
        title = titled(project, "tables and their foreign keys")
        return Picture(title, boxes, arrows, hidden, _notes(graph, tables, keys, hidden), self.name)


class _Keys:
    """Foreign keys by pair of tables, the columns that hold them, and tables that refer to themselves."""

    def __init__(self) -> None:
        self.between: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self.columns: dict[tuple[str, str], str] = {}
        self.own: set[str] = set()
        self.hubs: dict[str, int] = {}
        self.brief = False

    def make_hubs(self, between: Iterable[tuple[str, str]]) -> None:
        """Finds the tables that many refer to: their keys are told by name."""
        counts = Counter(target for _, target in between)
        self.hubs = {target: number for target, number in counts.items() if number >= _HUB}


def _foreign_keys(graph: Graph) -> _Keys:
    keys = _Keys()
    for edge in graph.edges("references"):
        if edge.target.startswith("sequence:"):
            continue
        source, column = _table_of(graph, edge.source)
        target, _ = _table_of(graph, edge.target)
        names = (column,) if column else edge.columns
        keys.columns.update(((source, name), target) for name in names)
        if source == target:
            keys.own.add(source)
        else:
            # One arrow may stand for several keys: each column counts.
            keys.between[source, target]["references"] += max(1, len(names))
    return keys


def _table_of(graph: Graph, id: str) -> tuple[str, str]:
    """The table's id and the column's name of an end of a foreign key."""
    kind, _, name = id.partition(":")
    if kind != "column":
        return id, ""
    table, _, column = name.rpartition(".")
    return (f"view:{table}" if f"view:{table}" in graph else f"table:{table}"), column


def _columns(graph: Graph) -> dict[str, list[Node]]:
    columns: dict[str, list[Node]] = defaultdict(list)
    for node in graph.nodes("column"):
        columns[node.name.rpartition(".")[0]].append(node)
    for nodes in columns.values():
        nodes.sort(key=lambda node: (node.path or "", node.line, node.id))
    return columns


def _box(table: Node, columns: Sequence[Node], keys: _Keys, membership: Membership | None, used: int) -> Box:
    lines = _lines(table, columns, keys)
    owner = membership.of(table.id) if membership else None
    figures = []
    if owner:
        figures.append("shared kernel" if owner == SHARED else owner)
    if table.kind == "view":
        figures.append("view")
    if table.id in keys.own:
        figures.append("refers to itself")
    if table.id in keys.hubs:
        figures.append(f"{keys.hubs[table.id]} tables refer to it")
    group = owner if owner and owner != SHARED else ""
    kind: BoxKind = "table" if table.path else "external"
    return Box(table.id, table.name, tuple(lines), kind, group, used, tuple(figures))


def _lines(table: Node, columns: Sequence[Node], keys: _Keys) -> list[str]:
    """The columns, keys first: they are what the arrows are about."""
    rows = []
    for node in columns:
        name = node.name.rpartition(".")[2]
        facts = dict(node.attributes)
        target = keys.columns.get((table.id, name))
        primary = _is_primary(facts)
        if keys.brief and not primary and target is None:
            continue
        mark = " PK" if primary else " FK" if target is not None else ""
        kind_of = "" if facts.get("type") in _WRAPPERS else facts.get("type", "")
        text = f"{name}{mark}" if mark else f"{name} {kind_of}".rstrip()
        if target in keys.hubs and target != table.id:
            text += f" \u2192 {target.partition(':')[2]}"
        rows.append(((not primary, name != "id", target is None), text))
    rows.sort(key=lambda row: row[0])
    lines = [text for _, text in rows[: COLUMNS if len(rows) > COLUMNS + 1 else None]]
    if len(lines) < len(columns):
        lines.append(f"+{len(columns) - len(lines)} more")
    return lines


def _is_primary(facts: Mapping[str, str]) -> bool:
    kind = facts.get("type", "").lower()
    said = facts.get("primary_key", "").lower() in ("true", "1", "yes")
    return said or kind.endswith("autofield") or "primary key" in kind


def _notes(graph: Graph, tables: Sequence[Node], keys: _Keys, hidden: int) -> tuple[str, ...]:
    if not tables:
        return ("No table was found in this code.", *filter(None, [blind_spot_note(graph)]))
    known = {node.id for node in tables}
    total = sum(kinds["references"] for pair, kinds in keys.between.items() if known.issuperset(pair))
    note = f"{counted(len(tables), 'table')}, {counted(total, 'foreign key')} between them."
    if len(tables) > TABLES:
        note += f" {counted(len(tables) - TABLES, 'less used table')} not drawn."
    if hidden:
        note += " " + hidden_note(hidden)
    if keys.hubs:
        names = sorted(keys.hubs, key=lambda id: (-keys.hubs[id], id))
        told = ", ".join(id.partition(":")[2] for id in names[:_TOLD])
        more = f" and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
        note += f" Keys into {told}{more} stand in the boxes, not as arrows."
    return tuple(filter(None, (note, blind_spot_note(graph))))


level = TableLevel()
