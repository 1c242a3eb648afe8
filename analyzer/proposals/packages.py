"""Services as the project's own packages draw them, repaired: what most people would try first.

Containers (`apps`, `contrib`, `services` ...) and packages that hold most of the code, or whose tables are
all those of packages below, are opened, and what stands side by side in them becomes services. A package
with tables of its own inside another one is a service beside it. Utilities go to the shared kernel, what
starts the project goes aside, remainders join the service that they are tied to most. A project layered
into models, views and services, or one without packages, is grouped by the words of its module names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ..model.boundary import Boundary, Wishes
from ..model.graph import Graph
from .assemble import assemble, service_names
from .settle import most_services, settle
from .shared import sorted_parts
from .structure import label
from .survey import Survey, survey
from .tree import Candidates
from .words import last


class Packages:
    """The project's own structure, repaired."""

    name = "packages"

    def propose(self, graph: Graph, wishes: Wishes) -> Iterable[Boundary]:
        """One boundary."""
        known = survey(graph)
        drawn = draw(known, wishes.granularity)
        yield assemble(known, drawn.groups, drawn.kernel, drawn.notes)


class Drawn(NamedTuple):
    """Name of a service -> its units; the shared kernel with its reasons; what is to be said of both."""

    groups: Mapping[str, set[str]]
    kernel: Mapping[str, str]
    notes: Sequence[str]


def draw(known: Survey, granularity: float) -> Drawn:
    """The services that the packages draw."""
    found, apart = sorted_parts(known, granularity)
    settled = settle(known, apart.domain, most_services(granularity), apart.loose, found.mirrors)
    names = service_names({key: label(known, key, settled.groups[key]) for key in settled.groups})
    groups = {names[key]: units for key, units in settled.groups.items()}
    return Drawn(groups, {**apart.kernel, **settled.kernel}, [*_notes(found), *settled.notes])


def _notes(found: Candidates) -> Iterable[str]:
    if found.layers:
        are = "is a layer" if len(found.layers) == 1 else "are layers"
        yield f"{_few(map(last, found.layers))} {are}: modules are grouped by the words of their names"
    elif found.grouped:
        yield "there are no packages by domain to go by: modules are grouped by the words of their names"
    elif found.opened:
        yield f"services are the packages below {_few(found.opened)}"
    if found.models:
        yield f"the models of {found.models} go with the package of their name, or that they are tied to most"
    if found.mirrors:
        yield f"the pieces of {_few(found.mirrors)} go with the packages of their names"
    if found.nested:
        yield f"packages with tables of their own stand beside those around them: {_few(found.nested)}"


def _few(names: Iterable[str]) -> str:
    known = sorted(names)
    return ", ".join(known[:4]) + (" ..." if len(known) > 4 else "")


strategy = Packages()
