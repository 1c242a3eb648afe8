"""Where an application is put together: the place to show for what it lacks as a whole."""

from __future__ import annotations

import re

from ..model.evidence import Evidence, Place
from ..model.graph import Graph
from .roles import ASIDE, role_of

_MADE = re.compile(
    r"(?:function|class):(?:flask\.(?:app\.)?Flask|fastapi\.(?:applications\.)?FastAPI|starlette\..*Starlette"
    r"|quart\.Quart|django\.core\.[aw]sgi\.get_[aw]sgi_application)\Z"
)


def entrance(graph: Graph) -> tuple[Evidence, ...]:
    """Where the framework's application is made; else the first route's handler; nothing without either."""
    made = [
        each
        for edge in graph.edges_to("calls", _MADE.match)
        for each in edge.evidence
        if role_of(each.place.path) not in ASIDE
    ]
    if made:
        return (min(made),)
    for node in graph.nodes("route"):
        if node.path and role_of(node.path) not in ASIDE:
            return (Evidence(Place(node.path, node.line)),)
    return ()
