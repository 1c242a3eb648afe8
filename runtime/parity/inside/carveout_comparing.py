"""Answers compared field by field: what the monolith answers differently itself is left out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

_MISSING = object()
_LONGEST = 400


def noise_between(first: Any, again: Any) -> list[str]:
    """The fields in which two answers of one side differ, without the numbers of items."""
    return sorted(
        {_without_numbers(path) for path, *_ in _differences(_comparable(first), _comparable(again))}
    )


def differing(first: Any, again: Any, other: Any) -> list[list[str]]:
    """[field, the monolith's, the service's] where they differ and the monolith's two answers do not."""
    first, again, other = map(_comparable, (first, again, other))
    noise = [path for path, *_ in _differences(first, again)]
    return [
        [path, _shown(expected), _shown(found)]
        for path, expected, found in _differences(first, other)
        if not any(_is_within(path, each) for each in noise)
    ]


def _comparable(answer: dict[str, Any]) -> dict[str, Any]:
    """What failed without a declared exception has failed: callers of a service are not told more."""
    found = {name: value for name, value in answer.items() if name not in ("answer", "failed")}
    found |= answer.get(
        "answer", {"failed": "an exception that is not declared"} if "failed" in answer else {}
    )
    return found


def _differences(expected: Any, found: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in sorted(expected.keys() | found.keys()):
            below = f"{path}.{key}" if path else key
            yield from _differences(expected.get(key, _MISSING), found.get(key, _MISSING), below)
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for index, pair in enumerate(zip(expected, found, strict=True)):
            yield from _differences(*pair, f"{path}[{index}]")
    elif type(expected) is not type(found) or expected != found:
        yield path, expected, found


def _is_within(path: str, outer: str) -> bool:
    return path == outer or path.startswith((f"{outer}.", f"{outer}["))


def _without_numbers(path: str) -> str:
    parts = path.split("[")
    return parts[0] + "".join("[]" + part.partition("]")[2] for part in parts[1:])


def _shown(value: Any) -> str:
    if value is _MISSING:
        return "nothing"
    return json.dumps(value, default=repr)[:_LONGEST]
