"""Facts about settings, read from one file: what defines, reads and sets them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...python.nodes import last_name, position, shown
from ...python.patterns import parts_of
from ...python.settings_read import (
    is_config,
    is_settings_class,
    may_read_setting,
    setting_asked,
    setting_read,
)

_HOLDER = re.compile(r"(?:.*[._])?(?:settings|config|configuration|conf)(?:\(\))?\Z", re.IGNORECASE)
_OVERRIDES = frozenset({"override_settings", "modify_settings"})
_SETS = frozenset({"update", "from_mapping", "setdefault"})
_METHODS = _SETS | {"setenv", "delenv", "setattr", "delattr", "object", "dict"}
_BY_NAME = frozenset({"getattr", "hasattr", "setattr", "delattr"})
_TELLING = _METHODS | _BY_NAME | _OVERRIDES | {"settings"}
"""The names of all functions that may set something."""
_CONSTANT = re.compile(r"[A-Z][A-Z0-9_]{1,99}\Z")


def read_settings(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `defines`, `env`, `config`, `attribute`, `keyed` and `sets`."""
    yield from _definitions(syntax)
    stored, decorated = _stored(syntax), _decorated(syntax)
    reading = {node for node, _, _ in syntax.called(may_read_setting(syntax))}
    for node, scope in syntax.find(ast.Subscript, ast.Call, ast.Compare):
        if node in stored or (node.__class__ is ast.Call and node not in reading):
            continue
        found = setting_read(syntax, node, scope) or setting_asked(syntax, node, scope)
        if found is not None:
            data: dict[str, Json] = {"name": found.name, "key": found.key}
            if not found.name:
                data |= {"text": shown(node), "parts": parts_of(syntax, found.named_by, scope)}
            yield Fact(found.form, scope, *position(node), data)
    for node, scope in syntax.find(ast.Attribute):
        assert isinstance(node, ast.Attribute)
        if _may_be_setting(syntax, node, scope):
            data = {"on": syntax.express(node.value, scope), "name": node.attr}
            yield Fact(
                "sets" if isinstance(node.ctx, ast.Store) else "attribute", scope, *position(node), data
            )
    for node, scope, name in syntax.calls():
        if name in _TELLING or (node.args and _is_keyed(node)):
            yield from _called(syntax, node, decorated.get(node, scope))
    for node in stored:
        yield from _item_set(syntax, node, stored[node])


def _definitions(syntax: Syntax) -> Iterator[Fact]:
    """[name, line, end line] of the constants that the module and its classes bind."""
    classes = {
        syntax.name_of(node, scope): any(
            last_name(base).endswith(("Settings", "Config")) for base in node.bases
        )
        or is_settings_class(node.name)
        for node, scope in syntax.find(ast.ClassDef)
        if isinstance(node, ast.ClassDef)
    }
    found: list[Json] = []
    for node, scope in syntax.find(ast.Assign, ast.AnnAssign, ast.AugAssign):
        if scope and not classes.get(scope):
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            if isinstance(target, ast.Name) and (target.id.isupper() or scope):
                name = f"{scope}.{target.id}" if scope else target.id
                line = getattr(node, "lineno", 0)
                found.append([name, line, getattr(node, "end_lineno", line)])
    if found:
        yield Fact("defines", "", 0, 0, {"names": found})


def _stored(syntax: Syntax) -> dict[ast.Subscript, str]:
    """Subscripts that are assigned to or deleted, with their scopes."""
    return {
        node: scope
        for node, scope in syntax.find(ast.Subscript)
        if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load)
    }


def _decorated(syntax: Syntax) -> dict[ast.AST, str]:
    """Decorators of functions that are calls -> the function that they decorate."""
    return {
        decorator: syntax.name_of(node, scope)
        for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call)
    }


def _item_set(syntax: Syntax, node: ast.Subscript, scope: str) -> Iterator[Fact]:
    """`os.environ["X"] = ...`, `app.config["X"] = ...`."""
    found = setting_read(syntax, node, scope)
    if found is not None and found.name:
        yield Fact("sets", scope, *position(node), {"form": found.form, "name": found.name})


def _may_be_setting(syntax: Syntax, node: ast.Attribute, scope: str) -> bool:
    """`settings.X`, `self.config.x`: a holder called so, or anything's attribute in capitals."""
    value = node.value
    inner = value.func if isinstance(value, ast.Call) else value
    if isinstance(inner, ast.Name):
        found = _holds(inner.id) or node.attr.isupper() or _is_own(scope) or _holds(syntax.dotted(inner))
    else:
        found = isinstance(inner, ast.Attribute) and (node.attr.isupper() or _holds(inner.attr))
    return found and not node.attr.startswith("__")


