"""Runs the scripts of functions and classes that make routers, so that each call has routers of its own.

`scripts.py` says what a script is. Nothing of the project is imported: names, texts, flags and lists are
followed, all else is unknown. Under a test that is unknown both ways are taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ...model.facts import Fact, Json
from ...model.world import Symbol, World
from .kept_scripts import KeptScripts
from .running_objects import UNKNOWN, Above, Bound, Frame, Given, Obj
from .running_starts import Starts
from .running_statements import Statements
from .running_values import TABLE_METHODS, TEXT_METHODS, combined, of_table, of_text
from .scripts import CONSTRUCTORS

if TYPE_CHECKING:
    from .held import Held

_MOST_STEPS, _DEPTH = 40_000, 32
_MEANT = ("class", "function", "external", "module")
_FIELDS = ("field", "ib", "attrib", "Field", "Factory")


class Runner:
    """All scripts of a project."""

    def __init__(self, world: World, facts: Sequence[tuple[str, Fact]], holds: Held) -> None:
        self._world, self.holds, self._statements = world, holds, Statements(self)
        self._scripts = KeptScripts(world, facts)
        self._starts = Starts(self)
        self._memo: dict[tuple[str, str, str], object] = {}
        self._steps = 0
        self.ran: set[tuple[str, str]] = set()
        """(path, scope) of what ran."""

    @property
    def is_tired(self) -> bool:
        """Whether so much was run that the rest is read as it is written."""
        return self._steps > _MOST_STEPS

    # Where it begins ------------------------------------------------------------------------------

    def child(self, path: str, scope: str, line: int, column: int) -> str:
        """The key of what the entry at a place joins, where a call of its own made that; "" for all else."""
        code = self._scripts.children.get((path, line, column))
        found = self.value(code, Frame(path, scope, {}), _DEPTH) if code is not None else None
        return found.key if isinstance(found, Obj) and "@" in found.key else ""

    def variable(self, path: str, name: str) -> str:
        """The key of a router that a call of its own made and a module's variable holds, else ""."""
        found = (
            self._variable((path, "", name), _DEPTH) if (path, "", name) in self._scripts.assigned else None
        )
        return found.key if isinstance(found, Obj) and "@" in found.key else ""

    def construct_at(self, key: str, cls: str, path: str, scope: str, line: int, column: int) -> None:
        """Runs what the class of a router does when the router that is known by a key is made."""
        call = self._scripts.calls.get((path, line, column), ["call", [], [], {}, line, column])
        self._construct(cls, call, Frame(path, scope, {}), _DEPTH, key)

    def handed(self) -> None:
        """Runs what is given applications and routers, and constructors of what holds an application."""
        for path, fact in self._scripts.tops:
            self._starts.body(fact.data["body"], Frame(path, fact.scope, {}))

    # Values ---------------------------------------------------------------------------------------

    def value(self, code: Json, frame: Frame, depth: int) -> object:
        self._steps += 1
        if depth <= 0 or self.is_tired or not code:
            return UNKNOWN
        kind = code[0]
        if kind in ("text", "const"):
            return code[1]
        if kind == "name":
            if code[1] in frame.names:
                return frame.names[code[1]]
            return self._global(code[1], code[2], frame, depth)
        if kind == "attr":
            return self._attribute(code, frame, depth)
        if kind == "call":
            return self._call(code, frame, depth - 1)
        return combined(code, lambda part: self.value(part, frame, depth - 1))

    def _global(self, name: str, code: str, frame: Frame, depth: int) -> object:
        """What a name means that no call binds: in the scopes around, in the module, or elsewhere."""
        scope = frame.scope
        while True:
            key, cls = self.holds.known_as(frame.path, scope, name)
            if key:
                return Obj(cls, key)
            if (frame.path, scope, name) in self._scripts.assigned:
                found = self._variable((frame.path, scope, name), depth)
                if found is not UNKNOWN or scope:
                    return found
            if not scope:
                break
            scope = scope.rpartition(".")[0]
        return self._elsewhere(code, frame, depth)

    def _elsewhere(self, code: str, frame: Frame, depth: int) -> object:
        module, variable = self._world.locate(frame.path, frame.scope, code)
        origin = self._world.modules.get(module, "")
        if origin and variable:
            key, cls = self.holds.known_as(origin, "", variable)
            if key:
                return Obj(cls, key)
            if (origin, "", variable) in self._scripts.assigned:
                found = self._variable((origin, "", variable), depth)
                if found is not UNKNOWN:
                    return found
        text = self.holds.text(frame.path, frame.scope, code)
        if text is not None:
            return text
        symbol = self._world.resolve(frame.path, frame.scope, code)
        made = symbol is not None and symbol.name.endswith("()")  # of a type, whatever it holds
        return symbol if symbol is not None and symbol.kind in _MEANT and not made else UNKNOWN

    def _variable(self, key: tuple[str, str, str], depth: int) -> object:
        if key not in self._memo:
            self._memo[key] = UNKNOWN
            found = self.value(self._scripts.assigned[key], Frame(key[0], key[1], {}), depth - 1)
            self._memo[key] = found
            if found is UNKNOWN and depth < _DEPTH // 2:  # not looked at closely
                del self._memo[key]
            return found
        return self._memo[key]

    def _attribute(self, code: Json, frame: Frame, depth: int) -> object:
        of, name = self.value(code[1], frame, depth - 1), code[2]
        if isinstance(of, Obj):
            if name in of.attributes:
                return of.attributes[name]
            if of.key and name == "router":
                return of
            return Bound(name, of)
        if isinstance(of, Above):
            return Bound(name, of)
        if isinstance(of, Symbol) and of.kind == "module" and of.name in self._world.modules:
            origin = self._world.modules[of.name]
            return self._global(name, name, Frame(origin, "", {}), depth)
        if (isinstance(of, str) and name in TEXT_METHODS) or (isinstance(of, dict) and name in TABLE_METHODS):
            return Bound(name, of)
        return self._elsewhere(code[3], frame, depth) if not frame.key or of is UNKNOWN else UNKNOWN

    # Calls ----------------------------------------------------------------------------------------

    def _call(self, code: Json, frame: Frame, depth: int) -> object:
        _, function, places, named, line, column = code
        if function[0] == "name" and function[1] == "super" and frame.me is not None:
            return Above(frame.me, frame.cls)
        called = self.value(function, frame, depth)
        if isinstance(called, Bound):
            return self._method(called, code, frame, depth)
        if not isinstance(called, Symbol):
            return UNKNOWN
        if called.kind == "class":
            return self._construct(called.name, code, frame, depth)
        if (
            called.kind == "function"
            and called.name in self._scripts.functions
            and (frame.key or places or named)
        ):
            given = self._given(code, frame, depth)
            return self._run(called.name, given, _key(frame, line, column), None, depth)
        if called.kind != "external":
            key, cls = self.holds.given_by(frame.path, frame.scope, function)
            return Obj(cls, key) if key else UNKNOWN
        last = called.name.rpartition(".")[2]
        if last in _FIELDS:
            if "default" in named:
                return self.value(named["default"], frame, depth)
            factory = named.get("default_factory") or named.get("factory")
            made = ["call", factory, [], {}, line, column]
            return self._call(made, frame, depth - 1) if factory is not None and depth > 0 else UNKNOWN
        if called.name.endswith(".cast") and len(places) > 1:
            return self.value(places[1], frame, depth)
        return self._outside(called, named, frame, (line, column), depth)

    def _outside(
        self, symbol: Symbol, named: Mapping[str, Json], frame: Frame, place: tuple[int, int], depth: int
    ) -> object:
        """A router of the library that a call makes: nothing else of libraries is known."""
        if symbol.name in ("<builtin>.list", "list"):
            return []
        if not frame.key:
            return UNKNOWN  # known by the variable that holds it
        key = f"{frame.path}:{place[0]}:{place[1]}@{frame.key}"
        prefix = self.value(named["prefix"], frame, depth) if "prefix" in named else ""
        known = prefix if isinstance(prefix, str) else None
        made = self.holds.make(key, frame.path, frame.scope, symbol, known, place)
        return Obj(key=key) if made else UNKNOWN

    def _given(self, code: Json, frame: Frame, depth: int) -> Given:
        places = [self.value(each, frame, depth) for each in code[2]]
        named = {name: self.value(each, frame, depth) for name, each in code[3].items()}
        more = named.pop("**", None)
        return places, {**more, **named} if isinstance(more, dict) else named

    def _method(self, bound: Bound, code: Json, frame: Frame, depth: int) -> object:
        of, name = bound.of, bound.method
        given = self._given(code, frame, depth)
        if isinstance(of, str | dict):
            return of_text(of, name, given) if isinstance(of, str) else of_table(of, name, given)
        me = of.of if isinstance(of, Above) else of
        assert isinstance(me, Obj)
        found = self._above(me.cls, of.cls, name) if isinstance(of, Above) else self.member(me.cls, name)
        if found:
            return self._run(found, given, _key(frame, code[4], code[5]), me, depth)
        prefix = given[1].get("prefix")
        if isinstance(of, Above) and name == "__init__" and me.key and isinstance(prefix, str):
            self.holds.prefixed(me.key, prefix)
        return UNKNOWN

    def member(self, cls: str, name: str) -> str:
        member = self._world.member(cls, name) if cls else None
        return member.name if member is not None and member.kind == "function" else ""

    def _above(self, cls: str, below: str, name: str) -> str:
        """The function that `super().name` means in a class, for an object of another."""
        order = [kin.name for kin in self._world.ancestors(cls)] if cls else []
        rest = order[order.index(below) + 1 :] if below in order else []
        return next((f"{kin}.{name}" for kin in rest if f"{kin}.{name}" in self._scripts.functions), "")

    def _construct(self, cls: str, code: Json, frame: Frame, depth: int, key: str = "") -> object:
        """An object of a class, with all that its constructors do."""
        if depth <= 0:
            return UNKNOWN
        place = _key(frame, code[4], code[5])
        places, named = self._given(code, frame, depth)
        me = Obj(cls, key)
        if not key:
            own = f"{place}@{place}"
            prefix = named.get("prefix", "")  # what its constructor hands on is said there once more
            known = prefix if isinstance(prefix, str) else None
            if self.holds.make(own, frame.path, frame.scope, Symbol("class", cls), known, (code[4], code[5])):
                me.key = own
        fields = self._all_fields(cls)
        init = self.member(cls, "__init__")
        by_place = dict(zip(fields, places, strict=False)) if not init else {}
        given = {**by_place, **(named if not init else {})}
        for name, (path, scope, value) in fields.items():
            inner = Frame(path, scope, {}, place)
            me.attributes[name] = given[name] if name in given else self.value(value, inner, depth - 1)
        for name in CONSTRUCTORS:
            found = self.member(cls, name)
            if found in self._scripts.functions:
                arguments = (places, named) if name == "__init__" else ([], {})
                self._run(found, arguments, place, me, depth - 1)
        return me

    def _all_fields(self, cls: str) -> dict[str, tuple[str, str, Json]]:
        """Name -> (path, scope, default) of a class's fields, those of its bases first."""
        found: dict[str, tuple[str, str, Json]] = {}
        for kin in reversed(self._world.ancestors(cls)):
            if kin.name in self._scripts.fields:
                path, fact = self._scripts.fields[kin.name]
                found |= {name: (path, fact.scope, value) for name, value in fact.data["fields"].items()}
        return found

    def _run(self, function: str, given: Given, key: str, me: Obj | None, depth: int) -> object:
        """What a function gives: a method where there is an object."""
        if function not in self._scripts.functions or depth <= 0:
            return UNKNOWN
        path, fact = self._scripts.functions[function]
        self.ran.add((path, fact.scope))
        frame = Frame(path, fact.scope, {}, key, me, function.rpartition(".")[0] if me is not None else "")
        parameters = list(fact.data["parameters"])
        if me is not None and parameters:
            frame.names[parameters.pop(0)] = me
        for name in parameters:
            default = fact.data["defaults"].get(name)
            frame.names[name] = self.value(default, frame, depth - 1) if default is not None else UNKNOWN
        frame.names.update(zip(parameters, given[0], strict=False))
        frame.names.update((name, value) for name, value in given[1].items() if name in parameters)
        if "more" in fact.data:
            frame.names[fact.data["more"]] = {k: v for k, v in given[1].items() if k not in parameters}
        found = list(self._statements.body(fact.data["body"], frame, depth - 1))
        return next((value for value in found if value is not UNKNOWN), UNKNOWN)


def _key(frame: Frame, line: int, column: int) -> str:
    return f"{frame.path}:{line}:{column}" + (f"<{frame.key}" if frame.key else "")
