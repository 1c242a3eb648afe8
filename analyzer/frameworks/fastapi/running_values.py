"""Texts, lists, tables of named arguments and questions of scripts, and what methods of these give."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...model.facts import Json
from .running_objects import UNKNOWN, Given

TEXT_METHODS = frozenset("strip lstrip rstrip lower upper title replace removeprefix removesuffix".split())
TABLE_METHODS = frozenset(("get", "pop", "setdefault", "update", "copy"))


def of_text(text: str, name: str, given: Given) -> object:
    """What a method of a text gives."""
    texts = [each for each in given[0] if isinstance(each, str)]
    return getattr(text, name)(*texts) if len(texts) == len(given[0]) else UNKNOWN


def of_table(table: dict[str, object], name: str, given: Given) -> object:
    """What a method of a table gives, and what it does to it."""
    places, named = given
    key = places[0] if places else UNKNOWN
    if name == "update":
        table.update(key if isinstance(key, dict) else {})
        table.update(named)
    elif name == "copy":
        return dict(table)
    elif isinstance(key, str):
        default = places[1] if len(places) > 1 else None
        if name == "setdefault":
            return table.setdefault(key, default)
        return table.pop(key, default) if name == "pop" else table.get(key, default)
    return UNKNOWN


def combined(code: Json, read: Callable[[Json], object]) -> object:
    """The value of an expression that puts others together or asks about them; `read` gives a part's."""
    kind = code[0]
    if kind == "join":
        parts = [read(part) for part in code[1]]
        if all(isinstance(part, list) for part in parts):
            return [each for part in parts for each in part]  # type: ignore[attr-defined]
        texts = [part for part in parts if isinstance(part, str)]
        return "".join(texts) if len(texts) == len(parts) else UNKNOWN
    if kind == "list":
        return [read(part) for part in code[1]]
    if kind == "dict":
        return _table(code[1], read)
    if kind == "or":
        values = [read(part) for part in code[1]]
        return next((value for value in values if value), values[-1])
    return _asked(code, read)


def _asked(code: Json, read: Callable[[Json], object]) -> object:
    if code[0] not in ("if", "not", "none"):
        return UNKNOWN
    value = read(code[1])
    if value is UNKNOWN:
        return UNKNOWN
    if code[0] == "if":
        return read(code[2 if value else 3])
    return value is None if code[0] == "none" else not value


def _table(pairs: Sequence[Json], read: Callable[[Json], object]) -> object:
    """A table with texts as keys; what has others is not known."""
    found: dict[str, object] = {}
    for key, value in pairs:
        name, part = read(key) if key is not None else "", read(value)
        if key is None and isinstance(part, dict):
            found |= part
        elif key is not None and isinstance(name, str):
            found[name] = part
        else:
            return UNKNOWN
    return found
