"""Functionalities: an entry point with all that it reaches."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from ..model.functionality import Functionality, Step
from ..model.graph import EDGE_KIND_INDEX, EDGE_KINDS, Graph
from .hooks import Hooks

ENTRY_KINDS = ("route", "task", "job", "command", "topic", "signal")
_TOUCHED = frozenset({"reads", "joins", "writes", "requests"})
_FOLLOWED = frozenset({"handles", "calls", "enqueues", "publishes"})
_WANTED = frozenset(EDGE_KIND_INDEX[kind] for kind in _TOUCHED | _FOLLOWED)
_SUBSCRIBES = EDGE_KIND_INDEX["subscribes"]
_HEARD = ("signal:", "topic:")


class Way(NamedTuple):
    """An edge to follow: the node that it leads to, its kind, and whether what follows runs apart."""

    target: int
    kind: str
    apart: bool = False


def functionalities(graph: Graph, *, possible: bool = False) -> tuple[Functionality, ...]:
    """One functionality for each entry point, sorted by entry point; see `Tracing`."""
    tracing = Tracing(graph, possible=possible)
    return tuple(tracing.trace(node.id) for node in graph.nodes(*ENTRY_KINDS))


class Tracing:
    """Follows calls and events from entry points.

    Calls that may never happen are followed only if `possible`. The ways that leave a node are worked out
    once; a trace costs as much as it finds.
    """

    def __init__(self, graph: Graph, *, possible: bool = False) -> None:
        self._graph, self._possible = graph, possible
        columns = graph.columns
        self._rows: dict[int, list[int]] = {}
        self._listeners: dict[int, list[int]] = {}
        for row, kind in enumerate(columns.kind):
            if kind in _WANTED:
                self._rows.setdefault(columns.source[row], []).append(row)
            elif kind == _SUBSCRIBES:
                self._listeners.setdefault(columns.target[row], []).append(columns.source[row])
        self._hooks = Hooks(graph)
        self._ways: dict[tuple[int, str], list[Way]] = {}

    def trace(self, entry: str) -> Functionality:
        """All that an entry point reaches. What runs apart is followed once all else has been."""
        graph = self._graph
        steps: list[Step] = []
        start = bisect_left(graph.columns.ids, entry) if entry in graph else -1
        seen: set[int] = {start}
        action = entry[6:].partition(" ")[0].lower() if entry.startswith("route:") else ""
        waiting = [(start, 0, False)] if start >= 0 else []
        while waiting:
            node, depth, apart = waiting.pop(0)
            waiting += self._follow(node, depth, apart, seen, steps, action)
        return Functionality(entry, tuple(steps))

    def _follow(
        self, start: int, depth: int, apart: bool, seen: set[int], steps: list[Step], action: str
    ) -> list[tuple[int, int, bool]]:
        """Adds what a node reaches, a callee's own callees before its siblings; gives what runs apart."""
        ids = self._graph.columns.ids
        later: list[tuple[int, int, bool]] = []
        stack = [(start, iter(self.ways(start, action)), depth)]
        while stack:
            node, ways, level = stack[-1]
            way = next(ways, None)
            if way is None:
                stack.pop()
                continue
            is_new = way.target not in seen
            if is_new or way.kind in _TOUCHED:
                steps.append(Step(ids[way.target], way.kind, ids[node], level + 1, apart or way.apart))
            if not is_new or way.kind in _TOUCHED:
                continue
            seen.add(way.target)
            if way.apart:
                later.append((way.target, level + 1, True))
            else:
                stack.append((way.target, iter(self.ways(way.target, action)), level + 1))
        return later

    def ways(self, node: int, action: str = "") -> list[Way]:
        """Where a node (by its index) leads to, in the order of the source.

        `action` is the method of the route that is followed: classes answer to it.
        """
        key = (node, action if self._graph.columns.ids[node].startswith("class:") else "")
        ways = self._ways.get(key)
        if ways is None:
            hooks = [Way(method, "overrides") for method in self._hooks.of(*key)]
            ways = self._ways[key] = [*self._heard(node), *self._left(node), *hooks]
        return ways

    def _heard(self, node: int) -> list[Way]:
        """Who is called because of a signal or a message."""
        ids = self._graph.columns.ids
        listeners = self._listeners.get(node, ()) if ids[node].startswith(_HEARD) else ()
        return [Way(listener, "subscribes") for listener in sorted(listeners)]

    def _left(self, node: int) -> list[Way]:
        c, is_mere = self._graph.columns, self._graph.is_mere_possibility
        rows = [row for row in self._rows.get(node, ()) if self._possible or not is_mere(row)]
        rows.sort(key=lambda row: (c.order[row] or self._order(rows, row), c.target[row], c.kind[row]))
        ways = []
        for row in rows:
            kind, target = EDGE_KINDS[c.kind[row]], c.target[row]
            is_outside = c.node_path[target] < 0 and c.ids[target].startswith(("function:", "class:"))
            if not is_outside:
                ways.append(Way(target, kind, kind == "enqueues" or c.ids[target].startswith("topic:")))
        return ways

    def _order(self, rows: list[int], row: int) -> int:
        """The place of an edge without an order of its own: after the calls that stand in lines before it."""
        line = self._line(row)
        c = self._graph.columns
        return max((c.order[other] for other in rows if 0 < self._line(other) <= line), default=0)

    def _line(self, row: int) -> int:
        c = self._graph.columns
        places = c.places(row)
        return c.at_line[places[0]] if places else 0
