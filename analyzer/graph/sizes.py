"""How much of each kind the project itself has, as every summary tells it."""

from __future__ import annotations

from collections import Counter

from ..model.graph import Graph
from .access import own_tables
from .roles import ASIDE, role_of

COUNTED = ("module", "class", "function", "table", "view", "route", "task", "command", "template")


def sizes(graph: Graph) -> Counter[str]:
    """How many nodes of each kind the project has, outside its tests."""
    found = Counter(node.kind for node in own_tables(graph))
    for kind in COUNTED:
        if kind not in ("table", "view"):
            found[kind] = sum(bool(n.path) and role_of(n.path or "") not in ASIDE for n in graph.nodes(kind))
    return found
