"""A service imports no package that it may not import.

What it does
    Code of a service must not import a package from outside the project that its `may_not_import`
    names, nor a module below it. The shared kernel may have a list as well. Tests do not count.

Why it matters
    A payment provider, a mail service or a search engine is best known to one service: the others
    ask it. Each further importer has to ship, configure and upgrade the package too, holds its
    credentials, and stands in the way when the provider changes.

Example
    carveout.toml:

        [services.orders]
        modules = ["shop.orders"]
        may_not_import = ["stripe"]

    shop/orders/views.py:

        import stripe

    CO104 orders must not import stripe

How to fix it
    Let the service that talks to the outside system offer what is meant (`payments.api.charge`),
    in its own words and values, and call that. What only one function needs may move there.

Options
    [services.orders]
    may_not_import = ["stripe", "boto3"]

    [[ignore]]
    rule = "may-not-import"      # or CO104
    source = "shop.orders.refunds"
    target = "module:stripe"
    reason = "refunds move to payments in step 2"
    until = 2027-03-01           # optional; afterwards the violation is back
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from ..graph.cut import Membership, Patterns
from ..graph.interfaces import name_of
from ..graph.roles import role_of
from ..model.boundary import SHARED, Boundary, CutEdge, Level, Service, Shared
from ..model.findings import Violation
from ..model.graph import EDGE_KIND_INDEX, Graph
from . import Relationship, listed, speaker, violation

_COST = "this service has to ship and configure the package as well"
_PATTERN = "one service that wraps the outside system (anti-corruption layer)"


class MayNotImport:
    """Imports of outside packages that a service's `may_not_import` names."""

    id = "may-not-import"
    code = "CO104"
    group = "dependency"
    level: Level = "error"

    def check(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Violation]:
        """One violation per importer and module of the package."""
        holders: dict[str, Service | Shared] = {service.name: service for service in boundary.services}
        holders[SHARED] = boundary.shared
        lists = {name: Patterns((p, p) for p in h.may_not_import) for name, h in holders.items()}
        grouped: defaultdict[tuple[str, str, str, str], list[CutEdge]] = defaultdict(list)
        importers: defaultdict[str, set[str]] = defaultdict(set)
        for edge in _outside(graph, boundary) if any(h.may_not_import for h in holders.values()) else ():
            name = name_of(edge.edge.target)
            pattern = lists[edge.origin].owner(name)
            if pattern is None:
                importers[name.partition(".")[0]].add(edge.origin)
            else:
                grouped[edge.origin, edge.edge.source, edge.edge.target, pattern].append(edge)
        for (origin, source, target, pattern), edges in sorted(grouped.items()):
            others = importers[name_of(target).partition(".")[0]] - {SHARED}
            holder = "[shared]" if origin == SHARED else f"[services.{origin}]"
            yield violation(
                Relationship(source, target, origin, "", tuple(edges)),
                rule=self,
                title=f"{speaker(origin)} must not import {name_of(target)}",
                why=f'{name_of(source)} does; may_not_import of {holder} names "{pattern}"',
                help=f"ask {listed(sorted(others)) or 'one service that wraps it'} for what is meant,"
                " through a function of its public interface",
                boundary=boundary,
                place=holders[origin].places.get(("may_not_import", pattern)),
            )


def _outside(graph: Graph, boundary: Boundary) -> Iterator[CutEdge]:
    """The imports of what lies outside the project, by code that belongs to a service or to the kernel."""
    membership, columns = Membership(graph, boundary), graph.columns
    kind = EDGE_KIND_INDEX["imports"]
    rows = [
        row
        for row, found in enumerate(columns.kind)
        if found == kind and columns.node_path[columns.target[row]] < 0
    ]
    for edge in graph.edges_where(rows):
        origin = membership.of(edge.source)
        node = graph.node(edge.source)
        if origin is not None and node is not None and node.path and role_of(node.path) != "test":
            yield CutEdge(edge, origin, "", _COST, _PATTERN)


rule = MayNotImport()
