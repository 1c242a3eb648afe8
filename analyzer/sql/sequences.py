"""Sequences that statements take numbers from: `nextval('s')`, `s.NEXTVAL`, `NEXT VALUE FOR s`."""

from __future__ import annotations

import re
from collections.abc import Callable

from . import names
from .shapes import NAME_PATTERN
from .statements import Definition, TableUse

_SIGNS = ("nextval", "currval", "setval", "value for")
_USES = re.compile(
    r"(?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))"
    r"|\b(?P<call>nextval|currval|setval)\s*\(\s*E?''?(?P<quoted>[^'()]{1,128})''?"
    rf"|\b(?P<standard>next|previous)\s+value\s+for\s+(?P<named>{NAME_PATTERN})"
    rf"|(?P<owner>(?<![\w$.\"])(?:[\w$\"]+\s*\.\s*){{1,2}})(?P<oracle>nextval|currval)\b(?!\s*\()",
    re.IGNORECASE | re.DOTALL,
)
_MADE = re.compile(
    r"(?P<action>create|alter)\s+(?:or\s+replace\s+)?(?P<how>(?:temp(?:orary)?|unlogged)\s+)?sequence\s+"
    rf"(?:if\s+(?:not\s+)?exists\s+)?(?P<name>{NAME_PATTERN})",
    re.IGNORECASE,
)
_OWNED = re.compile(rf"\bowned\s+by\s+(?P<column>{NAME_PATTERN})", re.IGNORECASE)


def sequence_uses(text: str, line: Callable[[int], int]) -> tuple[TableUse, ...]:
    """Sequences of which a statement takes or sets numbers (`writes`), or looks at them (`reads`)."""
    lowered = text.lower()
    if not any(sign in lowered for sign in _SIGNS):
        return ()
    found: dict[tuple[str, str], TableUse] = {}
    for each in _USES.finditer(text):
        if each["comment"]:
            continue
        said = each["quoted"] or each["named"] or (each["owner"] or "").rstrip(" .")
        name = names.clean(re.sub(r"\s*\.\s*", ".", said))
        if not name or names.is_dynamic(name) or not names.is_name(name) or " " in name:
            continue
        verb = (each["call"] or each["standard"] or each["oracle"]).lower()
        mode = "reads" if verb in ("currval", "previous") else "writes"
        found.setdefault((name, mode), TableUse(name, mode, verb, (), line(each.start())))
    return tuple(found.values())


def made_sequence(text: str) -> Definition | None:
    """What CREATE or ALTER SEQUENCE says: `on` is the table of the column that owns it."""
    made = _MADE.match(text)
    name = names.clean(made["name"]) if made else ""
    if made is None or names.is_dynamic(name) or not names.is_name(name):
        return None
    owned = _OWNED.search(text, made.end())
    table, _, column = names.clean(owned["column"]).rpartition(".") if owned else ("", "", "")
    return Definition(
        "sequence",
        name,
        ((column, ""),) if table else (),
        (),
        (),
        1,
        action=made["action"].lower(),
        on=table,
        temporary=bool(made["how"]) and not made["how"].lower().startswith("unlogged"),
    )
