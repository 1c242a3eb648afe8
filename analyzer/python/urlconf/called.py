"""Calls among URL patterns: which function gives patterns, and which arguments hold some."""

from __future__ import annotations

import re

from ...model.world import World
from .holders import Holders
from .leaves import Key
from .objects import Objects
from .standing import At
from .trees import Tree

URLS = re.compile(r"\.(?:urls|urlpatterns)(?:\[\d*\])?\Z")
_SUPER = re.compile(r"\{super ([^}]*)\}\.(\w+)\Z")
_QUIET = frozenset({"static", "staticfiles_urlpatterns", "debug_toolbar_urls"})
"""Helpers that only serve files, or what Django's debug toolbar shows, while developing."""


class Called:
    """Finds what is called."""

    def __init__(self, world: World, holders: Holders, objects: Objects) -> None:
        self._world, self._holders, self._objects = world, holders, objects

    def function(self, expression: str, at: At) -> tuple[Key, str] | None:
        """The function that gives patterns, and the class of its `self`."""
        above = _SUPER.match(expression)
        if above is not None:
            owner = f"{self._world.module_of(at.path)}.{above[1]}"
            receiver = at.receiver or owner
            key = self._holders.method(self._objects.above(receiver, owner), above[2])
            return None if key is None else (key, receiver)
        base, _, name = expression.rpartition(".")
        if base:
            owner_class = self._objects.class_of(at.path, at.scope, base, at.receiver)
            if owner_class is not None and owner_class.kind == "class":
                key = self._holders.method(self._world.ancestors(owner_class.name), name)
                if key is not None:
                    return key, owner_class.name
        symbol = self._objects.symbol(at.path, at.scope, expression, at.receiver)
        if symbol is None or symbol.kind != "function":
            return None
        key = self._holders.function(symbol.name)
        return None if key is None else (key, "")

    def above(self, expression: str, at: At) -> str:
        """The class whose method of a library is called by `super()`, "" for other calls."""
        found = _SUPER.match(expression)
        return at.receiver or f"{self._world.module_of(at.path)}.{found[1]}" if found is not None else ""

    def is_quiet(self, code: str) -> bool:
        """Whether a call gives only what serves files while developing."""
        return code.rpartition(".")[2] in _QUIET

    def tells(self, tree: Tree, at: At) -> bool:
        """Whether an argument holds patterns, as far as can be seen."""
        if tree[0] == "ref":
            code = str(tree[1])
            key = self._holders.variable(at.path, at.scope, at.receiver, code)
            return code in dict(at.given) or key is not None or bool(URLS.search(code))
        if tree[0] == "list":
            return any(self.tells(inner, at) for inner in tree[1])
        if tree[0] == "unless":
            return self.tells(tree[3], at)
        if tree[0] == "call":
            return any(self.tells(inner, at) for inner in tree[3]) or (
                self.function(str(tree[2]), at) is not None
            )
        return tree[0] in ("path", "prefix", "suffixed", "module", "space", "apps")
