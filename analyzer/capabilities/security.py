"""Security: only who may, may.

What counts
    Routes whose handler asks for no right or user, where most handlers of the same module do.

Why it matters
    A check that one of many routes lacks is how data leaks; and once services run apart, each route is
    a door.

How to fix it
    Check by default, in one place, and name the routes that are open.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from ..graph.interfaces import name_of
from ..graph.roles import ASIDE, role_of
from ..model.evidence import Evidence, Place
from ..model.findings import Weakness
from ..model.graph import Graph
from . import weakness

_ASKS = re.compile(
    r"(?:function|class):.*(?:login_required|current_user|require\w*|permission\w*|authori[sz]\w*|authenticat\w*"
    r"|check_perm\w*|\w*_token|signed_in|staff_only|admin_only)\Z",
    re.IGNORECASE,
)
_MOST, _LEAST = 0.8, 3


class Security:
    """Routes that ask for nobody where their siblings do."""

    name = "security"

    def find(self, graph: Graph) -> Iterable[Weakness]:
        """One weakness for each handler."""
        siblings: dict[str, dict[str, bool]] = defaultdict(dict)
        for edge in graph.edges("handles"):
            node = graph.node(edge.target)
            if node is None or not node.path or role_of(node.path) in ASIDE or edge.confidence == "possible":
                continue
            if edge.source.startswith("route:") and node.kind == "function":
                siblings[node.path][node.id] = _asks(graph, node.id)
        for path, handlers in sorted(siblings.items()):
            asking = sum(handlers.values())
            if len(handlers) < _LEAST or asking / len(handlers) < _MOST:
                continue
            for id, asks in sorted(handlers.items()):
                node = graph.node(id)
                if not asks and node is not None:
                    title = f"{name_of(id)} asks for no user; {asking} of {len(handlers)} handlers there do"
                    yield weakness(
                        self.name,
                        "no-check",
                        title,
                        [Evidence(Place(path, node.line, 0), "convention")],
                        "anybody may call it",
                        "check there too, or say that it is open",
                    )


def _asks(graph: Graph, id: str) -> bool:
    """Whether a function, or one that it calls, calls something that is named after a check."""
    direct = [edge.target for edge in graph.out(id, "calls")]
    further = (
        edge.target
        for called in direct
        if called.startswith("function:")
        for edge in graph.out(called, "calls")
    )
    return any(_ASKS.match(target) for target in (*direct, *further))


capability = Security()
