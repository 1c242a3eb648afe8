"""Where the keys and values of a TOML text stand; `tomllib` reads them but keeps no positions."""

from __future__ import annotations

import re
import tomllib
from typing import NamedTuple

Path = tuple[str | int, ...]
"""Keys from the top of the document; a number is a position in an array."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_SCALAR = re.compile(r"[^,\]}#\r\n]*")
_STRINGS = (
    re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}', re.DOTALL),
    re.compile(r"'''.*?'{3,5}", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)


class Position(NamedTuple):
    """A position in a text: `line` counts from 1, `column` from 0."""

    line: int
    column: int


def positions(text: str) -> dict[Path, Position]:
    """The position of every table, key and array element of a TOML text that `tomllib` accepts."""
    return _Finder(text).find()


def syntax_error(error: tomllib.TOMLDecodeError, text: str) -> tuple[str, Position]:
    """What a syntax error says, without its position, and that position."""
    message = str(error)
    at = re.search(r" \(at line (\d+), column (\d+)\)\Z", message)
    if at:
        return message[: at.start()], Position(int(at[1]), int(at[2]) - 1)
    return message.removesuffix(" (at end of document)"), Position(max(1, len(text.splitlines())), 0)


class _Finder:
    """One pass over a text that is known to be valid."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._line, self._line_start, self._counted = 1, 0, 0
        self._found: dict[Path, Position] = {}
        self._arrays: dict[Path, int] = {}

    def find(self) -> dict[Path, Position]:
        table: Path = ()
        while self._skip(_BLANK) < len(self._text):
            table = self._header() if self._text[self._at] == "[" else self._pair(table)
        return self._found

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self._text, self._at)
        assert match is not None
        self._at = match.end()
        return self._at

    def _here(self) -> Position:
        breaks = self._text.count("\n", self._counted, self._at)
        if breaks:
            self._line += breaks
            self._line_start = self._text.rindex("\n", self._counted, self._at) + 1
        self._counted = self._at
        return Position(self._line, self._at - self._line_start)

    def _key(self) -> list[str]:
        """A dotted key; the position stays behind it."""
        parts: list[str] = []
        while True:
            self._skip(_SPACE)
            match = _BARE.match(self._text, self._at)
            if match:
                parts.append(match.group())
                self._at = match.end()
            else:
                parts.append(self._string())
            self._skip(_SPACE)
            if self._text[self._at] != ".":
                return parts
            self._at += 1

    def _string(self) -> str:
        for pattern in _STRINGS:
            match = pattern.match(self._text, self._at)
            if match:
                self._at = match.end()
                return str(tomllib.loads("k=" + match.group())["k"])
        raise AssertionError("not a string")  # the text is valid, so this cannot be

    def _inside(self, base: Path, parts: list[str]) -> Path:
        """The path of a dotted key below `base`, through the last elements of arrays of tables."""
        for part in parts:
            base = (*base, part)
            if base in self._arrays:
                base = (*base, self._arrays[base] - 1)
        return base

    def _header(self) -> Path:
        here = self._here()
        double = self._text.startswith("[[", self._at)
        self._at += 2 if double else 1
        *parents, last = self._key()
        self._at += 2 if double else 1
        path: Path = (*self._inside((), parents), last)
        if double:
            self._arrays[path] = self._arrays.get(path, 0) + 1
            self._found.setdefault(path, here)
            path = (*path, self._arrays[path] - 1)
        elif path in self._arrays:
            path = (*path, self._arrays[path] - 1)
        self._mark(path, here)
        return path

    def _mark(self, path: Path, here: Position) -> None:
        """Note a position for a path and for the tables that it opens on its way."""
        self._found[path] = here
        for length in range(1, len(path)):
            self._found.setdefault(path[:length], here)

    def _pair(self, table: Path) -> Path:
        here = self._here()
        path = self._inside(table, self._key())
        self._mark(path, here)
        self._at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)
        return table

    def _value(self, path: Path) -> None:
        first = self._text[self._at]
        if first in "\"'":
            self._string()
        elif first == "[":
            self._items(path, "]")
        elif first == "{":
            self._items(path, "}")
        else:
            self._skip(_SCALAR)

    def _items(self, path: Path, end: str) -> None:
        """The elements of an array or the pairs of an inline table."""
        self._at += 1
        index = 0
        while True:
            self._skip(_BLANK)
            if self._text[self._at] == end:
                self._at += 1
                return
            if self._text[self._at] == ",":
                self._at += 1
            elif end == "}":
                self._pair(path)
            else:
                self._found[(*path, index)] = self._here()
                self._value((*path, index))
                index += 1
