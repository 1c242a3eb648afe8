"""What tests of several frameworks ask of a graph."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph


@pytest.fixture
def told() -> Callable[[Graph], set[str]]:
    """ "function kind table (how) columns", one for each access of the module `views`."""

    def accesses(graph: Graph) -> set[str]:
        found = set()
        for edge in graph.edges("reads", "joins", "writes"):
            if edge.source.startswith("function:views."):
                words = [edge.source[15:], edge.kind, edge.target.partition(":")[2]]
                words += [f"({' '.join(edge.how)})"] if edge.how else []
                found.add(" ".join([*words, *edge.columns]))
        return found

    return accesses
