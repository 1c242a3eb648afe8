"""Classes of a project's own that change the URL rules which they are given."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...model.facts import Fact
from ...model.world import Syntax, World

_METHODS = ("add_url_rule", "route")
_ALWAYS = "make_setup_state"


def read_changing(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kind `changing`: methods of classes that hand on another rule than they were given."""
    for node, scope in syntax.find(ast.FunctionDef):
        assert isinstance(node, ast.FunctionDef)
        changes = node.name in _METHODS and not _unchanged(node)
        if scope and (changes or node.name == _ALWAYS):
            yield Fact("changing", scope, node.lineno, node.col_offset, {"method": node.name})


def _unchanged(node: ast.FunctionDef) -> bool:
    """Whether the library's method is given what the method is given, each time."""
    names = [argument.arg for argument in node.args.args[1:2]]
    if not names:  # `*args`: handed on, or looked into, which nobody does
        return True
    calls = [
        call for call in ast.walk(node)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == node.name
    ]  # fmt: skip
    firsts = [argument for call in calls for argument in [*call.args[:2], *_named(call, names[0])]]
    plain = [argument for argument in firsts if isinstance(argument, ast.Name) and argument.id == names[0]]
    bound = any(
        isinstance(part, ast.Name) and part.id == names[0] and isinstance(part.ctx, ast.Store)
        for part in ast.walk(node)
    )
    return bool(calls) and len(plain) >= len(calls) and not bound


def _named(call: ast.Call, name: str) -> list[ast.expr]:
    return [keyword.value for keyword in call.keywords if keyword.arg == name]


class Changing:
    """Finds what changes the rules of holders and applications."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[str, str] = {}
        for path, fact in world.facts("flask"):
            if fact.kind == "changing" and not world.is_test(path):
                what = f"{fact.scope}.{fact.data['method']} hands on the rule that it is given"
                self._known.setdefault(
                    f"{world.module_of(path)}.{fact.scope}", f"{what} ({path}:{fact.line})"
                )
        self.of_applications = next(
            (said for name, said in sorted(self._known.items()) if self._is_application(name)), ""
        )
        """What changes the rules of applications themselves, "" for nothing."""

    def _is_application(self, name: str) -> bool:
        kin = self._world.ancestors(name)
        return any(k.kind == "external" and k.name in ("flask.Flask", "flask.app.Flask") for k in kin)

    def of(self, path: str, scope: str, code: str) -> str:
        """What the class that code names does with rules, "" for nothing."""
        symbol = self._world.resolve(path, scope, code) if self._known and code else None
        if symbol is None or symbol.kind not in ("class", "instance"):
            return ""
        kin = self._world.ancestors(symbol.name)
        return next((self._known[k.name] for k in kin if k.name in self._known), "")
