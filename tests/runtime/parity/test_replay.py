"""Recorded calls are asked again of both sides: what differs is found field by field, and nothing stays."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from carveout.analyzer.model.errors import CarveoutError, UsageError
from carveout.analyzer.model.parity import Parity
from carveout.generators import scaffold
from carveout.generators.reports import choose
from carveout.runtime.parity import replaying
from carveout.runtime.parity.inside import carveout_comparing, carveout_undone

LOAD = [sys.executable, "manage.py", "check"]
TRAFFIC = """
from shop import web
from shop.models import Item
Item.objects.create(sku="a", count=4)
web.receive("a", 1); web.receive("a", 1); web.receive("b", 3); web.told("a"); web.told("A"); web.sell("a", "a")
try: web.sell("gone")
except Exception as error: print(type(error).__name__)
try: web.fail()
except ZeroDivisionError: print("as ever")
"""


@pytest.fixture(scope="module")
def recorded(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(the project with data, the calls that it recorded)."""
    root = tmp_path_factory.mktemp("recorded") / "shop"
    shutil.copytree(shop, root)
    file = root / "calls.jsonl"
    told = {**os.environ, "STOCK_SEAM_RECORD": str(file)}
    subprocess.run([sys.executable, "manage.py", "migrate"], cwd=root, check=True)
    subprocess.run([sys.executable, "manage.py", "shell", "-c", TRAFFIC], cwd=root, check=True, env=told)
    return root, file


def asked(root: Path, file: Path, rung: str = "process") -> Parity:
    at = scaffold.seam_of(root, "stock")
    service = scaffold.service_of(root, "stock") if rung != "wire" else None
    return replaying.replay(rung, root, LOAD, at, service, replaying.read(file))


def items(root: Path) -> list[tuple[object, ...]]:
    return list(sqlite3.connect(root / "shop.sqlite3").execute("SELECT * FROM shop_item ORDER BY id"))


def test_each_different_call_is_written_down_once_and_for_its_owner_alone(
    recorded: tuple[Path, Path],
) -> None:
    _, file = recorded
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert [row["function"].rpartition(".")[2] for row in rows] == [
        *("put", "put", "worth", "worth", "take", "take", "broken")
    ]
    assert rows[0] == {
        "function": "shop.stock.put", "arguments": {"sku": "a", "count": 1}, "answer": {"result": 5},
        "left_out": [],
    }  # fmt: skip
    assert rows[-1]["answer"] == {"error": "ZeroDivisionError"}
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("rung", ["wire", "process"])
def test_both_sides_answer_alike_and_nothing_stays(recorded: tuple[Path, Path], rung: str) -> None:
    root, file = recorded
    before = items(root)
    found = asked(root, file, rung)
    text = choose(Parity, "text").render(found).decode()
    assert found.differences == (), text
    assert items(root) == before
    assert found.requests == 7 and found.unproven == ("shop.stock.twice",)
    told = found.replayed
    assert told is not None and told.noise == (("shop.stock.put", "rows of shop_item[].seen", 2),)
    assert told.otherwise == 3  # there is another number by now
    assert [each[0] for each in told.failed] == ["shop.stock.broken"]
    assert "differs:   no call" in text and max(map(len, text.splitlines())) <= 80


PLANTS = [
    ("settings.STOCK_LIMIT)", "3)"),
    ("    item.save()\n    return item.count", "    return item.count"),
    ("return len(skus)", "return len(set(skus))"),
    ("filter(sku=sku).iterator()", "filter(sku__iexact=sku).iterator()"),
]


def test_planted_differences_are_found_with_field_and_both_values(
    recorded: tuple[Path, Path], tmp_path: Path
) -> None:
    """All of them at once: a threshold, something missing, a count, another match."""
    root = tmp_path / "shop"
    shutil.copytree(recorded[0], root)
    moved = root / "services/stock/src/shop/stock.py"
    for old, new in PLANTS:
        assert old in moved.read_text()
        moved.write_text(moved.read_text().replace(old, new))
    found = asked(root, root / "calls.jsonl")
    told = {each.request: {name: values for name, *values in each.fields} for each in found.differences}
    assert told.keys() == {
        'shop.stock.put(sku="a", count=1)', 'shop.stock.put(sku="b", count=3)',
        'shop.stock.take(skus=["a", "a"])', 'shop.stock.worth(sku="A")',
    }  # fmt: skip
    assert told['shop.stock.worth(sku="A")'] == {"result": ["0", "3"]}
    put = told['shop.stock.put(sku="a", count=1)']
    assert put["result"] == ["4", "3"] and put["rows of shop_item"][1] == "nothing"
    text = choose(Parity, "text").render(found).decode()
    assert "    result\n      monolith: 4\n      service:  3\n" in text


