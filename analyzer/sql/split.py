"""A script becomes statements, by their offsets: `;`, `GO`, Oracle's `/` and MySQL's `DELIMITER`.

A semicolon inside quotes, comments, dollar quotes, templates or the body of a routine separates nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SETTINGS = "|".join(
    """appi(?:nfo)? array(?:size)? auto(?:commit)? autop(?:rint)? autot(?:race)? cmds(?:ep)? colsep
    con(?:cat)? def(?:ine)? echo errorl(?:ogging)? esc(?:ape)?
    exitc(?:ommit)? feed(?:back)? flu(?:sh)? hea(?:ding)?
    heads(?:ep)? lin(?:es(?:ize)?|e)? long longc(?:hunksize)? newp(?:age)? null num(?:width|f(?:ormat)?)?
    pages(?:ize)? pau(?:se)? recsep scan serverout(?:put)? sqlbl(?:anklines)? sqlc(?:ase)? sqln(?:umber)?
    sqlp(?:rompt)? sqlt(?:erminator)? suf(?:fix)? tab term(?:out)? timi?(?:ng)? trim(?:out)? trims(?:pool)?
    und(?:erline)? ver(?:ify)? wra(?:p)?""".split()
)
_SQLPLUS = (
    r"(?:acc(?:ept)?|bre(?:ak)?|bti(?:tle)?|cl(?:ear)?|col(?:umn)?|comp(?:ute)?|conn(?:ect)?|def(?:ine)?"
    r"|desc(?:ribe)?|disc(?:onnect)?|exit|ho(?:st)?|pau(?:se)?|pro(?:mpt)?|quit|rem(?:ark)?|sho(?:w)?|spo(?:ol)?"
    rf"|set\s+(?:{_SETTINGS})|sta(?:rt)?(?!\s+(?:transaction|with)\b)|timi(?:ng)?|tti(?:tle)?|undef(?:ine)?"
    r"|var(?:iable)?|whenever)\b(?![ \t]*[.(=:])"
)
"""Commands of SQL*Plus: they end with their line."""
_SCAN = re.compile(
    r"""
      (?P<quoted>(?<!\w)[nN]?[qQ]'(?:\[.*?(?:\]'|\Z)|\{.*?(?:\}'|\Z)|\(.*?(?:\)'|\Z)|<.*?(?:>'|\Z)|(?P<own>[^\s\w\[\{\(<]).*?(?:(?P=own)'|\Z))
        | '\\'(?=[\s),;]|\Z) | '(?:[^'\\]+|''|\\.?)*+(?:'|\Z) | "(?:[^"]+|"")*+(?:"|\Z) | `[^`]*(?:`|\Z)
        | \[[^\]\n]{0,128}\])
    | (?P<dollar>\$(?P<tag>[A-Za-z_]\w*)\$.*?(?:\$(?P=tag)\$|\Z) | \$\$.*?(?:\$\$|\Z))
    | (?P<comment>--[^\n]* | /\*.*?(?:\*/|\Z) | \$(?:if|then|elsif|else|end|error)\b
        | \{[%\#{].{0,2000}?[%\#}]\}
        | ^[ \t]*\#[^\n]* | (?<=\s)\#[ ][^\n]*)
    | (?P<slash>^[ \t]*/[ \t]*$ | ^[ \t]*GO[ \t]*(?:\d+[ \t]*)?$)
    | (?P<meta>^\\[^\n]*|\\(?:g\w*|crosstabview|watch)\b[^\n]*)
    | (?P<line>^[ \t]*(?P<begins>(?:rem(?:ark)?|pro(?:mpt)?)\b[^\n]*$|(?:@@?[^\s;]|"""
    + _SQLPLUS
    + r""")[^\n;]*;?[ \t]*$))
    | (?P<word>[^\W\d][\w$\#]*)
    | (?P<semicolon>;)
    | (?P<open>\() | (?P<close>\))
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
_DELIMITER = re.compile(r"^[ \t]*DELIMITER[ \t]+(\S+)[^\n]*$", re.MULTILINE | re.IGNORECASE)
_SEPARATOR = re.compile(
    r";|^[ \t]*/[ \t]*$|^[ \t]*GO[ \t]*(?:\d+[ \t]*)?$|^\\|\\(?:g|crosstabview|watch)|^[ \t]*(?:@|"
    + _SQLPLUS
    + ")",
    re.MULTILINE | re.IGNORECASE,
)
_LINE_ENDS = re.compile(r";[ \t]*$", re.MULTILINE)
_SENDS = re.compile(r"\\(?:g|crosstabview|watch)", re.IGNORECASE)
_CODE = re.compile(r"(?:\s|--[^\n]*\n?|/\*.*?\*/|;|\#[\s\#-][^\n]*)*", re.DOTALL)
_COPY = re.compile(r"COPY\s[^;]*\bFROM\s+STDIN\b", re.IGNORECASE)
_ROWS = frozenset({"table", "row", "new", "old", "parent"})
"""Words of REFERENCING: no body begins behind `NEW TABLE AS`."""
_ROUTINES = frozenset({"function", "procedure", "trigger", "package", "body", "event"})
_NEUTRAL_ENDS = frozenset({"if", "loop", "while", "repeat", "for"})
_TRANSACTION = frozenset("transaction work tran immediate deferred exclusive isolation read".split())


def split(text: str) -> list[tuple[int, int]]:
    """Return the start and end offset of each statement of `text`, without blank ones."""
    spans: list[tuple[int, int]] = []
    for start, end, delimiter in _delimited(text):
        if delimiter != ";":
            pieces = _by_delimiter(text, start, end, delimiter)
        elif _SEPARATOR.search(text, start, end):
            pieces = _Splitter(text, start, end).run()
        else:
            pieces = iter([(start, end)])
        for first, last in pieces:
            matched = _CODE.match(text, first, last)
            first = matched.end() if matched else first
            while last > first and text[last - 1] in " \t\r\n;\f\0":
                last -= 1
            if first < last:
                spans.append((first, last))
    return spans


def _delimited(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the regions of a script between `DELIMITER` lines, with what ends a statement there."""
    position, delimiter = 0, ";"
    if "elimiter" in text or "ELIMITER" in text:
        for found in _DELIMITER.finditer(text):
            yield position, found.start(), delimiter
            position, delimiter = found.end(), found.group(1)
    yield position, len(text), delimiter


def _by_delimiter(text: str, start: int, end: int, delimiter: str) -> Iterator[tuple[int, int]]:
    """Yield the pieces between occurrences of a delimiter that the script chose itself."""
    while (found := text.find(delimiter, start, end)) >= 0:
        yield start, found
        start = found + len(delimiter)
    yield start, end


class _Splitter:
    """Walks the tokens of a region and keeps count of what is open."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.position, self.end = text, start, end
        self.begin(start)

    def begin(self, start: int) -> None:
        """Start a statement."""
        self.start = start
        self.words = 0
        self.first = self.last = ""
        self.routine = self.package = self.declares = self.block = self.literal = False
        self.depth = self.parentheses = 0

    def run(self) -> Iterator[tuple[int, int]]:
        """Yield the spans of the statements."""
        while token := _SCAN.search(self.text, self.position, self.end):
            self.position = token.end()
            kind = token.lastgroup
            if kind == "word":
                self.word(token.group().lower(), token)
            elif kind == "open":
                self.parentheses += 1
            elif kind == "close":
                self.parentheses -= 1
            elif kind in ("dollar", "quoted"):
                yield from self.cut_short(token)
                self.literal = self.literal or self.last in ("as", "is", "do")
                self.last = ""
            elif kind == "line":
                if self.words:
                    word = token["begins"].split()[0].lower()
                    self.position = token.start("begins") + len(word)
                    self.word(word, token)
                else:
                    yield self.start, token.start()
                    self.begin(token.end())
            elif (kind == "meta" and self.meta(token)) or (kind == "slash" and self.slash()):
                yield self.start, token.start()
                self.begin(token.end())
                if token.group().startswith("\\copy"):
                    yield token.start() + 1, token.end()
            elif kind == "semicolon":
                if self.closes():
                    yield self.start, token.start()
                    self.after(token)
                self.last = ";"
        yield self.start, self.end

    def cut_short(self, token: re.Match[str]) -> Iterator[tuple[int, int]]:
        """Yield the statement whose quote is never closed: what stands behind it is not lost with it."""
        quote = token.group()[0]
        if quote in "'\"`" and token.end() == self.end and token.group().count(quote) % 2:
            line = _LINE_ENDS.search(self.text, token.start(), self.end)
            if line:
                yield self.start, line.start()
                self.begin(line.end())
                self.position = line.end()

    def word(self, word: str, token: re.Match[str]) -> None:
        """Note a word: does it open or close a block, or start a routine?"""
        self.words += 1
        if self.words == 1:
            self.first = word
            self.routine = word in ("declare", "begin")
            self.declares = word == "declare"
        elif (
            self.first in ("create", "alter")
            and self.words <= 12
            and word in _ROUTINES
            and (word != "body" or self.last in ("type", "package"))
            and not self.parentheses
        ):
            self.routine = True
            self.package = self.package or word in ("package", "body")
        if self.routine:
            self.body(word)
        self.last = word

    def body(self, word: str) -> None:
        """Count the blocks of a routine."""
        if word in ("is", "as", "declare") and not self.parentheses and self.last not in _ROWS:
            self.declares = True
        elif word in ("begin", "case") and self.last != "end":
            self.block = self.block or word == "begin"
            self.depth += 1
        elif word in _TRANSACTION and self.last == "begin":
            self.depth -= 1
            self.block = self.routine = self.words > 2
        elif self.last == "end" and word in _NEUTRAL_ENDS:
            self.depth += 1
        elif word == "end":
            self.depth -= 1

    def slash(self) -> bool:
        """A line with nothing but `/` or `GO` ends what runs, whatever is open."""
        return self.parentheses <= 0 or self.routine

    def meta(self, token: re.Match[str]) -> bool:
        """A command of psql ends what it sends (`\\g`, `\\gset`); others stand between statements."""
        return not self.words or _SENDS.match(token.group()) is not None

    def closes(self) -> bool:
        """Does a semicolon here end the statement?"""
        if not self.routine or self.literal:
            return True
        if self.words == 1 and self.first == "begin":
            return True
        if self.package:
            return self.depth < 0
        if self.block:
            return self.depth <= 0
        return not self.declares or self.words <= 1

    def after(self, token: re.Match[str]) -> None:
        """Start again behind a semicolon; the rows that `COPY ... FROM stdin` carries are skipped."""
        position = token.end()
        if self.first == "copy" and _COPY.match(self.text, self.start + self.blank()):
            rows = self.text.find("\n\\.", position - 1, self.end)
            if rows >= 0:
                position = rows + 3
                self.position = position
        self.begin(position)

    def blank(self) -> int:
        """Return how many blanks and comments stand before the statement."""
        matched = _CODE.match(self.text, self.start, self.end)
        return matched.end() - self.start if matched else 0
