"""Which lines belong to the transaction that a commit ends: those that run since the one before.

Branches that the way to the commit does not pass are left out.
"""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

Lines = list[list[int]]
_BLOCKS = ("body", "handlers", "cases", "orelse", "finalbody")
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_OPENING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_DEEPEST, _LONGEST = 200, 40
"""How many statements around a commit, and how many branches before it that left, are looked at."""


class _Step(NamedTuple):
    """Where a statement stands: in this block of that statement, at this index."""

    parent: ast.AST
    block: Sequence[ast.AST]
    place: int


class Ranges:
    """The own code of a function or module; `commits` and `starts` are lines of it, without any order."""

    def __init__(self, root: ast.AST, commits: Collection[int], starts: Collection[int]) -> None:
        self._commits, self._starts = sorted(commits), frozenset(starts)
        self._steps: dict[ast.AST, _Step] = {}
        self._at: dict[int, ast.AST] = {}
        stack = [root]
        while stack:
            node = stack.pop()
            for block in _blocks(node):
                for index, inner in enumerate(block):
                    self._steps[inner] = _Step(node, block, index)
                    if isinstance(inner, _OPENING):
                        continue
                    first, last = _header(inner)
                    for line in self._inside(first, last):
                        self._at[line] = inner
                    stack.append(inner)

    def __iter__(self) -> Iterator[tuple[int, Lines]]:
        """(line of a commit, the lines of its transaction as pairs), in source order."""
        for line in self._commits:
            if line in self._at:
                yield line, _joined(self._before(self._at[line], line))

    def _before(self, node: ast.AST, line: int) -> Iterator[tuple[int, int]]:
        yield _header(node)[0], line
        left = 0
        for _ in range(_DEEPEST):
            step = self._steps.get(node)
            if step is None:
                return
            if isinstance(step.parent, _LOOPS):
                yield from self._after(step)
            until = _lines(node)[0] - 1  # blank lines between statements are part of it
            same = () if isinstance(node, ast.ExceptHandler | ast.match_case) else step.block[: step.place]
            for number, other in enumerate([*reversed(same), *reversed(_earlier(step))]):
                first, last = _lines(other)
                last = max(last, until) if number < len(same) else last
                inside, until = self._inside(first, last), first - 1
                if first in self._starts and not _blocks(other):
                    return
                if inside and not self._leaves(other):
                    yield inside[-1] + 1, last
                    return
                yield (first, last) if not inside else _header(other)
                left += bool(inside)
                if left > _LONGEST:
                    return
            node = step.parent
            if not isinstance(node, (ast.Module, *_OPENING)):
                yield _header(node)

    def _after(self, step: _Step) -> Iterator[tuple[int, int]]:
        """What runs after a commit in a loop runs before the next one."""
        for other in step.block[step.place + 1 :]:
            first, last = _lines(other)
            if self._inside(first, last):
                return
            yield first, last

    def _inside(self, first: int, last: int) -> Sequence[int]:
        return self._commits[bisect_left(self._commits, first) : bisect_right(self._commits, last)]

    def _leaves(self, node: ast.AST) -> bool:
        """Whether nothing goes on after the branches that commit."""
        blocks = [b for b in _blocks(node) if b and self._inside(_lines(b[0])[0], _lines(b[-1])[1])]
        return isinstance(node, ast.If) and all(isinstance(block[-1], _LEAVING) for block in blocks)


def _blocks(node: ast.AST) -> list[list[ast.AST]]:
    found = (getattr(node, name, None) for name in _BLOCKS)
    return [block for block in found if isinstance(block, list)]


def _lines(node: ast.AST) -> tuple[int, int]:
    if isinstance(node, ast.match_case):
        return node.pattern.lineno, _lines(node.body[-1])[1]
    first: int = getattr(node, "lineno", 0)
    return first, getattr(node, "end_lineno", None) or first


def _header(node: ast.AST) -> tuple[int, int]:
    """The lines of a statement without those of its blocks."""
    first, last = _lines(node)
    inner = [_lines(block[0])[0] for block in _blocks(node) if block]
    return first, max(first, min(inner) - 1) if inner else last


def _earlier(step: _Step) -> Sequence[ast.AST]:
    """What runs in the other blocks of the statement before a block of it does."""
    parent = step.parent
    if not isinstance(parent, ast.Try | ast.TryStar) or step.block is parent.body:
        return ()
    if step.block is parent.finalbody:
        return (*parent.body, *parent.handlers, *parent.orelse)
    return parent.body  # of an `else`, and of a handler, before which the others do not run


def _joined(pairs: Iterator[tuple[int, int]]) -> Lines:
    """Pairs of lines sorted, without gaps and overlaps."""
    joined: Lines = []
    for first, last in sorted(pair for pair in pairs if pair[0] <= pair[1]):
        if joined and first <= joined[-1][1] + 1:
            joined[-1][1] = max(joined[-1][1], last)
        else:
            joined.append([first, last])
    return joined
