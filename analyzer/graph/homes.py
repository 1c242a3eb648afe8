"""The packages that people think in: those below the root, and below a package with most of the code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..model.graph import Graph
from .roles import role_of

_SHARE = 0.25
"""A package that holds more of the modules than this is told by its parts."""


def common_package(homes: Sequence[str]) -> str:
    """What the names of most packages begin with, dot included: it goes without saying. "" for none."""
    tops = Counter(home.partition(".")[0] for home in homes if "." in home)
    top, number = max(tops.items(), key=lambda pair: (pair[1], pair[0]), default=("", 0))
    return f"{top}." if number * 2 > len(homes) else ""


class Homes:
    """Tells the package of every node of the project's own code."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._modules = {node.path: node.name for node in graph.nodes("module") if node.path}
        names = [name for path, name in self._modules.items() if role_of(path) == "code"]
        self._packages = _split(names)
        self._folders = {
            path.rpartition("/")[0]: name
            for path, name in self._modules.items()
            if path.endswith("/__init__.py")
        }

    def of(self, id: str) -> str:
        """The package of a node, "" outside the project."""
        node = self._graph.node(id)
        return self.of_path(node.path) if node is not None and node.path else ""

    def of_path(self, path: str) -> str:
        """The package of a file; one that is no module belongs to the package in whose folder it lies.

        Without any it belongs to its folder: `schema/`.
        """
        name, folder = self._modules.get(path, ""), path.rpartition("/")[0]
        around = folder
        while not name and around:
            name = self._folders.get(around, "")
            around = around.rpartition("/")[0]
        if not name:
            return f"{folder}/" if folder else ""
        while name and name not in self._packages:
            shorter = name.rpartition(".")[0]
            if not shorter:
                break
            name = shorter
        return name


def _split(names: list[str]) -> frozenset[str]:
    """The packages (and modules without one) that hold the names; the large ones beside their parts."""
    holders = {name.rpartition(".")[0] for name in names}
    sizes = _inside("", names)
    packages = set(sizes)
    while sizes:
        name = min(sizes, key=lambda name: (-sizes[name], name))
        if sizes.pop(name) <= _SHARE * len(names):
            break
        parts = {part: size for part, size in _inside(name + ".", names).items() if part in holders}
        if len(parts) > 1 or name.count(".") == 0:
            sizes.update(parts)
            packages.update(parts)
    return frozenset(packages)


def _inside(prefix: str, names: list[str]) -> Counter[str]:
    """How many of the names lie in each package or module directly below a prefix."""
    start = len(prefix)
    return Counter(prefix + name[start:].partition(".")[0] for name in names if name.startswith(prefix))