def test_what_it_is_asked_for_makes_sense(shop: Path, tmp_path: Path) -> None:
    at, file = scaffold.seam_of(shop, "stock"), tmp_path / "calls.jsonl"
    for text, words in (("", "holds no call"), ("{}\n{}\n", ":1 is no recorded call")):
        file.write_text(text)
        with pytest.raises(UsageError, match=words):
            replaying.read(file)
    with pytest.raises(UsageError, match="cannot be read"):
        replaying.read(tmp_path / "missing")
    file.write_text('{"function": "shop.stock.gone", "arguments": {}, "answer": {}}\n{"function"')
    (call,) = replaying.read(file)
    with pytest.raises(UsageError, match="is for the rungs wire and process"):
        replaying.replay("probes", shop, LOAD, at, None, [call])
    with pytest.raises(CarveoutError, match="did not load the seam"):
        replaying.replay("wire", shop, [sys.executable, "-c", "print()"], at, None, [call])
    assert replaying.loading(shop, ()) == ("python", "manage.py", "check")
    with pytest.raises(UsageError, match="nothing says how the application is loaded"):
        replaying.loading(tmp_path, ())


def test_fields_are_compared_without_what_is_noise() -> None:
    first, again = ({"answer": {"result": {"at": at, "rows": [{"n": 1, "id": at}]}}} for at in (1, 2))
    other = {"answer": {"result": {"at": 3, "rows": [{"n": 2, "id": 3}]}}}
    assert carveout_comparing.noise_between(first, again) == ["result.at", "result.rows[].id"]
    assert carveout_comparing.differing(first, again, other) == [["result.rows[0].n", "1", "2"]]
    fewer = {"answer": {"result": {"at": 1, "rows": []}}}
    (found,) = carveout_comparing.differing(first, again, fewer)
    assert found == ["result.rows", '[{"n": 1, "id": 1}]', "[]"]
    failed = [{"failed": {"words": words}} for words in ("KeyError: 'a'", "ServiceError: status")]
    assert carveout_comparing.differing(failed[0], failed[0], failed[1]) == []
    assert carveout_comparing.differing(failed[0], failed[0], other)[0][0] == "failed"
    assert carveout_comparing.differing({"answer": {"result": 1}}, {"answer": {"result": 1}}, {
        "answer": {"result": True}}) == [["result", "1", "true"]]  # fmt: skip


def test_rows_that_a_call_wrote_are_told_and_those_of_the_outbox_are_events() -> None:
    database = sqlite3.connect(":memory:")
    database.executescript("""
        CREATE TABLE item (id INTEGER PRIMARY KEY, n INTEGER);
        CREATE TABLE event_outbox (number INTEGER PRIMARY KEY, type TEXT, ordering_key TEXT, data TEXT);
        INSERT INTO item (n) VALUES (1), (2);
        """)

    def run(sql: str) -> tuple[list[str], list[object]]:
        cursor = database.execute(sql)
        return [column[0] for column in cursor.description], cursor.fetchall()

    written = carveout_undone.Written()
    for _ in range(2):
        database.execute("UPDATE item SET n = 3 WHERE n = 1")
        database.execute("INSERT INTO event_outbox (type, ordering_key, data) VALUES ('paid.v1', '7', '{}')")
        written.after(["item", '"event_outbox"'], run)
        database.rollback()
        assert written.before(run) == {
            "events": [{"type": "'paid.v1'", "ordering_key": "'7'", "data": "'{}'"}],
            "rows of item": [{"id": "1", "n": "3"}],
            "rows gone from item": [{"id": "1", "n": "1"}],
        }
    statements = ["select 1", 'insert into "a" values (1)', "UPDATE b SET x = 1", "delete from s.c", None]
    assert [carveout_undone.changed_by(each) for each in statements] == ["", '"a"', "b", "s.c", ""]
