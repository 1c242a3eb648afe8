"""Services do not depend on each other in circles.

What it does
    Services that depend on each other, directly or through others, are a knot. What is reported are
    the dependencies of the smallest set that undoes all knots: of all ways to break them, the one
    with the fewest uses to change (of knots of more than twelve services, a good one). Imports,
    calls, inheritance, access to tables, foreign keys, tasks and signals count; links between pages,
    settings and tests do not, nor does the shared kernel.
    Dependencies that are ignored, or accepted as debt, are taken as broken already.

Why it matters
    None of the services in a knot can be carried out, released or understood without all the others:
    together they are one service. An import linter sees only part of it: a foreign key by its name,
    a task or a table closes a circle as well.

Example
    carveout.toml:

        [services.order]
        modules = ["shop.order"]

        [services.basket]
        modules = ["shop.basket"]

    shop/order/models.py has a foreign key to "basket.Basket", shop/basket/views.py imports
    shop.order.api:

    CO108 basket must not depend on order, which depends on it

How to fix it
    Turn around what is told, or the other way if that is the one that should not be: hand in what is
    needed as an argument, keep an id in place of a foreign key, publish an event that the other
    service listens to. What both need can become a service of its own. If neither helps, the two are
    one service: join them in carveout.toml. `may_use` (CO103) keeps the direction once it is agreed.

Options
    [[ignore]]
    rule = "service-cycle"       # or CO108
    source = "service:basket"
    target = "service:order"
    reason = "turned around in step 2"
    until = 2027-03-01           # optional; afterwards the violation is back
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..graph.feedback import in_cycles, lightest_breaking, path
from ..model.boundary import SHARED, Boundary, CutEdge, Level
from ..model.findings import Violation
from ..model.graph import Graph
from . import Relationship, depending, is_accepted, violation

_KINDS = (
    "inherits", "references", "writes", "joins", "reads", "calls", "enqueues", "publishes", "subscribes",
    "imports",
)  # fmt: skip
"""What makes a service depend on another one, what weighs most first."""
_COST = "services of one knot can only be carried out together"
_PATTERN = "turn the dependency around (event, argument, id), or a service for what both need"


class ServiceCycle:
    """Dependencies between services that lead back to where they come from."""

    id = "service-cycle"
    code = "CO108"
    group = "dependency"
    level: Level = "error"

    def check(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Violation]:
        """One violation per pair of services whose dependency is to go."""
        edges: defaultdict[tuple[str, str], list[CutEdge]] = defaultdict(list)
        for crossing in depending(cut):
            if crossing.edge.kind in _KINDS and crossing.origin != SHARED:
                edges[crossing.origin, crossing.owner].append(crossing)
        weights = {pair: len(found) for pair, found in edges.items()}
        accepted = {pair for pair in weights if is_accepted(self, *_relationship(*pair), boundary)}
        told = in_cycles(weights) & accepted
        left = {pair: weight for pair, weight in weights.items() if pair not in accepted}
        for origin, owner in sorted({*told, *lightest_breaking(left)}):
            circle = (origin, *path(weights, owner, origin))
            yield self._violation(edges[origin, owner], weights[origin, owner], circle, boundary)

    def _violation(
        self, edges: Sequence[CutEdge], weight: int, circle: Sequence[str], boundary: Boundary
    ) -> Violation:
        ordered = sorted(edges, key=lambda crossing: _KINDS.index(crossing.edge.kind))
        kinds = Counter(crossing.edge.kind for crossing in ordered)
        uses = ", ".join(f"{kind} {number:,}" for kind, number in sorted(kinds.items()))
        origin, owner = circle[:2]
        source, target, *_ = _relationship(origin, owner)
        found = violation(
            Relationship(source, target, origin, owner, tuple(ordered)),
            rule=self,
            title=f"{origin} must not depend on {owner}, which depends on it",
            why=f"{weight:,} {'use closes' if weight == 1 else 'uses close'} the circle"
            f" {' -> '.join(circle)} ({uses})",
            help=f"hand in what {origin} needs, keep an id in place of a key, or let {owner} publish an"
            " event; carveout check --format json lists all places",
            boundary=boundary,
        )
        return replace(found, cost=_COST, pattern=_PATTERN)


def _relationship(origin: str, owner: str) -> tuple[str, str, str, str]:
    return f"service:{origin}", f"service:{owner}", origin, owner


rule = ServiceCycle()
