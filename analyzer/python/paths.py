"""Access paths as texts: steps from a value to a part of it, of bounded length.

A step is an attribute, `['key']`, `[]` (any element), `()` or `method()`. A path that grows too long ends in
`*` (anything below); a step that repeats itself is told once, with a star (`parent*`).
"""

from __future__ import annotations

from collections.abc import Set
from functools import lru_cache

SEPARATOR = "\0"
ELEMENT, CALLED, REST = "[]", "()", "*"
_HELD, _COPY = "\1", "\2"
_PAIRS = tuple(map(chr, range(16, 24)))
_PAIR = tuple(map(chr, range(24, 32)))
"""Ends of paths that are not shown: the value is in a container that was made here; it is a copy of what the
path leads to; it gives tuples in which it is what stands at a place; it stands at a place of a tuple."""
CHANGERS = frozenset(
    """append extend insert remove pop popitem clear sort reverse update setdefault add discard appendleft
    popleft extendleft difference_update intersection_update""".split()
)
"""Methods that change a list, set or dictionary."""
_MOST_STEPS = 5


def key(text: str) -> str:
    """The step to what a mapping has under a text."""
    return f"[{text!r}]"


@lru_cache(maxsize=65536)
def add(path: str, step: str) -> str:
    """One step further."""
    end = path[-1:]
    if end == _COPY:
        return add(path[:-1], step)
    if end == _HELD:
        return path[:-1]  # which of the values in the container this is, is not followed
    if end and end in _PAIRS:
        inner = add(path[:-1], ELEMENT)
        return f"{inner}{_PAIR[_PAIRS.index(end)]}" if step == ELEMENT else inner
    if end and end in _PAIR:
        path = path[:-1]
    if not path:
        return step
    if end == REST and path.rpartition(SEPARATOR)[2] == REST:
        return path
    last = path.rpartition(SEPARATOR)[2]
    if step[0] not in "[(" and last in (step, f"{step}*"):
        return path if last != step else f"{path}*"
    return f"{path}{SEPARATOR}{step if path.count(SEPARATOR) + 1 < _MOST_STEPS else REST}"


def join(path: str, rest: str) -> str:
    """A path, and one that starts where it ends."""
    path = plain(path)
    if not rest:
        return path
    for step in rest.split(SEPARATOR) if path else ():
        path = add(path, step)
    return path or rest


def part(path: str, index: int) -> str | None:
    """One of the values that something is unpacked into; None where another one stands there."""
    if path and path[-1] in _PAIR:
        return path[:-1] if _PAIR[index % len(_PAIR)] == path[-1] else None
    return add(path, ELEMENT)


def held(path: str) -> str:
    """The path of a value in a container that was just made."""
    return f"{plain(path)}{_HELD}"


def is_held(path: str) -> bool:
    """Whether the value is in a container."""
    return path[-1:] == _HELD


def copied(path: str) -> str:
    """The path of a copy: what it holds is the same, and changing it changes nothing else."""
    return path if is_held(path) else f"{plain(path)}{_COPY}"


def is_copy(path: str) -> bool:
    """Whether the value is a copy of what the path leads to."""
    return path[-1:] == _COPY


def changes(path: str) -> bool:
    """Whether a path is one step, by a method that changes what it is called on."""
    return path.endswith(CALLED) and path[: -len(CALLED)] in CHANGERS


def pairs(path: str, place: int = 1) -> str:
    """The path of what gives its elements in tuples, at a place: `enumerate()`, `items()`, `zip()`."""
    return f"{plain(path)}{_PAIRS[place % len(_PAIRS)]}"


def plain(path: str) -> str:
    """The path without what is not shown."""
    return path[:-1] if path[-1:] and path[-1] < " " else path


@lru_cache(maxsize=65536)
def shown(path: str) -> str:
    """As Python has it, without what it starts from; `.` for the value itself."""
    if not path:
        return "."
    text = "".join(step if step[0] in "[(" else f".{step}" for step in path.split(SEPARATOR))
    return text.removeprefix(".")


def longest(found: Set[str]) -> list[str]:
    """The paths that no other one goes beyond, sorted."""
    if len(found) < 2:
        return list(found)
    shorter = set()
    for path in found:
        while path:
            path = path.rpartition(SEPARATOR)[0]
            if path in shorter:
                break
            shorter.add(path)
    return sorted(path for path in found - shorter if f"{path}*" not in found)


def bounded(found: frozenset[str], most: int) -> frozenset[str]:
    """The paths as they are if there are few, else cut where there are few enough ways left."""
    if len(found) <= most:
        return found
    for length in range(_MOST_STEPS - 1, 0, -1):
        if len(found) <= most:
            return found
        found = frozenset(_cut(path, length) for path in found)
    return found if len(found) <= most else frozenset({REST})


def _cut(path: str, length: int) -> str:
    parts = path.split(SEPARATOR)
    return path if len(parts) <= length else SEPARATOR.join([*parts[:length], REST])
