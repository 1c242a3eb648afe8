"""What hazards are looked for in: a service with its interface, and what lies behind its functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, Protocol

from .. import plugins
from ..graph.cut import Membership
from ..graph.roles import role_of
from ..model.boundary import Boundary
from ..model.evidence import Evidence, Place
from ..model.findings import Hazard, Severity
from ..model.graph import EDGE_KIND_INDEX, Edge, Graph, Node
from ..model.interface import Interface, Offered
from .declarations import Declarations
from .interface import full_interface

_RANK: Mapping[Severity, int] = {"error": 0, "warning": 1, "note": 2}
_LIMIT = 400


class Survey(NamedTuple):
    """One service under one boundary."""

    graph: Graph
    membership: Membership
    service: str
    interface: Interface
    declarations: Declarations

    def owns(self, id: str) -> bool:
        """Whether a node belongs to the service."""
        return self.membership.of(id) == self.service

    def into(self, *kinds: str) -> Iterator[Edge]:
        """The edges of these kinds that end in the service, those within it as well."""
        c, wanted = self.graph.columns, {EDGE_KIND_INDEX[kind] for kind in kinds}
        rows = (row for row, kind in enumerate(c.kind) if kind in wanted and self.owns(c.ids[c.target[row]]))
        return self.graph.edges_where(rows)

    def out(self, *kinds: str) -> Iterator[Edge]:
        """The edges of these kinds that start in the service."""
        c, wanted = self.graph.columns, {EDGE_KIND_INDEX[kind] for kind in kinds}
        rows = (row for row, kind in enumerate(c.kind) if kind in wanted and self.owns(c.ids[c.source[row]]))
        return self.graph.edges_where(rows)

    def behind(self, offered: Offered, *, inside: bool = True) -> tuple[Node, ...]:
        """A function with the functions of the project that it calls, directly or not, the nearest first.

        `inside`: only those of the service. What is merely possible is left out.
        """
        start = f"function:{offered.dotted}"
        seen, order = {start}, [start]
        for id in order:
            for edge in self.graph.out(id, "calls"):
                wanted = edge.confidence != "possible" and edge.target.startswith("function:")
                if wanted and edge.target not in seen and (not inside or self.owns(edge.target)):
                    seen.add(edge.target)
                    order.append(edge.target)
            if len(order) > _LIMIT:
                break
        nodes = (self.graph.node(id) for id in order)
        return tuple(node for node in nodes if node is not None and node.path is not None)

    def is_test(self, path: str) -> bool:
        """Whether a file holds tests."""
        return role_of(path) == "test"


class Finder(Protocol):
    """Finds one hazard."""

    id: str

    def find(self, survey: Survey) -> Iterable[Hazard]: ...


def survey_of(graph: Graph, boundary: Boundary, service: str, texts: Mapping[str, str]) -> Survey:
    """What each step of a service begins with: its interface, and what the source declares."""
    interface = full_interface(graph, boundary, service, texts)
    return Survey(graph, Membership(graph, boundary), service, interface, Declarations(graph, texts))


def find_all(survey: Survey) -> tuple[Hazard, ...]:
    """All hazards of a service's interface, the worst first."""
    finders: tuple[Finder, ...] = plugins.plugins("analyzer.planning.hazards", "hazard")
    found = [hazard for finder in finders for hazard in finder.find(survey)]
    return tuple(sorted(found, key=lambda each: (_RANK[each.severity], each.id, each.subject, each.title)))


def places(found: Iterable[Place]) -> tuple[Evidence, ...]:
    """Places as evidence, sorted, each once."""
    return tuple(Evidence(place) for place in sorted(set(found)))


def crossing(survey: Survey, hazard: str, consequence: str, help: str) -> Iterator[Hazard]:
    """A hazard for each parameter or result that cannot cross for this reason."""
    for offered in survey.interface.offered:
        for passed in (*offered.parameters, offered.result):
            if passed.hazard == hazard and not offered.stays:
                what = "the result" if passed.name == "return" else f"the parameter {passed.name}"
                yield Hazard(
                    id=hazard,
                    subject=offered.dotted,
                    title=f"{what} of {offered.dotted} cannot cross: {passed.why}",
                    severity="error",
                    evidence=(Evidence(offered.place), *places(offered.callers[:4])),
                    consequence=consequence,
                    help=help,
                )
