"""Services as the project's own packages draw them, repaired: what most people would try first.

Containers (`apps`, `contrib`, `services` ...) and packages that hold most of the code are opened, and
what stands side by side in them becomes services. Utilities go to the shared kernel, what starts the
project goes aside, remainders join the service that they are tied to most. A project layered into
models, views and services, or one without packages, is grouped by the words of its module names.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..model.boundary import Boundary, Wishes
from ..model.graph import Graph
from .assemble import assemble, service_names
from .settle import most_services, settle
from .shared import sort_out
from .structure import candidates, label
from .survey import survey


class Packages:
    """The project's own structure, repaired."""

    name = "packages"

    def propose(self, graph: Graph, wishes: Wishes) -> Iterable[Boundary]:
        """One boundary."""
        known = survey(graph)
        found = candidates(known, wishes.granularity)
        apart = sort_out(known, found)
        settled = settle(known, apart.domain, most_services(wishes.granularity), apart.loose)
        names = service_names({key: label(known, key, settled.groups[key]) for key in settled.groups})
        groups = {names[key]: units for key, units in settled.groups.items()}
        notes = [*_notes(found.grouped, found.opened), *settled.notes]
        yield assemble(known, groups, {**apart.kernel, **settled.kernel}, notes)


def _notes(grouped: bool, opened: list[str]) -> Iterable[str]:
    if grouped:
        yield "there are no packages by domain to go by: modules are grouped by the words of their names"
    elif opened:
        more = " ..." if len(opened) > 4 else ""
        yield f"services are the packages below {', '.join(sorted(opened)[:4])}{more}"


strategy = Packages()
