"""What is told several times of one edge becomes one edge, in whatever order it is told."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from carveout.analyzer.indexing.packed_graph import pack_graph
from carveout.analyzer.model.boundary import CutEdge
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.evidence import Evidence, Place
from carveout.analyzer.model.graph import Edge, Node
from carveout.analyzer.rules import Relationship

FIRST = Edge("function:a", "table:t", "reads", "likely", (Evidence(Place("a.py", 9)),), 4, 1, ("x",))
AGAIN = Edge("function:a", "table:t", "reads", "certain", (Evidence(Place("a.py", 3)),), 2, 2, ("b",))
OTHER = Edge("function:a", "view:t", "reads", how=("lock", "loop"))


def test_edges_are_merged() -> None:
    packed = set()
    for told in permutations((FIRST, AGAIN, FIRST, OTHER)):
        builder = GraphBuilder()
        for edge in told:
            builder.add(edge)
        found = next(edge for edge in builder.edges("reads") if edge.target == "table:t")
        assert (found.confidence, found.order, found.count, found.columns) == ("certain", 2, 4, ("b", "x"))
        assert [evidence.place.line for evidence in found.evidence] == [3, 9]
        packed.add(pack_graph(builder.build()))
    assert len(packed) == 1


def test_two_names_of_one_thing_are_merged() -> None:
    builder = GraphBuilder()
    for item in (Node("table:t", "a.py", 1), Node("view:t", "b.sql", 2), FIRST, AGAIN, OTHER):
        builder.add(item)
    builder.replace([("view:t", "table:t", "certain")])
    (edge,) = builder.edges("reads")
    assert (edge.target, edge.count, edge.how) == ("table:t", 4, ("lock", "loop"))
    assert builder.defines("table:t")


def test_the_surest_place_comes_first() -> None:
    """What may be another row stands above in the file, and is shown after what is surely one."""
    weak = replace(
        FIRST, confidence="possible", evidence=(Evidence(Place("a.py", 1)), Evidence(Place("a.py", 7)))
    )
    for told in permutations((weak, FIRST, AGAIN)):
        builder = GraphBuilder()
        for edge in told:
            builder.add(edge)
        (found,) = builder.edges("reads")
        assert [evidence.place.line for evidence in found.evidence] == [3, 9, 1, 7]
        crossing = CutEdge(found, "orders", "billing", "", "")
        relation = Relationship(found.source, found.target, "orders", "billing", (crossing,))
        assert relation.evidence == found.evidence
