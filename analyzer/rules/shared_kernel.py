"""The shared kernel depends on no service.

What it does
    Modules under `[shared]` must not import, call or inherit from code of a service. One violation
    stands for what one module of the kernel uses of one service. What the kernel does with a service's
    tables is told by the rules on tables; tests do not count.

Why it matters
    Every service carries the kernel along. What the kernel imports, all of them carry along too: one
    import of a service in it, and no service can leave without that one. It also closes a cycle, as
    the service itself uses the kernel.

Example
    carveout.toml:

        [shared]
        modules = ["shop.common"]

        [services.orders]
        modules = ["shop.orders"]

    shop/common/mail.py:

        from shop.orders.models import Order

    CO107 the shared kernel must not depend on orders

How to fix it
    Hand in what the kernel needs as an argument, or let the service register a function with it. What
    speaks of one service's things is no library code: move it to that service, and take it out of
    `[shared]`. A module that puts the application together (urls, settings, an app factory) belongs
    neither to the kernel nor to a service: name it in no list.

Options
    [[ignore]]
    rule = "shared-kernel"       # or CO107
    source = "shop.common.mail"
    target = "service:orders"
    reason = "the mails move to orders in step 1"
    until = 2027-03-01           # optional; afterwards the violation is back
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..graph.imports import Imports
from ..graph.interfaces import name_of
from ..model.boundary import SHARED, Boundary, CutEdge, Level
from ..model.findings import Violation
from ..model.graph import Graph
from . import Relationship, depending, listed, violation

_KINDS = ("calls", "inherits", "imports")
_COST = "each service carries the kernel along, and with it what the kernel needs"
_PATTERN = "dependency inversion: the service hands in, or registers, what the kernel calls"


class SharedKernel:
    """Code of the shared kernel that depends on a service."""

    id = "shared-kernel"
    code = "CO107"
    group = "dependency"
    level: Level = "error"

    def check(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Violation]:
        """One violation per module of the kernel and service."""
        imports = Imports(graph)
        grouped: defaultdict[tuple[str, str], list[CutEdge]] = defaultdict(list)
        for crossing in depending(cut):
            if crossing.origin == SHARED and crossing.edge.kind in _KINDS:
                module = imports.module_of(crossing.edge.source)
                source = f"module:{module}" if module else crossing.edge.source
                grouped[source, crossing.owner].append(crossing)
        for (source, owner), edges in sorted(grouped.items()):
            edges.sort(key=lambda crossing: _KINDS.index(crossing.edge.kind))
            used = sorted({name_of(crossing.edge.target) for crossing in edges})
            found = violation(
                Relationship(source, f"service:{owner}", SHARED, owner, tuple(edges)),
                rule=self,
                title=f"the shared kernel must not depend on {owner}",
                why=f"{name_of(source)} uses {listed(used, 2)}; each service that uses the kernel needs"
                f" {owner} for it",
                help=f"hand it in as an argument, or move {name_of(source)} to {owner}; if it puts the"
                " application together, take it out of [shared]",
                boundary=boundary,
            )
            yield replace(found, cost=_COST, pattern=_PATTERN)


rule = SharedKernel()
