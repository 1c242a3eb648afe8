"""Variables in memory are used by the service that holds them alone.

What it does
    Code that reads or changes a module-level variable of another service (a registry, a counter, a dict
    that serves as a cache) is reported, one violation for each function and variable. Only variables that
    functions change count: constants may be read by whoever imports them. Tests do not count.

Why it matters
    Memory is not shared between processes. Once the services run apart each has a copy of its own: what one
    registers the other never sees, and nothing fails. Already with several workers the copies differ.

Example
    carveout.toml:

        [services.orders]
        modules = ["shop.orders"]

        [services.pricing]
        modules = ["shop.pricing"]

    shop/orders/views.py:

        pricing.rates["EUR"] = 1.07        # rates = {} in shop/pricing/__init__.py

    CO305 orders must not use pricing's variable shop.pricing.rates

How to fix it
    Put a function of the owner in front of it, which becomes a call over the network, or keep the data in
    the database or a cache with one owner. What is filled once at start-up and then only read can be
    handed out as configuration to both.

Options
    [[ignore]]
    rule = "state-across"        # or CO305
    source = "shop.orders.views"
    target = "state:shop.pricing.rates"
    reason = "rates become a table in step 2"
    until = 2027-03-01           # optional; afterwards the violation is back
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..graph.interfaces import name_of, possessive
from ..model.boundary import Boundary, CutEdge, Level
from ..model.findings import Violation
from ..model.graph import Graph
from . import between_services, violation


class StateAcross:
    """Memory of another service that is read or changed."""

    id = "state-across"
    code = "CO305"
    group = "hooks"
    level: Level = "error"

    def check(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Violation]:
        """One violation per (source, variable)."""
        for found in between_services(cut, "writes", "reads"):
            if not found.target.startswith("state:"):
                continue
            source, target = name_of(found.source), name_of(found.target)
            verb = "changes" if "writes" in found.kinds else "reads"
            yield violation(
                found,
                rule=self,
                title=f"{found.origin} must not use {possessive(found.owner)} variable {target}",
                why=f"{source} {verb} it; each process will have a copy of its own",
                help=f"give {found.owner} a function for it, or keep it where both can reach it",
                boundary=boundary,
            )


rule = StateAcross()
