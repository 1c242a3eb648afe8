"""Switches: those that are on in code and must be off where others reach the application, and those that are
looked at once, when a module is imported."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ...model.facts import Fact
from ...model.world import Syntax
from ...python.nodes import last_name, position

_ON = frozenset(
    """DEBUG TEMPLATE_DEBUG DEBUG_PROPAGATE_EXCEPTIONS CORS_ALLOW_ALL_ORIGINS CORS_ORIGIN_ALLOW_ALL
    WTF_CSRF_DISABLED""".split()
)
_OFF = frozenset({"WTF_CSRF_ENABLED", "WTF_CSRF_CHECK_DEFAULT"})
_SETTINGS = frozenset({"settings", "config", "conf"})
_RUNS = frozenset({"run", "run_simple", "Flask", "FastAPI", "Starlette", "create_app"})
_ASKS = frozenset({"get", "post", "put", "patch", "delete", "head", "request", "Client", "AsyncClient"})
_FOR_DEVELOPERS = re.compile(r"(?i)(?:\A|\.)\w*(?:debug|test|devel|local)\w*\Z")


def read_switches(syntax: Syntax) -> Iterator[Fact]:
    """Facts of the kinds `switch` (`what` is `NAME=VALUE`) and `import-switch` (`what` is the setting)."""
    yield from _at_import(syntax)
    for node, scope in syntax.find(ast.Assign, ast.AnnAssign):
        assert isinstance(node, ast.Assign | ast.AnnAssign)
        value = node.value.value if isinstance(node.value, ast.Constant) else None
        if _FOR_DEVELOPERS.search(scope):
            continue  # `class Testing(Defaults):` among the settings
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            name = _name(target)
            if (name in _ON and value is True) or (name in _OFF and value is False):
                yield Fact("switch", scope, *position(node), {"what": f"{name}={value}"})
            elif isinstance(target, ast.Attribute) and target.attr == "debug" and value is True:
                yield Fact("switch", scope, *position(node), {"what": "debug=True"})
            elif name == "ALLOWED_HOSTS" and _admits_all(node.value):
                yield Fact("switch", scope, *position(node), {"what": "ALLOWED_HOSTS=*"})
    for node, scope, name in syntax.called(_RUNS | _ASKS):
        assert isinstance(node, ast.Call)
        for keyword in node.keywords:
            value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
            if name in _RUNS and keyword.arg == "debug" and value is True:
                yield Fact("switch", scope, *position(node), {"what": "debug=True"})
            elif name in _ASKS and keyword.arg == "verify" and value is False:
                yield Fact("switch", scope, *position(node), {"what": "verify=False"})


def _at_import(syntax: Syntax) -> Iterator[Fact]:
    """Settings that decide something in the code that a module runs when it is imported."""
    for node, scope in syntax.find(ast.If, ast.IfExp):
        assert isinstance(node, ast.If | ast.IfExp)
        for each in ast.walk(node.test) if not scope else ():
            if isinstance(each, ast.Attribute) and last_name(each.value) in _SETTINGS and each.attr.isupper():
                yield Fact("import-switch", scope, *position(each), {"what": each.attr})


def _name(target: ast.AST) -> str:
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return str(target.slice.value)
    return target.id if isinstance(target, ast.Name) else last_name(target)


def _admits_all(node: ast.expr | None) -> bool:
    return isinstance(node, ast.List | ast.Tuple) and any(
        isinstance(each, ast.Constant) and each.value == "*" for each in node.elts
    )
