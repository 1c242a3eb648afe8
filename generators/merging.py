"""Three texts -> one: what a person changed since the last time, and what is written anew.

Line by line, as `diff3` does: what only one side changed is taken, what both changed alike is taken once, and
lines that both changed in different ways are a conflict, of which nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple


class Merged(NamedTuple):
    """The merged text, or the lines of the person's text (from 1) where both changed the same."""

    text: str
    conflicts: tuple[int, ...] = ()


class _Same(NamedTuple):
    """Lines that stand in all three texts: where they begin in each, and how many they are."""

    base: int
    mine: int
    new: int
    length: int


def merge(base: str, mine: str, new: str) -> Merged:
    """`base` is what was written the last time, `mine` what a person made of it, `new` what is written now.

    A text that was turned to CRLF as a whole is compared without, and stays so.
    """
    crlf = "\r\n" in mine and mine.count("\n") == mine.count("\r\n") and "\r\n" not in base
    if crlf:
        found = merge(base, mine.replace("\r\n", "\n"), new)
        return found._replace(text=found.text.replace("\n", "\r\n"))
    texts = tuple(text.splitlines(keepends=True) for text in (base, mine, new))
    lines: list[str] = []
    conflicts: list[int] = []
    at = _Same(0, 0, 0, 0)
    for same in _common(*texts):
        old, ours, theirs = (
            text[start:end] for text, start, end in zip(texts, at[:3], same[:3], strict=True)
        )
        if ours == theirs or theirs == old:
            lines += ours
        elif ours == old:
            lines += theirs
        else:
            conflicts.append(min(at.mine + 1, max(len(texts[1]), 1)))
        lines += texts[1][same.mine : same.mine + same.length]
        at = _Same(same.base + same.length, same.mine + same.length, same.new + same.length, 0)
    return Merged("" if conflicts else "".join(lines), tuple(conflicts))


def _common(base: Sequence[str], mine: Sequence[str], new: Sequence[str]) -> Iterator[_Same]:
    """Lines that all three share, in their order; the last one is empty and stands behind all."""
    left, right = (
        list(SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks())
        for other in (mine, new)
    )
    i = j = 0
    while i < len(left) and j < len(right):
        one, two = left[i], right[j]
        start, end = max(one.a, two.a), min(one.a + one.size, two.a + two.size)
        if start < end:
            yield _Same(start, one.b + start - one.a, two.b + start - two.a, end - start)
        if one.a + one.size < two.a + two.size:
            i += 1
        else:
            j += 1
    yield _Same(len(base), len(mine), len(new), 0)
