"""Statements that the parser hides in an opaque `Command`, or refuses: read here by their first words."""

from __future__ import annotations

import re

from . import names
from .shapes import NAME_PATTERN
from .statements import DYNAMIC_NAME, DYNAMIC_SQL, ENGLISH, Definition, Statement, TableUse

_WORD = re.compile(r"\s*(\w+|\()")
_NAMES = rf"(?P<names>{NAME_PATTERN}(?:\s*,\s*{NAME_PATTERN})*)"
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
    (re.compile(rf"load\s+data\s.+?\binto\s+table\s+{_NAMES}", _FLAGS), "writes", "load"),
    (re.compile(rf"truncate\s+(?:table\s+)?(?:only\s+)?{_NAMES}", _FLAGS), "writes", "truncate"),
    (re.compile(rf"bulk\s+insert\s+{_NAMES}", _FLAGS), "writes", "load"),
)
_RENAME = re.compile(
    rf"rename\s+table\s+(?P<names>{NAME_PATTERN})\s+to\s+(?P<new>{NAME_PATTERN})\s*$", _FLAGS
)
_ALTER = re.compile(
    rf"alter\s+(?:foreign\s+)?table\s+(?:if\s+exists\s+)?(?:only\s+)?(?P<names>{NAME_PATTERN})\s+"
    r"(?!.*\b(?:references|exchange|attach|detach|partition|rename\s+to)\b)(?!add\s+(?:column\s+)?(?!constraint|unique|primary|check|index|key))",
    _FLAGS,
)
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
_REPAIRS = (
    (re.compile(r"^(\s*)replace(\s+(?:low_priority\s+|delayed\s+)?)(into\s)?", _FLAGS), "replace"),
    (re.compile(r"(?<=^update)(\s+(?:or\s+\w+|low_priority|ignore)\b)+", _FLAGS), ""),
    (re.compile(r"(?<=^insert)(\s+(?:low_priority|delayed|high_priority)\b)+", _FLAGS), ""),
    (re.compile(r"(?<=^delete)(\s+(?:low_priority|quick|ignore)\b)+", _FLAGS), ""),
    (re.compile(r"(?<=^delete from)\s+table\b(?=\s+\w)", _FLAGS), ""),
    (re.compile(r"\bdelete\s+where\s+.+?(?=\bwhen\s+(?:not\s+)?matched\b|\Z)", _FLAGS), "merge"),
    (re.compile(r"\blog\s+errors\b.*\Z", _FLAGS), ""),
    (re.compile(r"\bwhere\s+current\s+of\s+\w+", _FLAGS), ""),
    (
        re.compile(
            r"\bfor\s+(?:no\s+key\s+)?(?:update|share|key\s+share)\b(?:\s+of\s+[\w.,\s]+?)?"
            r"(?:\s+(?:nowait|skip\s+locked|wait\s+\d+))?\s*\Z",
            _FLAGS,
        ),
        "",
    ),
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
    if _IDLE.match(text):
        return Statement(1, (), (), "", verb)
    for pattern, mode, action in _SIMPLE:
        if found := pattern.match(text):
            listed = found.groupdict().get("names") or _locked(found.groupdict().get("locks") or "")
            return _touching(listed, mode, action, verb)
    if found := _RENAME.match(text):
        old, new = names.clean(found["names"]), names.clean(found["new"])
        return Statement(1, (), (Definition("table", old, (), (), (), 1, "rename", new),), "", verb)
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


def repair(text: str) -> str:
    """Blank, at equal length, what the parser refuses and what names no table."""
    merges = re.match(r"\s*merge\b", text, re.IGNORECASE) is not None
    for pattern, kind in _REPAIRS:
        if kind == "replace":
            text = pattern.sub(lambda m: f"{m[1]}INSERT {m[2]}{m[3] or ''}", text)
        elif kind != "merge" or merges:
            text = pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)
    return text


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
    return ",".join(part.split()[0] for part in text.split(",") if part.split())


def _touching(listed: str, mode: str, action: str, verb: str) -> Statement:
    """Return a statement that does one thing to each of the listed tables."""
    uses, problem = [], ""
    for name in listed.split(","):
        table = names.clean(name)
        if names.is_dynamic(table.rpartition(".")[2]):
            problem = DYNAMIC_NAME
        elif table in names.NEVER or table == "values":
            problem = ENGLISH
        elif names.is_name(table) and not names.is_system(table):
            uses.append(TableUse(table, mode, action, (), 1))
    return Statement(1, tuple(uses), (), problem, verb)
