"""The cache: concurrent, broken, hostile or missing, the answer is the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import msgpack
import pytest

from carveout.analyzer.indexing.store import Store, _sum, pack_graph, unpack_graph
from carveout.analyzer.model.boundary import Project
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.graph import Edge
from carveout.analyzer.model.results import AnalysisResult
from carveout.analyzer.pipeline import analyze
from carveout.analyzer.project.cache_folder import FOLDER
from carveout.generators.reports.graph_json import GraphJson

FILES = {
    f"m{n}.py": f"import m{n - 1 if n else 9}\ndef f{n}(): m{n - 1 if n else 9}.f{n - 1 if n else 9}()\n"
    for n in range(10)
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Ten modules that call each other in a ring."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def run(project: Path) -> bytes:
    return pack_graph(analyze(project, project=Project(), workers=1))


def database(project: Path) -> Path:
    return next((project / FOLDER).glob("cache-*.db"))


@pytest.mark.parametrize("damage", [b"", b"not a database at all", b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_broken_cache_is_made_anew(project: Path, damage: bytes) -> None:
    """Empty, foreign and damaged cache files give the same graph, and a working cache again."""
    first = run(project)
    database(project).write_bytes(damage)
    assert run(project) == first
    assert run(project) == first


def test_what_is_done_to_tables_is_kept() -> None:
    """How a table is written survives the cache and the JSON, all places of one edge together."""
    builder = GraphBuilder()
    for how in ("update", "insert"):
        builder.add(Edge("function:f", "table:t", "writes", how=(how,)))
    graph = unpack_graph(pack_graph(builder.build()))
    assert [edge.how for edge in graph.edges()] == [("insert", "update")]
    text = GraphJson().render(AnalysisResult("shop", graph))
    assert json.loads(text)["edges"][0]["how"] == ["insert", "update"]


def test_a_truncated_cache_is_survived(project: Path) -> None:
    """A cache cut in the middle gives the same graph."""
    first = run(project)
    data = database(project).read_bytes()
    database(project).write_bytes(data[: len(data) // 2])
    assert run(project) == first


@pytest.mark.parametrize("body", [b"\xc1", msgpack.packb([1, 2, 3]), msgpack.packb({"ids": 7}), b""])
def test_hostile_rows_are_not_believed(project: Path, body: bytes) -> None:
    """Rows that are no facts and no graphs are read again from the source."""
    import sqlite3

    first = run(project)
    with sqlite3.connect(database(project)) as connection:
        for row in (body, _sum(body) + body):
            connection.execute("UPDATE facts SET body = ?", (row,))
            connection.execute("UPDATE graphs SET body = ?", (row,))
    connection.close()
    assert run(project) == first


def test_a_folder_that_cannot_be_written_is_done_without(project: Path) -> None:
    """Where the cache's folder is a file, the analysis goes on without a cache."""
    (project / FOLDER).write_text("in the way")
    assert run(project) == pack_graph(analyze(project, project=Project(), workers=1, cache=False))
    assert (project / FOLDER).read_text() == "in the way"


def test_the_cache_ignores_itself_in_git(project: Path) -> None:
    """`.carveout/.gitignore` keeps the cache out of the user's commits."""
    run(project)
    assert (project / FOLDER / ".gitignore").read_text() == "*\n"


def test_concurrent_runs_agree(project: Path) -> None:
    """Eight processes on one cache give one answer and leave a sound cache."""
    script = (
        "import hashlib, sys; from pathlib import Path; from carveout.analyzer.indexing.store import pack_graph;"
        "from carveout.analyzer.model.boundary import Project; from carveout.analyzer.pipeline import analyze;"
        "print(hashlib.sha256(pack_graph(analyze(Path(sys.argv[1]), project=Project(), workers=1))).hexdigest())"
    )
    runs = [
        subprocess.Popen([sys.executable, "-c", script, str(project)], stdout=subprocess.PIPE, text=True)
        for _ in range(8)
    ]
    answers = {process.communicate(timeout=120)[0] for process in runs}
    assert len(answers) == 1
    assert {process.returncode for process in runs} == {0}
    with Store(project / FOLDER) as store:
        assert store._run("PRAGMA integrity_check") == [("ok",)]


def test_stale_facts_are_forgotten(project: Path) -> None:
    """Facts of files that are gone do not pile up for ever."""
    run(project)
    with Store(project / FOLDER) as store:
        store.keep_facts({f"old{n}": b"" for n in range(500)})
    (project / "m0.py").write_text("x = 2\n")
    run(project)
    with Store(project / FOLDER) as store:
        assert len(store._run("SELECT key FROM facts")) <= 11
