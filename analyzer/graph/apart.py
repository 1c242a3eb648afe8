"""Files beside the application: what somebody starts by hand, and tools that nothing of it imports."""

from __future__ import annotations

from collections import defaultdict

from ..model.graph import Graph
from .functionality import ENTRY_KINDS
from .reach import reach
from .roles import ASIDE, role_of


def apart(graph: Graph) -> frozenset[str]:
    """Files that no other file imports and no entry point leads into, and packages of which both holds.

    Nothing where no entry point is known: then nothing tells what belongs to the application.
    """
    led = reach(graph).times
    entered = {node.path for node in graph.nodes("function") if node.path and led.get(node.id)}
    entered |= {node.path for node in graph.nodes(*ENTRY_KINDS) if node.path}
    if not entered:
        return frozenset()
    files: dict[str, set[str]] = defaultdict(set)
    for node in graph.nodes("module"):
        if node.path and role_of(node.path) not in ASIDE:
            files[node.name.partition(".")[0]].add(node.path)
    imported, between = set[str](), set[str]()
    for edge in graph.edges("imports"):
        source, target = graph.node(edge.source), graph.node(edge.target)
        if source is None or target is None or not source.path or not target.path:
            continue
        if role_of(source.path) not in ASIDE and source.path != target.path:
            imported.add(target.path)
            if _top(edge.source) != _top(edge.target):
                between.add(_top(edge.target))
    found = {path for paths in files.values() for path in paths} - imported
    for name, paths in files.items():
        if name not in between and paths.isdisjoint(entered) and len(files) > 1:
            found |= paths
    return frozenset(found - entered)


def _top(id: str) -> str:
    """The outermost package of a node."""
    return id.partition(":")[2].partition(".")[0]
