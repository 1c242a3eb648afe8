"""What functions and classes that make routers do, step by step, as far as routers go: as JSON.

Expressions: `["text", s]`, `["const", value]`, `["name", name, code]`, `["attr", expression, name, code]`,
`["call", expression, arguments, named arguments, line, column]`, `["join", parts]` of a text,
`["list", parts]`, `["dict", [[key, value], ...]]` (without a key: `**value`), `["or", parts]`,
`["not", part]`, `["none", part]` (whether it is None), `["if", test, part, otherwise]`, `["item", on, key]`,
`["slice", on, first, last]`, `["?"]`. The named
arguments that a call takes from `**x` stand under "**".
`code` is a path expression.

Statements: `["set", target, expression]`, `["put", on, key, expression]` (an item), `["do", expression]`,
`["add", on, entries, children, more, path]` (what each entry that is a join joins; what `**more` gives them),
`["if", test, body, otherwise]`, `["for", target, over, body]`, `["return", expression]`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...python.nodes import last_name, with_defaults
from .script_words import (
    HOLDS,
    Function,
    gives_own,
    hands_on,
    is_none,
    joined,
    may_add,
    of_self,
    splat,
    statements,
)


class Added(NamedTuple):
    """What a call or decorated definition adds: to what, the fact's entries, and the path or prefix."""

    on: ast.expr
    entries: Json
    path: ast.expr | None


Adds = Callable[[ast.AST, str], list[Added]]

CONSTRUCTORS = ("__init__", "__post_init__", "__attrs_post_init__")
_MAKES = re.compile(r"rout|app|api|make|create|build|get|factory|crud|endpoint", re.IGNORECASE)
_LIBRARY = re.compile(r"(?:\w+\.)*(?:FastAPI|Starlette|APIRouter|Router)\Z")
_NO_FIELDS = re.compile(r"(?:\w+\.)*(?:BaseModel|BaseSettings|Enum|IntEnum|StrEnum|Protocol|TypedDict)\Z")
_HOLDER = re.compile(r"(?:App|API|Application|Router|Server)\Z")
_DEPTH, _MOST, _TABLE = 12, 400, 50
UNKNOWN: Json = ["?"]


