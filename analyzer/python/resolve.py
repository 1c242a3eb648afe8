"""What names mean among all files: path expressions -> symbols."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..model.facts import Binding, Definition, FileFacts, Import
from ..model.world import Symbol
from .builtin_names import BUILTINS, GIVES, TYPES, has
from .loaders import Loaders
from .members import Members
from .names import FileNames
from .parameters import HEAD as PARAMETER
from .parameters import Parameters
from .places import Places

_HEAD = re.compile(r"<([^>]*)>|\{(super )?([^}]*)\}|(?P<name>[^.(\[<{]+)")
_STEP = re.compile(r"\.([^.()\[\]]+)|\(([^)]*)\)|\[(\d*)\]")
_DEPTH = 40


class Resolver:
    """Resolves path expressions.

    Names that lead back to themselves mean nothing; where such a circle is entered decides where it is
    broken, so that callers ask in one order (files sorted by path) on every run.
    """

    def __init__(self, files: Mapping[str, FileFacts], modules: Mapping[str, str], loaders: Loaders) -> None:
        self.places = Places(files, modules)
        self.modules, self.names = self.places.modules, self.places.names
        self._loaders = loaders
        self._memo: dict[tuple[str, str, str], Symbol | None] = {}
        self._globals: dict[tuple[str, str], Symbol | None] = {}
        self.parameters, self.members = Parameters(self), Members(self)
        self._depth = 0
        loaders.index(self.names)

    # Names ----------------------------------------------------------------------------------------

    def resolve(self, path: str, scope: str, expression: str) -> Symbol | None:
        """What a path expression means in a scope of a file; None when that cannot be told."""
        names = self.names[path]
        if expression.startswith("?"):
            head = PARAMETER.match(expression)
            given = head and self.parameters.find(path, names.definitions, scope, head[1])
            return self._follow(given, expression, head.end()) if head and given else None
        visible = names.scopes(scope)
        scope = visible[0] if visible else ""
        key = (path, scope, expression)
        known = self._memo.get(key)
        if known is not None:
            return known
        if key not in self._memo:
            if self._depth > _DEPTH:
                return None
            self._memo[key] = None  # what leads back to itself means nothing
            self._depth += 1
            try:
                self._memo[key] = self._resolve(names, scope, expression)
            finally:
                self._depth -= 1
        return self._memo[key]

    def _resolve(self, names: FileNames, scope: str, expression: str) -> Symbol | None:
        own = names.definitions.get(expression)
        if own is not None and (expression.endswith(">") or _is_in_function(names, expression)):
            return Symbol(own.kind, f"{names.module}.{expression}")  # a scope by its name: `total<setter>`
        head = _HEAD.match(expression)
        if head is None:
            return None
        return self._follow(self._head(names, scope, head), expression, head.end())

    def _follow(self, symbol: Symbol | None, expression: str, start: int) -> Symbol | None:
        for step in _STEP.finditer(expression, start):
            if symbol is None:
                return None
            attribute, strings, index = step.groups()
            if attribute is not None:
                symbol = self.attribute(symbol, attribute)
            elif strings is not None:
                symbol = self.result(symbol, strings.split("|") if strings else [])
            else:
                symbol = self.item(symbol, int(index)) if index else None
        return symbol

    def _head(self, names: FileNames, scope: str, head: re.Match[str]) -> Symbol | None:
        instance, above, owner = head.group(1), head.group(2), head.group(3)
        if instance is not None:
            return Symbol("instance", f"{names.module}.{instance}")
        if owner is not None:
            return Symbol("super" if above else "class", f"{names.module}.{owner}")
        return self.lookup(names, scope, head.group("name"))

    def lookup(self, names: FileNames, scope: str, name: str) -> Symbol | None:
        """A plain name as seen from a scope."""
        for place in names.scopes(scope):
            item = names.imports.get((place, name))
            if item is not None:
                return self.imported(names, item)
            definition = names.definitions.get(f"{place}.{name}")
            if definition is not None:
                return Symbol(definition.kind, f"{names.module}.{definition.name}")
            if (place, name) in names.bindings:
                return self.bound(names, names.bindings[place, name])
        found = self.global_name(names, name)
        if found is None and name in BUILTINS:
            return Symbol("builtin", name)
        return found

    def global_name(self, names: FileNames, name: str) -> Symbol | None:
        """A name of a module: defined, imported, bound, or brought in by a star import."""
        key = (names.path, name)
        if key not in self._globals:
            self._globals[key] = None  # what leads back to itself means nothing
            self._globals[key] = self._own_name(names, name) or self._starred(names, name)
        return self._globals[key]

    def _own_name(self, names: FileNames, name: str) -> Symbol | None:
        definition = names.definitions.get(name)
        if definition is not None:
            return Symbol(definition.kind, f"{names.module}.{name}")
        item = names.imports.get(("", name))
        if item is not None:
            return self.imported(names, item)
        if ("", name) in names.bindings:
            bound = self.bound(names, names.bindings["", name])
            return bound or Symbol("variable", f"{names.module}.{name}")
        return None

    def _starred(self, names: FileNames, name: str) -> Symbol | None:
        """A name that star imports bring in, the last import first, through all levels, each file once."""
        seen, stack = {names.path}, [names]
        while stack:
            file = stack.pop()
            if file.path != names.path:
                symbol = self._own_name(file, name) or self._listed_module(file, name)
                if symbol is not None:
                    return symbol
            for star in file.stars:
                path = self.modules.get(self.places.absolute(file, star))
                if path is not None and path not in seen and self._offers(self.names[path], name):
                    seen.add(path)
                    stack.append(self.names[path])
        return None

    def _listed_module(self, names: FileNames, name: str) -> Symbol | None:
        """A submodule that a star import brings because `__all__` lists it."""
        submodule = f"{names.module}.{name}"
        listed = names.exports is not None and name in names.exports
        return Symbol("module", submodule) if listed and submodule in self.modules else None

    def _offers(self, names: FileNames, name: str) -> bool:
        return name in names.exports if names.exports is not None else not name.startswith("_")

    def bound(self, names: FileNames, bindings: Sequence[Binding]) -> Symbol | None:
        """What a name is bound to; of several things the last one of the project, and that is not evident."""
        found = []
        for binding in bindings:
            value = self.resolve(names.path, binding.scope, binding.value)
            if value is None and f"{binding.scope}.__init__" in names.definitions:
                value = self.resolve(names.path, f"{binding.scope}.__init__", binding.value)
            if value is not None and value not in found:
                found.append(value)
        if not found:
            return None
        known = [symbol for symbol in found if symbol.internal] or found
        return known[-1] if len(bindings) == 1 else known[-1]._replace(evident=False, via="value-flow")

    def imported(self, names: FileNames, item: Import) -> Symbol | None:
        """What an import binds its name to."""
        module = self.places.absolute(names, item.module)
        if item.attribute == ".":
            module = module.partition(".")[0]
        found: Symbol | None = self.module(module)
        if item.attribute not in ("", ".") and found is not None:
            found = self.attribute(found, item.attribute)
        if found is not None and (item.scope, item.name) in names.alternatives:
            return found._replace(evident=False)
        return found

    def module(self, name: str) -> Symbol:
        """The symbol of a module of the project, or of an external one."""
        if name in self.modules or self._loaders.is_package(name):
            return Symbol("module", name)
        return Symbol("external", name)

    # Attributes, calls ----------------------------------------------------------------------------

    def attribute(self, symbol: Symbol, attribute: str) -> Symbol | None:
        """What `symbol.attribute` means; no surer than the symbol itself."""
        found = self._attribute(symbol, attribute)
        if found is None or symbol.evident:
            return found
        return found._replace(evident=False, via=symbol.via if found.via == "syntax" else found.via)

    def _attribute(self, symbol: Symbol, attribute: str) -> Symbol | None:
        if symbol.kind == "module":
            return self._module_member(symbol, attribute)
        if symbol.kind in ("class", "instance"):
            found = self.members.member(symbol.name, attribute)
            if attribute == "__enter__" and (found is None or found.kind != "function"):
                return symbol._replace(kind="entered")  # by convention it gives the object itself
            return found
        if symbol.kind == "super":
            return self.members.above(symbol.name, attribute)
        if symbol.kind == "builtin":
            return symbol._replace(name=f"{symbol.name}.{attribute}") if has(symbol.name, attribute) else None
        return symbol._replace(name=f"{symbol.name}.{attribute}") if symbol.kind == "external" else None

    def _module_member(self, symbol: Symbol, attribute: str) -> Symbol | None:
        path = self.modules.get(symbol.name)
        submodule = f"{symbol.name}.{attribute}"
        if path is not None:
            if self._depth > _DEPTH:
                return None
            self._depth += 1
            try:
                found = self.global_name(self.names[path], attribute)
            finally:
                self._depth -= 1
            if found is not None and not (found.kind == "module" and submodule in self.modules):
                return found
        if submodule in self.modules or self._loaders.is_package(submodule):
            return Symbol("module", submodule)
        return None

    def result(self, symbol: Symbol, strings: Sequence[str]) -> Symbol | None:
        """What calling a symbol gives; `strings` are those that it may load code by."""
        if strings:
            loaded = self._loaders.load(self, symbol, strings)
            if loaded is not None:
                return loaded
        if symbol.kind == "class":
            return symbol._replace(kind="instance")
        if symbol.kind == "function":
            return self.returned(symbol)
        if symbol.kind == "entered":
            return symbol._replace(kind="instance", evident=False, via="convention")
        if symbol.kind == "builtin":
            given = GIVES.get(symbol.name, symbol.name if symbol.name in TYPES else "")
            if given == "file":
                return Symbol("external", "open()")
            return symbol._replace(name=given) if given else None
        if symbol.kind == "external":
            made = f"{symbol.name}()"
            return self._loaders.given(made) or symbol._replace(name=made)
        return None

    def returned(self, symbol: Symbol) -> Symbol | None:
        """What a function is declared to return."""
        path, definition = self.definition(symbol.name)
        if definition is None or not definition.bases:
            return None
        found = self.resolve(path, definition.name, definition.bases[0])
        return found and found._replace(evident=False, via="value-flow")

    def definition(self, name: str) -> tuple[str, Definition | None]:
        """The path and the definition of a function or class, by its dotted name."""
        module = name
        while module and module not in self.modules:
            module = module.rpartition(".")[0]
        if not module:
            return "", None
        names = self.names[self.modules[module]]
        return names.path, names.definitions.get(name[len(module) + 1 :])

    def loaded(self, kind: str, name: str, texts: Sequence[str]) -> Sequence[str]:
        """Dotted names of what a function loads by these texts: several where it loads them together.

        Of a group of entry points, what it names.
        """
        if kind == "group":
            return self._loaders.offers.get(name, ())
        found = self._loaders.load(self, Symbol(kind, name), texts)
        if found is None or found.kind not in ("module", "class", "function", "loaded"):
            return ()
        if found.kind != "loaded":
            return (found.name,)
        items = [self._loaders.item(self, found, index) for index in range(len(texts) - 1)]
        return tuple(item.name if item is not None else "" for item in items)

    def item(self, symbol: Symbol, index: int) -> Symbol | None:
        """One of several names that were loaded together."""
        return self._loaders.item(self, symbol, index)


def _is_in_function(names: FileNames, name: str) -> bool:
    """Whether a definition stands in a function: no attribute leads to it."""
    around = names.definitions.get(name.rpartition(".")[0])
    return around is not None and around.kind == "function"
