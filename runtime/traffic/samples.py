"""Requests that a table of routes is tried with: what each route matches, and what it nearly matches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from ...analyzer.model.regex_parser import Tree, parse

_TASTES = ("a", "7", "é", ".", "漢", "-", "Z", ";", "%", " ", "?")
"""Characters that sets are asked for, in this order; a set gives the first ones that it has."""
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")


def examples(pattern: str, most: int = 4) -> list[str]:
    """Texts that an expression matches, the plainest first."""
    tree = parse(pattern)[0]
    found: dict[str, None] = {}
    for taste in range(most * 3):
        found.setdefault(_sequence(tree, taste))
        if len(found) == most:
            break
    return list(found)


def near_misses(path: str) -> list[str]:
    """Targets that differ a little from a path, as clients may write them; some are other spellings of it."""
    quoted = quote(path, safe="/")
    middle = len(path) // 2
    spelt = [
        path + "/", path.rstrip("/") or "/", path + "x", path[:-1] or "/", path.swapcase(), f"/{path}",
        path[:middle] + "/" + path[middle:], path[:middle] + "é" + path[middle:], path + "\n",
        path + ".json", path + "/a/b", path.replace("/", "//", 2),
    ]  # fmt: skip
    first = quoted[1:2]
    coded = f"/%{ord(first):02x}{quoted[2:]}" if first.isalpha() else quoted
    raw = [
        quoted + "?a=/x", quoted + "%2F", quoted + ";x=1", coded, "/" + quoted[1:].replace("/", "%2f"),
        quoted + "%FF", quoted + "%00", quoted + "/../x", quoted + "/%2e%2e/x", quoted + "/.",
        "/x/.." + quoted, quoted + "/...",
    ]  # fmt: skip
    return [*(quote(text, safe="/") for text in spelt if text.startswith("/")), *raw]


def requests(patterns: Iterable[str], most: int = 3) -> Iterator[tuple[str, str]]:
    """(method, target) for all patterns: each example with each method, each near miss with GET and POST."""
    seen: set[tuple[str, str]] = set()
    for pattern in patterns:
        found = examples(pattern, most)
        asked = [(method, quote(path, safe="/")) for path in found for method in METHODS]
        asked += [
            (method, target)
            for path in found[:1]
            for target in near_misses(path)
            for method in ("GET", "POST")
        ]
        for request in asked:
            if request not in seen:
                seen.add(request)
                yield request


def _sequence(items: Tree, taste: int) -> str:
    return "".join(_item(str(kind), value, taste) for kind, value in items)


def _item(kind: str, value: Any, taste: int) -> str:
    if kind == "LITERAL":
        return chr(value)
    if kind == "SUBPATTERN":
        return _sequence(value[3], taste)
    if kind == "BRANCH":
        return _sequence(value[1][taste % len(value[1])], taste)
    if kind in ("MAX_REPEAT", "MIN_REPEAT"):
        least, most, inner = value
        times = min(least + taste % 3, 2**16 if str(most) == "MAXREPEAT" else most)
        return "".join(_sequence(inner, taste + index) for index in range(times))
    return _character(kind, value, taste)


def _character(kind: str, value: Any, taste: int) -> str:
    import re

    text = _written(kind, value)
    able = [each for each in _TASTES if re.fullmatch(text, each)]
    if able:
        return able[taste % len(able)]
    return next(chr(code) for code in range(33, 0x3000) if re.fullmatch(text, chr(code)))


def _written(kind: str, value: Any) -> str:
    """The expression of one character that a node of the tree stands for."""
    import re

    if kind == "NOT_LITERAL":
        return f"[^{re.escape(chr(value))}]"
    if kind == "ANY":
        return "."
    names = {
        "CATEGORY_DIGIT": r"\d", "CATEGORY_WORD": r"\w", "CATEGORY_SPACE": r"\s",
        "CATEGORY_NOT_DIGIT": r"\D", "CATEGORY_NOT_WORD": r"\W", "CATEGORY_NOT_SPACE": r"\S",
    }  # fmt: skip
    inner = ""
    for each, item in value:
        if str(each) == "NEGATE":
            inner += "^"
        elif str(each) == "LITERAL":
            inner += re.escape(chr(item))
        elif str(each) == "RANGE":
            inner += f"{re.escape(chr(item[0]))}-{re.escape(chr(item[1]))}"
        else:
            inner += names[str(item)]
    return f"[{inner}]"
