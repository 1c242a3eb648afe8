"""Variables that hold something of interest, found again wherever code names them.

Frameworks keep objects in variables of modules and classes (a signal, a task, a group of commands). Code
reaches them by imports, re-exports, other names (`changed = signals.order_changed`) and attributes.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from ..model.world import World

_PLAIN = re.compile(r"[\w.]+\Z")
_DEPTH = 8


class Variables:
    """The variables of interest by their dotted names (`shop.signals.paid`, `shop.orders.Order.changed`)."""

    def __init__(self, world: World, names: Collection[str]) -> None:
        self._world = world
        self._names = frozenset(names)
        self._memo: dict[tuple[str, str, str], str] = {}

    def find(self, path: str, scope: str, code: str) -> str:
        """The dotted name of the variable that a path expression means in a scope; "" for none of them."""
        key = (path, scope, code)
        if key not in self._memo:
            self._memo[key] = self._find(path, scope, code, _DEPTH) if self._names else ""
        return self._memo[key]

    def _find(self, path: str, scope: str, code: str, depth: int) -> str:
        if depth <= 0 or not code or code.startswith("?"):
            return ""
        if _PLAIN.match(code):
            found = self._local(path, scope, code) or self._located(path, scope, code, depth)
            if found:
                return found
        return self._member(path, scope, code, depth)

    def _local(self, path: str, scope: str, code: str) -> str:
        """A variable of a function or class around the scope."""
        module = self._world.module_of(path)
        while scope:
            if f"{module}.{scope}.{code}" in self._names:
                return f"{module}.{scope}.{code}"
            scope = scope.rpartition(".")[0]
        return ""

    def _located(self, path: str, scope: str, code: str, depth: int) -> str:
        """A variable of a module, or what such a variable is another name for."""
        module, name = self._world.locate(path, scope, code)
        if not module or not name:
            return ""
        if f"{module}.{name}" in self._names:
            return f"{module}.{name}"
        origin = self._world.modules.get(module, "")
        binding = self._world.binding(origin, "", name) if origin else None
        if binding is None or (binding.value == code and origin == path):
            return ""
        return self._find(origin, "", binding.value, depth - 1)

    def _member(self, path: str, scope: str, code: str, depth: int) -> str:
        """An attribute of a module, a class or an instance."""
        owner, _, attribute = code.rpartition(".")
        symbol = self._world.resolve(path, scope, owner) if owner else None
        if symbol is None:
            return ""
        if symbol.kind == "module":
            if f"{symbol.name}.{attribute}" in self._names:
                return f"{symbol.name}.{attribute}"
            origin = self._world.modules.get(symbol.name, "")
            return self._located(origin, "", attribute, depth - 1) if origin else ""
        if symbol.kind not in ("class", "instance"):
            return ""
        for ancestor in self._world.ancestors(symbol.name):
            if f"{ancestor.name}.{attribute}" in self._names:
                return f"{ancestor.name}.{attribute}"
            info = self._world.classes.get(ancestor.name)
            name = info.definition.name if info is not None else ""
            binding = self._world.binding(info.path, name, attribute) if info is not None else None
            if info is not None and binding is not None:
                return self._find(info.path, name, binding.value, depth - 1)
        return ""
