"""What there is to distribute: units of code, tables, and how often one touches the other.

A unit is a module. Where one module holds the models of a whole project (a single `models.py`), its
model classes are units of their own, or every table would follow that one file.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from ..graph.roles import ASIDE, role_of
from ..model.graph import EDGE_KINDS, Graph
from ..model.ties import WEIGHTS
from .declarations import between, declared_inside, placed
from .pieces import functions_apart, models_apart

_ASIDE = {
    "test": "tests go with what they test",
    "script": "a script, an example or a template, not part of the application",
    "vendored": "somebody else's code, kept in the repository",
}
_CODE = ("module", "class", "function", "model")
_ENTRIES = ("route", "task", "command", "job")
_GENERIC = 3
"""How many modules declare routes that one function answers, from which on it is library code."""
CODE_LINKS = ("imports", "calls", "inherits")
LINKS = (
    *CODE_LINKS, "reads", "writes", "joins", "references", "maps", "links", "renders",
    "enqueues", "publishes", "subscribes", "requests",
)  # fmt: skip
"""The edge kinds that tie units."""


@dataclass(slots=True)
class Unit:
    """A piece of code that is placed as a whole.

    `tables` are the ids of those that it defines, `writes` of those that it writes and nobody defines.

    `module` is the module that it is or lies in, `lines` its length, `entries` how many entry points
    it handles, `commands` how many of them only people type, `package` whether it is the `__init__` of a
    package.
    """

    name: str
    module: str
    lines: int = 1
    package: bool = False
    tables: set[str] = field(default_factory=set)
    writes: set[str] = field(default_factory=set)
    entries: int = 0
    commands: int = 0

    @property
    def answers(self) -> int:
        """How many routes, tasks and jobs it handles: what a running service answers to."""
        return self.entries - self.commands

    @property
    def data_ids(self) -> set[str]:
        """The tables that are its own."""
        return self.tables | self.writes

    @property
    def data(self) -> int:
        """How many tables are its own."""
        return len(self.tables) + len(self.writes)


class Survey:
    """The units and tables of a graph, and the links between them: (a, b, kind) -> count.

    Ends of links are names of units or ids of tables (`table:orders`); a link within one unit is not
    held. `definers` gives a table the unit whose class (`declarers`) is mapped to it, `undeclared` are tables
    that the project uses and nowhere declares. What only tests, scripts and examples know is no table of
    the project. `modelled` are the modules and units that hold ORM models. `aside` says of modules that
    are never placed why; migrations are neither placed nor aside, they go with their package. `weights`
    says how much each kind of link counts, `groups` what touches several units (see `together.py`).
    """

    def __init__(self, graph: Graph) -> None:
        self.units: dict[str, Unit] = {}
        self.aside: dict[str, str] = {}
        self.migrations: set[str] = set()
        self._modules: set[str] = set()
        self._known: dict[str, str | None] = {}
        self._read_modules(graph)
        used = _used(graph, self.module_of, self.units)
        self.tables = tuple(
            node.id
            for node in graph.nodes("table", "view")
            if (node.id in used and _role(node.path) != "test")
            or (node.path is not None and role_of(node.path) not in ASIDE)
        )
        self.undeclared = {id for id in self.tables if not placed(graph, id)}
        self._split: dict[str, str] = {}
        self._divided: set[str] = set()
        self.declarers: Mapping[str, str] = {}
        self.definers = self._read_definitions(graph)
        models = {node.id for node in graph.nodes("model")} | {edge[0] for edge in graph.pairs("maps")}
        self.modelled = {name for id in models for name in (self.unit_of(id), self.module_of(id)) if name}
        self._handlers = self._read_handlers(graph)
        self.entry_points = tuple(
            node.id for node in graph.nodes(*_ENTRIES) if _role(node.path) not in ("test", "script")
        )
        self._count_entries()
        self.links: Mapping[tuple[str, str, str], int] = self._read_links(graph)
        self.weights: Mapping[str, float] = WEIGHTS
        self.groups: Sequence[tuple[str, str, tuple[str, ...]]] = ()

    def _read_modules(self, graph: Graph) -> None:
        for node in graph.nodes("module"):
            if node.path is None:
                continue
            self._modules.add(node.name)
            role = role_of(node.path)
            if role in _ASIDE:
                self.aside[node.name] = _ASIDE[role]
            elif role == "migration":
                self.migrations.add(node.name)
            else:
                is_package = node.path.rpartition("/")[2] == "__init__.py"
                self.units[node.name] = Unit(node.name, node.name, max(node.end_line, 1), is_package)

    def module_of(self, id: str) -> str | None:
        """The module of the project that a node lies in, or None."""
        name = id.partition(":")[2]
        while name not in self._modules:
            name, dot, _ = name.rpartition(".")
            if not dot:
                return None
        return name

    def unit_of(self, id: str) -> str | None:
        """The unit that a node of code, or the handler of an entry point, lies in; None for others."""
        if id not in self._known:
            self._known[id] = self._find(id)
        return self._known[id]

    def _find(self, id: str) -> str | None:
        kind, _, name = id.partition(":")
        if kind in _ENTRIES:
            handler = self._handlers.get(id)
            return self.unit_of(handler) if handler and handler.partition(":")[0] in _CODE else None
        if kind not in _CODE:
            return None
        module = self.module_of(id)
        if module is None or module not in self.units:
            return None
        if module in self._divided:
            while len(name) > len(module):
                if name in self.units:
                    return name
                name = name.rpartition(".")[0]
        return module

    def _read_definitions(self, graph: Graph) -> dict[str, str]:
        """Table -> the unit whose class is mapped to it; divides what is too large to be one."""
        found: dict[str, str] = {}
        known = set(self.tables)
        for edge in graph.edges("maps"):
            if edge.target in known and self._counts(edge.source):
                found.setdefault(edge.target, edge.source.partition(":")[2])
        classes = [id for id in sorted({edge[0] for edge in graph.pairs("maps")}) if self._counts(id)]
        found.update(declared_inside(graph, known - found.keys(), classes))
        found.update(between(graph, known - found.keys(), found))
        self.declarers = found
        homes = {name: self.module_of(f"class:{name}") or "" for name in found.values()}
        if len(self.units) > 1:
            self._divide(graph, models_apart(homes))
            apart = {
                table: name if name in self._split else homes.get(name, "")
                for table in self.tables
                for name in (found.get(table, ""),)
            }
            self._divide(graph, functions_apart(graph, apart, self.module_of, self.units.keys()))
        definers = {
            table: name if name in self._split else homes[name] for table, name in sorted(found.items())
        }
        for table, unit in definers.items():
            self.units[unit].tables.add(table)
        return definers

    def _counts(self, id: str) -> bool:
        """Whether code lies in a module that is placed."""
        return self.module_of(id) in self.units

    def _read_handlers(self, graph: Graph) -> dict[str, str]:
        """What stands for each entry point: what answers; its view, where that is inherited.

        What answers routes that many modules declare (a redirect, a page that is only rendered) is library
        code: each of these routes belongs to the module that declares it.
        """
        found = {edge.source: edge.target for edge in graph.edges("handles")}
        declared: defaultdict[str, set[str]] = defaultdict(set)
        modules = {node.path: node.id for node in graph.nodes("module") if node.path}
        routes = {node.id: node for node in graph.nodes("route")}
        for id, node in routes.items():
            if node.path in modules and id in found:
                declared[found[id]].add(node.path)
        for id, node in routes.items():
            if view := dict(node.attributes).get("view"):
                found[id] = f"class:{view}"
            elif len(declared[found.get(id, "")]) >= _GENERIC and node.path in modules:
                found[id] = modules[node.path]
        return found

    def _divide(self, graph: Graph, pieces: Mapping[str, str]) -> None:
        """Makes units of pieces of modules, with their share of the lines."""
        for name, module in pieces.items():
            node = graph.node(f"class:{name}") or graph.node(f"function:{name}")
            lines = node.end_line - node.line + 1 if node is not None and node.end_line else 1
            if name not in self.units:
                self._split[name] = module
                self.units[name] = Unit(name, module, max(lines, 1))
                self.units[module].lines = max(self.units[module].lines - lines, 1)
        self._divided = set(self._split.values())
        self._known.clear()

    @property
    def split(self) -> Mapping[str, str]:
        """Classes, functions and methods that are units of their own -> their module."""
        return self._split

    def _count_entries(self) -> None:
        for id in self.entry_points:
            unit = self.unit_of(id)
            if unit is not None:
                self.units[unit].entries += 1
                self.units[unit].commands += id.startswith("command:")

    def _read_links(self, graph: Graph) -> dict[tuple[str, str, str], int]:
        columns = graph.columns
        tables = set(self.tables)
        ends = [id if id in tables else self.unit_of(id) for id in columns.ids]
        kinds = {index: kind for index, kind in enumerate(EDGE_KINDS) if kind in LINKS}
        modules = (index for index, id in enumerate(columns.ids) if id.startswith("module:"))
        wirers = {columns.node_path[index]: ends[index] for index in modules if ends[index] in self.units}
        found: Counter[tuple[str, str, str]] = Counter()
        for row, (source, target) in enumerate(zip(columns.source, columns.target, strict=True)):
            kind = None if graph.is_possible(row) else kinds.get(columns.kind[row])
            left, right = ends[source], ends[target]
            if kind == "calls" and (path := graph.first_path(row)) != columns.node_path[source]:
                # A router's dependency, a decorator in a urlconf: used by what wires it, not by what is.
                left = wirers.get(path, left)
            if kind and left and right and left != right:
                found[left, right, kind] += columns.count[row]
        for left, right, kind in found:
            if kind == "writes" and right not in self.definers and left in self.units:
                self.units[left].writes.add(right)
        for table, definer in self.definers.items():
            found[definer, table, "maps"] = max(found[definer, table, "maps"], 1)
        return dict(sorted(found.items()))

    def lines(self, units: Iterable[str]) -> int:
        """How many lines of code the units have together."""
        return sum(self.units[unit].lines for unit in units)


def _used(graph: Graph, owner: Callable[[str], str | None], units: Collection[str]) -> set[str]:
    """The tables that code of the application touches, and those that keys tie to them, declared or not."""
    columns = graph.columns
    aside = [role_of(path) in ASIDE for path in columns.paths]
    kinds = {EDGE_KINDS.index(kind) for kind in ("reads", "writes", "joins", "maps", "references")}
    found = set[str]()
    keys: list[tuple[str, str]] = []
    for row, kind in enumerate(columns.kind):
        if kind not in kinds:
            continue
        source, target = columns.ids[columns.source[row]], columns.ids[columns.target[row]]
        path = columns.node_path[columns.source[row]]
        if (not aside[path]) if path >= 0 else owner(source) in units:
            found.add(target)
        elif source.startswith("table:") and path < 0:
            keys.append((source, target))
    while more := {end for pair in keys if not found.isdisjoint(pair) for end in pair} - found:
        found |= more
    return found


def _role(path: str | None) -> str:
    return role_of(path) if path is not None else ""


_surveys: WeakKeyDictionary[Graph, Survey] = WeakKeyDictionary()


def survey(graph: Graph) -> Survey:
    """The survey of a graph; made once, as every strategy asks for it."""
    if graph not in _surveys:
        _surveys[graph] = Survey(graph)
    return _surveys[graph]
