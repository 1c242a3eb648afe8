"""The plan of a service at its turn: interface, hazards, the steps of the ladder, and what is around them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from ..graph.cut import Membership
from ..graph.effort import Border, days, spread
from ..model.assessment import Candidate, Rung, ServicePlan
from ..model.boundary import SHARED, Boundary, CutEdge
from ..model.graph import Graph
from ..model.interface import Interface, Offered
from .declarations import Declarations
from .files import texts_of
from .foresight import Foresight
from .interface import interface_of
from .pivoting import Pivoting
from .survey import Survey, find_all

_SCAFFOLDED = ("seam", "service", "routes")
"""Rungs that `carveout scaffold` writes; what comes after them is done by hand."""


def plans(
    graph: Graph,
    boundary: Boundary,
    cut: Sequence[CutEdge],
    order: Sequence[Candidate],
    files: Mapping[str, str] | Path,
    wanted: Collection[str],
    agreed: bool,
) -> tuple[ServicePlan, ...]:
    """A plan for each wanted service but the last, which stays, in the order of extraction.

    `files` maps paths to texts, or is the project's folder: declared types are read there. `agreed` says
    whether the boundary is declared, or only proposed.
    """
    membership, declarations = Membership(graph, boundary), Declarations(graph, texts_of(files))
    crossing: dict[str, list[CutEdge]] = {each.name: [] for each in order}
    for each in cut:
        for name in {each.origin, each.owner} & crossing.keys():
            crossing[name].append(each)
    left = {each.name for each in order}
    found = []
    for turn, candidate in enumerate(order[:-1], 1):
        left.discard(candidate.name)
        if candidate.name not in wanted:
            continue
        edges = crossing[candidate.name]
        interface = interface_of(graph, membership, candidate.name, declarations, edges)
        survey = Survey(graph, membership, candidate.name, interface, declarations)
        hazards = find_all(survey)
        seen = Foresight(survey, boundary, hazards, candidate, frozenset(left))
        risks = seen.risks()
        found.append(
            ServicePlan(
                candidate.name,
                turn,
                candidate.effort,
                interface,
                hazards,
                _steps(candidate, interface),
                seen.prerequisites(),
                risks,
                seen.stays(),
                Pivoting(survey, boundary, hazards, risks, agreed).kept(),
            )
        )
    return tuple(found)


def _steps(candidate: Candidate, interface: Interface) -> tuple[Rung, ...]:
    """The rungs of the ladder, each with what is to be done there."""
    offered = [each for each in interface.offered if not each.stays]
    said = {
        "seam": (
            f"{_count(len(offered), 'function')} that others call answer{'s' * (len(offered) == 1)} "
            "behind a facade, in this process" + _beside(offered, interface)
            if offered
            else "nobody calls its functions by name: there is nothing to put behind a facade"
        )
        + _bases(candidate.bases_in, "that others derive from"),
        "service": f"{_count(candidate.modules, 'module')} as a process of its own on the shared database; "
        f"it calls {_count(len(interface.calls), 'function')} of others"
        + _bases(candidate.bases_out, "of others that it derives from"),
        "routes": _routes(interface),
        "data": _data(candidate),
        "clean": "what moved leaves the monolith, callers call the service",
    }
    border = Border(
        candidate.calls_in,
        candidate.calls_out,
        candidate.shared_tables,
        candidate.transactions,
        candidate.bases_in,
        candidate.bases_out,
    )
    return tuple(
        Rung(step, said[step], spread(number), _command(step, candidate.name, bool(offered)))
        for step, number in days(border).items()
    )


def _beside(offered: Sequence[Offered], interface: Interface) -> str:
    """How many functions only code of no service calls, or but possibly: the border does not count them."""
    called = {
        edge.target
        for origin, edge in ((each.origin, each.edge) for each in interface.inbound)
        if origin != SHARED and edge.kind == "calls" and edge.confidence != "possible"
    }
    number = sum(f"function:{each.module}.{each.name}" not in called for each in offered)
    return f" ({number} of them for code of no service, or possibly)" if number else ""


def _bases(number: int, whose: str) -> str:
    """What has to be done about classes whose base is on the other side."""
    what = "its base" if number == 1 else "them"
    told = f"; {number} class{'' if number == 1 else 'es'} {whose}: compose, or share {what}"
    return told if number else ""


def _routes(interface: Interface) -> str:
    routes = sum(each.name.startswith("route:") for each in interface.entry_points)
    if not routes:
        return "it has no route: the proxy sends it nothing"
    return f"the proxy sends its {_count(routes, 'route')} to it: a share of the requests, then all"


def _data(candidate: Candidate) -> str:
    if not candidate.tables and not candidate.shared_tables:
        return "it keeps no table"
    said = [f"{_count(candidate.tables, 'table')} of its own move{'s' * (candidate.tables == 1)}"]
    if candidate.shared_tables:
        said.append(
            f"{_count(candidate.shared_tables, 'table')} touched across its border: calls or read models"
        )
    if candidate.transactions:
        said.append(f"{_count(candidate.transactions, 'transaction')} to take apart")
    return "; ".join(said)


def _command(step: str, service: str, offered: bool) -> str:
    if step not in _SCAFFOLDED or (step == "seam" and not offered):
        return ""
    return f"carveout scaffold {service} --step {step} --dry-run"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
