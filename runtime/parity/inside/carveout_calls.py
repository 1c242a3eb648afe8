"""Calls to compare by, made of a test's: itself, around the code's literals, of declared types.

Everything is derived from what is given, in one order: the same calls on every run.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple

_MOST_NUMBERS, _MOST_TEXTS, _LONGEST = 24, 24, 80
_BY_TYPE: dict[str, list[Any]] = {
    "int": [0, 1, -1, 7, 59, 60, 61, 3600, 86400, 2**31],
    "float": [0.0, 0.5, -0.5, 1.005, 2.675, 1e9],
    "str": ["", " ", "a", "A b", " a ", "0", "-1", "a/b", "<b>", "\u00e4\u00df\u200b"],
    "bool": [True, False],
    "None": [None],
}


class Literals(NamedTuple):
    """What the code compares with, cuts at or counts by."""

    numbers: tuple[float, ...]
    texts: tuple[str, ...]


def literals_of(*files: Path) -> Literals:
    """The numbers of some files, and the texts of their conditions and of what they look into."""
    numbers: set[float] = set()
    texts: set[str] = set()
    for file in files:
        try:
            tree = ast.parse(file.read_text(encoding="utf-8"))
        except (OSError, SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
                numbers.add(node.value)
            if isinstance(node, ast.Compare | ast.Set | ast.Dict):
                found = (each.value for each in ast.walk(node) if isinstance(each, ast.Constant))
                texts.update(text for text in found if isinstance(text, str) and len(text) <= _LONGEST)
    small = sorted(numbers, key=lambda number: (abs(number), number))
    return Literals(tuple(small[:_MOST_NUMBERS]), tuple(sorted(texts)[:_MOST_TEXTS]))


def calls(arguments: dict[str, Any], types: dict[str, Any], literals: Literals) -> Iterator[tuple[str, Any]]:
    """(source, arguments): each differs from the call in one value."""
    yield "replayed", arguments
    for path, value in _leaves(arguments):
        for other in _around(value, literals):
            yield "literals", _with(arguments, path, other)
    for name, how in sorted(types.items()):
        if name in arguments and isinstance(how, str):
            words = how.replace("|", " ").replace("[", " ").replace("]", " ").split()
            for word in words if "[" not in how else ():
                for other in _BY_TYPE.get(word, ()):
                    yield "types", _with(arguments, (name,), other)


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict):
        for key in sorted(value):
            yield from _leaves(value[key], (*path, key))
    elif isinstance(value, list):
        yield path, value
        for index, each in enumerate(value[:4]):
            yield from _leaves(each, (*path, index))
    else:
        yield path, value


def _with(arguments: Any, path: tuple[Any, ...], value: Any) -> Any:
    copy = json.loads(json.dumps(arguments))
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return copy


def _around(value: Any, literals: Literals) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, list):
        yield from ([], value[:1] * 2, value[::-1], value + value[-1:])
    elif isinstance(value, int | float):
        kind = type(value)
        for number in literals.numbers:
            yield from (kind(number - 1), kind(number), kind(number + 1))
            if kind is float:
                yield from (number - 0.01, number + 0.01)
    elif isinstance(value, str):
        if moment := _moment(value):
            yield from (told.isoformat() for told in _moments(moment))
            return
        yield from (value.upper(), value.swapcase(), f" {value} ", value[::-1], *literals.texts)
        yield from (f"{value} {text}" for text in literals.texts)
        yield from (f"{text}{value}" for text in literals.texts)
        for number in literals.numbers:
            if number == int(number) and 0 < number <= _LONGEST:
                for length in (int(number) - 1, int(number), int(number) + 1):
                    yield ((value or "x") * (length // len(value or "x") + 1))[:length]
                    yield str(length)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if len(text) >= len("2020-01-01") else None
    except ValueError:
        return None


def _moments(moment: datetime) -> Iterator[datetime]:
    for hours in (-24 * 31, -24 * 7, -24, -1, 1, 24, 24 * 7, 24 * 31):
        yield moment + timedelta(hours=hours)
    yield moment.replace(hour=0, minute=0, second=0, microsecond=0)
    yield moment.replace(hour=23, minute=59, second=59)
    if moment.tzinfo is not None:
        yield from (moment.astimezone(timezone(timedelta(hours=hours))) for hours in (-11, 5, 13))
