"""The cache: concurrent, broken, hostile or missing, the answer is the same."""

from __future__ import annotations

import hashlib
import json
import pickle
import subprocess
import sys
from pathlib import Path

import msgpack
import pytest

from carveout.analyzer.indexing.packed_graph import pack_graph, unpack_graph
from carveout.analyzer.indexing.store import NOT_OURS, Store, _sum
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


@pytest.mark.parametrize("change", ["ids", "arrays", "attributes", "coverage", "columns"])
def test_a_graph_of_wrong_types_is_not_believed(project: Path, change: str) -> None:
    """Ids that are no texts, edges to nodes that are not there: no such graph comes out of the cache."""
    row = msgpack.unpackb(run(project), strict_map_key=False)
    wrong = {
        "ids": [[1, *row["ids"][1:]], row["ids"][::-1], []],
        "arrays": [[b"\x7f" * len(data) for data in row["arrays"]], row["arrays"][:3], [b"\xff" * len(data) for data in row["arrays"]]],
        "attributes": [[[0, "xy"]], [["a", [["b", "c"]]]], [[0, [[1, 2]]]]],
        "coverage": [["x"] * 8, 7],
        "columns": [[[0, [1]]], [[99999999, ["a"]]], 7],
    }  # fmt: skip
    for value in wrong[change]:
        with pytest.raises(NOT_OURS):
            unpack_graph(msgpack.packb({**row, change: value}))


SCHEMES = (
    "CREATE VIEW facts (key, body) AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x, x FROM n",
    "CREATE TRIGGER t AFTER INSERT ON facts BEGIN DELETE FROM graphs; INSERT INTO facts VALUES (random(), 'x'); END",
    "CREATE INDEX other ON facts (length(body))",
)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_database_with_schemes_of_its_own_is_made_anew(project: Path, scheme: str) -> None:
    """Views and triggers of a cache would be run by SQLite: nothing of such a file is read."""
    import sqlite3

    first = run(project)
    connection = sqlite3.connect(database(project))
    if "VIEW" in scheme:
        connection.execute("DROP TABLE facts")
        connection.execute("DELETE FROM graphs")
    connection.execute(scheme)
    connection.commit()
    connection.close()
    assert run(project) == first == run(project)
    with sqlite3.connect(database(project)) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE sql IS NOT NULL").fetchone() == (
            3,
        )
    connection.close()


