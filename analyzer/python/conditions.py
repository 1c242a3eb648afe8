"""What stands below `if`, `match`, or in a `try` that gives up: it may not run at all.

`[conditions]` of `carveout.toml` may tell which hold, by their text as it is written.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from ..model.facts import Json
from ..model.world import Syntax, World

NEVER = "never"
"""What is said of code under a condition that does not hold."""
_LONGEST = 160
_Part = tuple[ast.AST, ast.AST, str, bool, int]
"""(first, last) of what runs where the condition of that text and line holds, or does not hold."""


def conditions(syntax: Syntax) -> list[Json]:
    """[line, column, end line, end column, condition, whether it must hold, its line] of each such part."""
    parts = [*_ifs(syntax), *_choices(syntax), *_tries(syntax), *_after_exits(syntax)]
    return sorted(
        [*_start(first), getattr(last, "end_lineno", 0),
         getattr(last, "end_col_offset", 0), text, holds, line]
        for first, last, text, holds, line in parts
    )  # fmt: skip


def _start(node: ast.AST) -> tuple[int, int]:
    """Where a statement begins, its decorators included."""
    decorators = getattr(node, "decorator_list", ())
    first = decorators[0] if decorators else node
    return getattr(first, "lineno", 0), getattr(first, "col_offset", 0)


def _ifs(syntax: Syntax) -> Iterator[_Part]:
    for node, _ in syntax.find(ast.If):
        assert isinstance(node, ast.If)
        text = _text(node.test)
        yield node.body[0], node.body[-1], text, True, node.lineno
        if node.orelse:
            yield node.orelse[0], node.orelse[-1], text, False, node.lineno


def _choices(syntax: Syntax) -> Iterator[_Part]:
    for node, _ in syntax.find(ast.IfExp):
        assert isinstance(node, ast.IfExp)
        text = _text(node.test)
        yield node.body, node.body, text, True, node.lineno
        yield node.orelse, node.orelse, text, False, node.lineno
    for node, _ in syntax.find(ast.Match):
        assert isinstance(node, ast.Match)
        for case in node.cases:
            text = _short(f"match {ast.unparse(node.subject)}: case {ast.unparse(case.pattern)}")
            yield case.body[0], case.body[-1], text, True, node.lineno


def _tries(syntax: Syntax) -> Iterator[_Part]:
    """What is tried runs as far as it goes: its first statement is the condition."""
    for node, _ in syntax.find(ast.Try, ast.TryStar):
        assert isinstance(node, ast.Try | ast.TryStar)
        if not node.handlers:
            continue
        text = _text(node.body[0])
        yield node.body[0], (node.orelse or node.body)[-1], text, True, node.lineno
        for handler in node.handlers:
            yield handler.body[0], handler.body[-1], text, False, node.lineno


def _after_exits(syntax: Syntax) -> Iterator[_Part]:
    """What follows `if x: return`, as long as nothing is given back in its place."""
    for node, _ in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef, ast.For):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.For)
        for here, after in zip(node.body, node.body[1:], strict=False):
            if isinstance(here, ast.If) and not here.orelse and _leaves(here.body):
                yield after, node.body[-1], _text(here.test), False, here.lineno


def _leaves(body: Sequence[ast.stmt]) -> bool:
    last = body[-1]
    return isinstance(last, ast.Continue | ast.Break) or (isinstance(last, ast.Return) and last.value is None)


def _text(node: ast.AST) -> str:
    """A condition as `ast` writes it."""
    try:
        return _short(ast.unparse(node))
    except (RecursionError, ValueError):
        return "?"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def named(when: str) -> str:
    """The condition that `Conditions.of` tells of, as `carveout.toml` may name it."""
    text = when.rpartition(" (")[0]
    return text[5:-1] if text.startswith("not (") and text.endswith(")") else text


def opposite(when: str) -> str:
    """What `Conditions.of` would tell of code that runs where the other does not."""
    if when in ("", NEVER):
        return "" if when else NEVER
    text, _, place = when.rpartition(" (")
    bare = named(when)
    return f"{bare if bare != text else _negated(text)} ({place}"


def _negated(text: str) -> str:
    return f"not ({text})"


def _as_written(told: str) -> str:
    """A condition that a user wrote, as `ast` writes it."""
    try:
        return _text(ast.parse(told))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _short(told)


class Conditions:
    """Says of places of all files under which condition they run."""

    def __init__(self, world: World) -> None:
        self._told = {_as_written(text): holds for text, holds in world.project.conditions.items()}
        self._ranges: dict[str, Sequence[Json]] = {
            path: fact.data["ranges"] for path, fact in world.facts("conditions")
        }

    def of(self, path: str, line: int, column: int) -> str:
        """ "" for what always runs, NEVER, or the outermost condition that nothing tells, with its place."""
        found = ""
        for first, start, last, end, text, holds, at in self._ranges.get(path, ()):
            if not (first, start) <= (line, column) < (last, end):
                continue
            told = self._told.get(text)
            if told is not None and told != holds:
                return NEVER
            if told is None and not found:
                found = f"{text if holds else _negated(text)} ({path}:{at})"
        return found

    def all(self, places: Iterable[tuple[str, int, int]]) -> str:
        """The same of several places, each of which leads to the next."""
        found = [condition for place in places if (condition := self.of(*place))]
        return NEVER if NEVER in found else found[0] if found else ""
