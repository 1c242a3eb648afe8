"""What a function changes beyond its result, with all that it calls; what cannot be seen counts as a change.

Only what changes nothing may be asked twice: tried again, or asked of two processes at once.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model.evidence import Place
from ..model.graph import Graph, Node
from .declarations import Declarations

_CHANGES = {
    "writes": "writes",
    "enqueues": "enqueues",
    "publishes": "publishes",
    "requests": "sends a request to",
}
_UNSEEN = frozenset(
    {"unresolved-call", "saturated-call", "dynamic-import", "dynamic-attribute", "dynamic-sql"}
)
_UNSAFE_BUILTINS = frozenset(
    "open exec eval compile print input setattr delattr __import__ globals vars".split()
)
_PURE = frozenset(
    """re math json datetime hashlib hmac itertools functools collections decimal fractions typing dataclasses
    string textwrap base64 binascii time operator copy enum statistics unicodedata calendar bisect heapq
    zoneinfo numbers difflib html ipaddress""".split()
)
_SEEN = frozenset({"django", "sqlalchemy", "flask", "flask_sqlalchemy", "sqlmodel", "logging", "structlog"})
"""Libraries whose reads and writes of tables are edges of their own; what is logged changes no data."""
_LIMIT = 2_000


class Effects:
    """Answers for the functions of a graph; each walk is made once."""

    def __init__(self, graph: Graph, declarations: Declarations) -> None:
        self._graph, self._declarations = graph, declarations
        self._spots: dict[str, list[tuple[int, str]]] = {}
        for spot in graph.blind_spots:
            if spot.kind in _UNSEEN:
                self._spots.setdefault(spot.place.path, []).append((spot.place.line, spot.text))

    def of(self, function: str) -> str:
        """The first change that a function (its id) makes, in words with its place; "" for none."""
        seen, waiting = {function}, [function]
        while waiting:
            id = waiting.pop(0)
            found = self._own(id)
            if found:
                return found
            for edge in self._graph.out(id, "calls", "contains"):
                if edge.target not in seen and edge.target.startswith(("function:", "class:")):
                    seen.add(edge.target)
                    waiting.append(edge.target)
            if len(seen) > _LIMIT:
                return f"it reaches more than {_LIMIT:,} functions"
        return ""

    def _own(self, id: str) -> str:
        node = self._graph.node(id)
        if node is None or node.path is None:
            return self._library(id)
        for edge in self._graph.out(id):
            locks = edge.kind == "reads" and "lock" in edge.how
            if edge.kind in _CHANGES or locks:
                word = "locks rows of" if locks else _CHANGES[edge.kind]
                kind, _, name = edge.target.partition(":")
                what = name if kind in ("table", "view", "task", "signal") else f"the {kind} {name}"
                return f"{word} {what} at {_short(edge.evidence[0].place)}"
        for place in self._dynamic_calls(node):
            return f"what is called is not seen, at {_short(place)}"
        for line, text in self._spots.get(node.path, ()):
            if node.line <= line <= node.end_line:
                return f"what {text} does is not seen, at {node.path}:{line}"
        return ""

    def _dynamic_calls(self, node: Node) -> Iterator[Place]:
        """Calls of what another call or a subscript gives, where the graph knows of no callee."""
        where = self._declarations.split(node.name)
        file = self._declarations.file(where[0]) if where else None
        if file is None or where is None or not node.id.startswith("function:"):
            return
        known = {
            (place.line, place.column)
            for edge in self._graph.out(node.id, "calls")
            for place, _ in edge.evidence
            if (target := self._graph.node(edge.target)) is not None and target.path is not None
        }
        for call, scope, _ in file.syntax.calls():
            inside = scope == where[1] or scope.startswith(f"{where[1]}.")
            odd = not isinstance(call.func, ast.Name | ast.Attribute)
            if inside and odd and (call.lineno, call.col_offset) not in known:
                yield Place(node.path or "", call.lineno, call.col_offset)

    @staticmethod
    def _library(id: str) -> str:
        name = id.partition(":")[2]
        top, _, rest = name.partition(".")
        if top == "<builtin>":
            return f"{rest}() may change anything" if rest in _UNSAFE_BUILTINS else ""
        if top in _PURE or top in _SEEN or name.startswith("urllib.parse"):
            return ""
        return f"what {name} changes is not known"


def _short(place: Place) -> str:
    return f"{place.path}:{place.line}"
