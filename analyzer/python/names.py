"""The names that one file binds, by scope."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.facts import Binding, Definition, FileFacts, Import


class FileNames:
    """The names that one file binds, by scope."""

    def __init__(self, path: str, module: str, facts: FileFacts) -> None:
        self.path, self.module = path, module
        self.package = module if path.endswith("__init__.py") else module.rpartition(".")[0]
        self.definitions: dict[str, Definition] = {}
        for definition in facts.definitions:
            self.definitions.setdefault(definition.name, definition)
        self.imports: dict[tuple[str, str], Import] = {}
        self.alternatives: set[tuple[str, str]] = set()
        self.stars: list[str] = []
        for item in facts.imports:
            if item.attribute == "*":
                self.stars.append(item.module)
            elif item.name:
                self._import(item)
        self.bindings: dict[tuple[str, str], list[Binding]] = {}
        for binding in facts.bindings:
            self.bindings.setdefault((binding.scope, binding.name), []).append(binding)
        self.listed = facts.exports
        self.exports: frozenset[str] | None = None
        """What `__all__` lists, with the lists of other modules spelt out (see `Places`)."""
        self._scopes = {scope for scope, _ in self.imports} | {scope for scope, _ in self.bindings}
        self._scopes.update(name.rpartition(".")[0] for name in self.definitions)
        self._seen_from: dict[str, Sequence[str]] = {}

    def _import(self, item: Import) -> None:
        """Later imports win, but not in `try: import fast as x / except: import slow as x`."""
        key = (item.scope, item.name)
        known = self.imports.get(key)
        if item.mark == "lazy":
            self.imports.setdefault(key, item)
        elif known is None or (known.mark, item.mark) not in (
            ("conditional", "conditional"),
            ("", "type-checking"),
        ):
            self.imports[key] = item
        elif item.mark == "conditional":
            self.alternatives.add(key)

    def scopes(self, scope: str) -> Sequence[str]:
        """The scopes below the module in which a name is looked up, innermost first."""
        known = self._seen_from.get(scope)
        if known is None:
            known = self._seen_from[scope] = self._visible(scope)
        return known

    def _visible(self, here: str) -> list[str]:
        found, scope = [], here
        while scope:
            definition = self.definitions.get(scope)
            if scope in self._scopes and (scope == here or definition is None or definition.kind != "class"):
                found.append(scope)
            scope = scope.rpartition(".")[0]
        return found
