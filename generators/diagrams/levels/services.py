"""The service picture: services with their figures and tables, and the heaviest arrows of the cut.

A label "34 (8 db)" says that 34 edges cross, 8 of them in the database (reads, writes, joins, foreign
keys). Figures count modules that are neither tests nor migrations; `in` and `out` count the edges of
the cut. Edges out of the shared kernel into a service are drawn as well: they bind it to that service.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from ....analyzer.graph.access import ACCESS_KINDS, in_database
from ....analyzer.graph.cut import Membership, crossings
from ....analyzer.graph.roles import role_of
from ....analyzer.model.boundary import SHARED, Boundary
from ....analyzer.model.errors import UsageError
from ....analyzer.model.graph import Graph
from ..picture import Box, Picture, blind_spot_note, counted, hidden_note, strongest, titled
from ..scope import own_modules, own_tables

ARROWS, TABLES, SERVICES = 25, 8, 60


class ServiceLevel:
    """Services as boxes, the cut as arrows."""

    name = "service"

    def draw(self, graph: Graph, boundary: Boundary | None, project: str) -> Picture:
        """The picture; UsageError without a boundary that names services."""
        if boundary is None or not boundary.services:
            raise UsageError(
                "the service picture needs services",
                why="no boundary has been agreed or proposed, so nothing says which module belongs where",
                help="carveout propose --accept 1, or: carveout graph --level module",
            )
        membership = Membership(graph, boundary)
        counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for crossing in crossings(graph, membership):
            kind = crossing.edge.kind
            if kind in ACCESS_KINDS and not in_database(crossing.edge.target):
                kind = "shares"  # memory, a cache, a setting
            counts[crossing.origin, crossing.owner][kind] += 1
        boxes = _Boxes(graph, membership, counts).boxes(boundary)
        shown = {box.id for box in boxes}
        between = {(f"service:{a}", f"service:{b}"): kinds for (a, b), kinds in counts.items()}
        between = {pair: kinds for pair, kinds in between.items() if shown.issuperset(pair)}
        arrows, hidden = strongest(between, ARROWS, labelled=True)
        notes = [_summary(boundary, counts)]
        if hidden:
            notes[0] += " " + hidden_note(hidden)
        left_out = len(boundary.services) - sum(box.kind == "service" for box in boxes)
        if left_out:
            notes.append(f"{counted(left_out, 'smaller service')} not drawn.")
        notes += [note for note in (_unclaimed(graph, membership), blind_spot_note(graph)) if note]
        title = titled(project, "services and what crosses between them")
        return Picture(title, boxes, arrows, hidden, tuple(notes), self.name)


class _Boxes:
    """Figures and tables of each service."""

    def __init__(
        self, graph: Graph, membership: Membership, counts: dict[tuple[str, str], Counter[str]]
    ) -> None:
        self.modules: Counter[str] = Counter()
        self.lines: Counter[str] = Counter()
        for node in own_modules(graph):
            owner = membership.of(node.id)
            if owner:
                self.modules[owner] += 1
                self.lines[owner] += node.end_line
        self.tables: dict[str, set[str]] = defaultdict(set)  # a view may bear the name of a table
        self.touched: Counter[str] = Counter()
        for node, touched in own_tables(graph):
            owner = membership.of(node.id)
            if owner:
                self.tables[owner].add(node.name)
                self.touched[node.name] += touched
        self.into: Counter[str] = Counter()
        self.out: Counter[str] = Counter()
        for (origin, owner), kinds in counts.items():
            self.out[origin] += sum(kinds.values())
            self.into[owner] += sum(kinds.values())

    def boxes(self, boundary: Boundary) -> tuple[Box, ...]:
        names = sorted({service.name for service in boundary.services})
        names.sort(key=lambda name: (-self._weight(name), name))
        boxes = [self._box(name, "service", name) for name in sorted(names[:SERVICES])]
        if self.modules[SHARED] or self.tables[SHARED] or self.out[SHARED]:
            shared = self._box(SHARED, "shared", "shared kernel")
            boxes.append(shared)
        return tuple(boxes)

    def _weight(self, name: str) -> int:
        return self.into[name] + self.out[name] + self.modules[name]

    def _box(self, name: str, kind: str, title: str) -> Box:
        code = self.lines[name]
        size = f"{code / 1000:.1f} kLOC" if code >= 100 else counted(code, "line")
        figures = [f"{counted(self.modules[name], 'module')} · {size}"]
        if kind == "service":
            figures.append(f"in {self.into[name]:,} · out {self.out[name]:,}")
        elif self.out[name]:
            figures.append(f"out {self.out[name]:,}")  # edges into the shared kernel do not cross
        tables = sorted(self.tables[name], key=lambda table: (-self.touched[table], table))
        lines = sorted(tables if len(tables) <= TABLES + 1 else tables[:TABLES])
        if len(lines) < len(tables):
            lines.append(f"+{len(tables) - len(lines)} more")
        group = name if kind == "service" else ""
        return Box(
            f"service:{name}", title, tuple(lines), "service" if kind == "service" else "shared",
            group, self._weight(name), tuple(figures),
        )  # fmt: skip


def _summary(boundary: Boundary, counts: dict[tuple[str, str], Counter[str]]) -> str:
    edges = sum(sum(kinds.values()) for kinds in counts.values())
    services = counted(len(boundary.services), "service")
    if not edges:
        return f"{services}; nothing crosses between them."
    return f"{services}; {counted(edges, 'edge')} cross between them, as {counted(len(counts), 'arrow')}."


def _unclaimed(graph: Graph, membership: Membership) -> str:
    # Scripts and examples belong to no service by nature.
    own = [node for node in own_modules(graph) if role_of(node.path or "") == "code"]
    modules = sum(membership.of(node.id) is None for node in own)
    tables = sum(membership.of(node.id) is None for node, _ in own_tables(graph))
    parts = [counted(number, noun) for number, noun in ((modules, "module"), (tables, "table")) if number]
    return f"Of no service, so not shown: {' and '.join(parts)}." if parts else ""


level = ServiceLevel()
