"""Schemas of declared types hold for what the codec makes of values, and refuse what it never makes."""

import datetime
import decimal
import importlib
import sys
import uuid
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from carveout.analyzer.model.interface import Passed
from carveout.generators.seams.contract import runtime_files
from carveout.generators.seams.schemas import schema, schema_of


@pytest.fixture(scope="module")
def codec(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The code that carries calls, as it is generated."""
    root = tmp_path_factory.mktemp("codec")
    for path, text in runtime_files("schemas_under_test").items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
    sys.path.insert(0, str(root))
    try:
        yield importlib.import_module("schemas_under_test.codec")
    finally:
        sys.path.remove(str(root))


@pytest.mark.parametrize(
    ("text", "value", "wrong"),
    [
        ("int", 3, "3"),
        ("str", "a", 1),
        ("None", None, 0),
        ("int | None", None, "x"),
        ("typing.Optional[str]", "a", 1),
        ("int | str | None", "a", "a"),
        ("typing.Union[int, str]", 1, 1),
        ("list[int]", [1, 2], ["1"]),
        ("collections.abc.Sequence[str]", ["a"], [1]),
        ("tuple[int, str]", (1, "a"), [1]),
        ("tuple[int, ...]", (1, 2, 3), ["a"]),
        ("set[str]", {"a"}, [1]),
        ("dict[str, int]", {"a": 1}, {"a": 1}),
        ("dict[str, list[int] | None]", {"a": None, "b": [1]}, [["a", ["b"]]]),
        ("datetime.datetime", datetime.datetime(2020, 1, 2), 5),
        ("datetime.date", datetime.date(2020, 1, 2), 5),
        ("decimal.Decimal", decimal.Decimal("1.5"), 1.5),
        ("uuid.UUID", uuid.UUID(int=7), 7),
        ("bytes", b"a", []),
        ("typing.Literal['a', 'b']", "a", "c"),
        ("typing.Annotated[int, 'cents']", 3, "3"),
    ],
)
def test_what_the_codec_makes_is_what_the_schema_says(
    codec: ModuleType, text: str, value: Any, wrong: Any
) -> None:
    told = schema_of(text)
    Draft202012Validator.check_schema(told)
    Draft202012Validator(told).validate(codec.declared(text).encode(value))
    assert not Draft202012Validator(told).is_valid(wrong)


def test_what_is_not_known_may_be_anything() -> None:
    assert schema_of("typing.Any") == schema(Passed("a")) == {}
    assert schema_of("shop.Report") == {"description": "shop.Report"}
    assert schema_of("not a type") == {"description": "not a type"}
    assert schema(Passed("a", how="parts", paths=("id",)))["description"] == "an object, of which crosses: id"
    assert schema(Passed("a", "*", "int", "declared")) == {"type": "array", "items": {"type": "integer"}}
    assert schema(Passed("a", "**")) == {"type": "object", "additionalProperties": {}}
