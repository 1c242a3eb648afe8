"""The graph's way through JSON and back, and what is said of other files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import carveout
from carveout.analyzer.model.errors import CarveoutError
from carveout.analyzer.model.exported import SCHEMA, graph_of
from carveout.analyzer.model.results import AnalysisResult
from carveout.analyzer.pipeline import analyze
from carveout.generators.reports import choose

ROOT = Path(__file__).parents[3]


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    """The sample's graph makes the same bytes again."""
    report = choose(AnalysisResult, "json")
    data = report.render(AnalysisResult("shop", analyze(ROOT / "sample_monolith", cache=False, workers=1)))
    path = tmp_path / "graph.json"
    path.write_bytes(data)
    assert report.render(AnalysisResult("shop", carveout.load_graph(path))) == data


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"{", "this is no JSON"),
        (b"\xff\xfe", "this is no JSON"),
        (b"[" * 100_000, "this is no JSON"),
        (b"[]", "this is no graph"),
        (b'{"schema": 7}', "this is no graph"),
        (b'{"schema": "carveout/graph/0"}', "has the schema carveout/graph/0"),
        (b'{"schema": "carveout/graph/2"}', "has the schema carveout/graph/2"),
        (json.dumps({"schema": SCHEMA}).encode(), "does not fit"),
        (json.dumps({"schema": SCHEMA, "nodes": [7]}).encode(), "does not fit"),
    ],
)
def test_other_files_are_refused_with_what_to_do(data: bytes, what: str) -> None:
    with pytest.raises(CarveoutError) as error:
        graph_of(data)
    assert what in error.value.what
    assert error.value.help == ("update carveout" if b"/2" in data else error.value.help)
    assert error.value.help


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CarveoutError, match="cannot be read"):
        carveout.load_graph(tmp_path / "gone.json")
