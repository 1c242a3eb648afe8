"""Proposals that are made again for graphs without a few edges."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph
from carveout.analyzer.proposals.choose import propose
from carveout.analyzer.proposals.stability import disturbed

Shop = Callable[..., Graph]


def test_one_edge_in_twenty_is_missing_and_always_the_same(tangle: Shop) -> None:
    """Nodes and what places them stay; the edges that go are chosen alike on every run."""
    graph = tangle()
    first, second = (list(map(list, map(Graph.pairs, disturbed(graph)))) for _ in range(2))
    assert first == second and len(first) == 3
    assert all(0.9 * graph.edge_count < len(rows) < graph.edge_count for rows in first)
    assert first[0] != first[1]
    assert set(first[0]) <= set(graph.pairs())


def test_packages_are_steadier_than_a_tangle(tangle: Shop) -> None:
    """What goes by names stays the same; what goes by chance calls does not."""
    steady = {each.strategy: each.metrics["stability"] for each in propose(tangle())}
    assert steady["packages"] == 1
    assert steady["community"] < 1
