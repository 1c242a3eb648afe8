"""Is this text SQL at all, and whose? Regular expressions only: cheap enough for every string of a program."""

from __future__ import annotations

import re

from .names import ENGLISH
from .shapes import HOLE as _HOLE
from .shapes import SHAPES

_START = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/|\(|\{%.{0,2000}?%\}|\{\#.{0,2000}?\#\}|;)*(?=(select|insert|update|delete|merge|replace|truncate|with|create|alter|drop"
    r"|call|exec|lock|copy|refresh|explain|declare|begin|do)\b)",
    re.IGNORECASE | re.DOTALL,
)
_LITERAL = re.compile(r"'(?:[^'\\]|''|\\.)*'|\"[^\"]*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)
_SENTENCE = re.compile(r"[a-z)]{2}[.!?:](?:\s+[A-Z]|\s*$)|[a-z]{2}\?|[!…“”’]|\w'[a-z]|\b(?:failed|cannot|error)\b")
_SIGNS = re.compile(
    rf"[*=<>(,]|\w_\w|\w\.\w|%s|{_HOLE}|\d|\b(?:where|join|values|group\s+by|order\s+by|limit|union|set)\b", re.IGNORECASE
)
_STRONG = re.compile(rf"\bselect\s+(?:distinct\s+)?(?:\*|count\s*\()|\w\s*(?:=|<>|!=)\s*(?:\w|'|{_HOLE})|\w\.\w+\s*[,=]|\bis\s+(?:not\s+)?null\b"
                     r"|\bvalues\s*\(|\(\s*select\b|;\s*$", re.IGNORECASE)  # fmt: skip


def looks_like_sql(text: str, *, sure: bool = False) -> bool:
    """Does `text` have the structure of an SQL statement (or script), rather than of a sentence?

    Strict: a string whose keywords are not all capitals needs signs that English lacks. With `sure` the caller
    knows from elsewhere that the string is SQL (it is given to `execute`), and only the structure counts.
    """
    start = _START.match(text[:50_000])
    if start is None:
        return False
    body = text[start.end() : start.end() + 50_000]
    found = next((m for m in (shape.match(body) for shape in SHAPES[start.group(1).lower()]) if m), None)
    if found is None or (found.groupdict().get("name") or "").lower() in ENGLISH:
        return False
    return sure or _not_english(body, start.group(1))


def _not_english(body: str, verb: str) -> bool:
    """Weigh the case of the keywords and the marks of a sentence."""
    plain = _LITERAL.sub("''", body)
    if verb.isupper() and re.search(r"\b(?:from|into|set|table|as|using)\b", plain) is None:
        return _SENTENCE.search(plain) is None or len(_STRONG.findall(plain)) > 0
    if _SENTENCE.search(plain):
        return False
    if verb.islower() or verb.isupper():
        return _SIGNS.search(plain) is not None
    return _STRONG.search(plain) is not None


_HINTS = (
    (re.compile(r"`"), ("mysql", "bigquery", "spark", "sqlite")),
    (re.compile(r"::\s*\w|\bILIKE\b|\bRETURNING\b|\$\$|\bON\s+CONFLICT\b|->>|@>|\bDISTINCT\s+ON\b", re.I), ("postgres",)),
    (re.compile(r"\bNVL2?\(|\bROWNUM\b|\(\+\)|\bFROM\s+DUAL\b|:=|\bCONNECT\s+BY\b|\bSYSDATE\b|\bVARCHAR2\b", re.I), ("oracle",)),
    (re.compile(r"(?:\bFROM|\bJOIN|\bINTO|\bUPDATE|\bSELECT|\.|,)\s*\[\w|\bNOLOCK\b|\bSELECT\s+TOP\b|@@\w|\bIDENTITY\(", re.I), ("tsql",)),
    (re.compile(r"\bON\s+DUPLICATE\s+KEY\b|\bENGINE\s*=|\bAUTO_INCREMENT\b|\bSTRAIGHT_JOIN\b", re.I), ("mysql",)),
    (re.compile(r"\bINSERT\s+OR\s+\w+\s+INTO\b|\bAUTOINCREMENT\b|\bWITHOUT\s+ROWID\b", re.I), ("sqlite",)),
    (re.compile(r"\bLATERAL\s+VIEW\b|\bINSERT\s+OVERWRITE\b", re.I), ("spark", "hive")),
)
_ORDER = ("", "postgres", "mysql", "sqlite", "oracle", "tsql")


def dialects(text: str, dialect: str) -> tuple[str, ...]:
    """Return the dialects to try on a statement, best first: the named one, those that its syntax hints at, the rest."""
    named = () if dialect in ("auto", "") else (dialect,)
    sample = text[:20_000]
    hinted = tuple(name for pattern, names in _HINTS if pattern.search(sample) for name in names)
    return tuple(dict.fromkeys((*named, *hinted, *_ORDER)))
