"""Why two things belong together, or do not: every tie between them, by kind, with its places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from ..graph.access import ACCESS_KINDS, in_database
from ..graph.functionality import ENTRY_KINDS, Tracing
from ..graph.roles import ASIDE, role_of
from ..model.boundary import Boundary
from ..model.errors import UsageError
from ..model.evidence import Place
from ..model.graph import EDGE_KINDS, Edge, Graph
from ..model.ties import WEIGHTS, Bond, History, Sight
from .coupling import ties
from .survey import Survey
from .things import Thing, inside, thing
from .words import common, domain_words

TITLES = {
    "maps": "tables that it declares", "writes": "writes", "reads": "reads", "joins": "joins",
    "references": "foreign keys", "calls": "calls", "inherits": "inheritance", "imports": "imports",
    "enqueues": "tasks put into a queue", "publishes": "events published", "subscribes": "events heard",
    "events": "events in common", "requests": "requests over the network", "renders": "pages rendered",
    "links": "links", "configures": "settings", "tables": "tables in common",
    "code": "code that touches both", "transactions": "transactions in common",
    "functionalities": "functionalities in common", "words": "words of the domain in common",
    "package": "package in common", "changes": "changed together in git",
}  # fmt: skip
"""The kinds of ties, in the order in which they are told, and what they are called."""
_DIRECT = frozenset(TITLES) & frozenset(EDGE_KINDS)
_HEARD = frozenset({"publishes", "subscribes", "enqueues", "handles"})
_NAMED = 4
_VERBS = {"maps": "declares", "joins": "joins", "subscribes": "listens to"}


class _Sides:
    """Which nodes, by id, lie in the one thing and which in the other; tests lie in neither."""

    def __init__(self, graph: Graph, left: Thing, right: Thing, boundary: Boundary) -> None:
        self.graph = graph
        one, other = inside(graph, left, boundary), inside(graph, right, boundary)
        self.left, self.right = self._side(one), self._side(other)
        # Of a thing and a part of it, the rest of the thing is what the part is tied to.
        if self.left > self.right:
            self.left -= self.right
        else:
            self.right -= self.left

    def _side(self, holds: Callable[[str], bool]) -> set[str]:
        """The nodes of a thing, with the tables that its code declares."""
        found = {node.id for node in self.graph.nodes() if holds(node.id) and not _aside(node.path)}
        return found | {target for source, target, _, _ in self.graph.pairs("maps") if source in found}

    def across(self, edge_source: str, edge_target: str) -> bool:
        """Whether a pair of ids leads from one to the other, in either direction."""
        return (edge_source in self.left and edge_target in self.right) or (
            edge_source in self.right and edge_target in self.left
        )

    def both(self, ids: Iterable[str]) -> bool:
        """Whether some of the ids lie in the one and some in the other."""
        known = set(ids)
        return not known.isdisjoint(self.left) and not known.isdisjoint(self.right)


def why(
    graph: Graph, known: Survey, one: str, other: str, boundary: Boundary, history: History
) -> tuple[Thing, Thing, tuple[Bond, ...]]:
    """What two names mean and the ties between them. Raises UsageError for names that mean nothing.

    `known` has the weights that count; what is agreed may be named as `service:x`.
    """
    left, right = thing(graph, one, boundary), thing(graph, other, boundary)
    if left == right:
        raise UsageError(f"{left.title} is one thing", help="carveout propose --why A B names two")
    sides = _Sides(graph, left, right, boundary)
    found: dict[str, list[Sight]] = {kind: [] for kind in TITLES}
    for kind, sights in (
        *_direct(sides),
        ("events", list(_events(sides))),
        ("tables", list(_common(sides, tables=True))),
        ("code", list(_common(sides, tables=False))),
        ("transactions", list(_transactions(sides))),
        ("functionalities", list(_functionalities(sides))),
        ("words", list(_words(known, sides))),
        ("package", list(_package(sides))),
        ("changes", list(_changes(sides, history))),
    ):
        found[kind] += sights
    strength = _strengths(known, sides)
    weights = {**WEIGHTS, **known.weights}
    bonds = tuple(
        Bond(kind, TITLES[kind], tuple(sights), weights.get(kind, 0.0), strength.get(kind))
        for kind, sights in found.items()
        if sights
    )
    return left, right, bonds


def _aside(path: str | None) -> bool:
    return path is not None and role_of(path) in ASIDE


def _places(edges: Iterable[Edge]) -> tuple[Place, ...]:
    return tuple(sorted({item.place for edge in edges for item in edge.evidence}))


def _said(edge: Edge) -> str:
    return f"{_name(edge.source)} {_VERBS.get(edge.kind, edge.kind)} {_name(edge.target)}"


def _name(id: str) -> str:
    kind, _, name = id.partition(":")
    return name if kind in ("module", "class", "function", "table") else f"{kind} {name}"


def _direct(sides: _Sides) -> Iterator[tuple[str, list[Sight]]]:
    """Edges from one to the other; what is merely possible is no tie."""
    graph, columns = sides.graph, sides.graph.columns
    rows = []
    for row, (source, target) in enumerate(zip(columns.source, columns.target, strict=True)):
        kind = EDGE_KINDS[columns.kind[row]]
        if kind not in _DIRECT or graph.is_possible(row):
            continue
        if sides.across(columns.ids[source], columns.ids[target]):
            rows.append(row)
    for edge in graph.edges_where(rows):
        yield edge.kind, [Sight(_said(edge), _places([edge]))]


def _events(sides: _Sides) -> Iterator[Sight]:
    """Signals, topics and tasks that one sends and the other hears."""
    ends: defaultdict[str, list[Edge]] = defaultdict(list)
    for edge in sides.graph.edges(*sorted(_HEARD)):
        if edge.kind == "handles":
            if edge.source.startswith("task:"):
                ends[edge.source].append(edge)
        elif edge.source in sides.left or edge.source in sides.right:
            ends[edge.target].append(edge)
    for event, edges in sorted(ends.items()):
        sent = [edge for edge in edges if edge.kind in ("publishes", "enqueues")]
        heard = [edge for edge in edges if edge.kind in ("subscribes", "handles")]
        for one in sent:
            for other in heard:
                hearer = other.target if other.kind == "handles" else other.source
                if sides.across(one.source, hearer):
                    words = f"{_name(one.source)} {one.kind} {_name(event)}, which {_name(hearer)} hears"
                    yield Sight(words, _places([one, other]))


def _common(sides: _Sides, *, tables: bool) -> Iterator[Sight]:
    """Tables that both touch and that lie in neither; or code in neither that touches tables of both."""
    by_middle: defaultdict[str, list[Edge]] = defaultdict(list)
    for edge in sides.graph.edges(*ACCESS_KINDS):
        middle, end = (edge.target, edge.source) if tables else (edge.source, edge.target)
        if not in_database(edge.target) or edge.confidence == "possible":
            continue
        if middle in sides.left or middle in sides.right or not (end in sides.left or end in sides.right):
            continue
        node = sides.graph.node(middle)
        if node is None or not _aside(node.path):
            by_middle[middle].append(edge)
    for middle, edges in sorted(by_middle.items()):
        if sides.both(edge.source if tables else edge.target for edge in edges):
            words = _name(middle)
            if tables:
                words += f": {_hows(sides.left, edges)}, {_hows(sides.right, edges)}"
            else:
                words += " touches " + ", ".join(sorted({_name(edge.target) for edge in edges}))
            yield Sight(words, _places(edges))


def _hows(side: set[str], edges: Iterable[Edge]) -> str:
    """`written by shop.pay.charge and 2 more`."""
    own = [edge for edge in edges if edge.source in side]
    writing = [edge for edge in own if edge.kind == "writes"]
    names = sorted({_name(edge.source) for edge in writing or own})
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{'written' if writing else 'read'} by {names[0]}{more}"


def _transactions(sides: _Sides) -> Iterator[Sight]:
    """Transactions that touch both: by their own code, by tables, or by code that they run through."""
    spans: defaultdict[str, list[Edge]] = defaultdict(list)
    for edge in sides.graph.edges("spans"):
        spans[edge.source].append(edge)
    accessing = _accessing(sides)
    for id, edges in sorted(spans.items()):
        node = sides.graph.node(id)
        if node is None or _aside(node.path):
            continue
        touched = {id, *(edge.target for edge in edges)}
        touched |= {accessing[place] for place in _places(edges) if place in accessing}
        if sides.both(touched) and node.path:
            own = [_name(e.target) for e in edges if e.target in sides.left or e.target in sides.right]
            more = f" and {len(own) - _NAMED} more" if len(own) > _NAMED else ""
            spanned = f" spans {', '.join(own[:_NAMED])}{more}" if own else " runs through both"
            yield Sight(f"{node.name}{spanned}", (Place(node.path, node.line),))


def _accessing(sides: _Sides) -> dict[Place, str]:
    """Place of an access of a table -> the function in one of the things that stands there."""
    return {
        item.place: edge.source
        for edge in sides.graph.edges(*ACCESS_KINDS)
        if edge.source in sides.left or edge.source in sides.right
        for item in edge.evidence
    }


def _functionalities(sides: _Sides) -> Iterator[Sight]:
    """Routes, tasks and commands that reach both; those that reach least first, as they say most."""
    tracing = Tracing(sides.graph)
    found: list[tuple[int, str, Sight]] = []
    for node in sides.graph.nodes(*ENTRY_KINDS):
        if _aside(node.path):
            continue
        steps = tracing.trace(node.id).steps
        if sides.both(step.id for step in steps):
            place = (Place(node.path, node.line),) if node.path else ()
            found.append((len(steps), node.id, Sight(_name(node.id), place)))
    return (sight for _, _, sight in sorted(found))


def _units(known: Survey, side: set[str]) -> set[str]:
    """The units and tables of the survey that lie in a thing."""
    kinds = ("module", "class", "function")
    units = {name for name in known.units if any(f"{kind}:{name}" in side for kind in kinds)}
    return units | {table for table in known.tables if table in side}


def _words(known: Survey, sides: _Sides) -> Iterator[Sight]:
    """Words in the names of both; those in more than a quarter of all names say nothing."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    everything = [*known.units, *known.tables]
    for name in everything:
        last = name.partition(":")[2] if name.startswith("table:") else ".".join(name.split(".")[-2:])
        for word in domain_words(last):
            names[word].add(name)
    left, right = _units(known, sides.left), _units(known, sides.right)
    for word, found in sorted(names.items()):
        if found & left and found & right and len(found) <= max(len(everything) / 4, 2):
            few = [*sorted(found & left)[:2], *sorted(found & right)[:2]]
            yield Sight(f"{word} ({', '.join(name.removeprefix('table:') for name in few)})")


