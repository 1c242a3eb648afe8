"""What pieces of code may do with applications and routers, by the names in them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from ...model.world import Syntax
from ...python.nodes import last_name, with_defaults

Function = ast.FunctionDef | ast.AsyncFunctionDef
_SURELY = frozenset({"add_api_route", "add_route", "add_websocket_route", "add_api_websocket_route",
                     "api_route", "websocket", "include_router", "mount"})  # fmt: skip
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "trace", "route"})
HOLDS = re.compile(r"router|app|api|self", re.IGNORECASE)


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
    return function.attr in _VERBS and rooted and bool(HOLDS.search(last_name(function.value)))


def splat(keywords: Sequence[ast.keyword]) -> ast.expr | None:
    """The one `**x` of a call."""
    found = [keyword.value for keyword in keywords if keyword.arg is None]
    return found[0] if len(found) == 1 else None


def hands_on(part: ast.AST, function: Function) -> bool:
    """Whether a call is given an application or router that the function around it is given."""
    own = {argument.arg for argument, _ in with_defaults(function.args)} - {"self"}
    given = part.args if isinstance(part, ast.Call) else ()
    return any(isinstance(each, ast.Name) and each.id in own and HOLDS.search(each.id) for each in given)


def gives_own(value: ast.AST | None) -> bool:
    """`self.router`, `cls.app`."""
    return isinstance(value, ast.Attribute) and of_self(value) and bool(HOLDS.search(value.attr))


def is_none(node: ast.AST) -> bool:
    """`None`."""
    return isinstance(node, ast.Constant) and node.value is None


def statements(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """The calls that are statements of their own, in branches and loops too."""
    for statement in body:
        if isinstance(statement, ast.Expr):
            yield statement.value
        inner = [part for part in ast.iter_child_nodes(statement) if isinstance(part, ast.stmt)]
        yield from statements(inner)


def of_self(function: ast.AST) -> bool:
    """`self.x` and `super().x`."""
    if not isinstance(function, ast.Attribute):
        return False
    on = function.value
    name = on.func if isinstance(on, ast.Call) else on
    return isinstance(name, ast.Name) and name.id in ("self", "super")


def joined(node: ast.AST) -> ast.AST | None:
    """What `include_router(router, ...)` or `mount(path, app)` joins."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    place = 0 if node.func.attr == "include_router" else 1
    named = next((k.value for k in node.keywords if k.arg in ("router", "app")), None)
    return node.args[place] if len(node.args) > place else named
