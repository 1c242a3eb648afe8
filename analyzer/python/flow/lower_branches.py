"""Branches, loops, `try`, `with` and `match` -> instructions; what they assign is joined behind them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..nodes import last_name
from .code import CALL, DECLARE, ENTER, ITERATE, NARROW
from .environment import Changes
from .holed import ending_asked
from .lower_loops import attributes_set
from .marked import asked, listed

if TYPE_CHECKING:
    from .lowering import Lowering

_LEAVING = (ast.Return, ast.Raise)


class Branches:
    """Lowers statements with blocks in the scope that `lowering` is in."""

    def __init__(self, lowering: Lowering) -> None:
        self._lowering = lowering

    def if_(self, node: ast.If) -> None:
        self._lowering.expressions.test(node.test)
        outer, holed = self._lowering.scope.begin(), self._lowering.scope.holed
        self._lowering.scope.holed = dict(holed)
        self._narrow(node.test)
        endings = _endings(node.test)
        self._lowering.scope.holed.update(endings)
        checking = _checks_types(node.test)
        self._lowering.block(_without_functions(node.body) if checking == "then" else node.body)
        then: Changes | None = self._lowering.scope.end(outer)
        outer, put_together = self._lowering.scope.begin(), self._lowering.scope.holed
        self._lowering.scope.holed = holed
        self._lowering.block(_without_functions(node.orelse) if checking == "else" else node.orelse)
        other: Changes | None = self._lowering.scope.end(outer)
        self._lowering.scope.holed.update({n: p for n, p in put_together.items() if endings.get(n) != p})
        if _skips(node.body) and isinstance(node.test, ast.UnaryOp):
            self._lowering.scope.holed.update(_endings(node.test.operand))
        self._lowering.scope.join(
            [None if _leaves(node.body) else then, None if _leaves(node.orelse) else other]
        )

    def _narrow(self, test: ast.expr) -> None:
        """`if isinstance(x, C)`: inside, x is a C."""
        for part in _parts(test):
            if self._lowering.scope.members:
                self._marked(part)
            if not (isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and len(part.args) == 2):
                continue
            name = part.args[0]
            if part.func.id == "isinstance" and isinstance(name, ast.Name):
                known = self._lowering.scope.load(name.id)
                kind = self._lowering.expressions.lower(part.args[1])
                if kind > 0:
                    self._lowering.scope.set(name.id, self._lowering.scope.emit(NARROW, kind, known))

    def _marked(self, test: ast.expr) -> None:
        """`if hasattr(method, "job")`: inside, it is one of those that have that mark."""
        scope = self._lowering.scope
        name, owner, mark = asked(test, scope)
        if name:
            register = scope.load(owner)
            arguments = [register, scope.constant(mark)]
            if register > 0:
                place = self._lowering.places.at(test)
                scope.set(name, scope.emit(CALL, scope.load("getattr"), arguments, place, 0, 0))

    def for_(self, node: ast.For | ast.AsyncFor) -> None:
        values = self._lowering.expressions.lower(node.iter)
        asynchronous = int(isinstance(node, ast.AsyncFor))

        def head() -> None:
            element = (
                self._lowering.scope.emit(ITERATE, values, self._lowering.places.at(node.iter), asynchronous)
                if values > 0
                else 0
            )
            self._lowering.bind(node.target, element)

        listed(node.target, node.iter, self._lowering.scope)
        self._loop(node, head)
        given = attributes_set(node)
        if given is not None:
            self._lowering.expressions.set_all(*given)

    def while_(self, node: ast.While) -> None:
        self._loop(node, lambda: self._lowering.expressions.test(node.test))

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, head: Callable[[], object]) -> None:
        scope, merged = self._lowering.scope, []
        for name in sorted(_assigned(node)):
            before = scope.registers.get(name)
            if before is not None:
                merged.append((name, *scope.merge(name, [before])))
        outer = scope.begin()
        head()
        self._lowering.block(node.body)
        for name, result, sources in merged:
            after = scope.registers.get(name)
            if after is not None and after != result:
                scope.loop_back(result, sources, after)
        scope.join([scope.end(outer), {}])
        self._lowering.block(node.orelse)

    def try_(self, node: ast.Try | ast.TryStar) -> None:
        scope = self._lowering.scope
        outer = scope.begin()
        self._lowering.block(node.body)
        tried = scope.end(outer)
        outer = scope.begin()
        scope.join([tried])
        self._lowering.block(node.orelse)
        passed = scope.end(outer)
        branches: list[Changes | None] = [None if _leaves(node.orelse or node.body) else passed]
        for handler in node.handlers:
            outer = scope.begin()
            scope.join([tried, {}])
            kind = self._lowering.expressions.lower(handler.type)
            if handler.name:
                self._lowering.assign_name(handler.name, scope.emit(DECLARE, kind, 0) if kind > 0 else 0)
            self._lowering.block(handler.body)
            changes = scope.end(outer)
            branches.append(None if _leaves(handler.body) else changes)
        scope.join(branches if any(branch is not None for branch in branches) else [passed])
        self._lowering.block(node.finalbody)

    def with_(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            manager = self._lowering.expressions.lower(item.context_expr)
            asynchronous = int(isinstance(node, ast.AsyncWith))
            entered = (
                self._lowering.scope.emit(
                    ENTER, manager, self._lowering.places.at(item.context_expr), asynchronous
                )
                if manager > 0
                else 0
            )
            if item.optional_vars is not None:
                self._lowering.bind(item.optional_vars, entered)
        self._lowering.block(node.body)

    def match_(self, node: ast.Match) -> None:
        subject = self._lowering.expressions.lower(node.subject)
        branches: list[Changes | None] = [{}]
        for case in node.cases:
            outer = self._lowering.scope.begin()
            self._lowering.patterns.lower(case.pattern, subject)
            self._lowering.expressions.lower(case.guard)
            self._lowering.block(case.body)
            changes = self._lowering.scope.end(outer)
            branches.append(None if _leaves(case.body) else changes)
        self._lowering.scope.join(branches)


def _parts(test: ast.expr) -> Sequence[ast.expr]:
    """What must all be true for a test to be."""
    return test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else (test,)


def _endings(test: ast.expr) -> dict[str, str]:
    """The names with holes that variables hold where a test is true."""
    return {name: holed for name, holed in map(ending_asked, _parts(test)) if name}


def _skips(body: Sequence[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[-1], (*_LEAVING, ast.Continue))


def _leaves(body: Sequence[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[-1], _LEAVING)


def _assigned(node: ast.For | ast.AsyncFor | ast.While) -> set[str]:
    """The names that a loop's body assigns, without those of functions and classes inside."""
    names: set[str] = set()
    stack: list[ast.AST] = list(node.body)
    if not isinstance(node, ast.While):
        stack.append(node.target)
    else:
        stack.append(node.test)
    while stack:
        inner = stack.pop()
        if isinstance(inner, ast.Name):
            if isinstance(inner.ctx, ast.Store):
                names.add(inner.id)
        elif isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(inner.name)
        elif not isinstance(inner, ast.Lambda | ast.Constant):
            stack.extend(ast.iter_child_nodes(inner))
    return names


def _checks_types(test: ast.expr) -> str:
    """Which branch of `if TYPE_CHECKING` never runs: "then", "else" of `if not ...`, "" for other tests."""
    turned = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    named = test.operand if isinstance(test, ast.UnaryOp) and turned else test
    return ("else" if turned else "then") if last_name(named) == "TYPE_CHECKING" else ""


def _without_functions(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """What only checkers of types see, without its functions: stubs that would hide what really runs."""
    return [item for item in body if not isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)]
