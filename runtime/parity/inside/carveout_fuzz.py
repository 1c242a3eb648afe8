"""Whole calls made of a function's schema in the snapshot of the service: each value is one that it allows.

What the schema says nothing of (an object by its description) stays as the test has it. The same calls on
every run: chance is drawn from the function's name and the test's call.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_CALLS = 8
_DEEP = 4
_TEXTS = [
    "",
    "a",
    "A b",
    " a ",
    "0",
    "-1",
    "a/b?c=d&e",
    "<b>&amp;",
    "\u00e4\u00df\u200b",
    "x" * 300,
    "2026-02-29",
    "None",
]
_FORMATS = {
    "date": ["1970-01-01", "2024-02-29", "2026-12-31", "9999-12-31"],
    "date-time": ["1970-01-01T00:00:00", "2024-02-29T23:59:59.999999+00:00", "2026-03-29T01:30:00+01:00"],
    "time": ["00:00:00", "23:59:59.999999"],
    "uuid": ["00000000-0000-0000-0000-000000000000", "12345678-1234-5678-1234-567812345678"],
}
_INTEGERS = [0, 1, -1, 2, 10, 59, 60, 255, 256, 3600, 2**31 - 1, 2**31, -(2**31)]
_NUMBERS = [0.0, -0.5, 0.1, 1.005, 2.675, 1e-9, 1e9]


def schemas_of(snapshot: Path) -> dict[str, Any]:
    """The schema of each function's arguments; nothing without a snapshot."""
    try:
        told = json.loads(snapshot.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    found: dict[str, Any] = {}
    for operations in told["paths"].values():
        asked = operations.get("post")
        if asked is not None:
            body = asked["requestBody"]["content"]["application/json"]["schema"]
            found[asked["operationId"]] = body["properties"]["arguments"]
    return found


def fuzzed(name: str, schema: Any, arguments: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Calls of a function beside one that a test makes."""
    chance = random.Random(json.dumps([name, arguments], sort_keys=True))
    properties = schema.get("properties", {})
    for _ in range(_CALLS if properties else 0):
        call: dict[str, Any] = {}
        for each in sorted(properties.keys() | arguments.keys()):
            given = arguments.get(each)
            if each in arguments or (each in properties and chance.random() < 0.5):
                value = _value(properties.get(each, {}), chance, given, _DEEP)
                if value is not None or each in arguments:
                    call[each] = value
        yield call


def _value(schema: Any, chance: random.Random, given: Any, deep: int) -> Any:
    """A value that the schema allows; what is given where it does not tell."""
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return _value(chance.choice(schema[several]), chance, given, deep)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return chance.choice(schema["enum"])
    kind = schema.get("type")
    kind = chance.choice(kind) if isinstance(kind, list) else kind
    if kind == "array":
        return _items(schema, chance, given, deep)
    if kind == "object":
        return _members(schema, chance, given, deep)
    if kind == "string":
        told = _FORMATS.get(schema.get("format", ""))
        return given if told is None and "format" in schema else chance.choice(told or _TEXTS)
    plain: dict[Any, list[Any]] = {
        "integer": _INTEGERS, "number": [*_INTEGERS, *_NUMBERS], "boolean": [True, False], "null": [None],
    }  # fmt: skip
    return chance.choice(plain[kind]) if kind in plain else given


def _items(schema: Any, chance: random.Random, given: Any, deep: int) -> Any:
    known = given if isinstance(given, list) else []
    if "prefixItems" in schema:
        rows = [*known, *[None] * len(schema["prefixItems"])]
        return [_value(each, chance, rows[at], deep - 1) for at, each in enumerate(schema["prefixItems"])]
    inner = schema.get("items")
    if not isinstance(inner, dict) or not inner or deep <= 0:
        return given if isinstance(given, list) else []
    old = known[0] if known else None
    made = [_value(inner, chance, old, deep - 1) for _ in range(chance.choice([0, 1, 2, 5]))]
    return made if all(each is not None for each in made) else given


def _members(schema: Any, chance: random.Random, given: Any, deep: int) -> Any:
    known = given if isinstance(given, dict) else {}
    properties = schema.get("properties")
    if not properties or deep <= 0:
        return given
    wanted = [each for each in sorted(properties) if each in known or each in schema.get("required", ())]
    return {**known, **{each: _value(properties[each], chance, known.get(each), deep - 1) for each in wanted}}
