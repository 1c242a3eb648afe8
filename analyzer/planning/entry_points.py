"""Entry points of a service that stay in the monolith while its functions move, and what becomes of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..graph.roles import role_of
from ..model.evidence import Evidence, Place
from ..model.findings import Hazard
from ..model.graph import Node
from ..model.routes import has_address
from .survey import Survey

_WORDS = {
    "route": "routes are answered there until the step routes sends them",
    "field": "fields of GraphQL and events of sockets are answered there, at the address of them all",
    "task": "tasks stay registered there, and its workers carry them out",
    "job": "jobs are started there by the schedule",
    "command": "commands are typed there",
    "topic": "messages are received there",
    "signal": "signals are received there",
}
_SHOWN = 5


def entry_points_stay(survey: Survey) -> Iterator[Hazard]:
    """A note of the entry points that the step does not carry out, with what each kind of them does then."""
    nodes = [
        node
        for node in survey.graph.nodes(*(kind for kind in _WORDS if kind != "field"))
        if node.path and survey.owns(node.id) and role_of(node.path) != "test"
    ]
    if not nodes:
        return
    numbers = Counter(node.kind if has_address(node.name) else "field" for node in nodes)
    kinds = [kind for kind in _WORDS if numbers[kind]]
    counts = [(kind, numbers[kind]) for kind in kinds]
    told = ", ".join(f"{number:,} {kind}{'s' * (number != 1)}" for kind, number in counts)
    through = sorted(node.name for node in nodes if _is_behind(survey, node))
    yield Hazard(
        id="entry-points-stay",
        title=f"{told} of the service stay{'s' * (len(nodes) == 1)} in the monolith",
        severity="warning",
        evidence=tuple(Evidence(Place(node.path or "", node.line)) for node in nodes[:_SHOWN]),
        consequence="; ".join(_WORDS[kind] for kind in kinds) + _where(through, len(nodes)),
        help="nothing to do before the step routes"
        if kinds == ["route"]
        else "nothing to do now; what should run in the service whole is a function that they call",
    )


def _where(through: list[str], number: int) -> str:
    """Where the work is done: `through` are entry points whose function has a seam."""
    copy = "on the monolith's own copy of this code"
    if not through:
        return f"; the work is done there, {copy}"
    names = ", ".join(through[:_SHOWN])
    more = f" and {len(through) - _SHOWN:,} more" if len(through) > _SHOWN else ""
    asks = f". With the seam remote, what is behind {names}{more} is done by the service"
    return f"{asks}, all else there, {copy}" if len(through) < number else asks


def _is_behind(survey: Survey, node: Node) -> bool:
    """Whether what an entry point starts is a function with a seam that may cross."""
    crossing = {f"function:{each.dotted}" for each in survey.interface.offered if each.crosses}
    return any(edge.target in crossing for edge in survey.graph.out(node.id, "handles"))
