"""Placeholders of drivers and templates become plain identifiers, so that any SQL parser can read the text.

`%s`, `%(x)s`, `{x}`, `${x}`, `#{x}` and Jinja are rewritten; `?`, `:1`, `:name`, `$1` and `@a` are SQL to
the parser and stay. A placeholder inside quotes is part of a string and stays too. What is written in place
of a placeholder has another length: `Rewritten.original` leads an offset of the new text back to the old
one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

HOLE = "carveout_hole"
"""The identifier that stands for a placeholder; a table whose name contains it has a dynamic name."""

_KEYWORD = (
    r"(?:all|and|as|asc|between|by|case|check|default|delete|desc|else|end|exists|for|from|group|having|in|index|insert"
    r"|into|is|join|key|like|limit|not|null|offset|on|or|order|primary|references|schema|select|set|start|table|then|to"
    r"|union|update|using|values|when|where|with)\b"
)
"""Names of values that would be read as words of SQL: `:from`."""
_TOKEN = re.compile(
    r"""
      (?P<quoted>(?<!\w)[nN]?[qQ]'(?:\[.*?(?:\]'|\Z)|\{.*?(?:\}'|\Z)|\(.*?(?:\)'|\Z)|<.*?(?:>'|\Z)|(?P<own>[^\s\w\[\{\(<]).*?(?:(?P=own)'|\Z))
        | '\\'(?=[\s),;]|\Z) | '(?:[^'\\]+|''|\\.?)*+(?:'|\Z) | "(?:[^"]+|"")*+(?:"|\Z) | `[^`]*(?:`|\Z)
        | \$(?P<tag>[A-Za-z_]\w*)\$.*?(?:\$(?P=tag)\$|\Z) | \$\$.*?(?:\$\$|\Z))
    | (?P<comment>--[^\n]* | /\*.*?(?:\*/|\Z))
    | (?P<jinja>\{%.{0,2000}?%\} | \{\#.{0,2000}?\#\})
    | (?P<percent>%%)
    | (?P<hole>%(?:\([^()\s]{1,80}\))?[sdrif](?:(?![A-Za-z])|(?=[A-Z]{2,}\b))
        | [$\#]?\{\{.{0,2000}?\}\} | [$\#]?\{(?:[^{}]|\{[^{}]{0,200}\}){0,500}\}
        | (?<!\w)&&?[A-Za-z]\w*\.?(?=\W|\Z))
    | (?P<numbered>(?<![\w:\]])(?:[:$]\d+(?!\w)|[:@]"""
    + _KEYWORD
    + r"""))
    | (?P<space>\s+)
    | (?P<number>\d[\w.]*)
    | (?P<word>[^\W\d][\w$\#]*)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_DOLLARS = re.compile(r"\$(?:[A-Za-z_]\w*)?\$")
_MARK = re.compile(rf"%[s(]|%%|%[drif]|[{{&]|[:$]\d|(?<!:)[:@]{_KEYWORD}")

# Words after which an operand must come: a placeholder there stands for a value, a name or a list.
_OPENERS = frozenset(
    "select distinct all from join where on and or not in like ilike rlike regexp between is by having "
    "limit offset set into update table values as when then else case using returning exists any some "
    "interval delete insert with over partition escape similar top fetch first next only index view add "
    "column references default truncate call exec execute of if trigger function procedure constraint "
    "sequence concurrently type role only into modify change cascade rename to replace merge copy lock "
    "natural cross inner outer left right full lateral union except intersect minus key ignore recursive "
    "div mod collate at schema database sequence".split()
)
# Words that only stand behind a complete clause: a placeholder in front of one is a clause of its own.
_CLAUSES = _OPENERS - frozenset("not exists case any some interval first next only if".split()) | frozenset(
    "group order window for desc asc nulls do conflict with start connect end cascade".split()
)

_CONDITIONS = frozenset("where on and or having not when set by then else by".split())


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A text whose placeholders are rewritten, and the way back.

    `clauses` counts the placeholders that stand where a whole clause may hide (a join, a condition): they are
    left out of the text.
    """

    text: str
    clauses: int
    _starts: tuple[int, ...]
    _shifts: tuple[int, ...]

    def original(self, offset: int) -> int:
        """Return the offset in the given text of an offset in the rewritten one."""
        return offset + self._shifts[bisect_right(self._starts, offset) - 1]


def rewrite(text: str) -> Rewritten:
    """Return `text` with identifiers in the place of its placeholders; line breaks are kept."""
    if not _MARK.search(text):
        return Rewritten(text, 0, (0,), (0,))
    return _Rewriter(text).run()


def _tokens(text: str) -> Iterator[re.Match[str]]:
    """The tokens of a text, also those between dollar quotes with placeholders: they hold bodies."""
    for token in _TOKEN.finditer(text):
        opens = _DOLLARS.match(token.group()) if token.lastgroup in ("quoted", "tag") else None
        start, end = (token.start() + opens.end(), token.end() - opens.end()) if opens else (0, 0)
        closes = _DOLLARS.match(text, end) if end >= start and opens else None
        if opens is None or closes is None or _MARK.search(text, start, end) is None:
            yield token
            continue
        for part in (_DOLLARS.match(text, token.start()), *_TOKEN.finditer(text, start, end), closes):
            assert part is not None
            yield part


class _Rewriter:
    """One pass over a text; remembers whether an operand stands before the current token."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.out: list[str] = []
        self.shift = 0
        self.starts = [0]
        self.shifts = [0]
        self.operand = False
        self.clause = ""
        self.begun = False
        self.clauses = 0

    def run(self) -> Rewritten:
        """Rewrite token by token."""
        for index, token in enumerate(self.tokens):
            kind, old = token.lastgroup, token.group()
            if kind == "hole":
                self.emit(token, self.hole(index))
            elif kind == "jinja":
                self.emit(token, " ")
            elif kind == "numbered":
                self.operand = True
                self.emit(token, f":p{old[1:]}")
            elif kind == "percent":
                self.operand = False
                self.emit(token, "%")
            else:
                if kind == "word":
                    self.operand = old.lower() not in _OPENERS
                    self.clause = self.clause if self.operand else old.lower()
                elif kind == "number" or kind in ("quoted", "tag"):
                    self.operand = True
                self.begun = self.begun or kind not in ("space", "comment")
                if kind == "other":
                    self.operand = (old in ")]*" and not (old == "*" and self.operand)) or old == "?"
                self.out.append(old)
        return Rewritten("".join(self.out), self.clauses, tuple(self.starts), tuple(self.shifts))

    def emit(self, token: re.Match[str], new: str) -> None:
        """Write `new` for a placeholder, with as many line breaks as it has."""
        old = token.group()
        new += "\n" * (old.count("\n") - new.count("\n"))
        self.out.append(new)
        if len(new) != len(old):
            self.shift += len(old) - len(new)
            self.starts.append(token.end() - self.shift)
            self.shifts.append(self.shift)

    def hole(self, index: int) -> str:
        """Return what to write for the placeholder at `index`: a name, an operator or nothing."""
        after = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        glued = self.glued(index)
        dotted = (after is not None and after.group() == ".") or (
            index > 0 and self.tokens[index - 1].group() == "."
        )
        if glued or dotted:
            self.operand = True
            return HOLE
        following = self.following(index)
        if not self.operand and following != "(" and self.clause == "values":
            self.operand = True
            return f"({HOLE})"
        if not self.operand and following == ")" and self.behind_as(index):
            self.operand = True
            self.clauses += 1
            return f"select {HOLE}"
        if not self.operand:
            if not self.begun:
                self.clauses += 1
                return " "
            self.operand = True
            return HOLE
        if following is None or following in _CLAUSES or following in (")", ";", ","):
            self.clauses += self.tokens[index].group().startswith(("{", "$", "#", "%s"))
            return " "
        if self.clause in _CONDITIONS and following != "(":
            self.operand = False
            return "="
        self.clauses += self.tokens[index].group().startswith(("{", "$", "#", "%s"))
        return " "

    def glued(self, index: int) -> bool:
        """Is the placeholder at `index` a part of a name? In `{joins}WHERE` it is not."""
        first = last = index
        while first and self.tokens[first - 1].lastgroup == "hole":
            first -= 1
        while last + 1 < len(self.tokens) and self.tokens[last + 1].lastgroup == "hole":
            last += 1
        if first and self.tokens[first - 1].lastgroup in ("word", "number"):
            return True
        word = self.tokens[last + 1].group() if last + 1 < len(self.tokens) else ""
        if word.isupper() and word.lower() in _CLAUSES:
            return False
        return last > first or (bool(word) and self.tokens[last + 1].lastgroup in ("word", "number"))

    def behind_as(self, index: int) -> bool:
        """Does the placeholder at `index` stand for a whole query, as in `WITH x AS ( {} )`?"""
        before = [
            token.group().lower()
            for token in self.tokens[max(index - 8, 0) : index]
            if token.lastgroup not in ("space", "comment", "jinja")
        ]
        return before[-2:] in (["as", "("], ["materialized", "("])

    def following(self, index: int) -> str | None:
        """Return the next token that says something, in lower case; None at the end."""
        for token in self.tokens[index + 1 : index + 40]:
            if token.lastgroup not in ("space", "comment", "jinja"):
                return token.group().lower()
        return None
