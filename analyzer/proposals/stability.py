"""How much of a proposal is chance: it is made again for graphs that lack a few edges.

A service that falls apart when one call in twenty is not there was drawn by accident, and would be drawn
otherwise after next week's changes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from ..graph.cut import Membership
from ..graph.roles import role_of
from ..model.boundary import SHARED, Boundary, Wishes
from ..model.errors import UsageError
from ..model.graph import EDGE_KIND_INDEX, Columns, Graph
from ..model.protocols import Strategy
from .formulas import adjusted_rand

_SHARE = 0.05
_ROUNDS = ((150_000, 3), (300_000, 1))
"""(edges, graphs): so many disturbed graphs up to so many edges, so that it does not take minutes."""
_KEPT = frozenset(EDGE_KIND_INDEX[kind] for kind in ("contains", "handles", "maps"))
"""What says where things are, not what ties them."""


def disturbed(graph: Graph) -> Iterator[Graph]:
    """Graphs that lack one edge in twenty, by chance that is the same on every run; none of a huge one."""
    rounds = next((number for edges, number in _ROUNDS if graph.edge_count <= edges), 0)
    for seed in range(1, rounds + 1):
        chance = random.Random(seed)
        rows = [
            row for row, kind in enumerate(graph.columns.kind) if kind in _KEPT or chance.random() >= _SHARE
        ]
        yield Graph(_only(graph.columns, rows), graph.blind_spots, graph.diagnostics, graph.coverage)


def _only(columns: Columns, rows: Sequence[int]) -> Columns:
    """The same nodes with the edges of the given rows; of their evidence the first place is left."""
    new = Columns(
        columns.ids, columns.paths, columns.node_path, columns.node_line, columns.node_end,
        columns.attributes, columns.needs,
    )  # fmt: skip
    for name in ("source", "target", "kind", "confidence", "seen", "order", "count"):
        old, kept = getattr(columns, name), getattr(new, name)
        kept.extend(map(old.__getitem__, rows))
    firsts: list[int] = []
    for row in rows:
        firsts += columns.places(row)[:1]
        new.evidence_end.append(len(firsts))
    for name in ("at_path", "at_line", "at_column", "at_via"):
        getattr(new, name).extend(map(getattr(columns, name).__getitem__, firsts))
    new.columns = {place: columns.columns[row] for place, row in enumerate(rows) if row in columns.columns}
    new.how = {place: columns.how[row] for place, row in enumerate(rows) if row in columns.how}
    return new


def stability(
    graph: Graph, others: Sequence[Graph], strategy: Strategy, wishes: Wishes, boundary: Boundary, place: int
) -> float | None:
    """The mean adjusted Rand index of a boundary with those that its strategy draws for other graphs.

    `place` says which of a strategy's boundaries it is. One that is not drawn any more counts as 0; without
    other graphs nothing is known.
    """
    modules = [node.id for node in graph.nodes("module") if node.path and role_of(node.path) == "code"]
    own = _services(graph, boundary, modules)
    found = []
    for other in others:
        try:
            drawn = tuple(strategy.propose(other, wishes))
        except UsageError:  # a table that was wished for is tied to nothing any more
            drawn = ()
        again = _services(other, drawn[place], modules) if place < len(drawn) else {}
        found.append(adjusted_rand(own, again) if again else 0.0)
    return sum(found) / len(found) if found else None


def _services(graph: Graph, boundary: Boundary, modules: Sequence[str]) -> dict[str, str]:
    """Each module's service; what is shared or in none is a group like others."""
    membership = Membership(graph, boundary)
    return {id: membership.of(id) or SHARED for id in modules}
