"""Settings that are plainly True or False: what stands under the other condition hardly runs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ...model.facts import Fact
from ...model.world import Syntax, World
from ..conditions import named
from ..nodes import with_defaults
from ..settings_read import is_settings_module

_SETTING = re.compile(r"(not )?(?:[\w.]+\.)?settings\.([A-Z][A-Z0-9_]*)\Z")
_EACH_RUN = frozenset({"DEBUG"})
"""What each place where an application runs sets for itself, whatever its settings say."""


def read_flags(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kind `flag`: constants of the module that are True or False."""
    for node in syntax.tree.body:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Constant):
            continue
        target, value = node.targets[0], node.value.value
        if isinstance(target, ast.Name) and target.id.isupper() and isinstance(value, bool):
            data = {"name": target.id, "value": value}
            yield Fact("flag", "", node.lineno, node.col_offset, data)


def _tells(world: World, path: str) -> bool:
    """Whether a file holds settings that no file beside the project may set otherwise."""
    module = world.module_of(path)
    if world.is_test(path) or not is_settings_module(module):
        return False
    starred = [item.module for item in world.files[path].imports if item.attribute == "*"]
    return all(name.startswith(".") or name in world.modules for name in starred)


class Flags:
    """Says of conditions whether settings speak against them."""

    def __init__(self, world: World, framework: str) -> None:
        defined: dict[str, int] = {}
        for path, fact in world.facts("settings"):
            if fact.kind == "defines" and not world.is_test(path):
                for name, *_ in fact.data["names"]:
                    defined[str(name)] = defined.get(str(name), 0) + 1
        self._values = {
            str(fact.data["name"]): bool(fact.data["value"])
            for path, fact in world.facts(framework)
            if fact.kind == "flag" and _tells(world, path)
        }
        self._values = {name: held for name, held in self._values.items() if defined.get(name) == 1}

    def against(self, when: str) -> bool:
        """Whether the condition that `Conditions.of` tells of does not hold, as far as settings tell."""
        text = named(when)
        found = _SETTING.match(text)
        if found is None or found[2] in _EACH_RUN or found[2] not in self._values:
            return False
        holds = self._values[found[2]] != bool(found[1])
        return holds if when.startswith("not (") else not holds


def read_defaults(node: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> Iterator[Fact]:
    """A fact of kind `defaults`: the texts and flags that parameters are, if no call says so."""
    values = {
        argument.arg: default.value
        for argument, default in with_defaults(node.args)
        if isinstance(default, ast.Constant) and isinstance(default.value, str | bool)
    }
    if values:
        yield Fact("defaults", name, node.lineno, node.col_offset, {"values": values})
