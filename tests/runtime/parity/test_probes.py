"""The rung probes: calls that no test makes, answered by both sides."""

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from carveout.analyzer.model.errors import UsageError
from carveout.analyzer.model.parity import Parity
from carveout.generators import scaffold
from carveout.generators.reports import choose
from carveout.runtime import parity
from carveout.runtime.parity.inside import carveout_calls, carveout_fuzz

COMMAND = [sys.executable, "manage.py", "test", "shop.tests.Rows"]
LITERALS = carveout_calls.Literals((3, 16.0), ("gone",))
NOON = "2026-03-01T12:00:00+00:00"


def climbed(root: Path) -> Parity:
    at, service = scaffold.seam_of(root, "stock"), scaffold.service_of(root, "stock")
    return parity.climb("probes", root, COMMAND, at, service)


def test_a_service_that_is_as_it_was_answers_all_of_them_alike(shop: Path) -> None:
    """`put` writes the time, which is noise; and all that is written is taken back."""
    found = climbed(shop)
    text = choose(Parity, "text").render(found).decode()
    assert found.differences == (), text
    assert dict(found.compared).keys() == {"literals", "replayed", "schema", "types"} and found.requests > 100
    assert "differs:   no call" in text and max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(
    "changes",
    [
        {
            "put": ("settings.STOCK_LIMIT)", "7)"),
            "take": ("return len(skus)", "return len(set(skus))"),
            "worth": ("filter(sku=sku).iterator()", "filter(sku__iexact=sku).iterator()"),
        },
        {"put": ("    item.save()\n    return item.count", "    return item.count")},
    ],
    ids=["threshold, count, case", "missing"],
)
def test_changes_are_found_with_the_call_and_both_answers(
    shop: Path, tmp_path: Path, changes: dict[str, tuple[str, str]]
) -> None:
    root = tmp_path / "shop"
    shutil.copytree(shop, root)
    moved = root / "services/stock/src/shop/stock.py"
    text = moved.read_text()
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new)
    moved.write_text(text)
    found = climbed(root)
    for function in changes:
        assert any(each.request.startswith(f"shop.stock.{function}(") for each in found.differences)
    assert "    monolith: " in choose(Parity, "text").render(found).decode()


def test_it_takes_one_service_and_no_sabotage(shop: Path) -> None:
    at, service = scaffold.seam_of(shop, "stock"), scaffold.service_of(shop, "stock")
    with pytest.raises(UsageError):
        parity.climb("probes", shop, COMMAND, at, service, sabotage=True)
    with pytest.raises(UsageError):
        parity.climb("probes", shop, COMMAND, at, service, beside=[(at, service)])


def made(arguments: dict[str, Any], types: dict[str, Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for source, call in carveout_calls.calls(arguments, types, LITERALS):
        found.setdefault(source, []).append(call)
    return found


def test_the_calls_that_are_made() -> None:
    call = {"n": 5, "s": "ab", "when": NOON, "deep": [{"on": True}]}
    found = made(call, {"n": "int"})
    assert found["replayed"] == [call]
    assert {each["n"] for each in found["literals"]} >= {2, 3, 4, 15, 16, 17}
    assert {each["s"] for each in found["literals"]} >= {"AB", " ab ", "gone", "ab gone", "aba", "ab" * 8}
    moments = {each["when"] for each in found["literals"]}
    assert moments >= {"2026-03-01T00:00:00+00:00", "2026-03-02T01:00:00+13:00"}
    assert [] in [each["deep"] for each in found["literals"]]
    assert any(each["deep"] == [{"on": False}] for each in found["literals"])
    assert {each["n"] for each in found["types"]} >= {0, -1, 2**31}
    assert made({"n": 5}, {}) == made({"n": 5}, {})


def test_literals_are_those_of_the_code(tmp_path: Path) -> None:
    file = tmp_path / "code.py"
    file.write_text("LIMIT = 16\ndef f(s):\n    return s[:15] if s != 'none' else len(s) > 2.5, 'other'\n")
    found = carveout_calls.literals_of(file, tmp_path / "missing.py")
    assert found == carveout_calls.Literals((2.5, 15, 16), ("none",))


SCHEMA = {
    "type": "object",
    "properties": {
        "skus": {"type": "array", "items": {"type": "string"}},
        "count": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        "day": {"type": "string", "format": "date"},
        "size": {"enum": ["small", "large"]},
        "pair": {"type": "array", "prefixItems": [{"type": "boolean"}, {"type": "number"}]},
        "deep": {"type": "object", "properties": {"on": {"type": "boolean"}}, "required": ["on"]},
        "when": {"description": "datetime.timedelta"},
    },
}


def test_calls_of_a_schema_are_what_it_allows_and_the_same_each_time() -> None:
    call = {"skus": ["a"], "when": [0, 5, 0], "deep": {"on": True, "more": 1}, "pair": [True, 1.5]}
    made = [list(carveout_fuzz.fuzzed("f", SCHEMA, {**call, "n": n})) for n in range(40)]
    assert made == [list(carveout_fuzz.fuzzed("f", SCHEMA, {**call, "n": n})) for n in range(40)]
    calls = [each for some in made for each in some]
    assert len({repr(each) for each in calls}) > 200
    for each in calls:
        assert each["when"] == [0, 5, 0] and each["deep"]["more"] == 1
        assert all(type(sku) is str for sku in each["skus"])
        assert type(each["pair"][0]) is bool and type(each["pair"][1]) in (int, float)
        assert each.get("size") in (None, "small", "large") and len(each.get("day", "2026-01-01")) == 10
    assert {type(each.get("count")) for each in calls} == {int, type(None)}
    assert {each["deep"]["on"] for each in calls} == {True, False}


def test_schemas_are_those_of_the_snapshot(shop: Path, tmp_path: Path) -> None:
    found = carveout_fuzz.schemas_of(shop / "services/stock/_generated/openapi.json")
    assert found["shop.stock.take"]["properties"]["skus"] == {"type": "array", "items": {"type": "string"}}
    assert carveout_fuzz.schemas_of(tmp_path / "missing.json") == {}
