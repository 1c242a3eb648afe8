"""Patterns of paths for proxies: in the part of the language that PCRE and RE2 read alike, in ASCII alone.

What comes in is the portable expression of a route (`analyzer/planning/regexes.py`): it matches characters,
not bytes, so what comes out must be read in UTF mode where `wide` says so. `\\w` and `\\d` become the
categories of Unicode that Python means by them, `\\s` the characters that it takes for space.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from ..analyzer.model.errors import Refused
from ..analyzer.model.evidence import Place
from ..analyzer.model.regex_parser import Tree, parse

_MOST = 1000
"""Repeats that RE2 takes."""
_SPACE = r"\t-\r\x1c- \x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
_INSIDE = {"CATEGORY_WORD": r"\p{L}\p{N}_", "CATEGORY_DIGIT": r"\p{Nd}", "CATEGORY_SPACE": _SPACE}


class Pattern(NamedTuple):
    """An expression for the whole path; `wide` ones know of characters beyond ASCII.

    `source` is the portable expression that it was made of.
    """

    text: str
    wide: bool
    source: str


class _Unknown(Exception):
    """Why an expression cannot be written."""


def path_pattern(pattern: str, about: str = "", place: Place | None = None) -> Pattern:
    """The expression for a proxy. Raises Refused, with its place, for one that it would read differently."""
    try:
        return _translated(pattern)
    except _Unknown as error:
        raise Refused(
            f"the route {about or pattern!r} cannot be written for a proxy: {error}",
            place=place,
            why="a pattern that is read in another way sends requests to the wrong process",
            help="write the route with sets of characters, or leave it in the monolith",
        ) from None


@lru_cache(maxsize=4096)
def _translated(pattern: str) -> Pattern:
    writer = _Writer()
    return Pattern(writer.sequence(parse(pattern)[0]), writer.wide, pattern)


class _Writer:
    def __init__(self) -> None:
        self.wide = False

    def sequence(self, items: Tree) -> str:
        return "".join(self._item(str(kind), value) for kind, value in items)

    def _item(self, kind: str, value: Any) -> str:
        if kind == "LITERAL":
            return self._literal(value)
        if kind == "NOT_LITERAL":
            self.wide = True
            return f"[^{_code(value)}]"
        if kind == "ANY":
            self.wide = True
            return r"[^\n]"
        if kind == "IN":
            return self._set(value)
        if kind == "BRANCH":
            return f"(?:{'|'.join(self.sequence(branch) for branch in value[1])})"
        if kind == "SUBPATTERN":
            return f"(?:{self.sequence(value[3])})"
        if kind in ("MAX_REPEAT", "MIN_REPEAT"):
            return self._repeat(value)
        raise _Unknown("it does more than match characters")

    def _literal(self, code: int) -> str:
        self.wide |= code > 127
        if code < 32 or code == 127:
            raise _Unknown("it has a control character, and paths with such ones stay with the monolith")
        return _code(code)

    def _repeat(self, value: Any) -> str:
        least, most, inner = value
        text = self.sequence(inner)
        if len(inner) > 1 or str(inner[0][0]) not in ("IN", "LITERAL"):
            text = f"(?:{text})"
        unbounded = str(most) == "MAXREPEAT"
        if least > _MOST or (not unbounded and most > _MOST):
            raise _Unknown(f"it repeats something more than {_MOST} times")
        # Whether as much or as little as possible is taken does not matter to a match of the whole.
        short = {(0, True): "*", (1, True): "+"}.get((least, unbounded))
        if short or (least, most) == (0, 1):
            return text + (short or "?")
        return f"{text}{{{least}}}" if least == most else f"{text}{{{least},{'' if unbounded else most}}}"

    def _set(self, items: Sequence[tuple[Any, Any]]) -> str:
        negated = bool(items) and str(items[0][0]) == "NEGATE"
        inside, outside = "", []
        for kind, value in items[negated:]:
            if str(kind) == "LITERAL":
                inside += _code(value)
            elif str(kind) == "RANGE":
                inside += f"{_code(value[0])}-{_code(value[1])}"
            elif (name := str(value).replace("_NOT_", "_")) != str(value):
                outside.append(_INSIDE[name])
            else:
                inside += _INSIDE[name]
        self.wide |= negated or "\\p" in inside or "{" in inside or bool(outside)
        if not outside:
            return f"[{'^' if negated else ''}{inside}]"
        if not negated:
            every = {f"[{inside}]", *(f"[^{each}]" for each in outside)}
            return f"(?:{'|'.join(sorted(each for each in every if each != '[]'))})"
        if len(outside) == 1 and not inside:
            return f"[{outside[0]}]"
        if outside == [_INSIDE["CATEGORY_WORD"]] and inside == "_":
            return r"[\p{L}\p{N}]"
        raise _Unknown("it takes all but some kind of characters out of another kind")


def _code(code: int) -> str:
    """One character, spelt so that nothing takes it for more than a character."""
    if code > 127:
        return f"\\x{{{code:x}}}"
    character = chr(code)
    return character if character.isalnum() or character in "/_" else f"\\x{code:02x}"
