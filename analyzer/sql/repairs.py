"""What the parser refuses and what names no table, blanked at equal length, so that offsets hold."""

from __future__ import annotations

import re

_FLAGS = re.IGNORECASE | re.DOTALL
_MODIFIERS = re.compile(
    r"^(\s*)(update|insert|delete|replace)((?:\s+(?:low_priority|delayed|high_priority|quick|ignore|history(?=\s+from))\b)+)"
    r"|^(\s*)(update)(\s+or\s+\w+)",
    _FLAGS,
)
_RENAMED = re.compile(
    r"(?<=\brename\s)(?!(?:to|as|column|constraint|index|key|attribute|value|partition)\s)(?=\s*[\w$]+\s+to\s)"
    r"|(?<=\brename\s)(?=\s*[\"`\[][^\"`\]]+[\"`\]]\s+to\s)",
    _FLAGS,
)
"""`RENAME a TO b`: of a column, whose word may be left out; the parser would rename the table."""
# Operators that the parser knows; any other run of signs is an extension's.
_KNOWN = (
    "<= >= <> != == || -> ->> #> #>> @> <@ && := => ~* !~ !~* ** ?| ?& << >> <=> -- /* */ @@ ^= *= =- =+ <- "
    ">- =* <> %% @? #- ~~ ~~* !~~ !~~* ^@ (+) |/ ||/ *-"
)
_OPERATOR = re.compile(r"(?<![-+*/<>=~!@#%^&|?])[-+*/<>=~!@#%^&|?]{2,}(?![-+*/<>=~!@#%^&|?])")
_OPERATORS = frozenset(_KNOWN.split())

# (verb or "" for any, what is refused, what stands for it)
_RULES = tuple(
    (verb, re.compile(pattern, _FLAGS), instead)
    for verb, pattern, instead in (
        ("", r"\btablesample\s+\w+\s*\([^()]*\)(?:\s*repeatable\s*\([^()]*\))?", ""),
        ("create", r"(?<=\))\s*with\s*\(\s*\w+\.\w+[^()]*\)", ""),
        ("delete", r"(?<=[\w`\"])\.\*(?=\s*(?:,|from\b|using\b))", ""),
        ("delete", r"(?<=^delete from)\s+table\b(?=\s+\w)", ""),
        ("merge", r"\bdelete\s+where\s+.+?(?=\bwhen\s+(?:not\s+)?matched\b|\Z)", ""),
        ("insert", r"\boverriding\s+(?:system|user)\s+value\b", ""),
        ("", r"\blog\s+errors\b.*\Z", ""),
        ("", r"\bwhere\s+current\s+of\s+\w+", ""),
        (
            "",
            r"\bfor\s+(?:no\s+key\s+)?(?:update|share|key\s+share)\b(?:\s+of\s+[\w.,\s]+?)?"
            r"(?:\s+(?:nowait|skip\s+locked|wait\s+\d+))?\s*\Z",
            "",
        ),
        ("", r"\bwith\s+(?:(?:cascaded\s+|local\s+)?check\s+option|(?:no\s+)?data|read\s+only)\s*\Z", ""),
        (
            "select",
            r"\binto\s+(?:outfile|dumpfile)\s+'[^']*'(?:\s*(?:character\s+set\s+\w+|(?:fields|columns|lines)\b"
            r"|(?:optionally\s+)?(?:terminated|enclosed|escaped|starting)\s+by\s+'[^']*'))*",
            "",
        ),
        ("select", r"\binto\s+@\w+(?:\s*,\s*@\w+)*", ""),
        (
            "select",
            r"\b(?:sql_(?:no_cache|cache|calc_found_rows|buffer_result|small_result|big_result)"
            r"|(?<=select )(?:high_priority|straight_join))\b",
            "",
        ),
        ("", r"\busing\s+(?:operator\s*\([^()]*\)|[<>=~!@#%^&|]+)", ""),
        ("", r"\boperator\s*\(\s*[\w.\"]*[^\w\s()\"]+\s*\)", "="),
        ("", r"\bmultiset\s+(?:except|intersect|union)(?:\s+(?:all|distinct)\b)?", "+"),
        ("", r"\bis\s+(?:not\s+)?(?:empty|a\s+set|infinite|nan|dangling)\b", "is null"),
        ("", r"\bcursor\s*(?=\(\s*select\b)", ""),
        (
            "",
            r"(?<=\bas )interval\s+(?:day|year)\s*(?:\(\d+\)\s*)?to\s+(?:second|month)(?:\s*\(\d+\))?",
            "date",
        ),
        ("", r"\b(?:sum|avg|count|min|max|round)(?=\s*\()", "fn"),
        ("", r"\*\*", "*"),
        ("", r"\brows\s+from(?=\s*\()", ""),
    )
)


def modifiers(text: str) -> str:
    """Blank the modifiers of MySQL and SQLite behind a verb: the parser would take one for a table."""
    if found := _MODIFIERS.match(text):
        verb = found[2] or found[5]
        start = found.start(3 if found[2] else 6)
        if verb.lower() != "insert" or "ignore" not in found.group().lower():
            return text[:start] + _blank(text[start : found.end()], "") + text[found.end() :]
    return text


def column_renames(text: str) -> str:
    """Name what `ALTER TABLE t RENAME a TO b` renames: a column."""
    return _RENAMED.sub("COLUMN ", text)


def repair(text: str, verb: str) -> str:
    """Blank, at equal length, what the parser refuses and what names no table."""
    if verb == "upsert":  # of CockroachDB, Phoenix and others
        text = re.sub(r"^(\s*)upsert\b", r"\1INSERT", text, flags=_FLAGS)
    if verb == "replace":
        text = re.sub(
            r"^(\s*)replace(\s+(?:low_priority\s+|delayed\s+)?)",
            lambda m: f"{m[1]}INSERT {m[2]}",
            text,
            flags=_FLAGS,
        )
    for only, pattern, instead in _RULES:
        if only in ("", verb):
            text = pattern.sub(lambda m, instead=instead: _blank(m.group(), instead), text)  # type: ignore[misc]
    return _OPERATOR.sub(lambda m: m.group() if m.group() in _OPERATORS else _blank(m.group(), "="), text)


def _blank(text: str, instead: str) -> str:
    """Return something of the length and the lines of `text` that says `instead`."""
    return instead + re.sub(r"[^\n]", " ", text[len(instead) :])
