"""Every module belongs to a service, or is shared.

What it does
    A module that no `modules` list claims is held to nothing: it may use everything, and everything
    may use it. With this rule on, each is a violation. Tests, scripts, migrations, and modules
    that neither define, import nor call anything do not count. It is off unless `[rules]` says
    otherwise.

Why it matters
    What belongs to nobody grows: it is where code goes that no rule lets through, and it has no
    service to go with when the others leave.

Example
    carveout.toml:

        [services.orders]
        modules = ["shop.orders"]

        [rules]
        unassigned = "error"

    CO901 shop.reports belongs to no service

How to fix it
    Add it to `modules` of the service whose things it handles, or of `[shared]` if it is library
    code that depends on no service. What puts the application together (urls, settings, an app
    factory) is best ignored by name.

Options
    [rules]
    unassigned-module = "error"  # or unassigned, for modules and tables: error, warning or off

    [[ignore]]
    rule = "unassigned-module"   # or CO901
    source = "shop.urls"
    target = "*"
    reason = "puts the application together"
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..graph.unassigned import modules
from ..model.boundary import Boundary, CutEdge, Level
from ..model.findings import Violation
from ..model.graph import Graph
from . import without_owner


class UnassignedModule:
    """Modules that no service claims."""

    id = "unassigned-module"
    code = "CO901"
    group = "unassigned"
    level: Level = "off"

    def check(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Violation]:
        """One violation per module."""
        return without_owner(
            self, modules(graph), graph, boundary, list="modules", tie="it has most to do with"
        )


rule = UnassignedModule()