def _package(sides: _Sides) -> Iterator[Sight]:
    """The innermost package around the modules of both, unless it is the root."""
    code = ("module:", "class:", "function:")
    names = [
        [id.partition(":")[2] for id in side if id.startswith(code)] for side in (sides.left, sides.right)
    ]
    package = common(name for side in names for name in side)
    if all(names) and "." in package:
        yield Sight(package)


def _changes(sides: _Sides, history: History) -> Iterator[Sight]:
    """Commits that change files of both, newest first."""
    one, other = (
        {node.path for id in side if (node := sides.graph.node(id)) and node.path}
        for side in (sides.left, sides.right)
    )
    left, right = one - other, other - one
    for commit in history.commits:
        touched = [path for path in commit.paths if path in left or path in right]
        if not left.isdisjoint(touched) and not right.isdisjoint(touched):
            yield Sight(f"{commit.id} {commit.subject}", tuple(Place(path) for path in touched))


def _strengths(known: Survey, sides: _Sides) -> dict[str, float]:
    """What ties between the units of the two count for, by kind; those by a middle as their weaker end."""
    left, right = _units(known, sides.left), _units(known, sides.right)
    found: defaultdict[str, float] = defaultdict(float)
    ends: defaultdict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for tie in ties(known, known.units):
        if (tie.left in left and tie.right in right) or (tie.left in right and tie.right in left):
            found[tie.kind] += tie.weight
        elif "#" in tie.right:
            ends[tie.right, tie.kind][0] += tie.weight if tie.left in left else 0.0
            ends[tie.right, tie.kind][1] += tie.weight if tie.left in right else 0.0
    for (_, kind), (one, other) in ends.items():
        if one and other:
            found[kind] += min(one, other)
    return dict(found)
