"""Import edges: what a file's import statements, calls and tables name among all modules."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from ..model.evidence import BlindSpot, Confidence, Place, Via
from ..model.facts import Import
from ..model.graph import Edge
from ..python.dynamic_imports import LOADED
from .evidence import at
from .world import LinkedWorld

_HOLE = re.compile(r"\{(\*?)\}")
_UNSURE = frozenset({"type-checking", "conditional", "computed", "lazy"})


class Imports:
    """Makes the edges of one file after the other."""

    def __init__(self, world: LinkedWorld) -> None:
        self._world = world
        self._modules = sorted(world.resolver.modules)

    def edges(self, path: str) -> Iterator[Edge | BlindSpot]:
        """The imports of a file; a statement counts once for each module, however many names it imports."""
        seen: set[tuple[str, str, int, int]] = set()
        for item in self._world.files[path].imports:
            source = self._world.scope_id(path, item.scope)
            confidence: Confidence = "likely" if item.mark in _UNSURE else "certain"
            targets = [self._named(path, item)] if item.attribute != LOADED else []
            if item.attribute == "*":
                targets += self._listed(targets[0])
            elif item.attribute == LOADED:
                pattern = self._pattern(path, item)
                targets = [pattern]
                if "{" in pattern:
                    targets, confidence = self._matching(pattern), "possible"
                    text = f"import_module({pattern.replace('{*}', '{}')})"
                    yield BlindSpot("dynamic-import", Place(path, item.line, item.column), text)
            if item.mark == "lazy":  # tables look alike; those that name modules are meant
                targets = [module for module in targets if module in self._world.resolver.modules]
            for module in targets:
                statement = (source, module, item.line, item.column)
                if module and self._world.resolver.modules.get(module) != path and statement not in seen:
                    seen.add(statement)
                    via: Via = "value-flow" if item.mark == "computed" else "syntax"
                    evidence = (at(path, item.line, item.column, via),)
                    yield Edge(source, f"module:{module}", "imports", confidence, evidence)

    def _named(self, path: str, item: Import) -> str:
        """The module that is imported: a submodule, if what is named is one and nothing hides it."""
        resolver = self._world.resolver
        module = resolver.places.absolute(resolver.names[path], item.module)
        inner = f"{module}.{item.attribute}"
        if item.attribute in ("", ".", "*") or inner not in resolver.modules:
            return module
        return module if self._hidden(module, item.attribute) else inner

    def _hidden(self, module: str, name: str) -> bool:
        """Whether a package binds a name to something else than its submodule of that name."""
        resolver = self._world.resolver
        names = resolver.names.get(resolver.modules.get(module, ""))
        if names is None or names.definitions.get(name) is not None:
            return names is not None
        item = names.imports.get(("", name))
        if item is None or item.mark in ("lazy", "type-checking"):
            return False
        found = resolver.global_name(names, name)
        return found is not None and found.kind in ("class", "function")

    def _listed(self, module: str) -> list[str]:
        """The submodules that a star import brings because `__all__` lists them."""
        resolver = self._world.resolver
        names = resolver.names.get(resolver.modules.get(module, ""))
        exports = sorted(names.exports or ()) if names is not None else []
        inner = (f"{module}.{name}" for name in exports)
        return [
            name
            for name in inner
            if name in resolver.modules and not self._hidden(module, name[len(module) + 1 :])
        ]

    def _pattern(self, path: str, item: Import) -> str:
        resolver = self._world.resolver
        names = resolver.names[path]
        text = item.module.replace("{name}", names.module).replace("{package}", names.package)
        return resolver.places.absolute(names, text.replace("{parent}", names.module.rpartition(".")[0]))

    def _matching(self, pattern: str) -> list[str]:
        """The modules of the project that a name with holes may be: where it says in which package."""
        fixed = pattern.partition("{")[0]
        if "." not in fixed:
            return []
        pieces = _HOLE.split(pattern)
        text = "".join(
            re.escape(piece) if index % 2 == 0 else (".+" if piece else "[^.]+")
            for index, piece in enumerate(pieces)
        )
        whole = re.compile(text + r"\Z")
        found = []
        for name in self._modules[bisect_left(self._modules, fixed) :]:
            if not name.startswith(fixed):
                break
            if whole.match(name):
                found.append(name)
        return found
