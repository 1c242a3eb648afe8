"""Tables of a statement that no parser reads: found by the words around them, never more than they say.

A table stands behind FROM, JOIN, USING, INTO or UPDATE of a query. FROM means a table only where its own
pair of parentheses holds a SELECT or DELETE: in `EXTRACT(year FROM day)` it does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from . import names
from .placeholders import HOLE
from .statements import DYNAMIC_NAME, ENGLISH, TableUse

TOKEN = re.compile(
    r"""(?P<text>(?<!\w)[nN]?[qQ]'(?:\[.*?(?:\]'|\Z)|\{.*?(?:\}'|\Z)|\(.*?(?:\)'|\Z)|<.*?(?:>'|\Z)|(?P<own>[^\s\w\[\{\(<]).*?(?:(?P=own)'|\Z))
        | '(?:[^'\\]+|''|\\.?)*+(?:'|\Z) | \$(?P<tag>(?:[A-Za-z_]\w*)?)\$.*?(?:\$(?P=tag)\$|\Z))
      | (?P<name>"(?:[^"]+|"")*+(?:"|\Z) | `[^`]*(?:`|\Z) | \[[^\]\n]{1,128}\] | [^\W\d][\w$\#]* | [@\#]+\w+)
      | (?P<comment>--[^\n]* | /\*.*?(?:\*/|\Z)) | (?P<number>\d[\w.]*) | (?P<mark>[^\s\w])""",
    re.VERBOSE | re.DOTALL,
)
_CLAUSES = frozenset(
    "where group order having union limit set values returning connect start window fetch offset for "
    "intersect except minus when qualify select log default with procedure lock into end let".split()
)
_BEHIND = _CLAUSES | frozenset(
    "on using join inner left right full cross natural outer straight_join lateral then as pivot "
    "unpivot".split()
)
_WRITES = {"insert": "insert", "replace": "replace", "merge": "merge"}
_BEFORE_UPDATE = frozenset("do for on then key of before after or share".split())
_OPTIONS = frozenset(
    "only lateral table low_priority delayed high_priority ignore quick overwrite all".split()
)


@dataclass(slots=True)
class _Level:
    """One pair of parentheses: which statement it holds, and whether a list of sources is open."""

    verb: str = ""
    listing: bool = False
    target: str = ""
    tables: int = 0


@dataclass(slots=True)
class _Found:
    uses: dict[tuple[str, str], TableUse] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    problem: str = ""


def read(text: str, line: Callable[[int], int], inside: bool = False) -> tuple[tuple[TableUse, ...], str]:
    """Return the tables that the words of `text` tell, and a problem if one of them shows.

    `inside` is the body of a routine, where `new` and `old` are the rows of a trigger.
    """
    walk = _Walk(text, line)
    walk.run()
    found = walk.found
    if found.problem == ENGLISH:
        return (), ENGLISH
    uses = []
    for use in found.uses.values():
        real = found.aliases.get(use.table, use.table) if use.mode == "writes" else use.table
        uses.append(TableUse(real, use.mode, use.action, (), use.line))
    written = {use.table for use in uses if use.mode == "writes" and use.action in ("update", "delete")}
    written |= names.INSIDE if inside else frozenset()
    kept = (use for use in uses if use.mode == "writes" or use.table not in written)
    return tuple(dict.fromkeys(kept)), found.problem


class _Walk:
    """One pass over the tokens of a statement."""

    def __init__(self, text: str, line: Callable[[int], int]) -> None:
        self.text, self.line = text, line
        self.tokens = [token for token in TOKEN.finditer(text) if token.lastgroup != "comment"]
        self.words = [token.group().lower() for token in self.tokens]
        self.ctes = self.named_queries()
        self.levels = [_Level()]
        self.found = _Found()

    def word(self, index: int) -> str:
        """Return the token at `index`, "" beyond the end."""
        return self.words[index] if 0 <= index < len(self.words) else ""

    def named_queries(self) -> frozenset[str]:
        """Return the names of common table expressions: `x [(a, b)] AS [MATERIALIZED] (SELECT`."""
        found: set[str] = set()
        queries = ("select", "with", "insert", "update", "delete", "values", "merge", "(")
        for index, word in enumerate(self.words):
            if word != "as":
                continue
            after = index + 1
            while self.word(after) in ("not", "materialized"):
                after += 1
            if self.word(after) != "(":
                continue
            before = index - 1
            if self.word(before) == ")":
                while before >= 0 and self.word(before) != "(":
                    before -= 1
                before -= 1
            query = found or self.word(after + 1) in queries
            opens = ("with", "recursive", ",") if query else ("with", "recursive")
            if before >= 0 and self.word(before - 1) in opens:
                found.add(names.clean(self.words[before]))
        return frozenset(found)

    def run(self) -> None:
        """Visit each token once."""
        index = self.copy() if self.word(0) == "copy" else 0
        while index < len(self.words):
            word, level = self.words[index], self.levels[-1]
            if word == "(":
                self.levels.append(_Level(target=level.target))
                level.target = ""
            elif word == ")":
                if len(self.levels) > 1:
                    self.levels.pop()
            elif word == "," and level.listing:
                index = self.item(index + 1, "reads", "select")
                continue
            elif self.tokens[index].lastgroup == "name" and self.word(index - 1) != ".":
                after = self.keyword(index, word, level)
                if after is not None:
                    index = after
                    continue
            index += 1

    def copy(self) -> int:
        """Read `COPY table [(columns)] FROM ...`; return the index behind the table."""
        into = next((word for word in self.words[1:] if word in ("from", "to")), "to") == "from"
        return self.item(1, "writes" if into else "reads", "copy")

    def keyword(self, index: int, word: str, level: _Level) -> int | None:
        """Act on a word; return where to go on when a table was read."""
        before = self.word(index - 1)
        if word in ("select", "delete", "insert", "merge", "replace"):
            if word in ("select", "delete") or not level.verb:
                level.verb = word
            level.listing = False
        elif word == "update" and before not in _BEFORE_UPDATE and self.word(index + 1) not in ("set", "of"):
            level.verb, level.listing = "update", True
            return self.item(index + 1, "writes", "update")
        elif word == "from" and level.verb in ("select", "delete", "update"):
            if before == "distinct" and self.word(index - 2) in ("is", "not"):
                return None
            level.listing = True
            if level.target:  # `INSERT INTO (SELECT ... FROM t)` writes t
                action, level.target = level.target, ""
                return self.item(index + 1, "writes", action)
            deletes = before in ("delete", "quick", "ignore", "low_priority") and level.verb == "delete"
            return self.item(index + 1, "writes" if deletes else "reads", "delete" if deletes else "select")
        elif word in ("join", "straight_join", "apply") and level.verb:
            return self.item(index + 1, "joins", "select")
        elif (word == "using" and level.verb in ("merge", "delete") and self.sources(index + 1)) or (
            word == "table" and level.verb in ("insert", "replace") and before not in ("into", "")
        ):
            return self.item(index + 1, "reads", "select")
        elif word == "into" and level.verb in _WRITES and before not in ("returning", "bulk"):
            return self.item(index + 1, "writes", _WRITES[level.verb])
        elif word in _CLAUSES:
            level.listing = False
        return None

    def sources(self, index: int) -> bool:
        """Do tables stand behind a USING, rather than columns?"""
        return self.word(index) != "(" or self.word(index + 1) in ("select", "with", "values", "(")

    def item(self, index: int, mode: str, action: str) -> int:
        """Read one item of a list of sources, or a target; return the index behind it."""
        while self.word(index) in _OPTIONS and (self.word(index), self.word(index + 1)) != ("table", "("):
            index += 1
        while self.word(index) == "(" and self.word(index + 1) not in ("select", "with", "values"):
            self.levels.append(_Level(self.levels[-1].verb, True))
            index += 1
        if self.word(index) == "(" and mode == "writes":
            self.levels[-1].target = action
        if self.word(index) == "(" or index >= len(self.tokens) or self.tokens[index].lastgroup != "name":
            if self.word(index) in ("{", "?", ":", "%", "$"):
                self.found.problem = self.found.problem or DYNAMIC_NAME
            return index
        start, parts = index, [self.words[index]]
        while self.word(index + 1) == "." and index + 2 < len(self.tokens):
            index += 2
            if self.words[index] != "*":
                parts.append(self.words[index])
        index += 1
        if self.word(index) == "(" and action not in ("insert", "replace", "copy"):
            return index
        self.table(start, parts, mode, action, self.alias(index))
        return index

    def alias(self, index: int) -> str:
        """Return the alias that stands at `index`, if one does."""
        if self.word(index) == "as":
            index += 1
        word = self.word(index)
        named = index < len(self.tokens) and self.tokens[index].lastgroup == "name"
        return names.clean(word) if named and word not in _BEHIND else ""

    def table(self, start: int, parts: list[str], mode: str, action: str, alias: str) -> None:
        """Note a table, unless the name is none."""
        level = self.levels[-1]
        table = ".".join(names.clean(part) for part in parts)
        if HOLE in parts[-1] or names.is_dynamic(parts[-1]):
            self.found.problem = self.found.problem or DYNAMIC_NAME
            return
        table = ".".join(part for part in table.split(".") if HOLE not in part)
        quoted = parts[0][0] in '"`['
        if not quoted and table in names.NEVER:
            english = table in names.ENGLISH and table not in _BEHIND
            self.found.problem = ENGLISH if english else self.found.problem
            return
        if action != "insert" and table in self.ctes:
            return
        if names.is_system(table) or not names.is_name(table):
            return
        if alias:
            self.found.aliases.setdefault(alias, table)
        if mode == "reads" and level.tables:
            mode = "joins"
        level.tables += action not in ("insert", "replace")
        key = (table, action if mode == "writes" else "")
        line = self.line(self.tokens[start].start())
        self.found.uses.setdefault(key, TableUse(table, mode, action, (), line))
