"""The cut: the edges that cross a boundary. The one place where that question is answered.

A proposal, a check, a plan, a diff and a picture all ask here, so that they can never disagree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import translate

from ..model.boundary import SHARED, Boundary, CutEdge
from ..model.evidence import CONFIDENCES, VIAS
from ..model.graph import EDGE_KIND_INDEX, EDGE_KINDS, Edge, Graph, Node
from .consequences import CONSEQUENCES, consequence_of
from .imports import Imports
from .roles import role_of
from .transactions import CHANGES, source_of

_GLOB = re.compile(r"[*?\[]")
_POSSIBLE, _CONVENTION = CONFIDENCES.index("possible"), VIAS.index("convention")
_GUESSED = frozenset(
    EDGE_KIND_INDEX[kind] for kind in ("calls", "imports", "reads", "joins", "writes", "links", "renders")
)
_WRITES = EDGE_KIND_INDEX["writes"]


class Patterns:
    """Name patterns with their owners: the most specific pattern decides.

    A plain dotted name stands for itself and all below it; a glob matches whole names. Among equally
    long patterns the first owner by name wins.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._plain: dict[str, str] = {}
        self._globs: list[tuple[int, str, re.Pattern[str], str]] = []
        for pattern, owner in sorted(pairs, key=lambda pair: (pair[0], pair[1])):
            if _is_glob(pattern):
                self._globs.append((len(pattern), pattern, re.compile(translate(pattern)), owner))
            else:
                self._plain.setdefault(pattern, owner)
        self._globs.sort(key=lambda row: (-row[0], row[1], row[3]))

    def owner(self, name: str) -> str | None:
        """Who owns a name, or None."""
        glob = next(((length, owner) for length, _, regex, owner in self._globs if regex.match(name)), None)
        prefix = name
        while prefix not in self._plain:
            prefix, dot, _ = prefix.rpartition(".")
            if not dot:
                return glob[1] if glob else None
        if glob and glob[0] > len(prefix):
            return glob[1]
        return self._plain[prefix]


def _is_glob(pattern: str) -> bool:
    return _GLOB.search(pattern) is not None


