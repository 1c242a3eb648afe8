"""Why one stop rule takes something and the other does not: the heaviest edge to either side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ..model.graph import EDGE_KINDS, Edge, Graph
from .survey import LINKS, Survey

_VERBS = {"references": "has a key to", "maps": "defines", "joins": "joins"}

Best = dict[str, tuple[float, int]]
"""Name -> (strength, row) of its heaviest edge to one side."""


def reasons(graph: Graph, known: Survey, names: Sequence[str], core: Iterable[str]) -> dict[str, str]:
    """What ties each of the names to the core, and what to all else, each in words with file:line.

    Names are those of units or ids of tables. What no single edge ties (a package, a word) says so.
    """
    wanted, inner = set(names), set(core)
    to_core, to_rest = _heaviest(graph, known, wanted, inner)
    rows = [best[name][1] for best in (to_core, to_rest) for name in best]
    edges = dict(zip(sorted(set(rows)), graph.edges_where(sorted(set(rows))), strict=True))
    found = {}
    for name in names:
        near = _said(edges[to_core[name][1]]) if name in to_core else "by packages and words only"
        far = f"; outside: {_said(edges[to_rest[name][1]])}" if name in to_rest else "; nothing outside"
        found[name] = near + far
    return found


def _heaviest(graph: Graph, known: Survey, wanted: set[str], core: set[str]) -> tuple[Best, Best]:
    columns, tables = graph.columns, set(known.tables)
    kinds = {number: kind for number, kind in enumerate(EDGE_KINDS) if kind in LINKS}
    ends: Mapping[int, str] = {
        number: end
        for number, id in enumerate(columns.ids)
        if (end := id if id in tables else known.unit_of(id))
    }
    sides: tuple[Best, Best] = ({}, {})
    users: defaultdict[int, int] = defaultdict(int)
    for target in columns.target:
        users[target] += 1
    for row, number in enumerate(columns.kind):
        left, right = ends.get(columns.source[row]), ends.get(columns.target[row])
        if number not in kinds or left == right or not left or not right or graph.is_possible(row):
            continue
        strength = known.weights.get(kinds[number], 0) * columns.count[row] / users[columns.target[row]]
        for name, other in ((left, right), (right, left)):
            if name in wanted and other not in wanted:
                best = sides[other not in core]
                if name not in best or strength > best[name][0]:
                    best[name] = strength, row
    return sides


def _said(edge: Edge) -> str:
    """`order.views.save writes table cart (shop/order/views.py:31)`."""
    verb = _VERBS.get(edge.kind, edge.kind)
    where = f" ({edge.evidence[0].place.path}:{edge.evidence[0].place.line})" if edge.evidence else ""
    return f"{_short(edge.source)} {verb} {_short(edge.target)}{where}"


def _short(id: str) -> str:
    kind, _, name = id.partition(":")
    return f"{kind} {name}" if kind in ("table", "view") else ".".join(name.split(".")[-2:])