@lru_cache(maxsize=4096)
def _is_own(scope: str) -> bool:
    """Whether a scope is a method of a class that holds settings."""
    return is_settings_class(scope.rpartition(".")[0])


@lru_cache(maxsize=65536)
def _holds(name: str) -> bool:
    """Whether something is called as what holds settings is."""
    return _HOLDER.match(name) is not None


def _is_held(syntax: Syntax, node: ast.AST) -> bool:
    return _holds(last_name(node)) or (isinstance(node, ast.Name) and _holds(syntax.dotted(node)))


def _called(syntax: Syntax, node: ast.Call, scope: str) -> Iterator[Fact]:
    last = last_name(node.func)
    words = [(k.arg, k.value) for k in node.keywords if k.arg]
    if last in _BY_NAME and len(node.args) > 1:
        yield from _by_name(syntax, node, scope, "attribute" if last in ("getattr", "hasattr") else "sets")
    elif last in _OVERRIDES or (last == "settings" and isinstance(node.func, ast.Attribute) and words):
        for name, value in words:
            yield Fact("sets", scope, *position(value), {"form": "config", "name": name})
    else:
        if isinstance(node.func, ast.Attribute) and last in _METHODS:
            yield from _method(syntax, node, node.func, scope, words)
        if _is_keyed(node):
            # Perhaps of a function that hands the name on: `env_int("PORT", 80)`.
            given = node.args[0]
            data: dict[str, Json] = {
                "by": syntax.express(node.func, scope),
                "name": syntax.string(given) or "",
            }
            if not data["name"]:
                data["parts"] = parts_of(syntax, given, scope)
            yield Fact("keyed", scope, *position(node), data)


def _is_keyed(node: ast.Call) -> bool:
    """Whether the first argument may be the name of a setting, or the constant that holds one."""
    first = node.args[0] if node.args else None
    if isinstance(first, ast.Name | ast.Attribute):
        return last_name(first).isupper()
    value = first.value if isinstance(first, ast.Constant) else None
    return isinstance(value, str) and _CONSTANT.match(value) is not None


def _by_name(syntax: Syntax, node: ast.Call, scope: str, kind: str) -> Iterator[Fact]:
    """`getattr(settings, "X", None)`."""
    holder, name = node.args[0], syntax.string(node.args[1])
    if not isinstance(holder, ast.Name | ast.Attribute | ast.Call):
        return
    plain = name is not None and name.isidentifier()
    if _is_held(syntax, holder) or (plain and name is not None and name.isupper()):
        key = node.args[1]
        data = {
            "on": syntax.express(holder, scope),
            "name": name if plain else "",
            "key": key.id if isinstance(key, ast.Name) else "",
            "text": shown(node),
        }
        yield Fact(kind, scope, *position(node), data)


def _method(
    syntax: Syntax, node: ast.Call, function: ast.Attribute, scope: str, words: list[tuple[str, ast.expr]]
) -> Iterator[Fact]:
    """`monkeypatch.setenv("X", ...)`, `setattr(settings, "X", ...)`, `app.config.update(X=...)`."""
    method, holder = function.attr, syntax.dotted(function.value)
    first = node.args[0] if node.args else None
    if method in ("setenv", "delenv"):
        name = syntax.string(first)
        if name:
            yield Fact("sets", scope, *position(node), {"form": "env", "name": name})
    elif method in ("setattr", "delattr", "object") and len(node.args) > 1:
        yield from _by_name(syntax, node, scope, "sets")
    elif method in _SETS and is_config(holder):
        for name in [*(word for word, _ in words), *_keys(syntax, first)]:
            yield Fact("sets", scope, *position(node), {"form": "config", "name": name})
    elif method == "dict" and first is not None:
        given = syntax.string(first) or syntax.dotted(first)
        form = "env" if given == "os.environ" else "config" if is_config(given) else ""
        second = node.args[1] if len(node.args) > 1 else None
        for name in _keys(syntax, second) if form else ():
            yield Fact("sets", scope, *position(node), {"form": form, "name": name})


def _keys(syntax: Syntax, node: ast.AST | None) -> list[str]:
    """The names in a dictionary, or the one name that a string is."""
    if isinstance(node, ast.Dict):
        texts = [syntax.string(key) for key in node.keys]
        return [text for text in texts if text and text.isidentifier()]
    text = syntax.string(node)
    return [text] if text and text.isidentifier() else []
