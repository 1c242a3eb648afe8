"""By which means functions get into containers, and under which keys they are called, through all calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ...model.evidence import Place
from ...model.facts import Definition, Fact, Json
from ...model.world import Symbol, World

_ROUNDS = 4
_CONTAINERS = ("list()", "dict()", "set()")
_MADE = ("defaultdict()", "OrderedDict()", "deque()", "WeakSet()", "WeakValueDictionary()")


class Stream(NamedTuple):
    """Something that flows into a container, or out of it, in one function: under a key, an item or none.

    Specs as in `origins.py`; what is a parameter is still to be bound by those who call.
    """

    container: str
    key: Json
    item: Json
    path: str
    scope: str
    place: Place


class Means:
    """All uses of functions that may be registries' own, by the function."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._places: dict[str, Place] = {}
        self._definitions: dict[str, tuple[str, Definition]] = {}
        for path in world.files:
            module = world.module_of(path)
            for definition in world.files[path].definitions if module else ():
                if definition.kind == "function":
                    self._definitions.setdefault(f"{module}.{definition.name}", (path, definition))
        self._uses: dict[str, list[tuple[str, Fact]]] = {}
        for path, fact in world.facts("registries"):
            if fact.kind in ("use", "decorated"):
                symbol = world.resolve(path, fact.scope, str(fact.data["by"]))
                if symbol is not None and symbol.kind == "function":
                    self._uses.setdefault(symbol.name, []).append((path, fact))

    # Containers -----------------------------------------------------------------------------------

    def place(self, container: str) -> Place | None:
        """Where a container is made."""
        return self._places.get(container)

    def container(self, path: str, scope: str, code: str) -> str:
        """The dotted name of the list or dictionary of a module or class that code means; "" for others."""
        owner, _, attribute = code.rpartition(".")
        symbol = self.world.resolve(path, scope, owner) if owner else None
        if symbol is not None and symbol.kind in ("class", "instance"):
            for ancestor in self.world.ancestors(symbol.name):
                info = self.world.classes.get(ancestor.name)
                name = info.definition.name if info is not None else ""
                if info is not None and self._is_container(info.path, name, attribute, ancestor.name):
                    return f"{ancestor.name}.{attribute}"
            return ""
        if code.startswith(("<", "{")):
            return ""
        module, name = self.world.locate(path, scope, code)
        origin = self.world.modules.get(module, "")
        return f"{module}.{name}" if origin and self._is_container(origin, "", name, module) else ""

    def _is_container(self, path: str, scope: str, name: str, owner: str) -> bool:
        binding = self.world.binding(path, scope, name)
        if binding is None or not (binding.value in _CONTAINERS or binding.value.endswith(_MADE)):
            return False
        self._places[f"{owner}.{name}"] = Place(path, binding.line)
        return True

    def stream(self, container: str, key: Json, item: Json, path: str, fact: Fact) -> Stream:
        """A stream where a fact stands."""
        return Stream(container, key, item, path, fact.scope, Place(path, fact.line, fact.column))

    # Parameters -----------------------------------------------------------------------------------

    def spread(self, streams: Sequence[Stream]) -> Iterator[Stream]:
        """The streams with all their parameters bound, those of the callers' callers included."""
        seen: set[tuple[str, str, str, Place]] = set()
        waiting = list(streams)
        for _ in range(_ROUNDS):
            following: list[Stream] = []
            for stream in waiting:
                mark = (stream.container, repr(stream.key), repr(stream.item), stream.place)
                if mark in seen:
                    continue
                seen.add(mark)
                if _is_open(stream.item) or (stream.item is None and _is_open(stream.key)):
                    following.extend(self._bind(stream))
                else:
                    yield stream
            waiting = following

    def _bind(self, stream: Stream) -> Iterator[Stream]:
        """The stream as each of those sees it who call, or decorate with, the function of its parameter."""
        _, name, scope = stream.key if stream.item is None else stream.item
        function = f"{self.world.module_of(stream.path)}.{scope}"
        uses = self._uses.get(function, ())
        if stream.item is None and not any(fact.kind == "use" for _, fact in uses):
            yield stream._replace(key=["computed"])
        for path, fact in uses:
            bound = self._bound(function, fact)
            key = self._key(stream, function, bound, path, fact)
            if fact.kind == "use":
                item = None if stream.item is None else bound.get(name, ["computed"])
                yield _moved(stream, key, item, path, fact)
            elif stream.item is not None and fact.data["arguments"] is None and name == self._first(function):
                yield _moved(stream, key, ["decorated", fact.data["item"]], path, fact)
        around = function.rpartition(".")[0]
        for path, fact in self._uses.get(around, ()) if stream.item is not None else ():
            if fact.kind == "decorated" and fact.data["arguments"] is not None:  # `@on("key")`
                key = self._key(stream, around, self._bound(around, fact), path, fact)
                yield _moved(stream, key, ["decorated", fact.data["item"]], path, fact)

    def _key(self, stream: Stream, function: str, bound: Mapping[str, Json], path: str, fact: Fact) -> Json:
        """The key of a stream once the parameters of a function are bound."""
        if not _is_open(stream.key):
            return stream.key
        _, name, scope = stream.key
        if f"{self.world.module_of(stream.path)}.{scope}" == function:
            return bound.get(name, ["computed"])
        inside = path == stream.path and f"{fact.scope}.".startswith(f"{scope}.")
        return stream.key if inside else ["computed"]

    def _first(self, function: str) -> str:
        parameters = self._parameters(function)
        return parameters[0] if parameters else ""

    def _parameters(self, function: str) -> list[str]:
        """The parameters that callers give, without `self`."""
        path, definition = self._definitions[function]
        owner = f"{self.world.module_of(path)}.{definition.name}".rpartition(".")[0]
        static = "staticmethod" in definition.decorators
        return list(definition.parameters[1 if owner in self.world.classes and not static else 0 :])

    def given(self, path: str, scope: str, code: str, arguments: Json) -> tuple[str, dict[str, Json]]:
        """(the function that is called, parameter -> spec of what it is given)."""
        symbol = self.world.resolve(path, scope, code)
        if symbol is None or symbol.kind != "function" or symbol.name not in self._definitions:
            return "", {}
        return symbol.name, self._assigned(symbol.name, arguments)

    def _bound(self, function: str, fact: Fact) -> dict[str, Json]:
        return self._assigned(function, fact.data["arguments"] or ())

    def _assigned(self, function: str, arguments: Json) -> dict[str, Json]:
        """Parameter -> spec of what a call gives for it."""
        if function not in self._definitions:
            return {}
        parameters = self._parameters(function)
        found: dict[str, Json] = {}
        for index, (keyword, spec) in enumerate(arguments):
            if keyword:
                found[keyword] = spec
            elif index < len(parameters):
                found[parameters[index]] = spec
        return found

    def function(self, stream: Stream) -> Symbol | None:
        """The function or class of the project that an item is."""
        spec = list(stream.item or ["computed"])
        if spec[0] == "decorated":
            name = f"{self.world.module_of(stream.path)}.{spec[1]}"
            return Symbol("class" if name in self.world.classes else "function", name)
        if spec[0] != "code":
            return None
        symbol = self.world.resolve(stream.path, stream.scope, str(spec[1]))
        if symbol is not None:
            return symbol if symbol.kind in ("function", "class") else None
        for definition in self.world.files[stream.path].definitions:
            if [definition.line, definition.column] == spec[2:] and definition.name.endswith(">"):
                return Symbol("function", f"{self.world.module_of(stream.path)}.{definition.name}")
        return None


def _moved(stream: Stream, key: Json, item: Json, path: str, fact: Fact) -> Stream:
    """The stream as seen from where a function was used."""
    return Stream(stream.container, key, item, path, fact.scope, Place(path, fact.line, fact.column))


def _is_open(spec: Json) -> bool:
    return isinstance(spec, Sequence) and bool(spec) and spec[0] == "parameter"
