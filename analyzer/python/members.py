"""What classes of all files inherit from, and what their attributes mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..model.world import ClassInfo, Symbol
from .builtin_names import BUILTINS, has, may_have

if TYPE_CHECKING:
    from .resolve import Resolver

_PROPERTIES = ("property", "cached_property", "functools.cached_property", "hybrid_property")


class Members:
    """The classes of a project, by the names that their files know."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._members: dict[tuple[str, str], Symbol | None] = {}
        self._ancestors: dict[str, tuple[Symbol, ...]] = {}
        self.classes = {
            f"{names.module}.{name}": ClassInfo(f"{names.module}.{name}", names.module, path, definition, ())
            for path, names in resolver.names.items()
            for name, definition in names.definitions.items()
            if definition.kind == "class"
        }

    def member(self, class_name: str, attribute: str) -> Symbol | None:
        """What an attribute of a class or of its instances means, looked up along its ancestors."""
        key = (class_name, attribute)
        if key not in self._members:
            self._members[key] = None
            self._members[key] = self._member(self.ancestors(class_name), attribute)
        return self._members[key]

    def above(self, class_name: str, attribute: str) -> Symbol | None:
        """What an attribute means to `super()` in a class."""
        return self._member(self.ancestors(class_name)[1:] or (Symbol("builtin", "object"),), attribute)

    def _member(self, ancestors: Sequence[Symbol], attribute: str) -> Symbol | None:
        outside: Symbol | None = None
        for ancestor in ancestors:
            if ancestor.kind != "class":
                known = has if ancestor.kind == "builtin" else may_have
                if outside is None and known(ancestor.name, attribute):
                    outside = ancestor
                continue
            info = self.classes[ancestor.name]
            names, local = self._resolver.names[info.path], info.definition.name
            definition = names.definitions.get(f"{local}.{attribute}")
            if definition is not None:
                symbol = Symbol(definition.kind, f"{names.module}.{definition.name}")
                wrapped = any(d.rpartition(".")[2] in _PROPERTIES for d in definition.decorators)
                return self._resolver.result(symbol, []) if wrapped else symbol
            if (local, attribute) in names.bindings:
                return self._resolver.bound(names, names.bindings[local, attribute])
        if outside is None:
            return None
        return Symbol(outside.kind, f"{outside.name}.{attribute}", False, "convention")

    def ancestors(self, name: str) -> tuple[Symbol, ...]:
        """The class and all that it inherits from, nearest first; what is shared comes last."""
        if name not in self._ancestors:
            self._ancestors[name] = (Symbol("class", name),) if name in self.classes else ()
            info = self.classes.get(name)
            if info is None:
                return ()
            order: list[Symbol] = [Symbol("class", name)]
            for base in self.bases(name):
                order.extend(self.ancestors(base.name) if base.kind == "class" else (base,))
            last = {symbol.name: index for index, symbol in enumerate(order)}
            kept = [symbol for index, symbol in enumerate(order) if last[symbol.name] == index]
            own = [symbol for symbol in kept if symbol.name == name]
            self._ancestors[name] = (*own, *(symbol for symbol in kept if symbol.name != name))
        return self._ancestors[name]

    def bases(self, name: str) -> tuple[Symbol, ...]:
        """The direct bases of a class that can be told, in order."""
        bases = [symbol for symbol in self._bases(name) if symbol is not None and symbol.name != name]
        return tuple(
            s._replace(kind="class") if s.kind == "instance" else s for s in bases if s.kind != "function"
        )

    def _bases(self, name: str) -> list[Symbol | None]:
        info = self.classes[name]
        scope = info.definition.name.rpartition(".")[0]
        return [self._base(info, scope, base.removesuffix("[]")) for base in info.definition.bases]

    def _base(self, info: ClassInfo, scope: str, base: str) -> Symbol | None:
        """What a base means: of a class that bears its own base's name, what that name meant before."""
        symbol = self._resolver.resolve(info.path, scope, base)
        if symbol is None or symbol.name != info.name:
            return symbol
        names = self._resolver.names[info.path]
        item = names.imports.get((scope, base))
        if item is not None:
            return self._resolver.imported(names, item)
        if scope:
            return self._base(info, scope.rpartition(".")[0], base)
        if base in BUILTINS:
            return Symbol("builtin", base)
        return None if names.stars else symbol

    def circle(self, name: str) -> tuple[str, ...]:
        """The classes by way of which a class inherits from itself, itself first; Python refuses that."""
        ways: list[tuple[str, ...]] = [(name,)]
        seen = set[str]()
        for way in ways:
            for base in self._bases(way[-1]) if way[-1] in self.classes else ():
                if base is not None and base.name == name:
                    return way
                if base is not None and base.name not in seen:
                    seen.add(base.name)
                    ways.append((*way, base.name))
        return ()
