"""What the code of a service cannot run without: the modules that it imports, directly or not.

Imports inside functions count: they run sooner or later. So do the packages around a module (their
`__init__.py` runs first) and, for mapped classes, the classes of the tables that theirs refer to (an ORM
looks them up by name when it is first used).
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ..graph.cut import Membership
from ..graph.roles import role_of
from ..model.evidence import Evidence, Place
from ..model.graph import Graph
from .trimmed import Trimmed


class Need(NamedTuple):
    """Why a module is needed: which module needs it, where that is seen, and whether by import."""

    by: str
    evidence: Evidence
    imported: bool = True


class Modules:
    """The modules of a project and what their files import, as the graph has it."""

    def __init__(self, graph: Graph, trims: Trimmed = Trimmed()) -> None:  # noqa: B008 - frozen
        self.paths = {node.name: node.path for node in graph.nodes("module") if node.path is not None}
        self.names = {path: name for name, path in self.paths.items()}
        self._inside: dict[str, list[tuple[str, Evidence]]] = defaultdict(list)
        self._outside: dict[str, set[str]] = defaultdict(set)
        self._certain: dict[str, set[str]] = defaultdict(set)
        for edge in graph.edges("imports"):
            target = self.of(edge.target.partition(":")[2])
            for evidence in edge.evidence:
                if trims.leaves(evidence.place.path, evidence.place.line, edge.target.partition(":")[2]):
                    continue
                if target is None:
                    name = edge.target.partition(":")[2]
                    self._outside[evidence.place.path].add(name)
                    if edge.confidence == "certain":
                        self._certain[evidence.place.path].add(name)
                else:
                    self._inside[evidence.place.path].append((target, evidence))
        self._tables = _Tables(graph)

    def of(self, name: str) -> str | None:
        """The module of the project that a dotted name lies in, or None."""
        while name not in self.paths:
            name, dot, _ = name.rpartition(".")
            if not dot:
                return None
        return name

    def externals(self, path: str, *, certain: bool = False) -> frozenset[str]:
        """Dotted names of what a file imports from outside the project; `certain`: on no condition."""
        return frozenset((self._certain if certain else self._outside).get(path, ()))

    def packages(self, name: str) -> Iterator[str]:
        """The packages around a module that have code of their own."""
        while name := name.rpartition(".")[0]:
            if name in self.paths:
                yield name

    def needs(self, name: str) -> Iterator[tuple[str, Need]]:
        """The modules that one needs, with the reason."""
        path = self.paths[name]
        for target, evidence in sorted(self._inside.get(path, ())):
            yield target, Need(name, evidence)
        for target_path, evidence in self._tables.needs(path):
            if target_path in self.names:
                yield self.names[target_path], Need(name, evidence, imported=False)


class _Tables:
    """Which files map which tables, and which tables refer to which."""

    def __init__(self, graph: Graph) -> None:
        self._mapped: dict[str, set[str]] = defaultdict(set)
        self._mappers: dict[str, set[str]] = defaultdict(set)
        for edge in graph.edges("maps"):
            node = graph.node(edge.source)
            if node is not None and node.path is not None:
                self._mapped[node.path].add(edge.target)
                self._mappers[edge.target].add(node.path)
        self._refers: dict[str, list[tuple[str, Evidence]]] = defaultdict(list)
        for edge in graph.edges("references"):
            for evidence in edge.evidence:
                self._refers[edge.source].append((edge.target, evidence))

    def needs(self, path: str) -> Iterator[tuple[str, Evidence]]:
        for table in sorted(self._mapped.get(path, ())):
            for target, evidence in sorted(self._refers.get(table, ())):
                if evidence.place.path == path:
                    yield from ((mapper, evidence) for mapper in sorted(self._mappers.get(target, ())))


def moved_modules(graph: Graph, membership: Membership, service: str) -> tuple[str, ...]:
    """The modules that belong to a service, without its tests, sorted."""
    return tuple(
        node.name
        for node in graph.nodes("module")
        if node.path is not None
        and membership.of_module(node.name) == service
        and role_of(node.path) != "test"
    )


def closure(modules: Modules, moved: Iterable[str], roots: Mapping[str, Evidence]) -> dict[str, Need]:
    """All modules outside `moved` that are needed, by name, each with the first reason found.

    `roots` are needed for another reason than an import: what wires the application, handlers.
    """
    moved = sorted(moved)
    found: dict[str, Need] = {}
    queue = deque(moved)
    for name, evidence in sorted(roots.items()):
        if name in modules.paths and name not in moved:
            found[name] = Need("", evidence)
            queue.append(name)
    seen = {*moved, *found}
    while queue:
        name = queue.popleft()
        around = [
            (package, Need(name, Evidence(Place(modules.paths[name])))) for package in modules.packages(name)
        ]
        for target, need in [*modules.needs(name), *around]:
            if target not in seen:
                seen.add(target)
                found[target] = need
                queue.append(target)
    return dict(sorted(found.items()))
