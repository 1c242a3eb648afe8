"""Command query responsibility segregation (CQRS): commands and queries on separate models and stores.

When it applies
    A function or SQL file asks for rows of three or more services, five or more tables in all (or counts
    and sums up rows of three), and changes nothing, nor does what it calls: a report or a list that joins
    what many write. Where most of the tables belong to one service it is that service's own list; tables of
    libraries do not count.

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

import re
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
_NOBODY = ""
"""The owner of tables that no service owns: users of a library, the shared kernel's."""
_COMES_ALONG = re.compile(r"(?:table|view):(?:.+\.)?(?:auth_(?!user\Z)|django_)\w+\Z")
"""Django's own: rights, sessions and kinds of content are looked up by every check."""


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
        scripts = (
            asked.index(node.id) for node in graph.nodes("script") if role_of(node.path or "") not in PAST
        )
        for index in (*asked.functions, *scripts):
            read = _read(asked, index)
            if (
                read is None
                or len(read) < _OWN
                or _changes(asked, index)
                or _is_wrapper(asked, asked.id(index))
            ):
                continue
            for part in _parts(asked, asked.id(index)):
                for table, edges in (_read(asked, part) or {}).items():
                    read.setdefault(table, []).extend(edges)
            owners = _owners(asked, (table for table in read if not _is_between(table, read)))
            queried = _owners(asked, (table for table, edges in read.items() if any(map(_is_queried, edges))))
            figures = {
                asked.owner(table) or _NOBODY for table, edges in read.items() if any(map(_is_figure, edges))
            }
            enough = (len(read) >= _TABLES and len(queried) >= _SERVICES) or len(figures) >= _SERVICES
            if not enough or _is_own(owners, asked.owner(asked.id(index))):
                continue
            id = asked.id(index)
            title = f"{name_of(id)} reads {len(read)} tables of {len(owners)} services: {listed(read)}"
            yield recommend(
                self, id, title, (p for edges in read.values() for e in edges[:1] for p in e.evidence)
            )


def _read(asked: Survey, index: int) -> dict[str, list[Edge]] | None:
    """The tables that a function or script reads itself, and how; None where it writes one."""
    found: dict[str, list[Edge]] = {}
    for edge in asked.edges(index, "reads", "joins", "writes"):
        if edge.target.startswith(("table:", "view:")) and not _COMES_ALONG.match(edge.target):
            if edge.kind == "writes":
                return None
            found.setdefault(edge.target, []).append(edge)
    return found


def _changes(asked: Survey, index: int) -> bool:
    """Whether a function changes something through what it calls: a command, however much it reads."""
    return any(not _COMES_ALONG.match(table) for table in asked.behind(index).writes)


def _is_wrapper(asked: Survey, id: str) -> bool:
    """Whether a function stands in another and answers nothing itself: what a decorator checks beforehand."""
    return asked.is_own(f"function:{id.partition(':')[2].rpartition('.')[0]}") and not any(
        True for _ in asked.graph.into(id, "handles")
    )


def _is_queried(edge: Edge) -> bool:
    """Whether rows are asked for; what merely belongs to a row at hand is loaded by its attributes."""
    return edge.confidence == "certain" or "aggregate" in edge.how or edge.evidence[0].via != "value-flow"


def _is_figure(edge: Edge) -> bool:
    """Whether rows are counted or summed up."""
    return "aggregate" in edge.how


def _owners(asked: Survey, tables: Iterable[str]) -> Counter[str]:
    """Service -> how many of these tables it owns."""
    named = (asked.owner(table) for table in tables)
    return Counter(owner for owner in named if owner is not None)


def _is_own(owners: Counter[str], home: str | None) -> bool:
    """Whether most of it belongs to one service, with no more than two others beside it, the reader's too."""
    concerned = {*owners, home} - {None}
    return len(concerned) <= _SERVICES and max(owners.values()) > _SHARE * owners.total()


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
