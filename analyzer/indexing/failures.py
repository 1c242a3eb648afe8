"""Which exceptions come out of each function: its own, and those of what it calls that nothing catches."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from ..graph.roles import role_of
from ..model.facts import FileFacts, Guard
from ..model.needs import Guarded
from ..model.world import RaiseRule, Symbol
from ..plugins import plugins
from ..python.failures import UNKNOWN
from .calls import Calls, Reached
from .components import components
from .world import LinkedWorld

_MOST = 30
"""Exceptions of one function before all that is said is that it raises some."""
_ROUNDS = 40
_EXITS = (RaiseRule("sys.exit", "SystemExit"), RaiseRule("exit", "SystemExit"))
_OUTER = ("BaseException", "KeyboardInterrupt", "SystemExit", "GeneratorExit")
_BUILTIN: Mapping[str, tuple[str, ...]] = {
    name: tuple(base.__name__ for base in value.__mro__)
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
}

_Handlers = tuple[tuple[tuple[str, ...], bool], ...]
"""What each `except` of a `try` catches, and whether it raises that again."""
_Around = tuple[_Handlers, ...]
"""The handlers of each `try` around a place, from the inside out."""


class Failures:
    """All functions outside tests; `raises` and `guards` hold the result by the function's name."""

    def __init__(self, world: LinkedWorld, seen: Calls) -> None:
        self._world = world
        rules = [*_EXITS, *(r for p in plugins("analyzer.frameworks", "framework") for r in p.raises())]
        self._above = {rule.raises.removeprefix("T."): rule.above for rule in rules if rule.above}
        self._rules: dict[str, list[RaiseRule]] = {}
        """By the last name of the call, which is never a pattern."""
        for rule in rules:
            self._rules.setdefault(rule.call.rpartition(".")[2], []).append(rule)
        self._kin: dict[tuple[str, str], bool] = {}
        self.raises: dict[str, set[str]] = {}
        self.guards: dict[str, list[Guarded]] = {}
        self._many: set[str] = set()
        """Functions of which all that is said is that they raise some `Exception`."""
        self._calls: dict[str, dict[str, set[_Around]]] = {}
        for path, facts in world.files.items():
            if path in seen.by_path and role_of(path) != "test":
                self._file(path, facts, seen)
        self._spread()

    # One file -------------------------------------------------------------------------------------

    def _file(self, path: str, facts: FileFacts, seen: Calls) -> None:
        guards = self._guards(path, facts.guards)
        for raised in facts.raised:
            name = self._function(path, raised.scope)
            exception = self._named(path, raised.scope, raised.exception)
            around = _around(guards.get(raised.scope, ()), raised.line, raised.column)
            if name and self._passes(exception, around):
                self.raises.setdefault(name, set()).add(exception)
        for getter in seen.getters.get(path, ()):
            name = self._function(path, getter.scope)
            if name:
                around = _around(guards.get(getter.scope, ()), getter.line, getter.column)
                self._calls.setdefault(name, {}).setdefault(getter.name, set()).add(around)
        functions: dict[str, str] = {}
        for found in seen.by_path[path].values():
            call = found.call
            if call.scope not in functions:
                functions[call.scope] = self._function(path, call.scope)
            name = functions[call.scope]
            if not name:
                continue
            inside = guards.get(call.scope)
            around = _around(inside, call.line, call.column) if inside else ()
            for edge in found.edges:
                if edge.confidence != "possible" and edge.target.startswith("function:"):
                    callee = edge.target[9:]
                    self._calls.setdefault(name, {}).setdefault(callee, set()).add(around)
            for exception in self._outside(path, found):
                if self._passes(exception, around):
                    self.raises.setdefault(name, set()).add(exception)

    def _function(self, path: str, scope: str) -> str:
        """The dotted name of the function that a scope is, or "" for code that modules run."""
        kind, _, name = self._world.scope_id(path, scope).partition(":")
        return name if kind == "function" else ""

    def _guards(self, path: str, guards: Sequence[Guard]) -> dict[str, list[tuple[Guard, _Handlers]]]:
        found: dict[str, list[tuple[Guard, _Handlers]]] = {}
        for guard in guards:
            handlers = tuple(
                (tuple(self._named(path, guard.scope, each) for each in handler.types), handler.again)
                for handler in guard.handlers
            )
            found.setdefault(guard.scope, []).append((guard, handlers))
            name = self._function(path, guard.scope)
            if name:
                catches = tuple(sorted({each for types, again in handlers if not again for each in types}))
                again = tuple(sorted({each for types, again in handlers if again for each in types}))
                told = Guarded(guard.start[0], guard.end[0], catches, again)
                self.guards.setdefault(name, []).append(told)
        return found

    # Exceptions -----------------------------------------------------------------------------------

    def _named(self, path: str, scope: str, expression: str) -> str:
        """The dotted name of an exception's class; `?` when it cannot be told."""
        owner, _, name = expression.rpartition(".")
        if owner and name in self._above:
            symbol = self._world.resolve(path, scope, owner)
            if symbol is not None and symbol.kind in ("class", "instance"):
                return f"{symbol.name}.{name}"
        symbol = self._world.resolve(path, scope, expression)
        if symbol is not None and symbol.kind == "function":  # that makes the exception
            symbol = self._world.resolve(path, scope, f"{expression}()")
        if symbol is None or symbol.kind not in ("class", "instance", "external", "builtin"):
            return UNKNOWN
        if symbol.kind == "builtin":
            return _BUILTIN.get(symbol.name, (UNKNOWN,))[0]
        class_ = symbol.name.removesuffix("()")
        return UNKNOWN if "()" in class_ else class_

    def _outside(self, path: str, found: Reached) -> Iterator[str]:
        """What libraries are known to raise."""
        names = {edge.target[9:] for edge in found.edges if edge.target.startswith("function:")}
        if found.site is not None:
            names.update(name for kind, name in found.site.targets if kind in ("external", "builtin"))
        for name in names:
            for rule in self._rules.get(name.rpartition(".")[2], ()):
                if not fnmatchcase(name.removeprefix("<builtin>."), rule.call):
                    continue
                if rule.raises.startswith("T."):
                    owner = self._subject(path, found)
                    yield f"{owner.name if owner is not None else UNKNOWN}{rule.raises[1:]}"
                else:
                    yield rule.raises

    def _subject(self, path: str, found: Reached) -> Symbol | None:
        """The class that a call starts from: that of `Order.objects.get()`."""
        expression, scope = found.call.target, found.call.scope
        parts = expression.split(".")
        for count in range(1, min(len(parts), 6)):
            symbol = self._world.resolve(path, scope, ".".join(parts[:count]))
            if symbol is not None and symbol.kind == "class":
                return symbol
        return None

    def _passes(self, exception: str, around: _Around) -> bool:
        """Whether an exception gets past all that is around the place where it is raised."""
        for handlers in around:
            for types, again in handlers:
                if any(self._is_kind_of(exception, caught) for caught in types):
                    if not again:
                        return False
                    break  # the other handlers of the same `try` do not see it any more
        return True

    def _is_kind_of(self, exception: str, caught: str) -> bool:
        key = (exception, caught)
        if key not in self._kin:
            self._kin[key] = self._is_below(exception, caught)
        return self._kin[key]

    def _is_below(self, exception: str, caught: str) -> bool:
        if exception == caught or caught == "BaseException":
            return exception != UNKNOWN or caught != UNKNOWN
        above = _BUILTIN.get(exception)
        if above is not None:
            return caught in above
        names = [symbol.name for symbol in self._world.ancestors(exception)]
        if caught == "Exception":
            return not any(name in _OUTER for name in names)
        if caught in names or any(caught in _BUILTIN.get(name, ()) for name in names):
            return True
        owner, _, last = exception.rpartition(".")
        if last in self._above:
            return caught == self._above[last] or (owner == UNKNOWN and caught.endswith(f".{last}"))
        return caught == self._above.get(exception)

    def told(self, name: str) -> tuple[str, ...]:
        """The exceptions of a function; for those of a class that cannot be told, what they inherit."""
        found = self.raises.get(name, ())
        plain = {self._above[e[2:]] if e.startswith(f"{UNKNOWN}.") else e for e in found}
        return tuple(sorted(plain))

    # All functions --------------------------------------------------------------------------------

    def _spread(self) -> None:
        """What comes out of callees comes out of callers, unless it is caught."""
        names = sorted({*self._calls, *self.raises})
        numbers = {name: index for index, name in enumerate(names)}
        following = [
            sorted(numbers[callee] for callee in self._calls.get(name, ()) if callee in numbers)
            for name in names
        ]
        for group in components(following):
            for _ in range(_ROUNDS):
                changed = [self._update(names[index]) for index in group]
                if not any(changed) or (len(group) == 1 and group[0] not in following[group[0]]):
                    break

    def _update(self, name: str) -> bool:
        if name in self._many:
            return False
        found = set(self.raises.get(name, ()))
        before = len(found)
        for callee, places in self._calls.get(name, {}).items():
            for exception in self.raises.get(callee, ()):
                if exception not in found and any(self._passes(exception, around) for around in places):
                    found.add(exception)
        if len(found) > _MOST:
            self._many.add(name)
            found = {"Exception"}
        if found:
            self.raises[name] = found
        return len(found) > before or name in self._many


def _around(guards: Sequence[tuple[Guard, _Handlers]], line: int, column: int) -> _Around:
    place = (line, column)
    return tuple(
        handlers for guard, handlers in reversed(guards) if tuple(guard.start) <= place < tuple(guard.end)
    )
