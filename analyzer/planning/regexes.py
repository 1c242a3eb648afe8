"""Regular expressions in the part of the language that Python, PCRE and RE2 read alike.

Python's own parser reads the text, so that nothing is guessed. What comes out is still a regular expression
of Python with the same matches, written with literals, sets, groups that capture nothing, alternatives and
repeats alone. Lookarounds, references, conditions and marks of words have no meaning that all three share:
they are refused. Flags are worked into the text.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from ..model.regex_parser import Tree, parse

ANY = r"[^\n]"
_SETS = {"DIGIT": "d", "SPACE": "s", "WORD": "w"}
_ASCII = {"DIGIT": "0-9", "SPACE": r"\t-\r ", "WORD": "0-9A-Z_a-z"}


class Unportable(Exception):
    """Why a regular expression cannot be written for a proxy."""


class Regex(NamedTuple):
    """A portable expression without the marks of its ends; `first` and `last` tell where these stood."""

    text: str
    first: bool
    last: bool


def portable(pattern: str) -> Regex:
    """The portable form of an expression of Python. Raises Unportable."""
    try:
        tree, flags = parse(pattern)
    except (re.error, RecursionError, OverflowError, MemoryError) as error:
        raise Unportable(f"it is no regular expression ({error})") from None
    if flags & (re.LOCALE | re.MULTILINE):
        raise Unportable("its flags change what the ends of lines or letters mean")
    items = list(tree)
    first = bool(items) and _is_end(items[0], "AT_BEGINNING", "AT_BEGINNING_STRING")
    items = items[first:]
    last = bool(items) and _is_end(items[-1], "AT_END", "AT_END_STRING")
    items = items[: len(items) - last]
    try:
        return Regex(_sequence(items, flags), first, last)
    except RecursionError:
        raise Unportable("it is nested too deeply") from None


def _is_end(item: tuple[Any, Any], *kinds: str) -> bool:
    return str(item[0]) == "AT" and str(item[1]) in kinds


def _sequence(items: Tree, flags: int) -> str:
    return "".join(_item(str(kind), value, flags) for kind, value in items)


def _item(kind: str, value: Any, flags: int) -> str:
    if kind == "LITERAL":
        return _literal(value, flags)
    if kind == "NOT_LITERAL":
        return f"[^{_inner(value, flags)}]"
    if kind == "ANY":
        return r"[\s\S]" if flags & re.DOTALL else ANY
    if kind == "IN":
        return _set(value, flags)
    if kind == "BRANCH":
        return f"(?:{'|'.join(_sequence(branch, flags) for branch in value[1])})"
    if kind == "SUBPATTERN":
        return f"(?:{_sequence(value[3], (flags | value[1]) & ~value[2])})"
    if kind in ("MAX_REPEAT", "MIN_REPEAT"):
        return _repeat(value, flags) + ("?" if kind == "MIN_REPEAT" else "")
    said = {
        "ASSERT": "looks ahead or behind", "ASSERT_NOT": "looks ahead or behind",
        "GROUPREF": "refers to a group", "GROUPREF_EXISTS": "depends on a group",
        "AT": "marks the end of a word or of a line inside",
    }  # fmt: skip
    raise Unportable(f"it {said.get(kind, 'never gives back what it took')}, which not every proxy can")


def _repeat(value: Any, flags: int) -> str:
    least, most, inner = value
    text = _sequence(inner, flags)
    if len(inner) != 1 or str(inner[0][0]) not in (
        "LITERAL",
        "NOT_LITERAL",
        "ANY",
        "IN",
        "SUBPATTERN",
        "BRANCH",
    ):
        text = f"(?:{text})"
    unbounded = str(most) == "MAXREPEAT"
    if not unbounded and most > 1000:
        raise Unportable("it repeats something more than a thousand times")
    short = {(0, True): "*", (1, True): "+"}.get((least, unbounded))
    if short or (least, most) == (0, 1):
        return text + (short or "?")
    return f"{text}{{{least}}}" if least == most else f"{text}{{{least},{'' if unbounded else most}}}"


def _set(items: Sequence[tuple[Any, Any]], flags: int) -> str:
    negated = bool(items) and str(items[0][0]) == "NEGATE"
    inner = "".join(_member(str(kind), value, flags) for kind, value in items[negated:])
    return f"[{'^' if negated else ''}{inner}]"


def _member(kind: str, value: Any, flags: int) -> str:
    if kind == "LITERAL":
        return _inner(value, flags)
    if kind == "RANGE":
        low, high = value
        if flags & re.IGNORECASE:
            if high > 127:
                raise Unportable("it ignores case beyond ASCII")
            return "".join(_inner(code, flags) for code in range(low, high + 1))
        return f"{_escaped(low)}-{_escaped(high)}"
    category = str(value).removeprefix("CATEGORY_")
    plain, negated = category.removeprefix("NOT_"), category.startswith("NOT_")
    if flags & re.ASCII:
        if negated:
            raise Unportable("it takes all but some kind of ASCII characters")
        return _ASCII[plain]
    return f"\\{_SETS[plain].upper() if negated else _SETS[plain]}"


def _literal(code: int, flags: int) -> str:
    inner = _inner(code, flags)
    return f"[{inner}]" if len(_alike(code, flags)) > 1 else inner


def _inner(code: int, flags: int) -> str:
    return "".join(map(_escaped, _alike(code, flags)))


@lru_cache(maxsize=1024)
def _alike(code: int, flags: int) -> list[int]:
    """The characters that Python takes for the same."""
    if not flags & re.IGNORECASE or not chr(code).isalpha():
        return [code]
    matcher = re.compile(re.escape(chr(code)), flags & (re.IGNORECASE | re.ASCII))
    return sorted({code, *(ord(other) for other in _cased() if matcher.fullmatch(other))})


@lru_cache
def _cased() -> tuple[str, ...]:
    """All letters that have a case."""
    every = map(chr, range(sys.maxunicode + 1))
    return tuple(letter for letter in every if letter.lower() != letter or letter.upper() != letter)


def _escaped(code: int) -> str:
    character = chr(code)
    if code < 32 or code == 127:
        return f"\\x{code:02x}"
    return character if character.isalnum() or code > 127 or character in "/_~ " else f"\\{character}"
