"""How code names the applications and routers of its file, and what loops over them stand for.

A reference is `["local", name]` (a variable that this file gives a new object), `["made", {...}]` (an object
made on the spot), `["parameter", function, name, type]`, `["elements", code]` (each of a list elsewhere) or
`["code", path expression]`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import cached_property

from ...model.facts import Json
from ...model.world import Syntax
from ...python.nodes import with_defaults
from ...python.urlconf.substitution import fill
from .texts import Given, Pieces, bound_name

_MOST_TURNS, _DEPTH = 200, 6


class References:
    """The variables of one file that hold applications and routers, or may."""

    def __init__(self, syntax: Syntax) -> None:
        self.syntax, self.pieces = syntax, Pieces(syntax)
        self.made: dict[ast.Call, str] = {}
        """Call that makes an object -> the name of the variable that it is for."""
        self._lines: dict[str, list[tuple[int, str]]] = {}
        self._parameters: dict[str, dict[str, str]] = {}
        self._defaults: dict[tuple[str, str], tuple[ast.expr, str]] = {}
        """(function, parameter) -> the name that is its default, and the scope which that stands in."""
        self._loops: dict[tuple[str, str], tuple[ast.For, int]] = {}
        self._find_made()
        for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
            assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            inner = syntax.name_of(node, scope)
            named = with_defaults(node.args)
            self._parameters.setdefault(inner, {a.arg: syntax.dotted(a.annotation) for a, _ in named})
            for argument, default in named:
                if isinstance(default, ast.Name | ast.Attribute):
                    self._defaults[inner, argument.arg] = (default, scope)
        for node, scope in syntax.find(ast.For):
            assert isinstance(node, ast.For)
            if isinstance(node.target, ast.Name):
                self._loops[scope, node.target.id] = (node, -1)
            elif isinstance(node.target, ast.Tuple):
                for index, part in enumerate(node.target.elts):
                    if isinstance(part, ast.Name):
                        self._loops[scope, part.id] = (node, index)

    def _find_made(self) -> None:
        """`app = FastAPI()`; branches of a module make one, of several others the last has the name."""
        rows: dict[str, list[tuple[ast.Call, bool]]] = {}
        for node, scope in self.syntax.find(ast.Assign, ast.AnnAssign):
            assert isinstance(node, ast.Assign | ast.AnnAssign)
            if not isinstance(node.value, ast.Call) or not is_class_like(self.syntax, node.value):
                continue
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                name = bound_name(target, scope)
                if name:
                    rows.setdefault(name, []).append((node.value, not scope and node.col_offset > 0))
        for name, calls in rows.items():
            branches = all(inside for _, inside in calls)
            for index, (call, _) in enumerate(calls):
                last = branches or index == len(calls) - 1
                full = name if last else f"{name}#{call.lineno}"
                self.made.setdefault(call, full)
                self._lines.setdefault(name, []).append((call.lineno, full))

    def local(self, name: str, scope: str, line: int) -> str:
        """The name of the object that a variable seen from a scope was last given here; "" for none."""
        while True:
            rows = self._lines.get(f"{scope}.{name}" if scope else name)
            if rows:
                before = [full for at, full in rows if at <= line]
                return before[-1] if before else rows[0][1]
            if not scope:
                return ""
            scope = scope.rpartition(".")[0]

    def parameter(self, name: str, scope: str) -> str:
        """The function, this one or one around it, whose parameter a name is; "" for none."""
        while scope:
            if name in self._parameters.get(scope, ()):
                return scope
            scope = scope.rpartition(".")[0]
        return ""

    def of(self, node: ast.expr | None, scope: str, given: Given) -> Json:
        """The reference that an expression is."""
        if isinstance(node, ast.Name) and node.id in given:
            node = given[node.id]
        elif isinstance(node, ast.Attribute) and given:
            node = fill(node, given)  # `module.router` in a loop over modules
        if isinstance(node, ast.Name):
            local = self.local(node.id, scope, node.lineno)
            if local:
                return ["local", local]
            loop = self._loops.get((scope, node.id))
            if loop is not None and loop[1] < 0:
                over = loop[0].iter
                name = over.id if isinstance(over, ast.Name) else ""  # `routers=ROUTERS`: mostly these
                return ["elements", self.syntax.express(*self._defaults.get((scope, name), (over, scope)))]
            function = self.parameter(node.id, scope)
            if function and node.id not in ("self", "cls"):
                return ["parameter", function, node.id, self._parameters[function][node.id]]
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
            owner = scope.rpartition(".")[0]
            while owner:
                if f"{owner}.{node.attr}" in self._lines:
                    return ["local", f"{owner}.{node.attr}"]
                owner = owner.rpartition(".")[0]
        return ["code", self.syntax.express(node, scope) if node is not None else "?"]

    def turns(self, node: ast.AST, scope: str) -> Iterator[Given]:
        """What the variables of loops that stand in some code are, turn by turn; {} once without a loop."""
        loop = next(
            (
                self._loops[scope, part.id][0]
                for part in ast.walk(node)
                if isinstance(part, ast.Name) and (scope, part.id) in self._loops
            ),
            None,
        )
        elements = self._elements(loop.iter, scope) if loop is not None else None
        if loop is None or elements is None:
            yield {}
            return
        for element in elements[:_MOST_TURNS]:
            if isinstance(loop.target, ast.Name):
                yield {loop.target.id: element}
            elif isinstance(loop.target, ast.Tuple) and isinstance(element, ast.Tuple | ast.List):
                names = [part.id for part in loop.target.elts if isinstance(part, ast.Name)]
                if len(names) == len(element.elts) == len(loop.target.elts):
                    yield dict(zip(names, element.elts, strict=True))

    def _elements(self, node: ast.expr, scope: str, depth: int = _DEPTH) -> list[ast.expr] | None:
        """What a loop over literals goes through, None for all else; of several lists all elements."""
        if isinstance(node, ast.IfExp):
            return self._all([node.body, node.orelse], scope, depth)
        bound = self.syntax.bound(node, scope)
        if isinstance(bound, ast.IfExp):
            return self._all([bound.body, bound.orelse], scope, depth)
        if bound is node and isinstance(node, ast.Name) and len(self._given.get((scope, node.id), ())) > 1:
            return self._all(self._given[scope, node.id], scope, depth)
        if isinstance(bound, ast.List | ast.Tuple | ast.Set):
            return None if any(isinstance(part, ast.Starred) for part in bound.elts) else bound.elts
        if (
            isinstance(bound, ast.Call)
            and isinstance(bound.func, ast.Attribute)
            and bound.func.attr == "items"
        ):
            table = self.syntax.bound(bound.func.value, scope)
            if isinstance(table, ast.Dict) and all(key is not None for key in table.keys):
                pairs = zip(table.keys, table.values, strict=True)
                return [
                    ast.Tuple(elts=[key, value], ctx=ast.Load()) for key, value in pairs if key is not None
                ]
        return None

    def _all(self, nodes: Sequence[ast.expr], scope: str, depth: int) -> list[ast.expr] | None:
        """What lists hold together, each element once; None where one is not known."""
        found: dict[str, ast.expr] = {}
        for node in nodes:
            elements = self._elements(node, scope, depth - 1) if depth else None
            if elements is None:
                return None
            for element in elements:
                found.setdefault(ast.dump(element), element)
        return list(found.values())

    @cached_property
    def _given(self) -> dict[tuple[str, str], list[ast.expr]]:
        """What each variable is assigned, or has added to it."""
        found: dict[tuple[str, str], list[ast.expr]] = {}
        for node, scope in self.syntax.find(ast.Assign, ast.AugAssign):
            assert isinstance(node, ast.Assign | ast.AugAssign)
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    found.setdefault((scope, target.id), []).append(node.value)
        return found


def is_class_like(syntax: Syntax, call: ast.Call) -> bool:
    """Whether a call may make an object of a class: its name begins with a capital letter."""
    last = syntax.dotted(call.func).rpartition(".")[2]
    return last.lstrip("_")[:1].isupper()
