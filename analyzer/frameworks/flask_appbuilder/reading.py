"""Facts about view classes, read from one file: what they expose, their options, which are added."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...python.nodes import keyword
from ...python.patterns import parts_of
from ...python.url_rules.reading import calls, verbs
from ...python.url_rules.views import plain

_TEXTS = ("route_base", "resource_name", "version")
_SETS = ("include_route_methods", "exclude_route_methods")
_ADDS = ("add_view", "add_view_no_menu", "add_api")
_HELD = re.compile(r"indexview\Z|(?:auth|user|registeruser|reset)\w*view\Z")
"""Where a builder and its security manager hold views that they add themselves."""
_MOST = 100


def read_views(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `expose`, `option`, `names` (constant sets) and `added`."""
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for decorator in node.decorator_list if scope else ():
            if isinstance(decorator, ast.Call) and _name(decorator.func) == "expose":
                yield _exposed(syntax, node.name, decorator, scope)
    for node, scope in syntax.find(ast.Assign, ast.AnnAssign):
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if not isinstance(target, ast.Name | ast.Attribute) or not isinstance(value, ast.expr):
            continue
        place = (scope, value.lineno, value.col_offset)
        if isinstance(target, ast.Name):
            yield from _option(syntax, target.id, value, place)
        if _HELD.match(_name(target)) and isinstance(value, ast.Name | ast.Attribute):
            yield Fact("added", *place, {"view": plain(value)})
    for call in calls(syntax):
        view = call.node.args[0] if call.node.args and _name(call.node.func) in _ADDS else None
        view = view or keyword(call.node, "indexview")
        if isinstance(view, ast.Call):
            view = view.func
        if isinstance(view, ast.Name | ast.Attribute):
            yield Fact("added", call.scope, call.line, call.column, {"view": plain(view)})


def _exposed(syntax: Syntax, name: str, decorator: ast.Call, scope: str) -> Fact:
    """`@expose("/list/", methods=["GET"])`."""
    url = decorator.args[0] if decorator.args else keyword(decorator, "url")
    given = keyword(decorator, "methods") or (decorator.args[1] if len(decorator.args) > 1 else None)
    return Fact("expose", scope, decorator.lineno, decorator.col_offset, {
        "name": name, "methods": (verbs(syntax, given, scope) if given is not None else []) or ["GET"],
        "text": parts_of(syntax, url, scope) if url is not None else ["/"],
    })  # fmt: skip


def _option(syntax: Syntax, name: str, value: ast.expr, place: tuple[str, int, int]) -> Iterator[Fact]:
    """Options of a class, and the sets of names that they may be made of."""
    if name in _TEXTS and place[0]:
        given = not (isinstance(value, ast.Constant) and value.value is None)
        text = parts_of(syntax, value, place[0]) if given else None
        yield Fact("option", *place, {"name": name, "text": [""] if text == [] else text})
    elif name in _SETS and place[0]:
        yield Fact("option", *place, {"name": name, "names": _elements(syntax, value, place[0])})
    elif name.isupper() and isinstance(value, ast.Set | ast.BinOp | ast.List | ast.Tuple):
        elements = _elements(syntax, value, place[0])
        if elements and len(elements) <= _MOST:
            yield Fact("names", *place, {"name": name, "names": elements})


def _elements(syntax: Syntax, node: ast.expr, scope: str) -> list[Json]:
    """What a set of names is made of: `["text", parts]` for a name, `["all", code]` for another set."""
    found: list[Json] = []
    stack = [node]
    while stack and len(found) <= _MOST:
        part = stack.pop()
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.BitOr):
            stack += [part.right, part.left]
        elif isinstance(part, ast.Set | ast.List | ast.Tuple):
            found += [["text", parts_of(syntax, element, scope)] for element in part.elts]
        elif isinstance(part, ast.Name | ast.Attribute):
            found.append(["all", plain(part)])
        elif isinstance(part, ast.Constant):
            found.append(["text", parts_of(syntax, part, scope)])
    return found


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
