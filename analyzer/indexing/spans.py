"""What transactions span: tables that they read and write through the calls inside them, and what leaves it.

Calls and accesses that may never happen are left out; so is what runs elsewhere or later (tasks, callbacks
after the commit), and, of the functions that are called, the lines that are a transaction of their own.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ..graph.hooks import Hooks
from ..graph.transactions import CHANGES, JOINS, MODES, lines_of
from ..model.building import GraphBuilder
from ..model.evidence import CONFIDENCES, Evidence
from ..model.graph import Edge, Node
from .components import components

_TOUCHES = {"reads": "reads", "joins": "reads", "writes": "writes", "requests": "requests",
            "enqueues": "enqueues", "publishes": "publishes"}  # fmt: skip
_APART = ("task:", "job:", "topic:")
_Lines = Sequence[tuple[int, int]]


class _Touch(NamedTuple):
    """Something that a function itself touches."""

    mode: str
    target: str
    edge: Edge


class _Found(NamedTuple):
    """Where something is touched, best first: by rank of confidence, then by place."""

    rank: int
    evidence: Evidence


_Reach = Mapping[tuple[str, str], _Found]
"""(mode, target) -> where."""
_NOTHING: _Reach = {}


def spans(builder: GraphBuilder) -> Iterator[Edge]:
    """The edges `spans` of all transactions; `how` tells in which of `MODES` each is touched.

    Routes whose functions depend on one that commits once they are done (FastAPI's `Depends`) get a
    transaction each, as Django's do from `ATOMIC_REQUESTS`.
    """
    for added in list(_requests(builder)):
        builder.add(added)
    transactions = builder.nodes("transaction")
    if transactions:
        yield from _Spans(builder, transactions).all()


def _requests(builder: GraphBuilder) -> Iterator[Node | Edge]:
    commits = [node.id for node in builder.nodes("function") if "commits" in dict(node.attributes)]
    if not commits:
        return
    dependents: dict[str, list[str]] = {}
    for edge in builder.edges("calls"):
        if any(via == "convention" for _, via in edge.evidence):
            dependents.setdefault(edge.target, []).append(edge.source)
    seen, waiting = set(commits), commits
    while waiting:
        more = set(dependents.get(waiting.pop(), ())) - seen
        seen |= more
        waiting += sorted(more)
    routes = {route.id: route for route in builder.nodes("route")}
    for edge in builder.edges("handles"):
        if edge.source in routes and edge.target in seen and edge.confidence != "possible":
            route = routes[edge.source]
            id = f"transaction:{route.name}"
            yield Node(id, route.path, route.line, route.end_line, (("opened", "request"),))
            yield Edge(route.id, id, "contains", "likely", edge.evidence)


def _hooked(builder: GraphBuilder) -> Iterator[tuple[str, str]]:
    """(what handles a route, a method that the library then calls on its class)."""
    graph = builder.part("calls", "handles", "inherits", "contains")
    hooks, ids = Hooks(graph), graph.columns.ids
    handlers = {edge.target for edge in builder.edges("handles") if edge.source.startswith("route:")}
    for handler in sorted(handlers):
        for method in hooks.of(bisect_left(ids, handler)):
            yield handler, ids[method]


class _Spans:
    def __init__(self, builder: GraphBuilder, transactions: Sequence[Node]) -> None:
        self._transactions = {node.id: node for node in transactions}
        self._owner: dict[str, str] = {}
        self._touches: dict[str, list[_Touch]] = {}
        self._calls: dict[str, list[Edge]] = {}
        aside = {node.id for node in builder.nodes("function") if ("atomic", "no") in node.attributes}
        for edge in builder.edges("contains", "calls", "handles", "subscribes", *_TOUCHES):
            self._add(edge, aside)
        if any(owner.startswith("route:") for owner in self._owner.values()):
            for handler, hook in _hooked(builder):
                self._calls.setdefault(handler, []).append(Edge(handler, hook, "calls", "likely"))
        self._placed: dict[str, list[tuple[str, int, int, Evidence]]] = {}
        """The places of what a function touches and calls, in order, with its number."""
        own: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for id, node in self._transactions.items():
            attributes = dict(node.attributes)
            if attributes.get("opened") not in JOINS and id in self._owner:
                lines = lines_of(attributes.get("lines", f"{node.line}-{node.end_line}"))
                own.setdefault((self._owner[id], node.path or ""), []).extend(lines)
        self._own = {key: _merged(lines) for key, lines in own.items()}
        self._apart = {owner for owner, _ in own}

    def _add(self, edge: Edge, aside: set[str]) -> None:
        source, target, kind = edge.source, edge.target, edge.kind
        if kind == "contains":
            if target in self._transactions:
                self._owner[target] = source
        elif kind == "subscribes":
            self._calls.setdefault(target, []).append(Edge(target, source, "calls", edge.confidence))
        elif kind == "handles":
            if source.startswith("route:") and edge.confidence != "possible" and target not in aside:
                self._calls.setdefault(source, []).append(edge)
        elif kind == "calls":
            if edge.confidence != "possible":
                self._calls.setdefault(source, []).append(edge)
        elif kind in ("reads", "joins", "writes"):
            if target.startswith(("table:", "view:")) and edge.confidence != "possible":
                self._touches.setdefault(source, []).append(_Touch(_TOUCHES[kind], target, edge))
        elif kind != "enqueues" or target.startswith(_APART):
            self._touches.setdefault(source, []).append(_Touch(_TOUCHES[kind], target, edge))
            if kind == "publishes" and target.startswith("signal:"):
                self._calls.setdefault(source, []).append(edge)

    def all(self) -> Iterator[Edge]:
        reach = self._reach()
        for id, node in self._transactions.items():
            if id in self._owner:
                yield from self._of(node, self._owner[id], reach)

    def _of(self, node: Node, owner: str, reach: Mapping[str, _Reach]) -> Iterator[Edge]:
        """The edges of one transaction."""
        lines = lines_of(dict(node.attributes).get("lines", ""))
        found: dict[str, dict[str, list[tuple[int, int, tuple[Evidence, ...]]]]] = {}
        for inside, places in self._inside(owner, node.path or "", lines):
            if isinstance(inside, _Touch):
                edge = inside.edge
                rank = CONFIDENCES.index(edge.confidence)
                for mode in _modes(inside):
                    found.setdefault(inside.target, {}).setdefault(mode, []).append(
                        (edge.order, rank, places)
                    )
                continue
            rank = CONFIDENCES.index(inside.confidence)
            for (mode, target), there in reach.get(inside.target, _NOTHING).items():
                found.setdefault(target, {}).setdefault(mode, []).append(
                    (inside.order, max(rank, there.rank), (places[0], there.evidence))
                )
        for target in sorted(found):
            ways = [way for mode in MODES for way in found[target].get(mode, ())]
            told = CHANGES.intersection(found[target]) or found[target].keys()
            first = [min(found[target][mode]) for mode in told]
            evidence = sorted({place for way in first for place in way[2]})
            rank, order = min(way[1] for way in ways), min(way[0] for way in ways)
            how = tuple(sorted(found[target]))
            yield Edge(
                node.id, target, "spans", CONFIDENCES[rank], tuple(evidence), order, len(ways), how=how
            )

    def _inside(
        self, owner: str, path: str, lines: _Lines
    ) -> Iterator[tuple[_Touch | Edge, tuple[Evidence, ...]]]:
        """What a function touches and calls within lines of it, with the places; without any lines all."""
        whole: list[_Touch | Edge] = [*self._touches.get(owner, ()), *self._calls.get(owner, ())]
        if not lines:
            yield from ((item, evidence) for item in whole if (evidence := _evidence(item)))
            return
        if owner not in self._placed:
            self._placed[owner] = sorted(
                (place.place.path, place.place.line, number, place)
                for number, item in enumerate(whole)
                for place in _evidence(item)
            )
        placed, found = self._placed[owner], dict[int, list[Evidence]]()
        for first, last in lines:
            for index in range(bisect_left(placed, (path, first)), bisect_left(placed, (path, last + 1))):
                found.setdefault(placed[index][2], []).append(placed[index][3])
        for number in sorted(found):
            yield whole[number], tuple(sorted(found[number]))

    def _reach(self) -> dict[str, _Reach]:
        """What everything that transactions call touches, callees first; circles share what they touch."""
        starts = [edge.target for owner in self._owner.values() for edge in self._calls.get(owner, ())]
        ids = sorted(self._reachable(starts))
        number = {id: index for index, id in enumerate(ids)}
        following = [sorted({number[e.target] for e in self._joined(id)}) for id in ids]
        reach: dict[str, _Reach] = {}
        for group in components(following):
            merged: dict[tuple[str, str], _Found] = {}
            for index in group:
                for key, there in self._direct(ids[index], reach):
                    if key not in merged or there < merged[key]:
                        merged[key] = there
            for index in group:
                reach[ids[index]] = merged
        return reach

    def _reachable(self, starts: Iterable[str]) -> set[str]:
        seen, waiting = set(starts), list(starts)
        while waiting:
            for edge in self._joined(waiting.pop()):
                if edge.target not in seen:
                    seen.add(edge.target)
                    waiting.append(edge.target)
        return seen

    def _joined(self, id: str) -> Iterator[Edge]:
        """The calls of a function that belong to the transaction in which it is called."""
        return (edge for edge in self._calls.get(id, ()) if not self._is_own(id, edge))

    def _is_own(self, id: str, edge: Edge) -> bool:
        if id not in self._apart or not edge.evidence:
            return False
        return all(_holds(self._own.get((id, place.path), ()), place.line) for place, _ in edge.evidence)

    def _direct(self, id: str, reach: Mapping[str, _Reach]) -> Iterator[tuple[tuple[str, str], _Found]]:
        """What a function touches itself, and what those touch that were reached before."""
        for touch in self._touches.get(id, ()):
            edge = touch.edge
            if edge.evidence and not self._is_own(id, edge):
                rank = CONFIDENCES.index(edge.confidence)
                for mode in _modes(touch):
                    yield (mode, touch.target), _Found(rank, edge.evidence[0])
        for edge in self._joined(id):
            rank = CONFIDENCES.index(edge.confidence)
            for key, there in reach.get(edge.target, _NOTHING).items():
                yield key, there if there.rank >= rank else there._replace(rank=rank)


def _modes(touch: _Touch) -> tuple[str, ...]:
    """`reads` is also `locks` where what is read is locked."""
    return ("reads", "locks") if touch.mode == "reads" and "lock" in touch.edge.how else (touch.mode,)


def _evidence(item: _Touch | Edge) -> tuple[Evidence, ...]:
    return item.evidence if isinstance(item, Edge) else item.edge.evidence


def _holds(lines: _Lines, line: int) -> bool:
    """Whether a line is in one of several ranges that are sorted and apart."""
    index = bisect_right(lines, line, key=lambda pair: pair[0]) - 1
    return index >= 0 and line <= lines[index][1]


def _merged(lines: Iterable[tuple[int, int]]) -> _Lines:
    """Ranges sorted, those that overlap made one."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(lines):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged
