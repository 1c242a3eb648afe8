"""Statements that the parser hides in an opaque `Command`, or refuses: read here by their first words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import names
from .sequences import made_sequence
from .shapes import NAME_PATTERN
from .statements import DYNAMIC_NAME, DYNAMIC_SQL, ENGLISH, Definition, Statement, TableUse

_WORD = re.compile(r"\s*(\w+|\()")
_ITEM = rf"(?:only\s+)?{NAME_PATTERN}(?:\s*\*)?"
_NAMES = rf"(?P<names>{_ITEM}(?:\s*,\s*{_ITEM})*)"
_FLAGS = re.IGNORECASE | re.DOTALL

# Verbs that touch no row of the application's tables.
_IDLE = re.compile(
    r"(?:set|show|use|begin|start\s+transaction|commit|rollback|savepoint|release|end|abort|vacuum|analy[sz]e|grant|revoke"
    r"|comment\s+on|pragma|reset|discard|listen|notify|unlisten|checkpoint|cluster|reindex|deallocate|close|fetch|move"
    r"|unlock\s+tables?|desc(?:ribe)?|attach|detach|kill|flush|optimi[sz]e|repair|check|add\s+jar|refresh\s+table|cache"
    r"|uncache|msck|print|go|whenever|prompt|spool|exit|quit|define|undefine|column|connect|alter\s+(?:session|system|database"
    r"|user|role|schema|sequence|index|function|procedure|trigger|type|extension|default|domain|owner)|drop\s+(?:database"
    r"|schema|user|role|function|procedure|type|extension|domain|package|synonym|policy|rule|cast|aggregate|operator|public)"
    r"|create\s+(?:or\s+replace\s+)?(?:public\s+)?(?:database|schema|user|role|extension|type(?!\s+body)|domain|aggregate|operator|cast|policy"
    r"|rule|synonym|publication|subscription|server|tablespace|login|text|statistics|collation)|declare\s+\w+\s+(?!cursor)\w+\s*;?\s*$"
    r"|alter\s+table\s+\S+\s+(?:owner|enable|disable|set\s+schema|cluster)|security|import|raise|return|set)\b",
    _FLAGS,
)
_SIMPLE = (
    (re.compile(r"lock\s+tables?\s+(?P<locks>.+)", _FLAGS), "reads", "lock"),
    (
        re.compile(rf"refresh\s+materialized\s+view\s+(?:concurrently\s+)?{_NAMES}", _FLAGS),
        "writes",
        "refresh",
    ),
    (re.compile(rf"load\s+(?:data|xml)\s.+?\binto\s+table\s+{_NAMES}", _FLAGS), "writes", "load"),
    (re.compile(rf"truncate\s+(?:table\s+)?{_NAMES}", _FLAGS), "writes", "truncate"),
    (re.compile(rf"bulk\s+insert\s+{_NAMES}", _FLAGS), "writes", "load"),
)
_PAIR = rf"{NAME_PATTERN}\s+to\s+{NAME_PATTERN}"
_RENAME = re.compile(rf"rename\s+tables?\s+(?P<pairs>{_PAIR}(?:\s*,\s*{_PAIR})*)\s*$", _FLAGS)
_EXCHANGE = re.compile(
    rf"alter\s+table\s+(?P<names>{NAME_PATTERN})\s+exchange\s+(?:sub)?partition\b.{{1,500}}?\bwith\s+table\s+(?P<other>{NAME_PATTERN})",
    _FLAGS,
)
_ALTER = re.compile(
    rf"alter\s+(?:foreign\s+)?table\s+(?:if\s+exists\s+)?(?:only\s+)?(?P<names>{NAME_PATTERN})\s+"
    r"(?!.*\b(?:references|exchange|attach|detach|partition|rename\s+to)\b)(?!add\s+(?:column\s+)?(?!constraint|unique|primary|check|index|key))",
    _FLAGS,
)
_SYNONYM = re.compile(
    r"create\s+(?:or\s+replace\s+)?(?:(?:non)?editionable\s+)?(?:public\s+)?synonym\s+"
    rf"(?P<names>{NAME_PATTERN})\s+for\s+(?P<for>{NAME_PATTERN})",
    _FLAGS,
)
_QUERY = re.compile(r"\((?=[\s(]*(?:select|with)\s)", re.IGNORECASE)
_PARENTHESES = re.compile(r"[()]|'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*")
_CALL = re.compile(
    rf"(?:call|exec(?:ute)?)\s+(?:procedure\s+)?(?:@\w+\s*=\s*)?(?P<names>{NAME_PATTERN})", _FLAGS
)
_UNLOAD = re.compile(
    r"unload\s*\(\s*(?:'(?P<query>(?:[^']|'')*)'|\$\$(?P<dollar>.*?)\$\$)\s*\)\s*to\s*'(?P<path>[^']*)'",
    _FLAGS,
)
_PREFIX = re.compile(
    r"(?:explain(?:\s+query\s+plan|\s+plan\s+for|\s+analy[sz]e|\s+verbose|\s+extended|\s+format\s*=\s*\w+|\s*\([^()]*\))*"
    r"|declare\s+\w+\s+(?:\w+\s+){0,4}cursor\s+(?:with(?:out)?\s+hold\s+)?for|prepare\s+\w+\s*(?:\([^()]*\)\s*)?as)\s+(?=\w|\()",
    _FLAGS,
)
_MADE = re.compile(
    rf"(?:create\b|alter(?=\s+view\b))(?P<how>(?:\s+(?!view\b|table\b|as\b)[\w=@`'.%]+){{0,8}}?)\s+(?P<kind>view|table)\s+"
    rf"(?:if\s+not\s+exists\s+|only\s+)?(?P<names>{NAME_PATTERN})(?P<between>[^;]{{0,4000}}?)"
    r"(?:\bas\s+(?=\(*\s*(?:select|with|values|table)\b)|(?<=\s)(?=select\b|with\s+(?:recursive\s+)?\w+\s+as\b))",
    _FLAGS,
)
PARSED = frozenset(
    {"select", "insert", "update", "delete", "with", "merge", "replace", "(", "values", "copy"}
)
"""Words that start a statement for the parser."""


def first_word(text: str) -> str:
    """Return the first word of a text, in lower case; a parenthesis stands for itself."""
    found = _WORD.match(text)
    return found[1].lower() if found else ""


def prefix(text: str) -> int:
    """Return how many characters at the start only wrap another statement (EXPLAIN, DECLARE ... CURSOR
    FOR).
    """
    found = _PREFIX.match(text) if first_word(text) in ("explain", "declare", "prepare") else None
    return found.end() if found else 0


def command(text: str) -> Statement | None:
    """Read a statement that needs no parser; None when it needs one. Lines count from 1."""
    verb = first_word(text)
    if verb in PARSED:
        return None
    if found := _SYNONYM.match(text):
        name, target = names.clean(found["names"]), names.clean(found["for"])
        return Statement(1, (), (Definition("synonym", name, (), (), (), 1, on=target),), "", verb)
    if (made := made_sequence(text)) is not None:
        return Statement(1, (), (made,), "", verb)
    if _IDLE.match(text):
        return Statement(1, (), (), "", verb)
    for pattern, mode, action in _SIMPLE:
        if found := pattern.match(text):
            listed = found.groupdict().get("names") or _locked(found.groupdict().get("locks") or "")
            return _touching(listed, mode, action, verb)
    if found := _RENAME.match(text):
        pairs = [
            re.split(r"\s+to\s+", pair.strip(), flags=re.IGNORECASE) for pair in found["pairs"].split(",")
        ]
        renamed = [
            Definition("table", names.clean(old), (), (), (), 1, "rename", names.clean(new))
            for old, new in pairs
        ]
        return Statement(1, (), tuple(renamed), "", verb)
    if found := _EXCHANGE.match(text):
        own = _touching(found["names"], "writes", "exchange", verb)
        other = _touching(found["other"], "reads", "exchange", verb)
        return Statement(1, (*own.uses, *other.uses), (), own.problem or other.problem, verb)
    if (found := _CALL.match(text)) and verb in ("call", "exec", "execute"):
        name = names.clean(found["names"])
        if names.is_dynamic(name) or re.match(r"immediate\b|sp_executesql\b", name):
            return Statement(1, (), (), DYNAMIC_SQL, verb)
        return Statement(1, (), (), "", verb, calls=(name,))
    return None


def unload(text: str) -> tuple[str, str] | None:
    """Return the query and the path of an UNLOAD, which carries its query in quotes."""
    found = _UNLOAD.match(text)
    if found is None:
        return None
    return (found["dollar"] or found["query"] or "").replace("''", "'"), found["path"]


def queries(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the outermost queries in parentheses start and end."""
    end = 0
    for found in _QUERY.finditer(text):
        if found.start() >= end:
            end = _closing(text, found.start())
            yield found.start() + 1, end


def _closing(text: str, start: int) -> int:
    """Return where the parenthesis at `start` is closed."""
    depth = 0
    for token in _PARENTHESES.finditer(text, start):
        depth += (token.group() == "(") - (token.group() == ")")
        if not depth:
            return token.start()
    return len(text)


def made_of_query(text: str) -> tuple[Definition, int] | None:
    """Return what CREATE or ALTER of a view, or CREATE TABLE ... AS, makes, and where its query starts."""
    found = _MADE.match(text)
    name = names.clean(found["names"]) if found else ""
    if found is None or names.is_dynamic(name) or not names.is_name(name):
        return None
    temporary = re.search(r"\btemp(?:orary)?\b", found["how"], re.IGNORECASE) is not None
    made = Definition(found["kind"].lower(), name, (), (), (), 1, temporary=temporary)
    return made, found.end()


def altered(text: str) -> Statement | None:
    """Read an ALTER TABLE that the parser refuses and that changes neither columns nor foreign keys nor
    names.
    """
    found = _ALTER.match(text)
    if found is None:
        return None
    table = names.clean(found["names"])
    if names.is_dynamic(table) or not names.is_name(table):
        return None
    return Statement(1, (), (Definition("table", table, (), (), (), 1, "alter"),), "", "alter")


def _locked(text: str) -> str:
    """`a READ, b AS c WRITE` or `a, b IN SHARE MODE` without the modes."""
    text = re.split(r"\bin\b", text, maxsplit=1, flags=re.IGNORECASE)[0]
    parts = (re.sub(r"^\s*only\s+", "", part, flags=re.IGNORECASE).split() for part in text.split(","))
    return ",".join(part[0] for part in parts if part)


def _touching(listed: str, mode: str, action: str, verb: str) -> Statement:
    """Return a statement that does one thing to each of the listed tables."""
    uses, problem = [], ""
    for name in listed.split(","):
        table = names.clean(re.sub(r"^\s*only\s+|\s*\*\s*$", "", name, flags=re.IGNORECASE))
        if names.is_dynamic(table.rpartition(".")[2]):
            problem = DYNAMIC_NAME
        elif table in names.NEVER or table == "values":
            problem = ENGLISH
        elif names.is_name(table) and not names.is_system(table):
            uses.append(TableUse(table, mode, action, (), 1))
    return Statement(1, tuple(uses), (), problem, verb)
