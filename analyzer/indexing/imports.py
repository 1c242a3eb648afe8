"""Import edges: what a file's import statements, calls and tables name among all modules."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import takewhile

from ..model.evidence import BlindSpot, Confidence, Place, Via
from ..model.facts import Import
from ..model.graph import Edge
from ..python.dynamic_imports import LOADED
from .evidence import at
from .loading import SHOWN
from .world import LinkedWorld

_HOLE = re.compile(r"\{(\*?)\}")
_PARAMETER = re.compile(r"\{:(\w+)\}")
_ANY_HOLE = re.compile(r"\{[*:]?\w*\}")
_SEEMING = frozenset({"lazy", "mentioned"})
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
            targets, confidence = self._targets(path, item)
            if item.mark in _SEEMING:  # tables and texts look alike; those that name modules are meant
                targets = [module for module in targets if module in self._world.resolver.modules]
            if item.attribute == LOADED and "{" in item.module and confidence == "possible":
                text = _ANY_HOLE.sub("{}", item.module)
                shown = f"importlib.import_module({'...' if text == '{}' else text[:SHOWN]})"
                yield BlindSpot("dynamic-import", Place(path, item.line, item.column), shown)
            for module in targets:
                statement = (source, module, item.line, item.column)
                if module and self._world.resolver.modules.get(module) != path and statement not in seen:
                    seen.add(statement)
                    via: Via = "value-flow" if item.mark in ("computed", "mentioned") else "syntax"
                    evidence = (at(path, item.line, item.column, via),)
                    yield Edge(source, f"module:{module}", "imports", confidence, evidence)

    def _targets(self, path: str, item: Import) -> tuple[list[str], Confidence]:
        """The modules that one record names, and how sure that is."""
        if item.attribute == LOADED:
            pattern = self._pattern(path, item)
            if "{" in pattern:
                filled = self._filled(path, item, pattern)
                return [name for each in filled for name in self._matching(each)], "possible"
            return [pattern], "possible" if item.mark == "mentioned" else self._trust(item)
        module = self._named(path, item)
        return [module, *(self._listed(module) if item.attribute == "*" else ())], self._trust(item)

    def _trust(self, item: Import) -> Confidence:
        return "likely" if item.mark in _UNSURE else "certain"

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
        if names is None or name in names.definitions:
            return names is not None
        item = names.imports.get(("", name))
        if item is None:
            return ("", name) in names.bindings
        bound = resolver.places.absolute(names, item.module)
        if item.attribute not in ("", "."):  # `import package.a as a` binds the module itself
            bound = f"{bound}.{item.attribute}"
        return item.mark not in ("lazy", "type-checking") and bound != f"{module}.{name}"

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

    def _filled(self, path: str, item: Import, pattern: str) -> list[str]:
        """The pattern with its parameters filled in by what the function's callers give as literals."""
        wanted = _PARAMETER.findall(pattern)
        definition = self._world.resolver.names[path].definitions.get(item.scope)
        if not wanted or definition is None:
            return [_PARAMETER.sub("{}", pattern)]
        found = []
        function = f"{self._world.module_of(path)}.{item.scope}"
        for strings in sorted(self._given.get(function, ())):
            given = dict(zip(definition.parameters, strings, strict=False))
            text = pattern
            for name in wanted:
                text = text.replace(f"{{:{name}}}", given.get(name, "{}"))
            found.append(text)
        return found or [_PARAMETER.sub("{}", pattern)]

    @cached_property
    def _given(self) -> Mapping[str, set[tuple[str, ...]]]:
        """The literal texts that functions are called with, where their names say that they may load code."""
        found: dict[str, set[tuple[str, ...]]] = {}
        for path in self._world.resolver.names:
            for call, symbol in self._world.calls(path):
                if call.arguments and symbol is not None and symbol.kind == "function":
                    found.setdefault(symbol.name, set()).add(tuple(call.arguments))
        return found

    def _matching(self, pattern: str) -> list[str]:
        """The modules of the project that a name with holes may be: where it says in which package, or which
        module of any package."""
        if "{" not in pattern:
            return [pattern] if pattern in self._world.resolver.modules else []
        before, after = pattern.partition("{")[0], pattern.rpartition("}")[2]
        if "." in before:
            first = bisect_left(self._modules, before)
            candidates = list(takewhile(lambda name: name.startswith(before), self._modules[first:]))
        elif after.startswith("."):
            candidates = self._by_last.get(after.rpartition(".")[2], [])
        else:
            return []
        pieces = _HOLE.split(pattern)
        holes = [".+" if hole or not before else "[^.]+" for hole in pieces[1::2]]
        text = "".join(re.escape(piece) + hole for piece, hole in zip(pieces[::2], [*holes, ""], strict=True))
        whole = re.compile(text + r"\Z")
        return [name for name in candidates if whole.match(name)]

    @cached_property
    def _by_last(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self._modules:
            found.setdefault(name.rpartition(".")[2], []).append(name)
        return found