class Scripts:
    """Reads the scripts of one file. `adds` says what a piece of code adds to routers."""

    def __init__(self, syntax: Syntax, adds: Adds) -> None:
        self._syntax, self._adds = syntax, adds

    def facts(self) -> Iterator[Fact]:
        """Facts of kind `script`: of functions and methods, of the fields of classes, and of the module."""
        syntax = self._syntax
        nodes = [
            (node, scope) for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef)
            if isinstance(node, Function)
        ]  # fmt: skip
        classes = {
            syntax.name_of(node, scope): node
            for node, scope in syntax.find(ast.ClassDef)
            if isinstance(node, ast.ClassDef)
        }
        for node, scope in nodes:
            name = syntax.name_of(node, scope)
            if scope in classes and not self._may_register(node):
                continue
            if scope not in classes and not self._makes_routers(node):
                continue
            yield self._function(node, name)
        for name, class_ in classes.items():
            fields = self._fields(class_, name)
            if fields:
                data = {"fields": fields}
                yield Fact("script", name, class_.lineno, class_.col_offset, data)
        top = list(self._top(getattr(syntax.tree, "body", ())))
        if top:
            yield Fact("script", "", 1, 0, {"parameters": [], "defaults": {}, "body": top})

    def _top(self, body: Sequence[ast.stmt]) -> Iterator[Json]:
        """What a module makes, and what it joins."""
        for node in body:
            if isinstance(node, ast.If | ast.Try | ast.With | ast.For):
                yield from self._top([*node.body, *getattr(node, "orelse", ())])
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                listed = isinstance(node.value, ast.List | ast.Tuple) and (
                    _MAKES.search(last_name(target))
                    or all(isinstance(part, ast.Name | ast.Attribute) for part in node.value.elts[:_TABLE])
                )
                if listed or self._is_making(node.value) or _is_table(node.value):
                    yield from self._statement(node, "", 1)
            elif isinstance(node, ast.Expr) and self._matters(node.value):
                yield from self._statement(node, "", 1)

    def _matters(self, node: ast.expr) -> bool:
        """Whether a call that is a statement of a module may make or fill a router."""
        if not isinstance(node, ast.Call):
            return False
        given = any(HOLDS.search(last_name(argument)) for argument in node.args)
        return given or may_add(self._syntax, node) or self._is_making(node)

    # Which ---------------------------------------------------------------------------------------

    def _may_register(self, node: Function) -> bool:
        """Whether a method makes, fills or hands on routers, or calls methods that may."""
        if node.name in CONSTRUCTORS:
            return True
        if isinstance(node, ast.AsyncFunctionDef):  # views mostly: these give answers
            made = [part.value for part in ast.walk(node) if isinstance(part, ast.Return)]
            return any(
                isinstance(value, ast.Call) and _HOLDER.search(last_name(value.func)) for value in made
            )
        return self._makes_routers(node) or any(
            isinstance(part, ast.Call) and of_self(part.func) for part in statements(node.body)
        )

    def _makes_routers(self, node: Function) -> bool:
        for part in ast.walk(node):
            if isinstance(part, ast.Call) and (
                _LIBRARY.match(self._syntax.dotted(part.func)) or may_add(self._syntax, part)
            ):
                return True
            if isinstance(part, ast.Return) and (self._is_making(part.value) or gives_own(part.value)):
                return True
        return any(hands_on(part, node) for part in statements(node.body))

    def _is_making(self, value: ast.AST | None) -> bool:
        """Whether a call may give a router, or an object that holds one."""
        if not isinstance(value, ast.Call):
            return False
        last = self._syntax.dotted(value.func).rpartition(".")[2]
        return last.lstrip("_")[:1].isupper() or bool(_MAKES.search(last))

    # What ----------------------------------------------------------------------------------------

    def _function(self, node: Function, name: str) -> Fact:
        named = with_defaults(node.args)
        parameters = [argument.arg for argument, _ in named]
        defaults = {a.arg: self.expression(d, name) for a, d in named if d is not None}
        data: dict[str, Json] = {"parameters": parameters, "defaults": defaults}
        data["body"] = self._body(node.body, name)
        if node.args.kwarg is not None:
            data["more"] = node.args.kwarg.arg
        return Fact("script", name, node.lineno, node.col_offset, data)

    def _fields(self, node: ast.ClassDef, name: str) -> dict[str, Json]:
        """The defaults of a class's fields: `flag: bool = True`, `router: APIRouter = field(factory=f)`."""
        if any(_NO_FIELDS.match(self._syntax.dotted(base)) for base in node.bases):
            return {}
        found: dict[str, Json] = {}
        for statement in node.body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                value = statement.value
                found[statement.target.id] = (
                    self.expression(value, name) if value is not None else list(UNKNOWN)
                )
            elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                found[statement.targets[0].id] = self.expression(statement.value, name)
        return found if any(value != UNKNOWN for value in found.values()) else {}

    def _body(self, statements: Sequence[ast.stmt], scope: str, depth: int = _DEPTH) -> list[Json]:
        found: list[Json] = []
        for statement in statements[:_MOST] if depth else ():
            found.extend(self._statement(statement, scope, depth - 1))
        return found

    def _statement(self, node: ast.stmt, scope: str, depth: int) -> Iterator[Json]:
        if isinstance(node, Function | ast.ClassDef):
            yield from self._added(node, scope)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            added = list(self._added(node.value, scope))
            yield from added or [["do", self.expression(node.value, scope)]]
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            yield from self._assigned(node, node.value, scope)
        elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
            if isinstance(node.target, ast.Name):
                held = self.expression(ast.Name(node.target.id), scope)
                yield ["set", held, ["join", [held, self.expression(node.value, scope)]]]
        elif isinstance(node, ast.If):
            body, otherwise = self._body(node.body, scope, depth), self._body(node.orelse, scope, depth)
            if body or otherwise:
                yield ["if", self.expression(node.test, scope), body, otherwise]
        elif isinstance(node, ast.For) and isinstance(node.target, ast.Name):
            body = self._body(node.body, scope, depth)
            if body:
                yield ["for", node.target.id, self.expression(node.iter, scope), body]
        elif isinstance(node, ast.With | ast.AsyncWith | ast.Try):
            yield from self._body(node.body, scope, depth)
        elif isinstance(node, ast.Return) and node.value is not None:
            yield ["return", self.expression(node.value, scope)]

    def _assigned(self, node: ast.Assign | ast.AnnAssign, value: ast.expr, scope: str) -> Iterator[Json]:
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Name | ast.Attribute):
                yield ["set", self.expression(target, scope), self.expression(value, scope)]
            elif isinstance(target, ast.Subscript):
                parts = (target.value, target.slice, value)
                yield ["put", *(self.expression(part, scope) for part in parts)]

    def _added(self, node: ast.AST, scope: str) -> Iterator[Json]:
        for on, entries, path in self._adds(node, scope):
            children = [
                self.expression(joined(node), scope) if entry["kind"] == "join" else list(UNKNOWN)
                for entry in entries
            ]
            more = splat(node.keywords) if isinstance(node, ast.Call) else None
            told = [self.expression(part, scope) for part in (more, path)]
            yield ["add", self.expression(on, scope), entries, children, *told]

    def expression(self, node: ast.AST | None, scope: str, depth: int = 2 * _DEPTH) -> Json:
        """An expression as JSON."""
        if node is None or depth <= 0:
            return list(UNKNOWN)

        def inner(part: ast.AST | None) -> Json:
            return self.expression(part, scope, depth - 1)

        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                return ["text", node.value[:200]]
            return ["const", node.value] if isinstance(node.value, bool | int | None) else list(UNKNOWN)
        if isinstance(node, ast.Name):
            return ["name", node.id, self._syntax.express(node, scope)]
        if isinstance(node, ast.Attribute):
            return ["attr", inner(node.value), node.attr, self._syntax.express(node, scope)]
        if isinstance(node, ast.Call):
            named = {k.arg: inner(k.value) for k in node.keywords if k.arg}
            named |= {"**": inner(more)} if (more := splat(node.keywords)) is not None else {}
            places = [inner(argument) for argument in node.args]
            return ["call", inner(node.func), places, named, node.lineno, node.col_offset]
        return self._combined(node, inner)

    def _combined(self, node: ast.AST, inner: Callable[[ast.AST | None], Json]) -> Json:
        """Texts and lists put together, and questions; `inner` reads a part."""
        if isinstance(node, ast.FormattedValue):
            return inner(node.value)
        if isinstance(node, ast.JoinedStr):
            return ["join", [inner(part) for part in node.values]]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return ["join", [inner(node.left), inner(node.right)]]
        if isinstance(node, ast.List | ast.Tuple):
            return ["list", [inner(part) for part in node.elts[:_MOST]]]
        if isinstance(node, ast.Subscript):
            if not isinstance(node.slice, ast.Slice):
                return ["item", inner(node.value), inner(node.slice)]
            ends = (node.slice.lower, node.slice.upper)
            known = [inner(end) if end is not None else ["const", None] for end in ends]
            return ["slice", inner(node.value), *known] if node.slice.step is None else list(UNKNOWN)
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys[:_MOST], node.values, strict=False)
            return ["dict", [[inner(key) if key is not None else None, inner(value)] for key, value in pairs]]
        if isinstance(node, ast.IfExp):
            return ["if", inner(node.test), inner(node.body), inner(node.orelse)]
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            return ["or", [inner(part) for part in node.values]]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return ["not", inner(node.operand)]
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and is_none(node.comparators[0]):
            asked = ["none", inner(node.left)]
            return asked if isinstance(node.ops[0], ast.Is) else ["not", asked]
        return list(UNKNOWN)


def _is_table(node: ast.expr | None) -> bool:
    """Whether a module keeps texts by name: `PREFIXES = {"orders": "/orders"}`."""
    return (
        isinstance(node, ast.Dict)
        and 0 < len(node.keys) <= _TABLE
        and all(isinstance(key, ast.Constant) and isinstance(key.value, str) for key in node.keys)
        and all(isinstance(value, ast.JoinedStr) or _is_path(value) for value in node.values)
    )


def _is_path(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value[:1] in ("", "/")
