"""The statements in the body of a routine are found; control flow is ignored.

Nothing here parses a procedural language. A statement starts where its verb stands behind something that
can precede a statement, and ends at a semicolon, a closing parenthesis or the word that ends a loop's head.
Dynamic SQL is a problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"""(?P<quoted>(?<!\w)[nN]?[qQ]'(?:\[.*?(?:\]'|\Z)|\{.*?(?:\}'|\Z)|\(.*?(?:\)'|\Z)|<.*?(?:>'|\Z)|(?P<own>[^\s\w\[\{\(<]).*?(?:(?P=own)'|\Z))
        | '(?:[^']+|'')*+(?:'|\Z) | "(?:[^"]+|"")*+(?:"|\Z) | `[^`]*(?:`|\Z))
      | (?P<comment>--[^\n]* | /\*.*?(?:\*/|\Z) | \$(?i:if|then|elsif|else|end|error)\b)
      | (?P<word>[^\W\d][\w$\#]*) | (?P<number>\d[\w.]*) | (?P<mark>:=|<<|>>|[^\s\w])""",
    re.VERBOSE | re.DOTALL,
)
_VERBS = frozenset(
    "select insert update delete merge with truncate replace perform call create lock copy refresh".split()
)
_SECONDS = {
    "create": frozenset("temp temporary local global table unlogged".split()),
    "lock": frozenset({"table", "tables"}),
    "refresh": frozenset({"materialized"}),
}
"""What stands behind a verb that could also be the name of something else."""
_HEADS = frozenset("if elsif elseif while return := = when".split())
"""What an expression of PL/pgSQL stands behind: it may read a table without SELECT (`x := a FROM t`)."""
_BEFORE = frozenset(
    "; begin then else loop as is do ( for query $$ >> atomic return := row { } on in".split()
)
_NEVER = frozenset(
    "after or before of , grant revoke union all except intersect minus instead on for create end".split()
)
_LINE_ENDS = frozenset(
    "insert update delete merge truncate if begin declare exec execute return print while raiserror fetch "
    "open close commit rollback set".split()
)
_OPENINGS = frozenset({("insert", "into"), ("delete", "from"), ("merge", "into")})
_CONTINUES = frozenset("then do for key on of , ( = and or as".split())
_INTO_END = frozenset("from where union group order having limit for fetch values connect".split())


class Walk:
    """Finds statements in a body, token by token.

    `on` is the table of a trigger; in `loose` languages a statement may end without a semicolon.
    """

    def __init__(self, body: str, on: str, loose: bool) -> None:
        self.body, self.loose = body, loose
        self.tokens = [token for token in _TOKEN.finditer(body) if token.lastgroup != "comment"]
        self.words = [
            token.group().lower() if token.lastgroup == "word" else token.group() for token in self.tokens
        ]
        self.dynamic = False
        self.started = not on

    def run(self) -> Iterator[tuple[int, str]]:
        """Yield offset and text of each statement."""
        index = 0
        while index < len(self.words):
            word = self.words[index]
            if word in ("execute", "exec", "prepare", "immediate"):
                if (literal := self.literal(index + 1)) is not None:
                    yield literal
                    index += 2
                    continue
                self.note_dynamic(index)
            if word == "from" and (expression := self.expression(index)) is not None:
                start, end = expression
                at = self.tokens[start].start()
                stop = self.tokens[end].start() if end < len(self.tokens) else len(self.body)
                yield at - 7, "SELECT " + self.body[at:stop]
                index = end
            elif word in _VERBS and self.starts(index):
                end = self.end(index)
                yield self.piece(index, end)
                index = end
            else:
                index += 1

    def literal(self, index: int) -> tuple[int, str] | None:
        """Return the text that EXECUTE runs, where it is one literal."""
        if index >= len(self.tokens) or self.words[index][0] != "'" or len(self.words[index]) < 14:
            return None
        after = self.words[index + 1] if index + 1 < len(self.words) else ";"
        if after not in (";", "using", "into", "loop", "bulk", "returning", ")"):
            return None
        return self.tokens[index].start() + 1, self.body[
            self.tokens[index].start() + 1 : self.tokens[index].end() - 1
        ].replace("''", " '")

    def expression(self, index: int) -> tuple[int, int] | None:
        """Return where an expression of PL/pgSQL that reads a table at `index` starts and ends."""
        depth, start = 0, index - 1
        if self.words[start] == "distinct":
            return None
        while start >= 0 and index - start < 200:
            word = self.words[start]
            depth += (word == ")") - (word == "(")
            if depth < 0 or (not depth and word in ("fetch", "move", "trim", "for", ";", "begin", "on")):
                return None
            if not depth and word in _HEADS and (word != "=" or self.words[start - 2] in (";", "begin")):
                end = self.end(index, "then")
                return (start + 1, end) if start + 1 < index else None
            start -= 1
        return None

    def note_dynamic(self, index: int) -> None:
        """EXECUTE of a text that is put together at run time."""
        after = self.words[index + 1] if index + 1 < len(self.words) else ";"
        before = self.words[index - 1] if index else ";"
        if (
            after in ("function", "procedure", "on", "as")
            or before in ("grant", "revoke", ",")
            or after == ";"
        ):
            return
        if self.words[index] != "exec" or after in ("(", "sp_executesql", "immediate") or after[0] == "'":
            self.dynamic = True

    def starts(self, index: int) -> bool:
        """Can a statement start here?"""
        word = self.words[index]
        before = self.words[index - 1] if index else ";"
        after = self.words[index + 1] if index + 1 < len(self.words) else ""
        if (after == "(" and word in ("update", "replace", "insert", "truncate", "delete")) or after in (
            "",
            ";",
            ")",
            ",",
        ):
            return False
        if word == "with" and after in ("(", "schemabinding", "recompile", "execute", "encryption"):
            return False
        setting = index > 2 and self.words[index - 3] == "set"  # SET NOCOUNT ON
        if (before == "on" and not setting) or (word in _SECONDS and after not in _SECONDS[word]):
            return False
        if before in ("for", "as", "is") and word not in (
            "select",
            "with",
            "insert",
            "update",
            "delete",
            "merge",
        ):
            return False
        if before == "for" and word != "select" and word != "with":
            return False
        sure = (word, after) in _OPENINGS or self.first_in_line(index)
        return before in _BEFORE or (sure and (before not in _NEVER or setting))

    def first_in_line(self, index: int) -> bool:
        """Is this the first token of its line?"""
        start = self.tokens[index].start()
        gap = self.body[self.tokens[index - 1].end() if index else 0 : start]
        return "\n" in gap

    def end(self, index: int, also: str = "") -> int:
        """Return the index of the token behind the statement that starts at `index`.

        `also` is one more word that ends it.
        """
        depth = cases = 0
        named = self.words[index] == "with"  # the statement itself is still to come
        for position in range(index + 1, len(self.words)):
            word = self.words[position]
            if word == "(":
                depth += 1
            elif word == ")":
                depth -= 1
                if depth < 0:
                    return position
            elif word == "case":
                cases += 1
            elif word == "end" and cases:
                cases -= 1
            elif depth or cases:
                continue
            elif named and word in _VERBS:
                named = False
            elif (
                word == ";"
                or word in ("loop", "end", "elsif", "else", also)
                or (
                    self.loose
                    and word in _LINE_ENDS
                    and self.first_in_line(position)
                    and self.words[position - 1] not in _CONTINUES
                )
            ):
                return position
        return len(self.words)

    def piece(self, index: int, end: int) -> tuple[int, str]:
        """Return a statement without INTO for variables; PERFORM is a SELECT."""
        start = self.tokens[index].start()
        stop = self.tokens[end].start() if end < len(self.tokens) else len(self.body)
        text = self.body[start:stop]
        if self.words[index] == "perform":
            text = "SELECT " + text[7:]
        depth = 0
        for position in range(index + 1, end):
            word = self.words[position]
            depth += (word == "(") - (word == ")")
            if (
                depth == 0
                and word == "into"
                and self.words[position - 1] not in ("insert", "merge", "replace", "ignore")
            ):
                text = self.without_into(text, start, position, end)
        return start, text

    def without_into(self, text: str, start: int, position: int, end: int) -> str:
        """Blank `[BULK COLLECT] INTO [STRICT] variables`."""
        first = position - 2 if self.words[position - 2 : position] == ["bulk", "collect"] else position
        last, parts = position + 1, 0
        while last < end and self.words[last] not in _INTO_END:
            follows = self.words[last - 1] in (",", ".", "into", "strict", ":", "@", "(")
            if self.tokens[last].lastgroup == "word" and not follows:
                break
            last, parts = last + 1, parts + 1
        left = self.tokens[first].start() - start
        right = (self.tokens[last].start() if last < len(self.tokens) else len(self.body)) - start
        right = min(right, len(text))
        return text[:left] + re.sub(r"[^\n]", " ", text[left:right]) + text[right:]
