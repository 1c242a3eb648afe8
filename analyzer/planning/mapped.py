"""What mapped classes of SQLAlchemy name by text alone, and need when they are mapped."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from ..graph.roles import PAST, role_of
from ..model.graph import Graph
from .declarations import Declarations
from .slices import Slices

_ROUNDS = 50


def add_mapped(graph: Graph, declarations: Declarations, slices: Slices) -> None:
    """Mapped classes that others name by text, until no more come."""
    mapped = _Mapped(graph, declarations)
    seen: set[str] = set()
    for _ in range(_ROUNDS):
        new = [name for name in mapped.names if name not in seen and slices.place_of(name)]
        if not new:
            return
        seen.update(new)
        slices.add(
            (found[0], found[1].partition(".")[0])
            for name in new
            for other in mapped.needed_by(name)
            if (found := declarations.split(other)) is not None and found[1]
        )


class _Mapped:
    """The mapped classes of a project, and what each needs to be mapped."""

    def __init__(self, graph: Graph, declarations: Declarations) -> None:
        self._declarations = declarations
        self._table: dict[str, str] = {}
        self._by_table: dict[str, list[str]] = defaultdict(list)
        self._references: dict[str, set[str]] = defaultdict(set)
        self._below: dict[str, list[str]] = defaultdict(list)
        for edge in graph.edges("maps"):
            node = graph.node(edge.source)
            if node is None or node.path is None or role_of(node.path) in PAST:
                continue  # scripts and tests map tables for themselves
            name, table = edge.source.partition(":")[2], edge.target.partition(":")[2]
            self._table[name] = table
            self._by_table[table].append(name)
        for name, table in _variables(graph, declarations, set(self._by_table)):
            self._table[name] = table
            self._by_table[table].append(name)
        for edge in graph.edges("references"):
            source, target = edge.source.partition(":")[2], edge.target.partition(":")[2]
            self._references[source].add(target)
        for edge in graph.edges("inherits"):
            self._below[edge.target.partition(":")[2]].append(edge.source.partition(":")[2])
        self.names = tuple(sorted(self._table))
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for name in self.names:
            self._by_name[name.rpartition(".")[2]].append(name)

    def needed_by(self, name: str) -> Iterable[str]:
        """Mapped classes: of tables that foreign keys lead to, named by relationships, and those below."""
        for table in sorted(self._references[self._table[name]]):
            yield from self._by_table.get(table, ())
        yield from (below for below in self._below[name] if below in self._table)
        for text in self._texts(name):
            yield from self._by_name.get(text.rpartition(".")[2], ())
            yield from self._by_table.get(text.lower(), ())

    def _texts(self, name: str) -> Iterator[str]:
        """The texts in the body of a class: `relationship("User", secondary="member")` names two by text."""
        where = self._declarations.split(name)
        file = self._declarations.file(where[0]) if where else None
        for node, _ in file.syntax.find(ast.ClassDef) if file is not None and where is not None else ():
            if isinstance(node, ast.ClassDef) and where is not None and node.name == where[1]:
                for each in ast.walk(node):
                    if isinstance(each, ast.Constant) and isinstance(each.value, str):
                        yield each.value


def _variables(
    graph: Graph, declarations: Declarations, mapped: Collection[str]
) -> Iterator[tuple[str, str]]:
    """(dotted name, table) of tables in variables: `members = Table("members", metadata, ...)`."""
    modules = {node.path: node.name for node in graph.nodes("module") if node.path}
    for node in graph.nodes("table"):
        file = declarations.file(modules.get(node.path or "", ""))
        if file is None or node.name in mapped or role_of(node.path or "") in PAST:
            continue
        for name, stores in sorted(file.syntax.stores[""].items()):
            calls = [store.value for store in stores if isinstance(store.value, ast.Call)]
            if any(call.lineno <= node.line <= (call.end_lineno or 0) for call in calls):
                yield f"{file.module}.{name}", node.name
