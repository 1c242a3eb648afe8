"""Whether two portable regular expressions match some path both, decided exactly.

Both become automata (Thompson), which are walked together; a step is taken where their sets of characters
meet. Only three things make it err, always towards yes: `\\w`, `\\d` and `\\s` take all of what lies beyond
ASCII, and repeats above `_COPIES` have no upper bound.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from ..model.regex_parser import Tree, parse

_COPIES = 40
_MOST_PAIRS = 200_000
Ranges = tuple[tuple[int, int], ...]
_EVERYTHING: Ranges = ((0, sys.maxunicode),)
_BEYOND = (128, sys.maxunicode)
_CATEGORIES: dict[str, Ranges] = {
    "CATEGORY_DIGIT": ((48, 57), _BEYOND),
    "CATEGORY_WORD": ((48, 57), (65, 90), (95, 95), (97, 122), _BEYOND),
    "CATEGORY_SPACE": ((9, 13), (28, 32), _BEYOND),
}


class Automaton:
    """States are numbers; 0 is the first, `last` accepts."""

    def __init__(self, pattern: str) -> None:
        self.free: list[list[int]] = []
        self.moves: list[list[tuple[Ranges, int]]] = []
        start = self._state()
        self.last = self._sequence(parse(pattern)[0], start)
        self._closed: dict[int, frozenset[int]] = {}

    def reach(self, state: int) -> frozenset[int]:
        """All states that a state leads to without a character."""
        if state not in self._closed:
            found, stack = {state}, [state]
            while stack:
                for other in self.free[stack.pop()]:
                    if other not in found:
                        found.add(other)
                        stack.append(other)
            self._closed[state] = frozenset(found)
        return self._closed[state]

    def _state(self) -> int:
        self.free.append([])
        self.moves.append([])
        return len(self.free) - 1

    def _sequence(self, items: Tree, at: int) -> int:
        for kind, value in items:
            at = self._item(str(kind), value, at)
        return at

    def _item(self, kind: str, value: Any, at: int) -> int:
        if kind == "SUBPATTERN":
            return self._sequence(value[3], at)
        if kind in ("MAX_REPEAT", "MIN_REPEAT"):
            return self._repeat(value, at)
        end = self._state()
        if kind == "BRANCH":
            for branch in value[1]:
                self.free[self._sequence(branch, at)].append(end)
        else:
            self.moves[at].append((_ranges(kind, value), end))
        return end

    def _repeat(self, value: Any, at: int) -> int:
        least, most, inner = value
        for _ in range(min(least, _COPIES)):
            at = self._sequence(inner, at)
        if str(most) == "MAXREPEAT" or most > _COPIES:
            loop = self._state()
            self.free[at].append(loop)
            self.free[self._sequence(inner, loop)].append(loop)
            return loop
        end = self._state()
        for _ in range(most - least):
            self.free[at].append(end)
            at = self._sequence(inner, at)
        self.free[at].append(end)
        return end


def _ranges(kind: str, value: Any) -> Ranges:
    if kind == "LITERAL":
        return ((value, value),)
    if kind == "NOT_LITERAL":
        return _without(((value, value),))
    if kind == "ANY":
        return _without(((10, 10),))
    negated = bool(value) and str(value[0][0]) == "NEGATE"
    found: list[tuple[int, int]] = []
    for inner, item in value[negated:]:
        if str(inner) == "LITERAL":
            found.append((item, item))
        elif str(inner) == "RANGE":
            found.append(item)
        elif not negated:
            found += _CATEGORIES.get(str(item), _EVERYTHING)
        elif str(item) in _CATEGORIES:  # what is surely left out: its ASCII part
            found += [pair for pair in _CATEGORIES[str(item)] if pair != _BEYOND]
    return _without(tuple(sorted(found))) if negated else tuple(sorted(found))


def _without(ranges: Ranges) -> Ranges:
    found: list[tuple[int, int]] = []
    start = 0
    for low, high in ranges:
        if low > start:
            found.append((start, low - 1))
        start = max(start, high + 1)
    return tuple(found) + (((start, sys.maxunicode),) if start <= sys.maxunicode else ())


@lru_cache(maxsize=4096)
def automaton(pattern: str) -> Automaton:
    """The automaton of a portable expression."""
    return Automaton(pattern)


@lru_cache(maxsize=4096)
def _lead(pattern: str) -> str:
    """The fixed text with which all that an expression matches begins."""
    found: list[str] = []
    for kind, value in parse(pattern)[0]:
        if str(kind) != "LITERAL":
            return "".join(found)
        found.append(chr(value))
    return "".join(found) + "\0"  # nothing follows


def overlap(one: str, other: str) -> str | None:
    """A path that both match, None when there is none."""
    if one == other:
        other = one
    left, right = _lead(one), _lead(other)
    if not (left.startswith(right) or right.startswith(left)):
        return None
    a, b = automaton(one), automaton(other)
    seen: dict[tuple[int, int], tuple[tuple[int, int] | None, str]] = {(0, 0): (None, "")}
    waiting = [(0, 0)]
    for pair in waiting:  # grows while it is walked: breadth first, so that the path is short
        if len(waiting) > _MOST_PAIRS:
            return "..."
        lefts, rights = a.reach(pair[0]), b.reach(pair[1])
        if a.last in lefts and b.last in rights:
            return _spelt(seen, pair)
        for character, target in _steps(a, b, lefts, rights):
            if target not in seen:
                seen[target] = (pair, character)
                waiting.append(target)
    return None


def _steps(
    a: Automaton, b: Automaton, lefts: Iterable[int], rights: Iterable[int]
) -> Iterable[tuple[str, tuple[int, int]]]:
    moves = [move for state in sorted(rights) for move in b.moves[state]]
    for state in sorted(lefts):
        for ranges, target in a.moves[state]:
            for others, beyond in moves:
                character = _meeting(ranges, others)
                if character:
                    yield character, (target, beyond)


def _meeting(one: Ranges, other: Ranges) -> str:
    """A character of both, one that reads well if there is one."""
    shared = [(max(a, c), min(b, d)) for a, b in one for c, d in other if max(a, c) <= min(b, d)]
    for code in (120, 49, 97, 45):  # x 1 a -
        if any(low <= code <= high for low, high in shared):
            return chr(code)
    readable = [pair for pair in shared if pair[1] > 32] or shared
    return chr(max(readable[0][0], 33) if readable[0][1] > 32 else readable[0][0]) if readable else ""


def _spelt(seen: dict[tuple[int, int], tuple[tuple[int, int] | None, str]], pair: tuple[int, int]) -> str:
    found = []
    at: tuple[int, int] | None = pair
    while at is not None:
        at, character = seen[at]
        found.append(character)
    return "".join(reversed(found))


def is_prefix_free(pattern: str) -> bool:
    """Whether nothing that an expression matches begins with something else that it matches."""
    return overlap(f"(?:{pattern})[\\s\\S]+", pattern) is None
