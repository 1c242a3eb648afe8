"""Is this text SQL at all, and whose? Regular expressions only: cheap enough for every string."""

from __future__ import annotations

import re
from itertools import islice

from .names import ENGLISH
from .shapes import HOLE as _HOLE
from .shapes import SHAPES

_START = re.compile(  # atomic: what was passed over is never tried in another way
    r"(?>\s+|\ufeff|--[^\n]*\n|\{\w{0,80}\}|/\*.*?\*/|\(|\{%.{0,2000}?%\}|\{\#.{0,2000}?\#\}|;)*+(?=(select|insert|update|delete|merge"
    r"|replace|truncate|with|create|alter|drop|call|exec|lock|copy|refresh|explain|declare|begin|do|if|load|prepare"
    r"|rename|upsert)\b)",
    re.IGNORECASE | re.DOTALL,
)
_FOREIGN = re.compile(r"\b(?:from|join|into|update)\s+\w+:[a-z_]{2}", re.IGNORECASE)
"""`FROM system:keyspaces` of N1QL: another language."""
_NEXT = re.compile(r";\s*$", re.MULTILINE)
_SEMICOLON = re.compile(r";")
_FIRST = 4
_QUOTED = re.compile(r"'(?:[^'\\]|''|\\.)*'", re.DOTALL)
_LITERAL = re.compile(r"'(?:[^'\\]|''|\\.)*'|\"[^\"]*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)
_SENTENCE = re.compile(
    r"[a-z)]{2}[.!?:](?:\s+[A-Z]|\s*$)|[a-z]{2}\?|[!\u2026\u201c\u201d\u2019]|\w'[a-z]|\b(?:failed|cannot|error)\b"
)
_SIGNS = re.compile(
    rf"[*=<>(,]|\w_\w|\w\.\w|%s|{_HOLE}|\d|\b(?:where|join|values|group\s+by|order\s+by|limit|union|set)\b",
    re.IGNORECASE,
)
_STRONG = re.compile(
    rf"\bselect\s+(?:distinct\s+)?(?:\*|count\s*\()|\w\s*(?:=|<>|!=)\s*(?:\w|'|{_HOLE})|\w\.\w+\s*[,=]"
    r"|\bis\s+(?:not\s+)?null\b|\bvalues\s*\(|\(\s*select\b|;\s*$",
    re.IGNORECASE,
)


def looks_like_sql(text: str, *, sure: bool = False) -> bool:
    """Does `text` have the structure of an SQL statement (or script), rather than of a sentence?

    Strict: a string whose keywords are not all capitals needs signs that English lacks. With `sure` the
    caller knows from elsewhere that the string is SQL (it is given to `execute`), and only the structure
    counts.
    """
    if _begins(text, sure):
        return True
    # `SET search_path TO x; CREATE TABLE ...`: what stands first need not tell.
    ends = (_SEMICOLON if sure else _NEXT).finditer(text)
    return any(_begins(text[found.end() :], sure) for found in islice(ends, _FIRST))


def _begins(text: str, sure: bool) -> bool:
    """Does the text begin with a statement of which the structure is known?"""
    start = _START.match(text[:50_000])
    if start is None:
        return False
    body = text[start.end() : start.end() + 50_000]
    if _FOREIGN.search(body):
        return False
    verb = start.group(1)
    if not _shaped(body, verb) and not ("'" in body and _shaped(_QUOTED.sub(_blank, body), verb)):
        return False
    return sure or _not_english(body, verb)


def _shaped(body: str, verb: str) -> bool:
    found = next((m for m in (shape.match(body) for shape in SHAPES[verb.lower()]) if m), None)
    return found is not None and (found.groupdict().get("name") or "").lower() not in ENGLISH


def _blank(quoted: re.Match[str]) -> str:
    """What stands in quotes has no structure: `SELECT 'from here to there' FROM places`."""
    return f"'{'x' * (len(quoted[0]) - 2)}'"


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


# Signs of a dialect: substrings that are cheap to look for, then the pattern that decides.
_HINTS = tuple(
    (needles.split("|"), re.compile(pattern, re.IGNORECASE), tuple(names.split()))
    for needles, pattern, names in (
        ("`", "`", "mysql bigquery spark sqlite"),
        (
            "::|ilike|returning|$$|conflict|->>|@>|distinct on| only",
            r"::\s*\w|\bilike\b|\breturning\b|\$\$|\bon\s+conflict\b|->>|@>|\bdistinct\s+on\b"
            r"|\b(?:from|update|join|into)\s+only\s+[\"\w]",
            "postgres",
        ),
        (
            "nvl|rownum|(+)|dual|:=|connect|sysdate|varchar2|minus",
            r"\bnvl2?\(|\brownum\b|\(\+\)|\bfrom\s+dual\b|:=|\bconnect\s+by\b|\bsysdate\b|\bvarchar2\b|\bminus\b",
            "oracle",
        ),
        (
            "[|nolock|top|@@|identity",
            r"(?:\bfrom|\bjoin|\binto|\bupdate|\bselect|\.|,)\s*\[\w|\bnolock\b|\bselect\s+top\b|@@\w|\bidentity\(",
            "tsql",
        ),
        (
            "duplicate|engine|auto_increment|straight_join",
            r"\bon\s+duplicate\s+key\b|\bengine\s*=|\bauto_increment\b|\bstraight_join\b",
            "mysql",
        ),
        (
            "insert or|autoincrement|rowid",
            r"\binsert\s+or\s+\w+\s+into\b|\bautoincrement\b|\bwithout\s+rowid\b",
            "sqlite",
        ),
        ("lateral view|overwrite", r"\blateral\s+view\b|\binsert\s+overwrite\b", "spark hive"),
    )
)
_ORDER = ("", "postgres", "mysql", "sqlite", "oracle", "tsql")


def dialects(text: str, dialect: str) -> tuple[str, ...]:
    """Return the dialects to try on a statement, best first: the named one, those that its syntax hints at,
    the rest.
    """
    named = () if dialect in ("auto", "") else (dialect,)
    sample = text[:20_000].lower()
    hinted: list[str] = []
    for needles, pattern, known in _HINTS:
        if any(needle in sample for needle in needles) and pattern.search(sample):
            hinted += known
    return tuple(dict.fromkeys((*named, *hinted, *_ORDER)))
