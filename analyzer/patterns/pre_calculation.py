"""Pre-calculation: what is costly and often read is computed ahead and stored.

When it applies
    A function makes one value out of many rows (count, sum, average) each time that somebody reads it,
    and writes nothing; or a value is derived from several tables and asked for in the loops of several
    functions.

Evidence
    The calls of aggregates, and the places that ask in loops. Functions that page through a list, and
    those that keep a stored value up to date, do not count, nor do rows that are counted to check something
    (`if lines.count() > 0`).

Consequences
    Readers take a stored value; whoever changes the rows must bring it up to date, in the same
    transaction or after an event. The value may then be a moment old. Once the rows belong to another
    service, a stored value is the difference between one read and a call for each.

How to do it
    A column or table for the value, written where the rows change, or a read model that is fed by
    events; a job that computes it anew finds what was missed.

Scaffold
    Advice only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ..graph.interfaces import name_of
from ..graph.practices import practices
from ..graph.reach import trails
from ..graph.survey import Survey, survey
from ..model.boundary import Boundary, CutEdge
from ..model.evidence import Evidence, Place
from ..model.findings import Recommendation
from ..model.graph import Edge, Graph
from . import listed, recommend

_AGGREGATE = re.compile(
    r"function:(?:django\.db\.models\.(?:Sum|Avg|Count)|sqlalchemy\.func\.(?:count|sum|avg)"
    r"|django\..*\.(?:count|aggregate))\Z"
)
_COUNTED = re.compile(r"\.(?:count|aggregate)\(\)\Z")
_NAMED = re.compile(r"(?:num|total|sum|average|avg|count)_|.*_(?:total|count|sum|average)\Z")
_ROWS = re.compile(r".*\.all\(\)\[\]")
_PAGED = re.compile(r"function:.*\.(?:limit|offset|paginate\w*|Paginator)\Z")
_ALL = re.compile(r"function:django\..*\.(?:all|filter|exclude)\Z")
_CHECKS = re.compile(r"_*(?:is|has|can|may|check|validate|clean)(?:_\w+)?\Z")
"""Functions that, by their names, ask whether something holds."""
_RIGHTS = re.compile(r"table:(?:.+\.)?(?:auth_|django_)\w+\Z")
"""Django's own: who somebody is, and what they may."""
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_ASKED = 2
"""Functions that must ask in a loop, and tables that must be read, before a derived value counts."""


class PreCalculation:
    """Values that are made out of many rows on each read."""

    name = "pre_calculation"
    scaffold: str | None = None
    why = "the value is computed again on each read"
    help = "store the value where the rows change, or keep a read model of it"
    consequences = (
        "cheap reads; the value may be a moment old, and each writer of the rows must keep it up to date"
    )
    effort = "1 to 3 days"

    def detect(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Recommendation]:
        """One recommendation for each function."""
        asked = survey(graph, boundary)
        in_loops, unread, checked = _asked_in_loops(asked), _never_read(graph), _checked(graph)
        for function in asked.functions:
            id = asked.id(function)
            calls = list(asked.edges(function, "calls"))
            places = _aggregates(graph, id, calls) + _of_tables(asked, function)
            node = graph.node(id)
            lines = {*checked.get(id, ()), *([node.line] if node is not None and id in checked else [])}
            places = [place for place in places if place.place.line not in lines]
            reads, writes = asked.behind(function)
            locked = any("lock" in edge.how for edge in asked.edges(function, "reads", "joins"))
            if (
                _CHECKS.match(id.rpartition(".")[2])
                or locked
                or id in unread
                or writes
                or any(_PAGED.match(edge.target) for edge in calls)
            ):
                continue
            if places:
                yield recommend(self, id, f"{name_of(id)} aggregates rows on each read", places)
            own = [table for table in reads if not _RIGHTS.match(table)]
            if not places and len(in_loops.get(id, ())) >= _ASKED and len(own) >= _ASKED:
                title = f"{name_of(id)} is derived from {listed(own)} for each row of several lists"
                yield recommend(self, id, title, (e.evidence[0] for e in in_loops[id] if e.evidence))


def _checked(graph: Graph) -> dict[str, set[int]]:
    """The lines of each function at which rows are counted to check something."""
    found: dict[str, set[int]] = {}
    for each in practices(graph, "checked-count"):
        found.setdefault(each.id, set()).add(each.place.line)
    return found


def _never_read(graph: Graph) -> set[str]:
    """The functions that entry points lead to, but none that reads: tasks, commands and changes alone."""
    reading, others = set[str](), set[str]()
    for trail in trails(graph):
        kind, _, name = trail.entry.partition(":")
        reads = kind == "route" and name.partition(" ")[0] not in _CHANGING
        (reading if reads else others).update(trail.functions)
    return others - reading


def _of_tables(asked: Survey, function: int) -> list[Evidence]:
    """The places where a function has the database make one value of many rows."""
    return [
        place
        for edge in asked.edges(function, "reads", "joins")
        if "aggregate" in edge.how
        for place in edge.evidence
    ]


def _aggregates(graph: Graph, id: str, calls: Sequence[Edge]) -> list[Evidence]:
    """The places where a function makes one value of many rows."""
    gone_over = any(_ALL.match(edge.target) for edge in calls)
    places = [
        place
        for edge in calls
        if _AGGREGATE.match(edge.target) or (gone_over and edge.target == "function:<builtin>.sum")
        for place in edge.evidence
    ]
    node = graph.node(id)
    if not places and node is not None and node.path:
        read = [path for parameter in graph.needs(id).parameters for path in parameter.reads]
        told = any(_COUNTED.search(path) for path in read)
        told = told or (bool(_NAMED.match(id.rpartition(".")[2])) and any(_ROWS.match(path) for path in read))
        if told and not any(graph.needs(edge.target).parameters for edge in calls):  # else it is the callee's
            places.append(Evidence(Place(node.path, node.line, 0), "value-flow"))
    return places


def _asked_in_loops(asked: Survey) -> dict[str, list[Edge]]:
    """The calls in loops of each function of the project."""
    found: dict[str, list[Edge]] = {}
    for function in asked.functions:
        for edge in asked.edges(function, "calls"):
            if "loop" in edge.how:
                found.setdefault(edge.target, []).append(edge)
    return found


detector = PreCalculation()
