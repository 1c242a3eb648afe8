"""Patterns of all applications that are installed, as loops over `apps.get_app_configs()` collect them.

`urlmod = import_module(app.name + ".urls")` in such a loop is the module of each of them. Which applications
there are the other files say: the project's own classes of configurations count, those of libraries are not
known.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from ...model.facts import Json
from ...model.world import World
from .trees import NOTHING, Tree

_LOADS = frozenset({"import_module", "import_string", "__import__", "import_object", "import_string_or_none"})
_HELD = {"path": 4, "prefix": 2, "suffixed": 2, "space": 2, "unless": 3}
_NAME = "{app}"
_MOST = 5_000
"""Parts of one tree."""


class Plugins:
    """What a loop over applications binds: modules of each, and what each must have (`hasattr(app, "X")`)."""

    def __init__(self, target: str, line: int, column: int) -> None:
        self._target, self._place = target, (line, column)
        self._modules: dict[str, str] = {}
        self.held: dict[str, Tree] = {}
        """What one round of the loop has in variables of its own."""
        self.needs: list[str] = []

    def binds(self, name: str, value: ast.expr | None) -> bool:
        """Whether a variable is given a module of the application; it is kept then."""
        call = value if isinstance(value, ast.Call) else None
        last = getattr(call.func, "attr", getattr(call.func, "id", "")) if call is not None else ""
        text = (
            _module(call.args[0], self._target) if call is not None and call.args and last in _LOADS else ""
        )
        if text:
            self._modules[name] = text
        return bool(text)

    def keep(self, name: str, tree: Tree) -> None:
        """Keeps what a variable of this round holds; nothing of what grows without end."""
        waiting, count = [tree], 0
        while waiting and count <= _MOST:
            part, count = waiting.pop(), count + 1
            waiting += [each for each in part if isinstance(each, list)]
        self.held[name] = tree if count <= _MOST else NOTHING

    def asks(self, test: ast.expr) -> str:
        """The attribute that a condition asks of the application, "" for all else."""
        negated = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
        call = test.operand if negated and isinstance(test, ast.UnaryOp) else test
        if not isinstance(call, ast.Call) or getattr(call.func, "id", "") != "hasattr" or len(call.args) != 2:
            return ""
        on, name = call.args
        told = isinstance(on, ast.Name) and on.id == self._target and isinstance(name, ast.Constant)
        return str(name.value) if told and isinstance(name, ast.Constant) else ""

    def within(self, tree: Tree) -> Tree:
        """A tree with what each application gives in it; as it is, where that is nothing."""
        used = sorted(name for name in self._modules if _refers(tree, name))
        if not used:
            return tree
        return ["apps", list(self.needs), {name: self._modules[name] for name in used}, tree, *self._place]


def loop_over_apps(node: ast.For) -> Plugins | None:
    """What a loop over all applications binds, None for other loops."""
    call, target = node.iter, node.target
    named = isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
    if not named or call.func.attr != "get_app_configs" or not isinstance(target, ast.Name):  # type: ignore[attr-defined]
        return None
    return Plugins(target.id, node.lineno, node.col_offset)


def _module(node: ast.expr, target: str) -> str:
    """`{app}.urls` of `app.name + ".urls"`, `f"{app.name}.urls"`, `"%s.urls" % app.name`; "" of all else."""
    try:
        code = ast.unparse(node)
    except (ValueError, RecursionError):
        return ""
    name = rf"{re.escape(target)}\.(?:name|module\.__name__|__module__)"
    for form in (
        rf"{name} \+ '(\.[\w.]+)'", rf"f'\{{{name}\}}(\.[\w.]+)'", rf"'%s(\.[\w.]+)' % {name}",
        rf"'\{{\}}(\.[\w.]+)'\.format\({name}\)",
    ):  # fmt: skip
        found = re.fullmatch(form, code)
        if found is not None:
            return _NAME + found[1]
    return ""


def _refers(tree: Json, name: str) -> bool:
    """Whether a tree names something of a module."""
    if tree[0] == "ref":
        return str(tree[1]).startswith(f"{name}.")
    if tree[0] in _HELD:
        return _refers(tree[_HELD[tree[0]]], name)
    inside = {"list": 1, "call": 3}.get(tree[0])
    return inside is not None and any(_refers(inner, name) for inner in tree[inside])


def references(tree: Json, name: str) -> Iterator[str]:
    """The code of all that a tree names of a module: `urlmod.urlpatterns`."""
    if tree[0] == "ref" and str(tree[1]).startswith(f"{name}."):
        yield str(tree[1])
    elif tree[0] in _HELD:
        yield from references(tree[_HELD[tree[0]]], name)
    elif tree[0] in ("list", "call"):
        for inner in tree[1 if tree[0] == "list" else 3]:
            yield from references(inner, name)


class Installed:
    """The applications of the project: the names of their packages, and their classes."""

    def __init__(self, world: World, framework: str) -> None:
        self._world = world
        self._apps: dict[str, str] = {}
        for path, fact in world.facts(framework):
            if fact.kind == "app" and not world.is_test(path):
                module = world.module_of(path)
                name = str(fact.data.get("name") or module.rpartition(".")[0])
                self._apps.setdefault(name, f"{module}.{fact.scope}")

    def modules(self, needs: list[str], bound: Mapping[str, str]) -> Iterator[dict[str, str]]:
        """Variable -> module, for each application that has what is needed and at least one of them."""
        for name, cls in sorted(self._apps.items()):
            if all(self._has(cls, need) for need in needs):
                found = {
                    variable: module
                    for variable, text in sorted(bound.items())
                    if (module := text.replace(_NAME, name)) in self._world.modules
                }
                if found:
                    yield found

    def _has(self, cls: str, name: str) -> bool:
        """Whether a class has an attribute: a method, a class inside of it, or a value."""
        for kin in self._world.ancestors(cls):
            info = self._world.classes.get(kin.name)
            if f"{kin.name}.{name}" in self._world.classes:
                return True
            member = self._world.member(kin.name, name)
            if member is not None and member.internal:
                return True
            if info is not None and self._world.binding(info.path, info.definition.name, name) is not None:
                return True
        return False
