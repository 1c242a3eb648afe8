"""Loops over literals, turn by turn, with what the names that a turn binds are where a call stands."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from ...model.world import Syntax
from ..urlconf.substitution import fill, rounds

_MOST, _DEEP = 500, 8
Names = dict[str, ast.expr]


class Turns:
    """The calls of one loop that are wanted, with the names at each.

    `inner` are the loops in it that went into that. A call without names is one that no turn comes to.
    """

    def __init__(self, syntax: Syntax, loop: ast.For, scope: str, wanted: frozenset[ast.Call]) -> None:
        self._syntax, self._scope, self._wanted = syntax, scope, wanted
        self.names: dict[ast.Call, list[Names]] = {}
        self.inner: set[ast.For] = set()
        self._count = 0
        self._seen: set[ast.Call] = set()
        """What stands in branches that some turn does not take."""
        given = rounds(syntax, loop.target, loop.iter, scope)
        self.known = given is not None
        turns = list(given or ())
        for turn in turns:
            self._body(loop.body, dict(turn), _DEEP)
        for call in wanted - self.names.keys() - self._seen:  # in statements of other kinds
            self.names[call] = [dict(turn) for turn in turns]

    def _body(self, body: Sequence[ast.stmt], names: Names, depth: int) -> bool:
        """Goes through statements in their order with what is known at each; whether the turn ends there."""
        for place, statement in enumerate(body if depth else ()):
            if isinstance(statement, ast.Continue | ast.Break):
                return True
            if isinstance(statement, ast.Assign | ast.AnnAssign):
                self._calls(statement, names)
                target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
                if isinstance(target, ast.Name) and statement.value is not None:
                    names[target.id] = fill(statement.value, names)
            elif isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
                before = names.get(statement.target.id, ast.Name(statement.target.id, ast.Load()))
                more = ast.copy_location(ast.BinOp(before, statement.op, statement.value), statement)
                names[statement.target.id] = fill(more, names)
            elif isinstance(statement, ast.If):
                if self._choice(statement, names, depth):
                    self._leave(body[place + 1 :])
                    return True
            elif isinstance(statement, ast.For):
                self._loop(statement, names, depth)
            elif isinstance(statement, ast.With | ast.Try):
                self._body(statement.body, names, depth - 1)
            elif not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self._calls(statement, names)
        return False

    def _leave(self, body: Sequence[ast.stmt]) -> None:
        calls = (node for statement in body for node in ast.walk(statement) if isinstance(node, ast.Call))
        self._seen |= self._wanted.intersection(calls)

    def _choice(self, node: ast.If, names: Names, depth: int) -> bool:
        """The branch that is taken; where nothing tells which, both, and what they bind is not known."""
        test = decided(fill(node.test, names))
        if test is not None:
            self._leave(node.orelse if test else node.body)
            return self._body(node.body if test else node.orelse, names, depth - 1)
        for branch in (node.body, node.orelse):
            own = dict(names)
            self._body(branch, own, depth - 1)
            for name in own:
                if own[name] is not names.get(name):
                    names[name] = ast.copy_location(ast.Name(name, ast.Load()), node)
        return False

    def _loop(self, node: ast.For, names: Names, depth: int) -> None:
        given = rounds(self._syntax, node.target, fill(node.iter, names), self._scope)
        if given is None:
            self._body(node.body, names, depth - 1)
            return
        self.inner.add(node)
        for turn in given:
            self._body(node.body, {**names, **turn}, depth - 1)

    def _calls(self, statement: ast.stmt, names: Mapping[str, ast.expr]) -> None:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and node in self._wanted and self._count < _MOST:
                self._count += 1
                self.names.setdefault(node, []).append(dict(names))


def decided(test: ast.expr) -> bool | None:
    """Whether a test holds that compares literals; None where that is not plain to see."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = decided(test.operand)
        return None if inner is None else not inner
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.left, ast.Constant):
        return None
    how, right = test.ops[0], test.comparators[0]
    if isinstance(right, ast.Constant) and isinstance(how, ast.Eq | ast.NotEq | ast.Is | ast.IsNot):
        return (test.left.value == right.value) == isinstance(how, ast.Eq | ast.Is)
    values = list(_constants(right))
    if isinstance(how, ast.In | ast.NotIn) and values and None not in values:
        return (test.left.value in values) == isinstance(how, ast.In)
    return None


def _constants(node: ast.expr) -> Iterator[object]:
    """The values of a list that is written out, None for those that are none."""
    for element in node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else ():
        yield element.value if isinstance(element, ast.Constant) else None
