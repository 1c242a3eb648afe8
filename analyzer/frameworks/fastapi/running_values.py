"""Texts, lists, tables of named arguments and questions of scripts, and what methods of these give."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...model.facts import Json
from .running_objects import UNKNOWN, Given

TEXT_METHODS = frozenset(
    "strip lstrip rstrip lower upper title replace removeprefix removesuffix split join".split()
)
TABLE_METHODS = frozenset(("get", "pop", "setdefault", "update", "copy"))


def of_text(text: str, name: str, given: Given) -> object:
    """What a method of a text gives."""
    if name == "join":
        parts = given[0][0] if given[0] else ()
        plain = isinstance(parts, list) and all(isinstance(part, str) for part in parts)
        return text.join(parts) if plain else UNKNOWN  # type: ignore[arg-type]
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
    if code[0] == "item":
        return _item(read(code[1]), read(code[2]))
    if code[0] == "slice":
        return _slice(*(read(part) for part in code[1:]))
    if code[0] not in ("if", "not", "none"):
        return UNKNOWN
    value = read(code[1])
    if value is UNKNOWN and code[0] == "if":  # of lists all elements
        one, other = (read(part) for part in code[2:])
        return [*one, *other] if isinstance(one, list) and isinstance(other, list) else UNKNOWN
    if value is UNKNOWN:
        return UNKNOWN
    if code[0] == "if":
        return read(code[2 if value else 3])
    return value is None if code[0] == "none" else not value


def _item(on: object, key: object) -> object:
    """An item of a table or a list."""
    if isinstance(on, dict):
        return on.get(key, UNKNOWN)
    known = isinstance(on, list | str) and type(key) is int and -len(on) <= key < len(on)
    return on[key] if known else UNKNOWN  # type: ignore[index]


def _slice(on: object, first: object, last: object) -> object:
    """The elements of a list, or the letters of a text, from one place to another."""
    if not isinstance(first, int | None) or not isinstance(last, int | None):
        return UNKNOWN
    return on[first:last] if isinstance(on, list | str) else UNKNOWN


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