def test_what_is_busy_is_left_alone(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache that another process writes is done without, not taken away."""
    import sqlite3

    monkeypatch.setattr("carveout.analyzer.indexing.store._TIMEOUT", 0.0)
    first = run(project)
    size = database(project).stat().st_size
    (project / "m0.py").write_text(FILES["m0.py"] + "def more(): f0()\n")
    with sqlite3.connect(database(project)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        assert run(project) != first
    connection.close()
    (project / "m0.py").write_text(FILES["m0.py"])
    assert run(project) == first
    assert database(project).stat().st_size >= size


def test_caches_of_other_versions_go(project: Path) -> None:
    """What an older carveout kept does not stay for ever."""
    (project / FOLDER).mkdir()
    (project / FOLDER / "cache-1.db").write_bytes(b"old")
    run(project)
    assert [path.name for path in (project / FOLDER).glob("cache-*")] == [database(project).name]


def test_a_truncated_cache_is_survived(project: Path) -> None:
    """A cache cut in the middle gives the same graph."""
    first = run(project)
    data = database(project).read_bytes()
    database(project).write_bytes(data[: len(data) // 2])
    assert run(project) == first


class Bomb:
    def __reduce__(self) -> tuple[object, ...]:
        return exec, ("raise SystemExit('code of the cache was run')",)


ODD: tuple[object, ...] = (
    1,
    "x",
    None,
    [[1, 2, 3]],
    {"a": {}},
    [],
    ["a"],
    [None],
    [],
    b"\xff",
    b"",
    [7],
    ["x"],
    [[]],
)
HOSTILE = {
    "no MessagePack": b"\xc1",
    "numbers": msgpack.packb([1, 2, 3]),
    "another map": msgpack.packb({"ids": 7}),
    "nothing": b"",
    "a pickle": pickle.dumps(Bomb()),
    "a huge array": b"\xdd\xff\xff\xff\xff",
    "a huge map": b"\xdf\xff\xff\xff\xff",
    "a huge text": b"\xdb\xff\xff\xff\xff",
    "nested deeply": b"\x91" * 1_000_000 + b"\x01",
    "an extension": msgpack.packb(msgpack.ExtType(5, b"x")),
    "facts of wrong types": msgpack.packb(ODD[:13]),
}


@pytest.mark.parametrize("summed", [False, True])
@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_rows_are_not_believed(project: Path, body: bytes, summed: bool) -> None:
    """Rows that are no facts and no graphs are read again from the source."""
    import sqlite3

    first = run(project)
    with sqlite3.connect(database(project)) as connection:
        for table in ("facts", "graphs", "solutions"):
            for (key,) in connection.execute(f"SELECT key FROM {table}").fetchall():
                row = _sum(key, body) + body if summed else body
                connection.execute(f"UPDATE {table} SET body = ? WHERE key = ?", (row, key))
    connection.close()
    assert run(project) == first == run(project)


def test_a_folder_that_cannot_be_written_is_done_without(project: Path) -> None:
    """Where the cache's folder is a file, the analysis goes on without a cache."""
    (project / FOLDER).write_text("in the way")
    assert run(project) == pack_graph(analyze(project, project=Project(), workers=1, cache=False))
    assert (project / FOLDER).read_text() == "in the way"


def test_the_cache_ignores_itself_in_git(project: Path) -> None:
    """`.carveout/.gitignore` keeps the cache out of the user's commits."""
    run(project)
    assert (project / FOLDER / ".gitignore").read_text() == "*\n"


FORKED = """
import hashlib, os, random, signal, sys, time
from pathlib import Path
from carveout.analyzer.indexing.packing import pack_facts
from carveout.analyzer.indexing.packed_graph import pack_graph
from carveout.analyzer.model.boundary import Project
from carveout.analyzer.pipeline import analyze

root, mode = Path(sys.argv[1]), sys.argv[2]
def answer():
    return hashlib.sha256(pack_graph(analyze(root, project=Project(), workers=1))).hexdigest()
def start(work):
    child = os.fork()
    if not child:
        try:
            work()
        finally:
            os._exit(0)
    return child
if mode == "together":
    def work():
        (root / f"answer-{os.getpid()}").write_text(answer())
    children = [start(work) for _ in range(20)]
    for child in children:
        os.waitpid(child, 0)
else:
    chance = random.Random(7)
    for turn in range(20):
        (root / "m0.py").write_text(f"import m9\\ndef f0(): m9.f9()\\ndef g{turn}(): f0()\\n")
        child = start(answer)
        time.sleep(chance.random() * 0.12)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    print(answer())
"""


def sound(project: Path) -> bool:
    with Store(project / FOLDER) as store:
        return store._run("PRAGMA integrity_check") == [("ok",)]


def forked(project: Path, mode: str) -> str:
    command = [sys.executable, "-c", FORKED, str(project), mode]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=300).stdout.strip()


def test_concurrent_runs_agree(project: Path) -> None:
    """Twenty processes on one cache give one answer and leave a sound cache."""
    forked(project, "together")
    answers = [path.read_text() for path in project.glob("answer-*")]
    assert answers == [hashlib.sha256(run(project)).hexdigest()] * 20
    assert sound(project)


def test_killed_runs_leave_a_sound_cache(project: Path) -> None:
    """Processes that are killed at any moment, also while they write, spoil neither answers nor the cache."""
    answer = forked(project, "killed")
    fresh = pack_graph(analyze(project, project=Project(), workers=1, cache=False))
    assert answer == hashlib.sha256(fresh).hexdigest()
    assert sound(project)


def test_stale_facts_are_forgotten(project: Path) -> None:
    """Facts of files that are gone do not pile up for ever."""
    run(project)
    with Store(project / FOLDER) as store:
        store.keep_facts({f"old{n}": b"" for n in range(500)})
    (project / "m0.py").write_text("x = 2\n")
    run(project)
    with Store(project / FOLDER) as store:
        assert len(store._run("SELECT key FROM facts")) <= 11
