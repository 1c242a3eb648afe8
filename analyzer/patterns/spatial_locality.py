"""Spatial locality: what is used together is kept and fetched together.

When it applies
    A function goes through a list and asks the database once for each turn, by itself or through what
    it calls: a query or a write each, where one for all would do (N+1). Columns of Django's inline
    admin tables are such functions: the library calls them for each row.

Evidence
    The places in the loop that read or write a table, or that call a function which does. Loops over
    what is written out in the code do not count, nor does what is merely possible, except for a method of
    the project whose long name no other class has (`line.is_event_permitted()`): such a finding is no more
    than possible. Rows that SQLAlchemy's session gathers are written together, unless the loop flushes.
    Django caches content types. A statement in a string that stands in the loop itself is not seen yet;
    one in a function that the loop calls is.

Consequences
    Inside one process this costs milliseconds a row. Once the table belongs to another service, each
    turn is a network call: a list of 50 rows becomes 50 calls. One call for all is then part of the
    interface.

How to do it
    Load what the loop needs before it (`select_related`, `prefetch_related`, `joinedload`, `WHERE id IN
    (...)`), write in bulk (`bulk_create`, `executemany`), and give functions that others call a form
    that takes many ids.

Scaffold
    Advice only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..graph.access import in_database
from ..graph.interfaces import name_of
from ..graph.survey import Survey, survey
from ..model.boundary import Boundary, CutEdge
from ..model.evidence import Confidence, Evidence, Place
from ..model.findings import Recommendation
from ..model.graph import Edge, Graph, Node
from . import listed, recommend

_CACHED = "table:django_content_type"
_WORDS = 3
"""A method's name of so many words is told from those of libraries."""


class SpatialLocality:
    """Functions that ask the database once for each turn of a loop."""

    name = "spatial_locality"
    scaffold: str | None = None
    why = "each turn of the loop asks the database again"
    help = "fetch, or write, what the loop needs for all turns at once"
    consequences = "one query in place of many; no network call for each row once the table moves"
    effort = "hours"

    def detect(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Recommendation]:
        """One recommendation for each function."""
        asked, by_name = survey(graph, boundary), _told_by_name(graph)
        for function in asked.functions:
            tables, evidence = _touched(asked, asked.edges(function, "reads", "writes", "calls"))
            confidence: Confidence = "likely"
            if not tables:
                tables, evidence = _touched(asked, by_name.get(asked.id(function), ()))
                confidence = "possible"
            if tables:
                title = (
                    f"{name_of(asked.id(function))} asks for {listed(tables)} once for each turn of a loop"
                )
                yield recommend(self, asked.id(function), title, evidence, confidence)
        for node, path in _columns_of_inlines(graph):
            title = f"{node.name} asks for {path} of each row of an inline table"
            place = Evidence(Place(node.path or "", node.line, 0), "convention")
            yield recommend(self, node.id, title, [place])


def _columns_of_inlines(graph: Graph) -> Iterator[tuple[Node, str]]:
    """Methods of Django's inline admin classes that follow a relation of the row, with what they ask for."""
    for edge in graph.edges("inherits"):
        if not (edge.target.startswith("class:django.") and edge.target.endswith("Inline")):
            continue
        for method in graph.out(edge.source, "contains"):
            node = graph.node(method.target)
            for parameter in graph.needs(method.target).parameters[1:]:
                paths = [path for path in parameter.reads if "." in path.strip(".")]
                if paths and parameter.name != "request" and node is not None:
                    yield node, paths[0]


def _touched(asked: Survey, edges: Iterable[Edge]) -> tuple[set[str], list[Evidence]]:
    """The tables that edges in loops lead to, and where."""
    tables, evidence = set[str](), list[Evidence]()
    for edge in edges:
        if "loop" not in edge.how:
            continue
        touched = {edge.target} if edge.kind != "calls" else _through(asked, edge.target)
        touched = {table for table in touched if in_database(table) and table != _CACHED}
        if touched:
            tables |= touched
            evidence += edge.evidence
    return tables, evidence


def _told_by_name(graph: Graph) -> dict[str, list[Edge]]:
    """Calls in loops of methods of the project on something unknown, by names too long for others."""
    rows = (row for row, how in graph.columns.how.items() if "loop" in how and graph.is_mere_possibility(row))
    found: dict[str, list[Edge]] = {}
    for edge in graph.edges_where(rows):
        words = name_of(edge.target).rpartition(".")[2].strip("_").split("_")
        if len(words) >= _WORDS and {each.via for each in edge.evidence} == {"convention"}:
            found.setdefault(edge.source, []).append(edge)
    return found


def _through(asked: Survey, function: str) -> frozenset[str]:
    """The tables that a call leads to; nothing where the answer may come out of a cache."""
    index = asked.index(function)
    if asked.targets(index, "reads", "cache:"):
        return frozenset()
    reads, writes = asked.behind(index)
    return reads | writes


detector = SpatialLocality()