class Membership:
    """Which service each node belongs to, under one boundary."""

    def __init__(self, graph: Graph, boundary: Boundary) -> None:
        self._graph = graph
        services = boundary.services
        self._functions = Patterns((p, s.name) for s in services for p in s.functions)
        self._modules = Patterns(
            [(p, s.name) for s in services for p in s.modules]
            + [(p, SHARED) for p in boundary.shared.modules]
        )
        self._tables = Patterns(
            [(p.lower(), s.name) for s in services for p in s.tables]
            + [(p.lower(), SHARED) for p in boundary.shared.tables]
        )
        # A route's own text may look like a glob (`^a/(?P<b>[^/]*)$`), so exact names come first.
        self._entries = {p: s.name for s in reversed(services) for p in s.entry_points}
        self._routes = Patterns((p, s.name) for s in services for p in s.entry_points if _is_glob(p))
        self._folders: dict[str, str] | None = None
        self._files: dict[str | None, str] | None = None
        self._known: dict[str, str | None] = {}

    def of(self, id: str) -> str | None:
        """The service of a node, `shared` for the shared kernel, None when nobody claimed it."""
        if id not in self._known:
            self._known[id] = self._find(id)
        return self._known[id]

    def given(self, id: str) -> str | None:
        """The service whose `entry_points` name an entry point, None where it goes with its handler."""
        name = id.partition(":")[2]
        return self._entries.get(name) or self._routes.owner(name)

    def of_module(self, name: str) -> str | None:
        """The service of a module by its dotted name."""
        return self._modules.owner(name)

    def _find(self, id: str) -> str | None:
        kind, _, name = id.partition(":")
        if kind in ("module", "class", "function", "model", "state"):
            return self._functions.owner(name) or self._modules.owner(name)
        if kind in ("table", "view"):
            return self._table(name)
        if kind == "column":
            return self._table(name.rpartition(".")[0])
        if kind in ("route", "task", "command", "job"):
            return self.given(id) or self._of_handler(id)
        if kind == "sequence":
            return None  # what it numbers may be anybody's
        if kind == "transaction":
            return self.of(source_of(id))
        if kind == "signal":
            return self._of_signal(id)
        return self._of_path(id) or (self._of_renderers(id) if kind == "template" else None)

    def _table(self, name: str) -> str | None:
        # A pattern without a schema also claims the table inside one.
        return self._tables.owner(name) or self._tables.owner(name.rpartition(".")[2])

    def _of_handler(self, id: str) -> str | None:
        node = self._graph.node(id)
        view = dict(node.attributes).get("view") if node is not None else None
        if view and (owner := self.of(f"class:{view}")):
            return owner  # what answers is inherited; whose view it is says whose route it is
        owners = {self.of(edge.target) for edge in self._graph.out(id, "handles")} - {None}
        if not owners - {SHARED}:
            # What answers is nobody's alone, so that whoever declares the route has it.
            return self._of_declarer(node) or (SHARED if owners else self._of_path(id))
        return min(owner for owner in owners if owner)

    def holder(self, id: str) -> str | None:
        """The service of a table, or, where no list claims it, of the module that declares it.

        Code that declares a foreign key holds it, whether or not anybody listed its table.
        """
        return self.of(id) or self._of_declarer(self._graph.node(id))

    def _of_declarer(self, node: Node | None) -> str | None:
        return self._of_file(node) if node is not None and node.kind in ("route", "table", "job") else None

    def _of_file(self, node: Node | None) -> str | None:
        """The service of the module that a node lies in."""
        if node is None or node.path is None:
            return None
        if self._files is None:
            self._files = {module.path: module.name for module in self._graph.nodes("module")}
        name = self._files.get(node.path)
        return self._modules.owner(name) if name is not None else None

    def _of_signal(self, id: str) -> str | None:
        """A signal goes with the module that makes it; of a model in shared code: with its table."""
        node = self._graph.node(id)
        owner = self._of_file(node) or self._of_path(id)
        sender = dict(node.attributes).get("sender") if node is not None else None
        if sender and owner in (None, SHARED):
            tables = {self.of(e.target) for e in self._graph.out(f"model:{sender}", "maps")}
            return tables.pop() if len(tables) == 1 else owner
        return owner

    def _of_renderers(self, id: str) -> str | None:
        """A template outside of all packages goes with the one service that renders it, if one alone does."""
        self._known[id] = None  # templates that include each other
        found = {self.of(edge.source) for edge in self._graph.into(id, "renders") if not self._is_test(edge)}
        return found.pop() if len(found) == 1 and SHARED not in found else None

    def _is_test(self, edge: Edge) -> bool:
        node = self._graph.node(edge.source)
        return node is not None and node.path is not None and role_of(node.path) == "test"

    def _of_path(self, id: str) -> str | None:
        """A file that is no module belongs to the package in whose folder it lies."""
        node = self._graph.node(id)
        if node is None or node.path is None:
            return None
        if self._folders is None:
            self._folders = {
                (module.path or "").rpartition("/")[0]: module.name
                for module in self._graph.nodes("module")
                if (module.path or "").endswith("/__init__.py")
            }
        folder = node.path.rpartition("/")[0]
        while folder:
            if folder in self._folders:
                return self._modules.owner(self._folders[folder])
            folder = folder.rpartition("/")[0]
        return None


def cut(graph: Graph, boundary: Boundary) -> tuple[CutEdge, ...]:
    """The edges that cross `boundary`, sorted as in the graph, each with what it becomes.

    Edges into the shared kernel do not cross; edges out of it into a service do (`origin` is
    `shared`). Who reads a setting depends on it: `configures` crosses against its direction. Edges of test
    code do not count: tests go with what they test; nor does what is merely possible: one violation that is
    none costs more trust than a doubtful one that is not told. What a transaction spans crosses where
    it writes (or locks) tables of several owners: reading alone needs no transaction with the owner.
    """
    return tuple(crossings(graph, Membership(graph, boundary)))


