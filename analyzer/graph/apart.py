"""Files beside the application: what somebody starts by hand, and tools that nothing of it imports."""

from __future__ import annotations

from collections import defaultdict
from weakref import WeakKeyDictionary

from ..model.graph import Graph
from .functionality import ENTRY_KINDS
from .reach import reach
from .roles import ASIDE, role_of


def apart(graph: Graph) -> frozenset[str]:
    """Files that no other file imports and no entry point leads into, and packages of which both holds.

    Nothing where no entry point is known: then nothing tells what belongs to the application.
    """
    if graph not in _known:
        _known[graph] = _apart(graph)
    return _known[graph]


def _apart(graph: Graph) -> frozenset[str]:
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
    paths_of = {node.id: node.path for node in graph.nodes("module", "class", "function") if node.path}
    for one, other, _, _ in graph.pairs("imports"):
        source, target = paths_of.get(one), paths_of.get(other)
        if not source or not target or source == target or role_of(source) in ASIDE:
            continue
        imported.add(target)
        if _top(one) != _top(other):
            between.add(_top(other))
    found = {path for paths in files.values() for path in paths} - imported
    for name, paths in files.items():
        if name not in between and paths.isdisjoint(entered) and len(files) > 1:
            found |= paths
    return frozenset(found - entered)


def _top(id: str) -> str:
    """The outermost package of a node."""
    return id.partition(":")[2].partition(".")[0]


_known: WeakKeyDictionary[Graph, frozenset[str]] = WeakKeyDictionary()
