"""What functions and classes that make routers do, step by step, as far as routers go: as JSON.

Expressions: `["text", s]`, `["const", value]`, `["name", name, code]`, `["attr", expression, name, code]`,
`["call", expression, arguments, named arguments, line, column]`, `["join", parts]` of a text,
`["list", parts]`, `["or", parts]`, `["not", part]`, `["none", part]` (whether it is None), `["?"]`.
`code` is a path expression.

Statements: `["set", target, expression]`, `["do", expression]`, `["add", on, entries, children]` (what each
entry that is a join joins), `["if", test, body, otherwise]`, `["for", target, over, body]`,
`["return", expression]`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...python.nodes import last_name, with_defaults

_Function = ast.FunctionDef | ast.AsyncFunctionDef
Adds = Callable[[ast.AST, str], list[tuple[ast.expr, Json]]]
"""What a call or decorated definition adds: (to what, the fact's entries) each."""

CONSTRUCTORS = ("__init__", "__post_init__", "__attrs_post_init__")
_MAKES = re.compile(r"rout|app|api|make|create|build|get|factory|crud|endpoint", re.IGNORECASE)
_LIBRARY = re.compile(r"(?:\w+\.)*(?:FastAPI|Starlette|APIRouter|Router)\Z")
_NO_FIELDS = re.compile(r"(?:\w+\.)*(?:BaseModel|BaseSettings|Enum|IntEnum|StrEnum|Protocol|TypedDict)\Z")
_SURELY = frozenset({"add_api_route", "add_route", "add_websocket_route", "add_api_websocket_route",
                     "api_route", "websocket", "include_router", "mount"})  # fmt: skip
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "trace", "route"})
_HOLDS = re.compile(r"router|app|api|self", re.IGNORECASE)
_DEPTH, _MOST = 12, 400
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
            if isinstance(node, _Function)
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
                listed = isinstance(node.value, ast.List | ast.Tuple) and _MAKES.search(last_name(target))
                if listed or self._is_making(node.value):
                    yield from self._statement(node, "", 1)
            elif isinstance(node, ast.Expr) and self._matters(node.value):
                yield from self._statement(node, "", 1)

    def _matters(self, node: ast.expr) -> bool:
        """Whether a call that is a statement of a module may make or fill a router."""
        if not isinstance(node, ast.Call):
            return False
        given = any(_HOLDS.search(last_name(argument)) for argument in node.args)
        return given or may_add(self._syntax, node) or self._is_making(node)

    # Which ---------------------------------------------------------------------------------------

    def _may_register(self, node: _Function) -> bool:
        """Whether a method makes, fills or hands on routers, or calls methods that may."""
        if node.name in CONSTRUCTORS:
            return True
        if isinstance(node, ast.AsyncFunctionDef):
            return False
        return self._makes_routers(node) or any(
            isinstance(part, ast.Call) and _of_self(part.func) for part in _statements(node.body)
        )

    def _makes_routers(self, node: _Function) -> bool:
        for part in ast.walk(node):
            if isinstance(part, ast.Call) and (
                _LIBRARY.match(self._syntax.dotted(part.func)) or may_add(self._syntax, part)
            ):
                return True
            if isinstance(part, ast.Return) and self._is_making(part.value):
                return True
        return False

    def _is_making(self, value: ast.AST | None) -> bool:
        """Whether a call may give a router, or an object that holds one."""
        if not isinstance(value, ast.Call):
            return False
        last = self._syntax.dotted(value.func).rpartition(".")[2]
        return last.lstrip("_")[:1].isupper() or bool(_MAKES.search(last))

    # What ----------------------------------------------------------------------------------------

    def _function(self, node: _Function, name: str) -> Fact:
        named = with_defaults(node.args)
        parameters = [argument.arg for argument, _ in named]
        defaults = {a.arg: self.expression(d, name) for a, d in named if d is not None}
        data: dict[str, Json] = {"parameters": parameters, "defaults": defaults}
        data["body"] = self._body(node.body, name)
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
        if isinstance(node, _Function | ast.ClassDef):
            yield from self._added(node, scope)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            added = list(self._added(node.value, scope))
            yield from added or [["do", self.expression(node.value, scope)]]
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name | ast.Attribute):
                    yield ["set", self.expression(target, scope), self.expression(node.value, scope)]
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

    def _added(self, node: ast.AST, scope: str) -> Iterator[Json]:
        for on, entries in self._adds(node, scope):
            children = [
                self.expression(_joined(node), scope) if entry["kind"] == "join" else list(UNKNOWN)
                for entry in entries
            ]
            yield ["add", self.expression(on, scope), entries, children]

    def expression(self, node: ast.AST | None, scope: str, depth: int = _DEPTH) -> Json:
        """An expression as JSON."""
        if node is None or depth <= 0:
            return list(UNKNOWN)

        def inner(part: ast.AST | None) -> Json:
            return self.expression(part, scope, depth - 1)

        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                return ["text", node.value[:200]]
            return ["const", node.value] if isinstance(node.value, bool | None) else list(UNKNOWN)
        if isinstance(node, ast.Name):
            return ["name", node.id, self._syntax.express(node, scope)]
        if isinstance(node, ast.Attribute):
            return ["attr", inner(node.value), node.attr, self._syntax.express(node, scope)]
        if isinstance(node, ast.Call):
            named = {k.arg: inner(k.value) for k in node.keywords if k.arg}
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
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            return ["or", [inner(part) for part in node.values]]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return ["not", inner(node.operand)]
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and _is_none(node.comparators[0]):
            asked = ["none", inner(node.left)]
            return asked if isinstance(node.ops[0], ast.Is) else ["not", asked]
        return list(UNKNOWN)


def may_add(syntax: Syntax, call: ast.Call) -> bool:
    """Whether a call may add something to a router, by its name and its path."""
    function = call.func
    if not isinstance(function, ast.Attribute):
        return False
    if function.attr in _SURELY:
        return True
    path = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "path"), None)
    text = syntax.string(path)
    rooted = isinstance(path, ast.JoinedStr | ast.Name) or (text is not None and text[:1] in ("", "/"))
    return function.attr in _VERBS and rooted and bool(_HOLDS.search(last_name(function.value)))


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """The calls that are statements of their own, in branches and loops too."""
    for statement in body:
        if isinstance(statement, ast.Expr):
            yield statement.value
        inner = [part for part in ast.iter_child_nodes(statement) if isinstance(part, ast.stmt)]
        yield from _statements(inner)


def _of_self(function: ast.AST) -> bool:
    """`self.x` and `super().x`."""
    if not isinstance(function, ast.Attribute):
        return False
    on = function.value
    name = on.func if isinstance(on, ast.Call) else on
    return isinstance(name, ast.Name) and name.id in ("self", "super")


def _joined(node: ast.AST) -> ast.AST | None:
    """What `include_router(router, ...)` or `mount(path, app)` joins."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    place = 0 if node.func.attr == "include_router" else 1
    named = next((k.value for k in node.keywords if k.arg in ("router", "app")), None)
    return node.args[place] if len(node.args) > place else named
