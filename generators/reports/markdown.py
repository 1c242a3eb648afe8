"""Names of the analysed code in Markdown: none of them makes a link, a mention, a cell or a tag."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .plain import clean

LARGEST = 60_000
"""Characters; a comment on GitHub may have 65,536."""
_STEERS = re.compile(r"((?<=[^\W_])_+(?=[^\W_]))|[\\`*_{}\[\]<>&|~#@$!]")
"""Underlines inside a word steer nothing: they stay readable."""


def prose(text: str) -> str:
    """Text of which no character makes a link, a mention, a cell or a tag."""
    return _harmless(text).replace("&#64;", "&#64;&#8203;")


def code(text: str) -> str:
    """A name in the type of code; forges notify nobody who is named there."""
    return f"<code>{_harmless(text)}</code>"


def _harmless(text: str) -> str:
    return _STEERS.sub(lambda match: match[1] or f"&#{ord(match[0])};", clean(text))


def fitting(groups: Iterable[tuple[list[str], list[str], int]], room: int) -> tuple[list[str], int]:
    """The lines that fit into `room` characters, and how many are left out.

    A group is its heading, its rows, and how many it counts for.
    """
    lines: list[str] = []
    left = 0
    for heading, rows, number in groups:
        room -= sum(len(line) + 1 for line in heading)
        shown = 0
        for row in rows:
            room -= len(row) + 1
            if room < 0:
                break
            shown += 1
        if shown:
            lines += [*heading, *rows[:shown]]
        left += number - shown
    return lines, left
