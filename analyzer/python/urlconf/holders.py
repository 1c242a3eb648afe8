"""What holds URL patterns: variables and functions, found by the names that lead to them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ...model.world import Symbol, World
from ..module_names import split_name
from .leaves import PATTERNS, Entries, Key
from .reading import RESULT
from .trees import Tree

_API = re.compile(r"ninja(?:_extra)?\.(?:\w+\.)*Ninja\w*API(?:\(\))?\Z")


class Holders:
    """Finds the keys of `trees`."""

    def __init__(self, world: World, trees: dict[Key, Tree], framework: str) -> None:
        self._world, self._trees = world, trees
        self._rest = {
            (path, fact.scope): (str(fact.data["name"]), int(fact.data["place"]))
            for path, fact in world.facts(framework)
            if fact.kind == "rest"
        }

    def elsewhere(self, key: Key) -> Key | None:
        """The list of another module that a function adds to: `from site.urls import urlpatterns`."""
        path, scope, name = key
        if not scope or name == RESULT:
            return None
        imported = any(i.name == name and i.scope == scope for i in self._world.files[path].imports)
        module, variable = self._world.locate(path, scope, name) if imported else ("", "")
        other = self._world.modules.get(module)
        return (other, "", variable) if other is not None and other != path else None

    def imported(self, path: str, module: str, name: str) -> Key | None:
        """A variable of another module, named as an import statement names it."""
        dots = len(module) - len(module.lstrip("."))
        if dots:
            here = self._world.module_of(path).split(".")
            here = here if path.endswith("__init__.py") else here[:-1]
            kept = here[: len(here) - dots + 1]
            module = ".".join([*kept, module[dots:]] if module[dots:] else kept)
        other = self._world.modules.get(module)
        return (other, "", name) if other is not None else None

    def variable(self, path: str, scope: str, receiver: str, code: str) -> Key | None:
        """Where the patterns are that code names: in this scope, around it, imported, or in a class."""
        around = scope
        while around:
            if (path, around, code) in self._trees:
                return path, around, code
            around = around.rpartition(".")[0]
        module, name = self._world.locate(path, scope, code)
        other = self._world.modules.get(module)
        key = (other, "", name) if other is not None and name else None
        if key is not None and (key in self._trees or name == PATTERNS):
            return key
        attribute = code.removeprefix("self.")
        for kin in self._world.ancestors(receiver) if attribute != code else ():
            info = self._world.classes.get(kin.name)
            if info is not None and (info.path, info.definition.name, attribute) in self._trees:
                return info.path, info.definition.name, attribute
        return None

    def method(self, kin: Sequence[Symbol], name: str) -> Key | None:
        """The nearest method of that name that gives patterns, among ancestors."""
        for symbol in kin:
            info = self._world.classes.get(symbol.name)
            key = (info.path, f"{info.definition.name}.{name}", RESULT) if info is not None else None
            if key in self._trees:
                return key
        return None

    def function(self, name: str) -> Key | None:
        """A function of that dotted name that gives patterns."""
        module, inner = split_name(name, self._world.modules)
        key = (self._world.modules[module], inner, RESULT) if module else None
        return key if key in self._trees else None

    def parameters(self, path: str, scope: str) -> list[str]:
        """The names of a function's parameters."""
        for definition in self._world.files[path].definitions if scope else ():
            if definition.name == scope:
                return list(definition.parameters)
        return []

    def taken(
        self, key: Key, is_method: bool, given: Mapping[int, Entries]
    ) -> tuple[tuple[str, Entries], ...]:
        """(parameter, patterns) of a call that gives patterns at these places; `*urls` takes the rest."""
        names = self.parameters(key[0], key[1])
        rest, first = self._rest.get((key[0], key[1]), ("", len(names)))
        found: dict[str, Entries] = {}
        for place, entries in given.items():
            place += is_method
            if place < first:
                found[names[place]] = entries
            elif rest:
                found[rest] = (*found.get(rest, ()), *entries)
        return tuple(found.items())

    def is_router(self, owner: Symbol | None) -> bool:
        """Whether a class makes patterns of what is registered with it, as Django REST framework's do."""
        kin = (owner, *self._world.ancestors(owner.name)) if owner is not None else ()
        return any(symbol.name.removesuffix("()").endswith("Router") for symbol in kin)

    def is_api(self, owner: Symbol | None) -> bool:
        """Whether a class is an API of Django Ninja, which makes patterns of its operations."""
        kin = (owner, *self._world.ancestors(owner.name)) if owner is not None else ()
        return any(_API.match(symbol.name) for symbol in kin)
