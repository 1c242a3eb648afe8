"""Facts: what one file says.

A fact depends on the bytes of its file alone: it names no path and no module, so that it can be
cached under the digest of the file and joined with others later (linking). Facts are plain tuples of
plain values; the cache stores them without any executable format.

Path expressions
    Calls and bindings describe values by a small text: names and attributes joined by dots, `()` for
    the result of a call and `[]` for an element: `session.query().filter`, `Shop().pay`,
    `self.gateway.charge`. A leading `?` stands for a value that the file alone does not tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

Json = Any
"""What JSON can hold: None, bool, int, float, str, lists and string-keyed mappings of these."""


class SourceFile(NamedTuple):
    """One file as a reader gets it: its suffix (`.py`), its text and nothing about where it lies.

    `dialect` is that of the project's SQL ("auto": to be guessed).
    """

    suffix: str
    text: str
    dialect: str = "auto"


class Import(NamedTuple):
    """`import module` or `from module import attribute` binding `name` in `scope`.

    `module` keeps its leading dots; `attribute` is "" for `import module` and "*" for a star import.
    `mark` says under which condition: "" (always), `function`, `conditional` or `type-checking`.
    """

    scope: str
    name: str
    module: str
    attribute: str
    line: int
    column: int
    mark: str


class Definition(NamedTuple):
    """A class or function, `name` dotted within its module (`Order.total`, `f.<lambda1>`).

    `bases` are the bases of a class, or the path expression of what a function is declared to return;
    `parameters` are the names of a function's parameters. Both lists may be empty. `line` is the first
    decorator's, `head` that of a class's own line, with its bases.
    """

    kind: str
    name: str
    line: int
    column: int
    end_line: int
    bases: Sequence[str]
    decorators: Sequence[str]
    parameters: Sequence[str]
    head: int = 0


class Binding(NamedTuple):
    """`name = value` in a module, a class or (for `self.name`) in a class's methods.

    `value` is a path expression.
    """

    scope: str
    name: str
    value: str
    line: int


class Call(NamedTuple):
    """A call in `scope` of what the path expression `target` names; `order` counts within the scope.

    `arguments` are the strings given to a function that may load code by name, else empty; `alone`: the call
    is a statement of its own, so that nobody looks at what it gives.
    """

    scope: str
    target: str
    order: int
    line: int
    column: int
    arguments: Sequence[str]
    alone: bool = False


class Access(NamedTuple):
    """What a function does with its parameters (`*args` and `**kwargs` included), told by their position.

    `types` are the annotations as they are written ("" where there is none; empty without any);
    `positional` is how many parameters can be given by place, `flags` tells static and class methods
    (`python/flow/code.py`). Paths are as in `python/paths.py`. `escapes` adds how; `handed` adds scope ("":
    its own) and number of a call, and the argument (its place or name) by which a value is handed on.
    """

    scope: str
    parameters: Sequence[str]
    types: Sequence[str]
    positional: int
    flags: int
    reads: Sequence[tuple[int, str]]
    writes: Sequence[tuple[int, str]]
    escapes: Sequence[tuple[int, str, str]]
    handed: Sequence[tuple[int, str, str, int, str]]


class Raised(NamedTuple):
    """A `raise` of an exception: the path expression of its class, `?` when it has none."""

    scope: str
    line: int
    column: int
    exception: str


class Handler(NamedTuple):
    """An `except`: path expressions of what it catches, and whether it raises that `again`."""

    types: Sequence[str]
    again: bool


class Guard(NamedTuple):
    """The body of a `try` from `start` to `end` (line, column), and its handlers in their order."""

    scope: str
    start: Sequence[int]
    end: Sequence[int]
    handlers: Sequence[Handler]


class Loop(NamedTuple):
    """What is done again and again, by `for` or in a comprehension, from `start` to `end` (line, column)."""

    scope: str
    start: Sequence[int]
    end: Sequence[int]


class Fact(NamedTuple):
    """What a framework saw: `kind` is the framework's own word, `data` its own JSON."""

    kind: str
    scope: str
    line: int
    column: int
    data: Mapping[str, Json]


class Problem(NamedTuple):
    """Why a file or a part of it could not be read (a `Diagnostic` or `BlindSpot` without its path)."""

    kind: str
    line: int
    message: str


class FileFacts(NamedTuple):
    """All that was read from one file. `facts` is keyed by the name of the framework."""

    lines: int
    imports: Sequence[Import] = ()
    definitions: Sequence[Definition] = ()
    bindings: Sequence[Binding] = ()
    calls: Sequence[Call] = ()
    facts: Mapping[str, Sequence[Fact]] = {}
    problems: Sequence[Problem] = ()
    exports: Sequence[str] | None = None
    """`__all__`, when it is a literal."""
    code: bytes = b""
    """What its scopes do, lowered to short linear code and packed (see `python/flow/code.py`)."""
    places: bytes = b""
    """The positions of what its code does, packed: apart, so that code which is only moved stays the same."""
    accesses: bytes = b""
    """The `Access` of each of its functions, packed (`indexing/store.py`): they are many, and read once."""
    raised: Sequence[Raised] = ()
    guards: Sequence[Guard] = ()
    loops: Sequence[Loop] = ()

    def parameters(self, name: str) -> Sequence[str]:
        """The names of a function's parameters, by its dotted name in the file; none if it has none."""
        return next((each.parameters for each in self.definitions if each.name == name), ())
