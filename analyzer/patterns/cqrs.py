"""Command query responsibility segregation (CQRS): commands and queries on separate models and stores.

When it applies
    A function or SQL file reads five or more tables of three or more services in one go and changes
    nothing: a report or a list that joins what many write. Where most of the tables belong to one service
    it is that service's own list.

Evidence
    The places of the reads and joins of the tables, also in private functions beside it that make parts
    of its statement.

Consequences
    The report reads a model of its own, shaped for it and fed by events; it no longer locks or slows
    the tables that commands write, and survives that these move apart. It is a moment behind.

How to do it
    Build the read model from the events of the writers (or from a change log of the tables), compare
    both for a while, then switch the report over.

Scaffold
    Advice only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ..graph.interfaces import name_of
from ..graph.roles import PAST, role_of
from ..graph.survey import Survey, survey
from ..model.boundary import Boundary, CutEdge
from ..model.findings import Recommendation
from ..model.graph import Edge, Graph
from . import listed, recommend

_TABLES, _OWN, _SERVICES = 5, 3, 3
_SHARE = 0.6
"""Where more than this share of the tables belongs to one service, it is that service's own list."""


class Cqrs:
    """Queries over tables of many services."""

    name = "cqrs"
    scaffold: str | None = None
    why = "it joins what several services write, which they can no longer do once they run apart"
    help = "feed a read model with the events of the writers"
    consequences = "reports leave the transactional tables alone and are a moment behind"
    effort = "1 to 2 weeks for each read model"

    def detect(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Recommendation]:
        """One recommendation for each function or script."""
        asked = survey(graph, boundary)
        for node in graph.nodes("function", "script"):
            if not node.path or role_of(node.path) in PAST:
                continue
            index = asked.index(node.id)
            read = _read(asked, index)
            if read is None or len(read) < _OWN:
                continue
            for part in _parts(asked, node.id):
                read.update(_read(asked, part) or {})
            named = [asked.owner(table) for table in read if not _is_between(table, read)]
            owners = Counter(owner for owner in named if owner is not None)
            is_own = bool(owners) and max(owners.values()) > _SHARE * owners.total()
            if len(read) < _TABLES or len(owners) < _SERVICES or is_own:
                continue
            title = f"{name_of(node.id)} reads {len(read)} tables of {len(owners)} services: {listed(read)}"
            yield recommend(self, node.id, title, (p for e in read.values() for p in e.evidence))


def _read(asked: Survey, index: int) -> dict[str, Edge] | None:
    """The tables that a function or script reads itself; None where it writes one."""
    found: dict[str, Edge] = {}
    for edge in asked.edges(index, "reads", "joins", "writes"):
        if edge.target.startswith(("table:", "view:")):
            if edge.kind == "writes":
                return None
            found.setdefault(edge.target, edge)
    return found


def _is_between(table: str, read: Iterable[str]) -> bool:
    """Whether a table is named after another one that is read: what lies between that one and a third."""
    return any(table.startswith(f"{other}_") for other in read)


def _parts(asked: Survey, id: str) -> Iterator[int]:
    """Private functions of the same module that a function calls: they make parts of its statement."""
    module = id.rpartition(".")[0]
    for target in asked.targets(asked.index(id), "calls", "function:"):
        if target.rpartition(".")[0] == module and target.rpartition(".")[2].startswith("_"):
            yield asked.index(target)


detector = Cqrs()
