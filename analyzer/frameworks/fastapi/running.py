"""Runs the scripts of functions and classes that make routers, so that each call has routers of its own.

`scripts.py` says what a script is. Nothing of the project is imported: names, texts, flags and lists are
followed, all else is unknown. Under a test that is unknown both ways are taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ...model.facts import Fact, Json
from ...model.world import Symbol, World
from .scripts import CONSTRUCTORS

_MOST_STEPS, _DEPTH = 40_000, 24
_OWN = re.compile(r"<[\w.]+>\.(\w+)\Z")
_FIELDS = ("field", "ib", "attrib", "Field", "Factory")
_TEXT_METHODS = frozenset("strip lstrip rstrip lower upper title replace removeprefix removesuffix".split())


class Obj:
    """An object of a class of the project (`cls`), a router or application (`key`), or both."""

    def __init__(self, cls: str = "", key: str = "") -> None:
        self.cls, self.key = cls, key
        self.attributes: dict[str, object] = {}


class Bound(NamedTuple):
    """A method of an object; `text` of a text's method."""

    method: str
    of: object


class Above(NamedTuple):
    """`super()`: what the class of `of` has above the class `cls`."""

    of: Obj
    cls: str


class Frame(NamedTuple):
    """A call that runs, or a scope of which nothing runs (`key` is empty)."""

    path: str
    scope: str
    names: dict[str, object]
    key: str = ""
    me: Obj | None = None
    cls: str = ""


class Holds:
    """What a runner asks of the routers of the project and tells them."""

    def known_as(self, path: str, scope: str, name: str) -> tuple[str, str]:
        """(key, class of the project or "") of a router that a variable of a scope or module holds."""
        raise NotImplementedError

    def make(self, key: str, path: str, scope: str, symbol: Symbol, prefix: str | None, place: Json) -> bool:
        """Makes a router, if the class makes any."""
        raise NotImplementedError

    def text(self, path: str, scope: str, code: str) -> str | None:
        """The text that a constant or setting is."""
        raise NotImplementedError

    def prefixed(self, key: str, prefix: str) -> None:
        """The prefix of a router is known now."""
        raise NotImplementedError

    def add(self, frame: Frame, key: str, entry: Json, child: str) -> None:
        """Adds an entry, with the key of what it joins ("" where that is not known)."""
        raise NotImplementedError


_UNKNOWN = object()
_Given = tuple[list[object], dict[str, object]]
"""Arguments by place, and by name."""


