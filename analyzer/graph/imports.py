"""Which modules import which, and which module a node lies in."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from ..model.graph import Graph

_GATHERED: WeakKeyDictionary[Graph, dict[str, set[str]]] = WeakKeyDictionary()
"""What was gathered of a graph once, for all who ask."""


class Imports:
    """Which modules each module imports, at its top or in its functions."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def module_of(self, id: str) -> str:
        """The module that a node lies in; "" when the graph has none."""
        name = id.partition(":")[2]
        while name and f"module:{name}" not in self._graph:
            name = name.rpartition(".")[0]
        return name

    def of(self, module: str) -> set[str]:
        """The names of the imported modules."""
        if self._graph not in _GATHERED:
            gathered: dict[str, set[str]] = {}
            for source, target, _, _ in self._graph.pairs("imports"):
                gathered.setdefault(self.module_of(source), set()).add(target.partition(":")[2])
            _GATHERED[self._graph] = gathered
        return _GATHERED[self._graph].get(module, set())
