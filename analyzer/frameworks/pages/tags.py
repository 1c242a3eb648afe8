"""Templates as text with tags: `{% ... %}` and `{{ ... }}` found in one pass, nothing rendered."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

_ENDS = {"{%": "%}", "{{": "}}", "{#": "#}"}
_OPENS = re.compile(r"\{[%{#]")
_VISITED = re.compile(r"\b(?:href|src)\s*=\s*[\"']?\Z")
_WORD = re.compile(r"[-+\s]*([\w.]+)")
_VERBATIM = {"comment": "endcomment", "verbatim": "endverbatim", "raw": "endraw"}
_END = re.compile(r"\{%[-+]?\s*(end(?:comment|verbatim|raw))\b")
_LONGEST = 4000
"""Characters of a tag beyond which it is taken for text."""


class Tag(NamedTuple):
    """A tag: where its inside starts, its first word (of `{% %}`), what follows it, and where that starts.

    `visited`: it stands in an attribute whose address browsers get (`href`, `src`).
    """

    start: int
    word: str
    text: str
    at: int
    visited: bool


class Tags:
    """All tags of a template, and its text with holes (`{}`) in their places."""

    def __init__(self, text: str) -> None:
        self._newlines = [match.start() for match in re.finditer("\n", text)]
        self.tags: list[Tag] = []
        plain: list[str] = []
        self._plain_at: list[int] = []
        self._source_at: list[int] = []
        length = 0
        for kind, start, end in _pieces(text):
            piece = text[start:end] if kind == "text" else "" if kind == "comment" else "{}"
            self._plain_at.append(length)
            self._source_at.append(start)
            plain.append(piece)
            length += len(piece)
            if kind in ("{%", "{{"):
                visited = _VISITED.search(text, max(start - 30, 0), start) is not None
                self.tags.append(_tag(kind, start + 2, text[start + 2 : end - 2], visited))
        self.plain = "".join(plain)

    def place(self, offset: int) -> tuple[int, int]:
        """(line, column) of an offset in the source."""
        line = bisect_right(self._newlines, offset - 1)
        return line + 1, offset - (self._newlines[line - 1] + 1 if line else 0)

    def place_in_plain(self, offset: int) -> tuple[int, int]:
        """(line, column) in the source of an offset in `plain`."""
        piece = bisect_right(self._plain_at, offset) - 1
        return self.place(self._source_at[piece] + offset - self._plain_at[piece])


def _tag(kind: str, start: int, inside: str, visited: bool) -> Tag:
    found = _WORD.match(inside) if kind == "{%" else None
    if found is None:
        return Tag(start, "", inside, start, visited)
    return Tag(start, found[1], inside[found.end() :], start + found.end(), visited)


def _pieces(text: str) -> Iterator[tuple[str, int, int]]:
    """(kind, start, end) of text, tags and comments, one after the other."""
    position = 0
    missing: set[str] = set()  # ends that do not come any more: looking for them again would be quadratic
    skipped = _skips(text)
    while position < len(text):
        opening = _OPENS.search(text, position)
        if opening is None:
            break
        start, kind = opening.start(), opening[0]
        end = -1 if kind in missing else text.find(_ENDS[kind], start + 2)
        if end < 0 or end - start > _LONGEST:
            missing |= {kind} if end < 0 else set()
            yield "text", position, start + 2
            position = start + 2
            continue
        if start > position:
            yield "text", position, start
        end += 2
        yield "comment" if kind == "{#" else kind, start, end
        position = end
        word = _WORD.match(text[start + 2 : end - 2]) if kind == "{%" else None
        if word is not None and word[1] in _VERBATIM:
            close = next(skipped[_VERBATIM[word[1]]].after(end), len(text))
            if close < len(text):
                yield "comment" if word[1] == "comment" else "text", position, close
                position = close
    if position < len(text):
        yield "text", position, len(text)


class _Places:
    """Sorted positions."""

    def __init__(self) -> None:
        self.found: list[int] = []

    def after(self, position: int) -> Iterator[int]:
        index = bisect_right(self.found, position - 1)
        yield from self.found[index : index + 1]


def _skips(text: str) -> dict[str, _Places]:
    """Where comments and verbatim text end."""
    found = {name: _Places() for name in _VERBATIM.values()}
    for match in _END.finditer(text):
        found[match[1]].found.append(match.start())
    return found