def crossings(graph: Graph, membership: Membership) -> Iterator[CutEdge]:
    """As `cut`, for a membership that is already at hand."""
    columns = graph.columns
    owners = [membership.of(id) for id in columns.ids]
    tests = test_nodes(graph)
    configures, references = EDGE_KINDS.index("configures"), EDGE_KINDS.index("references")
    kinds = {index: kind for index, kind in enumerate(EDGE_KINDS) if kind in CONSEQUENCES}
    doubts = _Doubts(graph)
    rows: list[int] = []
    for row, (source, target) in enumerate(zip(columns.source, columns.target, strict=True)):
        origin, owner = owners[source], owners[target]
        if columns.kind[row] == configures:
            origin, owner = owner, origin
        elif origin is None and columns.kind[row] == references:
            origin = membership.holder(columns.ids[source])
        if origin is None or owner is None or origin == owner or owner == SHARED:
            continue
        if columns.kind[row] in kinds and source not in tests and not doubts.about(row):
            rows.append(row)
    apart = _not_shared(graph, owners)
    rows = [row for row in rows if row not in apart]
    imports = Imports(graph)
    for edge in graph.edges_where(rows):
        consequence = consequence_of(edge.kind, edge.target)
        holder = membership.holder if edge.kind == "references" else membership.of
        ends = (holder(edge.source) or "", membership.of(edge.target) or "")
        origin, owner = reversed(ends) if edge.kind == "configures" else ends
        handed = _was_handed(edge, owner, imports, membership)
        yield CutEdge(edge, origin, owner, consequence.cost, consequence.remedy, handed)


def _was_handed(edge: Edge, owner: str, imports: Imports, membership: Membership) -> bool:
    """Whether only values lead over an edge: the module that it starts in imports nothing of its owner."""
    if any(item.via != "value-flow" for item in edge.evidence) or not edge.evidence:
        return False
    known = imports.of(imports.module_of(edge.source))
    return not any(membership.of_module(name) == owner for name in known)


class _Doubts:
    """Tells what may as well never happen.

    So it is with calls, imports and access of tables that are merely possible: generic code that handles
    rows of any table, attributes of a row that may load it again. Rows that go with others whose own delete
    is sure are no such guess.
    """

    def __init__(self, graph: Graph) -> None:
        self._columns = graph.columns
        self._deletes = {
            (graph.columns.source[row], *self._place(row)[:3])
            for row, how in graph.columns.how.items()
            if "delete" in how and graph.columns.confidence[row] != _POSSIBLE
        }

    def _place(self, row: int) -> tuple[int, int, int, int]:
        """The first place of an edge, and how it is known."""
        c = self._columns
        places = c.places(row)
        if not places:
            return -1, 0, 0, 0
        start = places[0]
        return c.at_path[start], c.at_line[start], c.at_column[start], c.at_via[start]

    def about(self, row: int) -> bool:
        """Whether the edge of a row is doubtful."""
        c = self._columns
        if c.confidence[row] != _POSSIBLE or c.kind[row] not in _GUESSED:
            return False
        if c.kind[row] != _WRITES or "delete" not in c.how.get(row, ()):
            return True
        *place, via = self._place(row)
        return via != _CONVENTION or (c.source[row], *place) not in self._deletes


def _not_shared(graph: Graph, owners: Sequence[str | None]) -> set[int]:
    """The rows of what transactions span that need no transaction with the owner."""
    columns, spans = graph.columns, EDGE_KINDS.index("spans")
    written: dict[int, set[str | None]] = {}
    rows = [row for row, kind in enumerate(columns.kind) if kind == spans]
    apart = set()
    for row in rows:
        if CHANGES.isdisjoint(columns.how.get(row, ())):
            apart.add(row)
        else:
            written.setdefault(columns.source[row], set()).add(owners[columns.target[row]])
    alone = {source for source, found in written.items() if len(found - {None, SHARED}) < 2}
    return apart | {row for row in rows if columns.source[row] in alone}


def test_nodes(graph: Graph) -> set[int]:
    """The nodes, by their index, that lie in test code."""
    columns = graph.columns
    tests = [role_of(path) == "test" for path in columns.paths]
    return {index for index, path in enumerate(columns.node_path) if path >= 0 and tests[path]}
