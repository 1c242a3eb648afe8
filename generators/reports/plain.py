"""Plain text for a terminal of 80 columns: what names of the analysed code may not do to it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from unicodedata import category, east_asian_width

WIDTH = 80
NO_BREAK = "\u00a0"
_ODD = re.compile(r"[^\x20-\x7e]")
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean(text: str) -> str:
    """`text` on one line, with control, direction and other invisible characters written as escapes."""
    return _ODD.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    character = match.group()
    if category(character) not in _UNSAFE:
        return character
    return character.encode("unicode_escape").decode("ascii")


def cells(text: str) -> int:
    """How many columns of a terminal a clean text takes."""
    if text.isascii():
        return len(text)
    return sum(0 if category(c) == "Mn" else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def shorten(text: str, width: int) -> str:
    """`text` in at most `width` columns; what is too long loses its middle, where names say least."""
    text = clean(text)
    if cells(text) <= width:
        return text
    if width <= 3:
        return "." * width
    head, tail = text[: (width - 2) // 3], text[len(text) - (width - 2 - (width - 2) // 3) :]
    while cells(head) + cells(tail) > width - 2:
        tail = tail[1:] if tail else tail
        head = head[:-1] if not tail else head
    return f"{head}..{tail}"


def ending(name: str, width: int) -> str:
    """The last parts of a dotted name that fit into `width` columns, shortened where not even two do."""
    name = clean(name)
    parts = name.split(".")
    for first in range(max(1, len(parts) - 1)):
        told = ".".join(parts[first:])
        if cells(told) <= width:
            return told
    return shorten(".".join(parts[-2:]), width)


def crop(text: str, width: int) -> str:
    """`text` in at most `width` columns; what is too long loses its end."""
    text = clean(text)
    if cells(text) <= width:
        return text
    while cells(text) > width - 2:
        text = text[:-1]
    return f"{text}.."


def pad(text: str, width: int, *, right: bool = False) -> str:
    """`text` filled up with blanks to `width` columns."""
    blanks = " " * max(0, width - cells(text))
    return blanks + text if right else text + blanks


def fitted(text: str, indent: int) -> str:
    """A text whose dotted names fit into a line: of longer ones the last parts are left."""
    width = WIDTH - indent - 1
    return " ".join(
        ending(word, width) if cells(word) > width and "." in word and "/" not in word else word
        for word in text.split(" ")
    )


def wrap(label: str, text: str, indent: int) -> list[str]:
    """`label`, then `text` in lines of at most 80 columns, all but the label indented alike.

    A no-break space holds what stands beside it on one line.
    """
    lines = textwrap.wrap(clean(text), WIDTH - indent, break_long_words=False, break_on_hyphens=False) or [""]
    lines = [line.replace(NO_BREAK, " ") for line in lines]
    return [(pad(label, indent) + lines[0]).rstrip(), *(" " * indent + line for line in lines[1:])]


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 file`, `2,140 files`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(pairs: Iterable[tuple[str, int]], limit: int = 0) -> str:
    """`imports 12, calls 3`, largest first; with a `limit`, the rest as `4 more`. See `series`."""
    return series(sorted(pairs, key=lambda pair: (-pair[1], pair[0])), limit)


def series(ordered: Sequence[tuple[str, int]], limit: int = 0) -> str:
    """As `listed`, in the order given; each name stays on one line with its number when wrapped."""
    shown = ordered[:limit] if limit else ordered
    parts = [f"{clean(name)}{NO_BREAK}{number:,}" for name, number in shown]
    if len(shown) < len(ordered):
        parts.append(f"{len(ordered) - len(shown)}{NO_BREAK}more")
    return ", ".join(parts)


def percent(part: int, whole: int) -> str:
    """`88 %`; never 100 when something is missing, nor 0 when something is there (`<1 %`)."""
    if not whole:
        return "-"
    share = 100 * part // whole
    return "<1 %" if part and not share else f"{share} %"


def columns(rows: Sequence[Sequence[str]], widths: Sequence[int], gap: str = "  ") -> list[str]:
    """Rows of a table; a negative width aligns to the right."""
    return [
        gap.join(
            pad(shorten(cell, abs(width)), abs(width), right=width < 0)
            for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def encode(lines: Iterable[str]) -> bytes:
    """The lines as bytes; lone surrogates cannot be encoded and were escaped by `clean`."""
    return "".join(line + "\n" for line in lines).encode("utf-8", "backslashreplace")
