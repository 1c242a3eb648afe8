"""Fixtures for all tests: small projects written to disk and analysed for real."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from carveout.analyzer.model.boundary import Project
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.pipeline import analyze

GraphOf = Callable[..., Graph]


@pytest.fixture
def graph_of(tmp_path: Path) -> GraphOf:
    """graph_of({"shop/pay.py": "..."}): writes the files (dedented) and analyses them."""

    def make(files: Mapping[str, str | bytes], project: Project = Project()) -> Graph:  # noqa: B008 - frozen
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
        return analyze(tmp_path, project=project, cache=False, workers=1)

    return make


@pytest.fixture
def edges_of(graph_of: GraphOf) -> Callable[..., set[str]]:
    """As graph_of, but gives the edges of the kinds asked for as "source -> target" without prefixes."""

    def make(files: Mapping[str, str | bytes], *kinds: str, project: Project = Project()) -> set[str]:  # noqa: B008
        graph = graph_of(files, project)
        return {f"{e.source.partition(':')[2]} -> {e.target.partition(':')[2]}" for e in graph.edges(*kinds)}

    return make