class Runner:
    """All scripts of a project."""

    def __init__(self, world: World, facts: Sequence[tuple[str, Fact]], holds: Holds) -> None:
        self._world, self._holds = world, holds
        self._functions: dict[str, tuple[str, Fact]] = {}
        self._fields: dict[str, tuple[str, Fact]] = {}
        self._assigned: dict[tuple[str, str, str], Json] = {}
        self._children: dict[tuple[str, int, int], Json] = {}
        self._calls: dict[tuple[str, int, int], Json] = {}
        self._memo: dict[tuple[str, str, str], object] = {}
        self._steps = 0
        self.ran: set[tuple[str, str]] = set()
        """(path, scope) of what ran."""
        self._tops: list[tuple[str, Fact]] = []
        for path, fact in facts:
            if fact.kind == "script":
                self._keep(path, fact)

    def _keep(self, path: str, fact: Fact) -> None:
        name = f"{self._world.module_of(path)}.{fact.scope}"
        if "fields" in fact.data:
            self._fields.setdefault(name, (path, fact))
            return
        if fact.scope:
            self._functions.setdefault(name, (path, fact))
        self._tops.append((path, fact))
        for statement in _all(fact.data["body"]):
            if statement[0] == "set" and statement[1][0] == "name":
                self._assigned[path, fact.scope, statement[1][1]] = statement[2]
            elif statement[0] == "add":
                for entry, child in zip(statement[2], statement[3], strict=True):
                    self._children[path, entry["line"], entry["column"]] = child
            if statement[0] in ("set", "do") and statement[-1][0] == "call":
                self._calls[path, statement[-1][4], statement[-1][5]] = statement[-1]

    # Where it begins ------------------------------------------------------------------------------

    def child(self, path: str, scope: str, line: int, column: int) -> str:
        """The key of what the entry at a place joins, where a call of its own made that; "" for all else."""
        code = self._children.get((path, line, column))
        found = self._value(code, Frame(path, scope, {}), _DEPTH) if code is not None else None
        return found.key if isinstance(found, Obj) and "@" in found.key else ""

    def variable(self, path: str, name: str) -> str:
        """The key of a router that a call of its own made and a module's variable holds, else ""."""
        found = self._variable((path, "", name), _DEPTH) if (path, "", name) in self._assigned else None
        return found.key if isinstance(found, Obj) and "@" in found.key else ""

    def construct_at(self, key: str, cls: str, path: str, scope: str, line: int, column: int) -> None:
        """Runs what the class of a router does when the router that is known by a key is made."""
        call = self._calls.get((path, line, column), ["call", [], [], {}, line, column])
        self._construct(cls, call, Frame(path, scope, {}), _DEPTH, key)

    def handed(self) -> None:
        """Runs constructors that are given an application or a router, and functions given lists of these."""
        for path, fact in self._tops:
            frame = Frame(path, fact.scope, {})
            for statement in _all(fact.data["body"]):
                call = statement[-1] if statement[0] in ("do", "set") else None
                if call is None or call[0] != "call" or not (call[2] or call[3]) or call[1][0] != "name":
                    continue
                called = self._value(call[1], frame, _DEPTH)
                if not isinstance(called, Symbol) or called.kind == "external":
                    continue
                given = [self._value(each, frame, 3) for each in (*call[2], *call[3].values())]
                routers = any(isinstance(each, Obj) and each.key for each in given)
                lists = any(isinstance(each, list) and each for each in given)
                if routers and (lists or called.kind == "class"):
                    self._value(call, frame, _DEPTH)

    # Values ---------------------------------------------------------------------------------------

    def _value(self, code: Json, frame: Frame, depth: int) -> object:
        self._steps += 1
        if depth <= 0 or self._steps > _MOST_STEPS or not code:
            return _UNKNOWN
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
        return self._combined(code, frame, depth)

    def _combined(self, code: Json, frame: Frame, depth: int) -> object:
        """Texts and lists put together, and questions."""
        kind = code[0]
        if kind == "join":
            parts = [self._value(part, frame, depth - 1) for part in code[1]]
            if all(isinstance(part, list) for part in parts):
                return [each for part in parts for each in part]  # type: ignore[attr-defined]
            texts = [part for part in parts if isinstance(part, str)]
            return "".join(texts) if len(texts) == len(parts) else _UNKNOWN
        if kind == "list":
            return [self._value(part, frame, depth - 1) for part in code[1]]
        if kind == "or":
            values = [self._value(part, frame, depth - 1) for part in code[1]]
            return next((value for value in values if value), _UNKNOWN)
        if kind in ("not", "none"):
            value = self._value(code[1], frame, depth - 1)
            if value is _UNKNOWN:
                return _UNKNOWN
            return value is None if kind == "none" else not value
        return _UNKNOWN

    def _global(self, name: str, code: str, frame: Frame, depth: int) -> object:
        """What a name means that no call binds: in the scopes around, in the module, or elsewhere."""
        scope = frame.scope
        while True:
            key, cls = self._holds.known_as(frame.path, scope, name)
            if key:
                return Obj(cls, key)
            if (frame.path, scope, name) in self._assigned:
                return self._variable((frame.path, scope, name), depth)
            if not scope:
                break
            scope = scope.rpartition(".")[0]
        return self._elsewhere(code, frame, depth)

    def _elsewhere(self, code: str, frame: Frame, depth: int) -> object:
        module, variable = self._world.locate(frame.path, frame.scope, code)
        origin = self._world.modules.get(module, "")
        if origin and variable:
            key, cls = self._holds.known_as(origin, "", variable)
            if key:
                return Obj(cls, key)
            if (origin, "", variable) in self._assigned:
                return self._variable((origin, "", variable), depth)
        symbol = self._world.resolve(frame.path, frame.scope, code)
        if symbol is not None and symbol.kind in ("class", "function", "external"):
            return symbol
        text = self._holds.text(frame.path, frame.scope, code)
        return _UNKNOWN if text is None else text

    def _variable(self, key: tuple[str, str, str], depth: int) -> object:
        if key not in self._memo:
            self._memo[key] = _UNKNOWN
            self._memo[key] = self._value(self._assigned[key], Frame(key[0], key[1], {}), depth - 1)
        return self._memo[key]

    def _attribute(self, code: Json, frame: Frame, depth: int) -> object:
        of, name = self._value(code[1], frame, depth - 1), code[2]
        if isinstance(of, Obj):
            if name in of.attributes:
                return of.attributes[name]
            if of.key and name == "router":
                return of
            return Bound(name, of)
        if isinstance(of, Above):
            return Bound(name, of)
        if isinstance(of, str) and name in _TEXT_METHODS:
            return Bound(name, of)
        return self._elsewhere(code[3], frame, depth) if not frame.key or of is _UNKNOWN else _UNKNOWN

    # Calls ----------------------------------------------------------------------------------------

    def _call(self, code: Json, frame: Frame, depth: int) -> object:
        _, function, places, named, line, column = code
        if function[0] == "name" and function[1] == "super" and frame.me is not None:
            return Above(frame.me, frame.cls)
        called = self._value(function, frame, depth)
        if isinstance(called, Bound):
            return self._method(called, code, frame, depth)
        if not isinstance(called, Symbol):
            return _UNKNOWN
        if called.kind == "class":
            return self._construct(called.name, code, frame, depth)
        if called.kind == "function" and called.name in self._functions and (frame.key or places or named):
            given = self._given(code, frame, depth)
            return self._run(called.name, given, _key(frame, line, column), None, depth)
        if called.kind != "external":
            return _UNKNOWN
        last = called.name.rpartition(".")[2]
        if last in _FIELDS:
            if "default" in named:
                return self._value(named["default"], frame, depth)
            factory = named.get("default_factory") or named.get("factory")
            made = ["call", factory, [], {}, line, column]
            return self._call(made, frame, depth - 1) if factory is not None and depth > 0 else _UNKNOWN
        return self._outside(called, named, frame, (line, column), depth)

    def _outside(
        self, symbol: Symbol, named: Mapping[str, Json], frame: Frame, place: tuple[int, int], depth: int
    ) -> object:
        """A router of the library that a call makes: nothing else of libraries is known."""
        if symbol.name in ("<builtin>.list", "list"):
            return []
        if not frame.key:
            return _UNKNOWN  # known by the variable that holds it
        key = f"{frame.path}:{place[0]}:{place[1]}@{frame.key}"
        prefix = self._value(named["prefix"], frame, depth) if "prefix" in named else ""
        known = prefix if isinstance(prefix, str) else None
        made = self._holds.make(key, frame.path, frame.scope, symbol, known, place)
        return Obj(key=key) if made else _UNKNOWN

    def _given(self, code: Json, frame: Frame, depth: int) -> _Given:
        places = [self._value(each, frame, depth) for each in code[2]]
        return places, {name: self._value(each, frame, depth) for name, each in code[3].items()}

    def _method(self, bound: Bound, code: Json, frame: Frame, depth: int) -> object:
        of, name = bound.of, bound.method
        given = self._given(code, frame, depth)
        if isinstance(of, str):
            texts = [each for each in given[0] if isinstance(each, str)]
            return getattr(of, name)(*texts) if len(texts) == len(given[0]) else _UNKNOWN
        me = of.of if isinstance(of, Above) else of
        assert isinstance(me, Obj)
        found = self._above(me.cls, of.cls, name) if isinstance(of, Above) else self._member(me.cls, name)
        if found:
            return self._run(found, given, _key(frame, code[4], code[5]), me, depth)
        prefix = given[1].get("prefix")
        if isinstance(of, Above) and name == "__init__" and me.key and isinstance(prefix, str):
            self._holds.prefixed(me.key, prefix)
        return _UNKNOWN

    def _member(self, cls: str, name: str) -> str:
        member = self._world.member(cls, name) if cls else None
        return member.name if member is not None and member.kind == "function" else ""

    def _above(self, cls: str, below: str, name: str) -> str:
        """The function that `super().name` means in a class, for an object of another."""
        order = [kin.name for kin in self._world.ancestors(cls)] if cls else []
        rest = order[order.index(below) + 1 :] if below in order else []
        return next((f"{kin}.{name}" for kin in rest if f"{kin}.{name}" in self._functions), "")

    def _construct(self, cls: str, code: Json, frame: Frame, depth: int, key: str = "") -> object:
        """An object of a class, with all that its constructors do."""
        if depth <= 0:
            return _UNKNOWN
        place = _key(frame, code[4], code[5])
        places, named = self._given(code, frame, depth)
        me = Obj(cls, key)
        if not key:
            own = f"{place}@{place}"
            prefix = named.get("prefix", "")  # what its constructor hands on is said there once more
            known = prefix if isinstance(prefix, str) else None
            if self._holds.make(
                own, frame.path, frame.scope, Symbol("class", cls), known, (code[4], code[5])
            ):
                me.key = own
        fields = self._all_fields(cls)
        init = self._member(cls, "__init__")
        by_place = dict(zip(fields, places, strict=False)) if not init else {}
        given = {**by_place, **(named if not init else {})}
        for name, (path, scope, value) in fields.items():
            inner = Frame(path, scope, {}, place)
            me.attributes[name] = given[name] if name in given else self._value(value, inner, depth - 1)
        for name in CONSTRUCTORS:
            found = self._member(cls, name)
            if found in self._functions:
                arguments = (places, named) if name == "__init__" else ([], {})
                self._run(found, arguments, place, me, depth - 1)
        return me

    def _all_fields(self, cls: str) -> dict[str, tuple[str, str, Json]]:
        """Name -> (path, scope, default) of a class's fields, those of its bases first."""
        found: dict[str, tuple[str, str, Json]] = {}
        for kin in reversed(self._world.ancestors(cls)):
            if kin.name in self._fields:
                path, fact = self._fields[kin.name]
                found |= {name: (path, fact.scope, value) for name, value in fact.data["fields"].items()}
        return found

    def _run(self, function: str, given: _Given, key: str, me: Obj | None, depth: int) -> object:
        """What a function gives: a method where there is an object."""
        if function not in self._functions or depth <= 0:
            return _UNKNOWN
        path, fact = self._functions[function]
        self.ran.add((path, fact.scope))
        frame = Frame(path, fact.scope, {}, key, me, function.rpartition(".")[0] if me is not None else "")
        parameters = list(fact.data["parameters"])
        if me is not None and parameters:
            frame.names[parameters.pop(0)] = me
        for name in parameters:
            default = fact.data["defaults"].get(name)
            frame.names[name] = self._value(default, frame, depth - 1) if default is not None else _UNKNOWN
        frame.names.update(zip(parameters, given[0], strict=False))
        frame.names.update((name, value) for name, value in given[1].items() if name in parameters)
        found = list(self._body(fact.data["body"], frame, depth - 1))
        return next((value for value in found if value is not _UNKNOWN), _UNKNOWN)

    # Statements -----------------------------------------------------------------------------------

    def _body(self, body: Sequence[Json], frame: Frame, depth: int, sure: bool = True) -> Iterator[object]:
        """Carries statements out; gives what they may return."""
        for statement in body if depth > 0 and self._steps <= _MOST_STEPS else ():
            kind = statement[0]
            if kind == "set":
                self._set(statement[1], self._value(statement[2], frame, depth), frame, depth, sure)
            elif kind == "do":
                self._value(statement[1], frame, depth)
            elif kind == "add":
                self._add(statement, frame, depth)
            elif kind == "return":
                yield self._value(statement[1], frame, depth)
                if sure:
                    return
            elif kind == "for":
                over = self._value(statement[2], frame, depth)
                for element in over if isinstance(over, list) else [_UNKNOWN]:
                    frame.names[statement[1]] = element
                    yield from self._body(statement[3], frame, depth - 1, False)
            elif kind == "if":
                test = self._value(statement[1], frame, depth)
                if test is _UNKNOWN or test:
                    yield from self._body(statement[2], frame, depth - 1, sure and test is not _UNKNOWN)
                if test is _UNKNOWN or not test:
                    yield from self._body(statement[3], frame, depth - 1, sure and test is not _UNKNOWN)

    def _set(self, target: Json, value: object, frame: Frame, depth: int, sure: bool) -> None:
        """Binds a name or an attribute; what is known stays known where it is not sure that this runs."""
        names, name = frame.names, target[1]
        if target[0] == "attr":
            of = self._value(target[1], frame, depth)
            if not isinstance(of, Obj):
                return
            names, name = of.attributes, target[2]
        if sure or names.get(name, _UNKNOWN) is _UNKNOWN:
            names[name] = value

    def _add(self, statement: Json, frame: Frame, depth: int) -> None:
        on = self._value(statement[1], frame, depth)
        if not isinstance(on, Obj) or not on.key:
            return
        for entry, code in zip(statement[2], statement[3], strict=True):
            child = self._value(code, frame, depth) if entry["kind"] == "join" else None
            key = child.key if isinstance(child, Obj) else ""
            self._holds.add(frame, on.key, self._told(entry, frame), key)

    def _told(self, entry: Json, frame: Frame) -> Json:
        """An entry with the texts and the method that it has in this call."""
        told = {**entry, "text": [self._piece(piece, frame) for piece in entry.get("text") or ()]}
        own = _OWN.match(str(entry.get("view", "")))
        member = self._member(frame.me.cls, own[1]) if own is not None and frame.me is not None else ""
        return {**told, "answered": member} if member else told

    def _piece(self, piece: Json, frame: Frame) -> Json:
        """A piece of a text, known where this call tells it."""
        kind, value = piece
        found: object = _UNKNOWN
        if kind == "parameter" and value[0] == frame.scope:
            found = frame.names.get(value[1], _UNKNOWN)
        own = _OWN.match(str(value)) if kind == "code" else None
        if own is not None and frame.me is not None:
            found = frame.me.attributes.get(own[1], _UNKNOWN)
        return ["text", found] if isinstance(found, str) else piece


def _key(frame: Frame, line: int, column: int) -> str:
    return f"{frame.path}:{line}:{column}" + (f"<{frame.key}" if frame.key else "")


def _all(body: Sequence[Json]) -> Iterator[Json]:
    """The statements of a body, those in branches and loops too."""
    for statement in body:
        yield statement
        if statement[0] == "if":
            yield from _all(statement[2])
            yield from _all(statement[3])
        elif statement[0] == "for":
            yield from _all(statement[3])
