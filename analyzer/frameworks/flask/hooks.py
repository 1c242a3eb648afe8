"""What is asked before each request of an application or blueprint: mostly, who is asking.

A service that has the routes of a blueprint and not what is asked before them answers anyone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...model.evidence import Evidence, Place
from ...model.facts import Fact
from ...model.graph import Edge, Node
from ...model.world import Syntax, World
from ...python.url_rules.views import plain

_HOOKS = frozenset({"before_request", "before_app_request", "url_value_preprocessor"})


def read_hooks(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kind `hook`: `bp.before_request(f)`, `@bp.before_request`."""
    for node, scope in syntax.find(ast.Call):
        if isinstance(node, ast.Call) and node.args and _is_hook(node.func):
            assert isinstance(node.func, ast.Attribute)
            yield _fact(node.func, scope, plain(node.args[0]))
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for decorator in node.decorator_list:
            if _is_hook(decorator):
                assert isinstance(decorator, ast.Attribute)
                yield _fact(decorator, scope, node.name)


def link_hooks(world: World) -> Iterator[Node | Edge]:
    """Each as a `setting` that the code around it configures; `on` is the variable of its blueprint."""
    for path, fact in world.facts("flask"):
        if fact.kind != "hook" or world.is_test(path):
            continue
        module, name = world.locate(path, fact.scope, str(fact.data["on"]))
        on = f"{module}.{name}" if module and name else ""
        id = f"setting:{path}:{fact.line}:{fact.column}:hook"
        attributes = (("code", str(fact.data["code"])), ("hook", "flask"), ("on", on))
        yield Node(id, path, fact.line, fact.line, attributes)
        evidence = (Evidence(Place(path, fact.line, fact.column)),)
        yield Edge(world.scope_id(path, fact.scope), id, "configures", evidence=evidence)


def _is_hook(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in _HOOKS


def _fact(method: ast.Attribute, scope: str, given: str) -> Fact:
    on = plain(method.value)
    data = {"on": on, "code": f"{on}.{method.attr}({given})"[:80]}
    return Fact("hook", scope, method.lineno, method.col_offset, data)
