"""Procedures, functions, triggers and anonymous blocks: what they are, and the statements in their bodies."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import names
from .bodies import Walk
from .shapes import NAME_PATTERN

_HEAD = re.compile(
    r"(?:create\s+(?:or\s+(?:replace|alter)\s+)?(?:(?:temp(?:orary)?|constraint|(?:non)?editionable|aggregate|definer\s*=\s*\S+)\s+)*"
    r"|alter\s+)(?P<kind>function|procedure|proc|trigger|package(?:\s+body)?|event|type\s+body)\s+(?:if\s+not\s+exists\s+)?"
    rf"(?P<name>{NAME_PATTERN})",
    re.IGNORECASE,
)
_BLOCK = re.compile(
    r"(?:do\b\s*(?:language\s+\w+\s+)?(?=\$|')|begin\b(?!\s*(?:;|\Z|transaction|work|tran\b|immediate|deferred|exclusive|isolation))"
    r"|declare\b(?!\s+\w+\s+(?:\w+\s+){0,4}cursor\b))",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"\b(?:is|as)\b(?!\s*[$'])", re.IGNORECASE)
_FUNCTION = re.compile(r"(?:create\s+(?:or\s+replace\s+)?(?:function|procedure)|do)\b", re.IGNORECASE)
_CALLED = re.compile(rf"\bexecute\s+(?:function|procedure)\s+(?P<name>{NAME_PATTERN})", re.IGNORECASE)
_ON = re.compile(rf"\bon\s+(?P<table>{NAME_PATTERN})", re.IGNORECASE)
_EVENT = r"(?:insert|update(?:\s+of\s+[\w$\"`]+(?:\s*,\s*[\w$\"`]+)*?)?|delete|truncate)"
_FIRES = re.compile(
    rf"\b(?P<timing>before|after|instead\s+of|for)\s+(?P<events>{_EVENT}(?:\s*(?:,|\bor\b)\s*{_EVENT})*)",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"(?P<open>\$(?P<tag>[A-Za-z_]\w*)\$)(?P<dollar>.*?)(?:\$(?P=tag)\$|\Z)|(?P<open2>\$\$(?!plsql_))(?P<dollar2>.*?)(?:\$\$|\Z)"
    r"|\bas\s+'(?P<quoted>(?:[^']+|'')*+)'",
    re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Routine:
    """A routine, trigger or block: `pieces` are its statements, as offset and text of equal length."""

    kind: str
    name: str
    on: str
    pieces: tuple[tuple[int, str], ...]
    dynamic: bool
    calls: tuple[str, ...] = ()
    fires: tuple[tuple[str, str], ...] = ()
    """When a trigger runs: `timing` and `events`."""


def read_routine(text: str) -> Routine | None:
    """Return the statements inside a routine, trigger or anonymous block; None when `text` is none of
    these.
    """
    head = _HEAD.match(text)
    block = None if head else _BLOCK.match(text)
    start = head or block
    if start is None:
        return None
    kind = " ".join(head["kind"].lower().split()) if head else "block"
    name = names.clean(head["name"]) if head else ""
    on = ""
    if kind == "trigger" and (found := _ON.search(text, start.end())):
        on = names.clean(found["table"])
    called = _CALLED.search(text, start.end()) if on else None
    offset, body, quoted = _body(text, start.end())
    walk = Walk(body, on, not quoted)
    pieces = tuple((offset + at, piece) for at, piece in walk.run())
    kind = "trigger" if kind == "trigger" else "block" if kind == "block" else "routine"
    calls = (names.clean(called["name"]),) if called else ()
    return Routine(kind, name, on, pieces, walk.dynamic, calls, _fires(text, start.end()) if on else ())


def _fires(text: str, start: int) -> tuple[tuple[str, str], ...]:
    """When a trigger runs; `FOR INSERT` of T-SQL is AFTER."""
    found = _FIRES.search(text, start, start + 2_000)
    if found is None:
        return ()
    timing = " ".join(found["timing"].lower().split())
    events = re.findall(r"\b(?:insert|update|delete|truncate)\b", found["events"].lower())
    return (("events", ",".join(dict.fromkeys(events))), ("timing", "after" if timing == "for" else timing))


def read_batch(text: str) -> Routine:
    """Return the statements of a text in which they end without semicolons, as in T-SQL."""
    walk = Walk(text, "", True)
    return Routine("block", "", "", tuple(walk.run()), walk.dynamic)


def _body(text: str, start: int) -> tuple[int, str, bool]:
    """Return the offset and text of the body, and whether it was in quotes, which are taken away."""
    found = _BODY.search(text, start)
    if found is not None and (found["quoted"] is not None or not _FUNCTION.match(text)):
        # `IS` of Oracle: what looks like a body in quotes behind it is a text in the body
        found = None if _PLAIN.search(text, start, found.start()) else found
    if found is None:
        return start, text[start:], False
    group = next(key for key in ("dollar", "dollar2", "quoted") if found[key] is not None)
    body = found[group].replace("''", " '") if group == "quoted" else found[group]
    return found.start(group) - 3, "$$;" + body, True
