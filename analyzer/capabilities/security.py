"""Security: only who may, may.

What counts
    Routes whose handler asks for no right or user, where most handlers of the same module do; SQL that is put
    together from what a function is given, where an entry point leads to it or quotes are written around it;
    secrets that stand in code; and switches for developers that are on.

Why it matters
    A check that one of many routes lacks is how data leaks; and once services run apart, each route is
    a door. What stands in code is known to all who ever read it.

How to fix it
    Check by default, in one place, and name the routes that are open. Give values to SQL as parameters, and
    names of columns from a list. Take secrets from the environment, without a default; make new ones.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator

from ..graph.by_hand import by_hand
from ..graph.interfaces import name_of
from ..graph.practices import practices
from ..graph.reach import reach
from ..graph.roles import ASIDE, role_of
from ..model.evidence import Evidence, Place
from ..model.findings import Weakness
from ..model.graph import Graph
from . import weakness

_ASKS = re.compile(
    r"(?:function|class):(?:.*[._])?(?:login_required|current_user|get_current_\w*user|requires?_\w*|require\w*"
    r"|\w*_required|\w*permission\w*|authori[sz]\w*|authenticat\w*|check_perm\w*|(?:verify|check|validate)_token"
    r"|user_passes_test|signed_in|staff_only|admin_only|login_manager|allow_\w+)\Z",
    re.IGNORECASE,
)
_MOST, _LEAST = 0.9, 5
_FOR_DEVELOPERS = re.compile(
    r"(?i)(?:\A|[/_.])(?:dev|develop|development|local|(?:unit_?)?tests?|testing|debug|demo|ci|sample)"
)


class Security:
    """Routes that ask for nobody where their siblings do, and what gives away or lets in."""

    name = "security"

    def find(self, graph: Graph) -> Iterable[Weakness]:
        """One weakness for each handler, each place of SQL, each secret and each switch."""
        yield from self._unchecked(graph)
        yield from self._built_sql(graph)
        yield from self._secrets(graph)
        yield from self._switches(graph)

    def _unchecked(self, graph: Graph) -> Iterator[Weakness]:
        siblings: dict[str, dict[str, bool]] = defaultdict(dict)
        decorated = _Decorated(graph)
        for edge in graph.edges("handles"):
            node = graph.node(edge.target)
            if node is None or not node.path or role_of(node.path) in ASIDE or edge.confidence == "possible":
                continue
            if edge.source.startswith("route:") and node.kind == "function":
                asks = _asks(graph, node.id) or decorated.asks(node.path, node.line, node.end_line)
                siblings[node.path][node.id] = asks
        for path, handlers in sorted(siblings.items()):
            asking = sum(handlers.values())
            if len(handlers) < _LEAST or asking / len(handlers) < _MOST:
                continue
            for id, asks in sorted(handlers.items()):
                node = graph.node(id)
                if not asks and node is not None:
                    yield weakness(
                        self.name,
                        "no-check",
                        f"{name_of(id)} asks for no user; {asking} of {len(handlers)} handlers there do",
                        [Evidence(Place(path, node.line, 0), "convention")],
                        "anybody may call it",
                        "check there too, or say that it is open",
                    )

    def _built_sql(self, graph: Graph) -> Iterator[Weakness]:
        """SQL in functions that entry points reach, or with a value between quotes; one place of each."""
        times, beside = reach(graph).times, by_hand(graph)
        seen = set[tuple[str, str]]()
        for each in practices(graph, "built-sql"):
            leading, what = times.get(each.id, 0), each.what.strip("'")
            foreign = what != each.what and graph.index_of(each.id) not in beside
            if not (leading or foreign) or (each.id, what) in seen:
                continue
            seen.add((each.id, what))
            came = "the request" if what == "request" else f"its parameter {what}"
            yield weakness(
                self.name,
                "sql-from-input",
                f"{name_of(each.id)} puts {came} into the text of SQL; {_entries(leading)} to it",
                [Evidence(each.place, "value-flow")],
                "who chooses the text chooses what the database does",
                "give it as a parameter of the statement; look names of columns up in a list",
            )

    def _secrets(self, graph: Graph) -> Iterator[Weakness]:
        for each in practices(graph, "secret"):
            if _FOR_DEVELOPERS.search(each.place.path):
                continue
            yield weakness(
                self.name,
                "secret-in-code",
                f"{each.what} stands in the code of {name_of(each.id)}",
                [Evidence(each.place)],
                "all who ever read the code know it, and each service would get a copy",
                "take it from the environment without a default, and make a new one",
            )

    def _switches(self, graph: Graph) -> Iterator[Weakness]:
        beside = by_hand(graph)
        for each in practices(graph, "switch"):
            if not _FOR_DEVELOPERS.search(each.place.path) and graph.index_of(each.id) not in beside:
                yield weakness(
                    self.name,
                    "debug-switch",
                    f"{name_of(each.id)} has {each.what}",
                    [Evidence(each.place)],
                    "what helps developers shows or opens the inside to everybody",
                    "read it from the environment, off unless it is set",
                )


class _Decorated:
    """Which functions are decorated with a check: a module calls decorators on the lines above them."""

    def __init__(self, graph: Graph) -> None:
        self._lines: dict[str, set[int]] = defaultdict(set)
        for edge in graph.edges_to("calls", _ASKS.match):
            if not edge.source.startswith("function:"):
                for each in edge.evidence:
                    self._lines[each.place.path].add(each.place.line)
        ends: dict[str, set[int]] = {path: set() for path in self._lines}
        for node in graph.nodes("function"):
            if node.path in ends and node.end_line:
                ends[node.path].add(node.end_line)
        self._ends = {path: sorted(lines) for path, lines in ends.items()}

    def asks(self, path: str, line: int, end: int) -> bool:
        """Whether a check stands between the function before and the end of this one."""
        ends = self._ends.get(path, [])
        before = bisect_right(ends, line - 1)
        start = ends[before - 1] if before else 0
        return any(start < at <= end for at in self._lines.get(path, ()))


def _entries(number: int) -> str:
    if not number:
        return "no entry point is known that leads"
    return "1 entry point leads" if number == 1 else f"{number} entry points lead"


def _asks(graph: Graph, id: str) -> bool:
    """Whether a function, or one that it calls, calls something that is named after a check."""
    direct = [edge.target for edge in graph.out(id, "calls")]
    further = (
        edge.target
        for called in direct
        if called.startswith("function:")
        for edge in graph.out(called, "calls")
    )
    return any(_ASKS.match(target) for target in (*direct, *further))


capability = Security()
