"""A key of a cache is used by one service.

What it does
    Where code of several services reads or writes keys of one pattern (`basket:{}`), all but the owner are
    reported. The owner is the service that writes (not: deletes) the key; of several the one with most
    places. Keys that no service writes belong to nobody. A warning, since a cache that both reach goes on
    working.

Why it matters
    A cache that two services share is a table without a schema: who changes what stands under a key breaks
    the other one after a release, for as long as the old values live. And a service that reads what another
    one left there cannot be moved to a cache of its own.

Example
    carveout.toml:

        [services.orders]
        modules = ["shop.orders"]

        [services.pricing]
        modules = ["shop.pricing"]

    shop/pricing/service.py:   cache.set(f"price:{sku}", price)
    shop/orders/views.py:      cache.get(f"price:{sku}")

    CO306 orders must not use pricing's cache key price:{}

How to fix it
    Ask the owner through its public interface and let it keep its cache to itself; keep a cache of your own
    in front of that call if it is asked often.

Options
    [rules]
    cache-across = "error"

    [[ignore]]
    rule = "cache-across"        # or CO306
    source = "shop.orders.views"
    target = "cache:price:*"
    reason = "asked of pricing from step 2 on"
    until = 2027-03-01           # optional; afterwards the violation is back
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from ..graph.cut import Membership, test_nodes
from ..graph.interfaces import name_of, possessive
from ..model.boundary import SHARED, Boundary, CutEdge, Level
from ..model.findings import Violation
from ..model.graph import Edge, Graph
from . import Relationship, violation

_SETTING = re.compile(r"\{(?:settings|env)\.\w+\}")
_COST = "this value is no longer at hand: each service has a cache of its own"
_REMEDY = "the owner's API, with a cache in front of it"


class CacheAcross:
    """Keys that several services use."""

    id = "cache-across"
    code = "CO306"
    group = "hooks"
    level: Level = "warning"

    def check(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Violation]:
        """One violation per (source, key)."""
        membership = Membership(graph, boundary)
        tests = {graph.columns.ids[index] for index in test_nodes(graph)}
        uses: dict[str, dict[str, list[Edge]]] = defaultdict(lambda: defaultdict(list))
        for edge in (
            edge for node in graph.nodes("cache") for edge in graph.into(node.id, "reads", "writes")
        ):
            origin = membership.of(edge.source)
            if origin and origin != SHARED and edge.confidence != "possible" and edge.source not in tests:
                uses[_told(edge.target)][origin].append(edge)
        for _, by_service in sorted(uses.items()):
            owner = _owner(by_service)
            if owner is not None:
                for origin in sorted(set(by_service) - {owner}):
                    yield from self._violations(origin, owner, by_service[origin], boundary)

    def _violations(
        self, origin: str, owner: str, edges: Sequence[Edge], boundary: Boundary
    ) -> Iterable[Violation]:
        for source, key in sorted({(edge.source, edge.target) for edge in edges}):
            used = [edge for edge in edges if (edge.source, edge.target) == (source, key)]
            crossing = [CutEdge(e, origin, owner, _COST, _REMEDY) for e in used]
            found = Relationship(source, key, origin, owner, tuple(crossing))
            verb = "writes" if "writes" in found.kinds else "reads"
            yield violation(
                found,
                rule=self,
                title=f"{origin} must not use {possessive(owner)} cache key {name_of(key)}",
                why=f"{name_of(source)} {verb} it; {owner} writes it",
                help=f"ask {owner} through its public interface",
                boundary=boundary,
            )


def _told(key: str) -> str:
    """A key without the names of settings that are put into it: another may have the value at hand."""
    plain = _SETTING.sub("{}", key)
    return plain if re.search(r"\w", plain.partition(":")[2].replace("{}", "")) else key


def _owner(by_service: dict[str, list[Edge]]) -> str | None:
    """The service that writes a key, in most places; None where none does.

    Who only deletes it is its owner where nobody else writes it.
    """
    writers = {name: [e for e in edges if e.kind == "writes"] for name, edges in by_service.items()}
    keeps = Counter({name: sum("delete" not in e.how for e in edges) for name, edges in writers.items()})
    places = {name: sum(len(edge.evidence) for edge in edges) for name, edges in writers.items()}
    name = min(writers, key=lambda name: (-keeps[name], -places[name], name))
    return name if writers[name] else None


rule = CacheAcross()
