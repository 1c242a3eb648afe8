"""What runs once, while the application starts: the code of modules, and what only it leads to."""

from __future__ import annotations

import re

from ..model.graph import Graph
from .functionality import ENTRY_KINDS
from .roles import PAST, role_of

_STARTS = re.compile(
    r"_*(?:register|configure|setup|set_up|init|initiali[sz]e|load|install|bootstrap)(?:_\w+)?\Z"
    r"|_*(?:create|make|build|init|setup)_(?:\w+_)?app(?:lication)?\Z|_*ready\Z|__init_subclass__\Z|__set_name__\Z"
)
"""Functions that, as their names say, put the application together."""
_MOST = 200


def runs_once(graph: Graph, id: str) -> bool:
    """Whether nothing but modules, as they are imported, and functions that set up lead to a function.

    What entry points lead to runs many times, and so may what nobody is known to call.
    """
    seen, waiting = {id}, [id]
    while waiting:
        if len(seen) > _MOST:
            return False
        current = waiting.pop()
        if current.startswith("module:"):
            continue
        if any(
            edge.source.partition(":")[0] in ENTRY_KINDS
            for edge in graph.into(current, "handles", "enqueues")
        ):
            return False
        callers = {
            edge.source
            for edge in graph.into(current, "calls")
            if edge.evidence and role_of(edge.evidence[0].place.path) not in PAST
        }
        if not callers and not _STARTS.match(current.rpartition(".")[2]):
            return False
        waiting += callers - seen
        seen |= callers
    return True
