"""Patterns of paths for proxies that read bytes: each character is written as the bytes of its UTF-8.

Sets become the sequences of byte ranges that spell their characters. The subject is valid UTF-8, so that any
character beyond ASCII is a first byte and what follows it. What kinds of characters there are is Unicode's,
in the version of this Python.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from ..analyzer.model.regex_parser import Tree, parse

Ranges = tuple[tuple[int, int], ...]
_BEYOND = r"[\xc2-\xf4][\x80-\xbf]{1,3}"
_KINDS = {"CATEGORY_DIGIT": r"\d", "CATEGORY_WORD": r"\w", "CATEGORY_SPACE": r"\s"}
_ENDS = (0x7F, 0x7FF, 0xFFFF, sys.maxunicode)


@lru_cache(maxsize=4096)
def byte_pattern(pattern: str) -> str:
    """The expression of bytes for a portable expression of characters."""
    return _sequence(parse(pattern)[0])


def _sequence(items: Tree) -> str:
    return "".join(_item(str(kind), value) for kind, value in items)


def _item(kind: str, value: Any) -> str:
    if kind == "LITERAL":
        return "".join(map(_byte, chr(value).encode()))
    if kind == "BRANCH":
        return f"(?:{'|'.join(_sequence(branch) for branch in value[1])})"
    if kind == "SUBPATTERN":
        return f"(?:{_sequence(value[3])})"
    if kind in ("MAX_REPEAT", "MIN_REPEAT"):
        least, most, inner = value
        upper = "" if str(most) == "MAXREPEAT" else str(most)
        short = {(0, ""): "*", (1, ""): "+", (0, "1"): "?"}.get((least, upper))
        return f"(?:{_sequence(inner)})" + (short or f"{{{least},{upper}}}")
    return _written(_characters(kind, value))


def _byte(value: int) -> str:
    character = chr(value)
    return character if value < 128 and (character.isalnum() or character in "/_") else f"\\x{value:02x}"


def _characters(kind: str, value: Any) -> Ranges:
    """The characters that a node of the tree stands for."""
    if kind == "NOT_LITERAL":
        return _without(((value, value),))
    if kind == "ANY":
        return _without(((10, 10),))
    found: list[tuple[int, int]] = []
    negated = False
    for each, item in value:
        if str(each) == "NEGATE":
            negated = True
        elif str(each) == "LITERAL":
            found.append((item, item))
        elif str(each) == "RANGE":
            found.append(item)
        else:
            found += _kind(str(item))
    return _without(found) if negated else _joined(found)


@lru_cache(maxsize=8)
def _kind(category: str) -> Ranges:
    name = category.replace("_NOT_", "_")
    matches = re.compile(_KINDS[name]).match
    every = (code for code in range(sys.maxunicode + 1) if matches(chr(code)))
    found = _joined((code, code) for code in every)
    return found if name == category else _without(found)


def _joined(ranges: Iterable[tuple[int, int]]) -> Ranges:
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return tuple(found)


def _without(ranges: Iterable[tuple[int, int]]) -> Ranges:
    found, start = [], 0
    for low, high in _joined(ranges):
        if low > start:
            found.append((start, low - 1))
        start = high + 1
    return tuple(found) + (((start, sys.maxunicode),) if start <= sys.maxunicode else ())


def _written(ranges: Ranges) -> str:
    plain = [(low, min(high, 127)) for low, high in ranges if low < 128]
    wide = [(max(low, 128), high) for low, high in ranges if high > 127]
    parts = [_class(plain)] if plain else []
    if wide == [(128, sys.maxunicode)]:
        parts.append(_BEYOND)
    else:
        parts += [
            "".join(_class([each]) for each in spelt) for low, high in wide for spelt in _spelt(low, high)
        ]
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"


def _class(ranges: Sequence[tuple[int, int]]) -> str:
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        return _byte(ranges[0][0])
    return f"[{''.join(_byte(a) if a == b else f'{_byte(a)}-{_byte(b)}' for a, b in ranges)}]"


def _spelt(low: int, high: int) -> Iterator[list[tuple[int, int]]]:
    """The sequences of byte ranges that spell a range of characters; surrogates are none."""
    if low <= 0xDFFF and high >= 0xD800:
        if low < 0xD800:
            yield from _spelt(low, 0xD7FF)
        if high > 0xDFFF:
            yield from _spelt(0xE000, high)
        return
    for end in _ENDS:
        if low <= end < high:
            yield from _spelt(low, end)
            yield from _spelt(end + 1, high)
            return
    size = len(chr(low).encode())
    for length in range(1, size):
        mask = (1 << (6 * length)) - 1
        if low & ~mask != high & ~mask:
            if low & mask:
                yield from _spelt(low, low | mask)
                yield from _spelt((low | mask) + 1, high)
                return
            if high & mask != mask:
                yield from _spelt(low, (high & ~mask) - 1)
                yield from _spelt(high & ~mask, high)
                return
    yield list(zip(chr(low).encode(), chr(high).encode(), strict=True))
