"""CREATE TABLE that the parser refuses: columns, types and foreign keys, read item by item."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from . import names
from .shapes import NAME_PATTERN
from .statements import Definition, ForeignKey
from .words import TOKEN

_HEAD = re.compile(
    r"create\s+(?:or\s+replace\s+)?(?P<how>(?:(?!table\b|view\b|index\b)\w+\s+){0,4}?)table\s+(?:if\s+not\s+exists\s+)?"
    rf"(?P<name>{NAME_PATTERN})",
    re.IGNORECASE,
)
_CONSTRAINTS = frozenset(
    "constraint primary foreign unique check key index fulltext spatial exclude like period supplemental "
    "partition system_time row".split()
)
_BEHIND_TYPE = frozenset(
    "not null default primary unique references check collate constraint generated as auto_increment on key "
    "autoincrement comment enable disable identity storage compression visible invisible encrypt charset "
    "options sortkey distkey encode path for deferrable initially virtual stored persistent".split()
)
_ACTIONS = frozenset({"set", "no"})

Line = Callable[[int], int]
Token = re.Match[str]


def create_table(text: str, line: Line) -> Definition | None:
    """Return the table that a CREATE TABLE makes; None when `text` is none, or its name is dynamic."""
    head = _HEAD.match(text)
    name = names.clean(head["name"]) if head else ""
    if head is None or names.is_dynamic(name) or not names.is_name(name):
        return None
    temporary = re.search(r"\btemp(?:orary)?\b", head["how"], re.IGNORECASE) is not None or name[0] == "#"
    columns: list[tuple[str, str]] = []
    keys: list[ForeignKey] = []
    marks: list[tuple[str, str]] = []
    lines: list[int] = []
    for item in _items(text, head.end()):
        column = _column(item)
        if column is not None:
            columns.append(column)
            lines.append(line(item[0].start()))
        keys += _keys(item, column[0] if column else "", line)
        marks += _marks(item, column[0] if column else "")
    return Definition(
        "table",
        name,
        tuple(columns),
        tuple(keys),
        (),
        line(head.start("name")),
        temporary=temporary,
        marks=tuple(marks),
        lines=tuple(lines),
    )


def _items(text: str, start: int) -> Iterator[list[Token]]:
    """Yield the items between the first pair of parentheses, as their tokens."""
    depth = 0
    item: list[Token] = []
    for token in TOKEN.finditer(text, start):
        word = token.group()
        if token.lastgroup == "comment":
            continue
        if not depth and word != "(":
            if word.lower() in ("as", "like", "select", "of", ";"):
                return
            continue
        depth += (word == "(") - (word == ")")
        if not depth or (depth == 1 and word == ","):
            if item:
                yield item
            item = []
            if not depth:
                return
        elif depth > 1 or word != "(" or item:
            item.append(token)
    if item:
        yield item


def _column(item: list[Token]) -> tuple[str, str] | None:
    """Return name and type of a column; None for a constraint or an index."""
    first = item[0]
    word = first.group().lower()
    if first.lastgroup != "name" or names.is_dynamic(word):
        return None
    second = item[1].group().lower() if len(item) > 1 else ""
    if word in _CONSTRAINTS:
        typed = second.isidentifier() and second not in _CONSTRAINTS | _BEHIND_TYPE | {"using", "log"}
        typed = typed and word not in ("constraint", "like")
        sized = len(item) < 4 or item[2].group() != "(" or item[3].lastgroup == "number"
        if not typed or not sized or (word == "primary" and second == "key"):
            return None
    parts: list[str] = []
    depth = 0
    end = first.end()
    for token in item[1:]:
        part = token.group().lower()
        if not depth and (part in _BEHIND_TYPE or token.lastgroup == "text"):
            break
        gap = " " if parts and token.start() > end and part not in "()," and parts[-1] != "(" else ""
        parts.append(gap + part)
        depth += (part == "(") - (part == ")")
        end = token.end()
    return names.clean(first.group()), "".join(parts)


def _marks(item: list[Token], column: str) -> Iterator[tuple[str, str]]:
    """Yield what one item says of a column, or of several."""
    words = [token.group().lower() for token in item]
    said = " ".join(words)
    for flag, phrase in (("primary_key", "primary key"), ("unique", "unique")):
        if re.search(rf"(?<![\w.]){phrase}(?![\w.])", said):
            listed = column or ",".join(_listed(words, words.index(phrase.split()[0]), 4))
            if listed:
                yield flag, listed
    if column and "not null" not in said and "primary key" not in said:
        yield "null", column


def _keys(item: list[Token], column: str, line: Line) -> Iterator[ForeignKey]:
    """Yield the foreign keys of one item."""
    words = [token.group().lower() for token in item]
    for index, word in enumerate(words):
        if word != "references" or index + 1 >= len(words):
            continue
        at = index + 1
        parts = [words[at]]
        while words[at + 1 : at + 2] == ["."] and at + 2 < len(words):
            at += 2
            parts.append(words[at])
        target = ".".join(names.clean(part) for part in parts)
        if names.is_dynamic(target) or not names.is_name(target):
            continue
        own = (column,) if column else _listed(words, words.index("foreign") if "foreign" in words else 0)
        action = ""
        for place in range(at, len(words) - 2):
            if words[place : place + 2] == ["on", "delete"]:
                action = " ".join(words[place + 2 : place + 3 + (words[place + 2] in _ACTIONS)])
        yield ForeignKey(own, target, _listed(words, at, 2), action, line(item[index + 1].start()))


def _listed(words: list[str], start: int, within: int = 6) -> tuple[str, ...]:
    """Return the names in the next pair of parentheses, unless it is far away."""
    try:
        first = words.index("(", start, start + within + 1)
        last = words.index(")", first)
    except ValueError:
        return ()
    return tuple(names.clean(word) for word in words[first + 1 : last] if word != ",")
