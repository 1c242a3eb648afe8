"""Fixtures for detectors: what one of them says of a small project."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from carveout.analyzer.graph.cut import cut
from carveout.analyzer.model.boundary import Boundary
from carveout.analyzer.model.findings import Recommendation
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.plugins import plugins

Detect = Callable[..., list[Recommendation]]


@pytest.fixture
def detect(graph_of: Callable[[Mapping[str, str]], Graph]) -> Detect:
    """detect("pub_sub", {"shop/a.py": ...}, boundary): what a detector finds in these files."""

    def found(name: str, files: Mapping[str, str], boundary: Boundary = Boundary()) -> list[Recommendation]:  # noqa: B008
        graph = graph_of(files)
        detector = next(each for each in plugins("analyzer.patterns", "detector") if each.name == name)
        return list(detector.detect(cut(graph, boundary), graph, boundary))

    return found
