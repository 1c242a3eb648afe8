"""What libraries hand to the functions of a project that they call, told as data.

A rule `f(callback=0)` says what the function gets first that f is given by the name callback.
A rule `f(0)` or `f(name)` says what type the parameter at that place, or of that name, is of: of a function
that is given to f (as an argument or by decoration), of a method that overrides f, and, where f is a class,
of every method of a class that inherits from it. For functions `T` is an instance of the class in `sender=`,
for methods `T.x()` one of what their class names by x, `X[T.x]` something about it.
A rule `f(+0)` says that f, as a decorator, adds a parameter before those that are given: several that do so
stand in the order in which they decorate, the nearest first.
A rule `(name)` is a convention: it tells of parameters that nothing flows to, in files that import the
library of the type, or classes of rows that it keeps.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from .classes import ClassValue
from .code import ATTRIBUTE, GLOBAL, IMPORT, IMPORT_FROM
from .units import Cell, Unit
from .values import BOUND, FUNCTION, NONE, RESULT, STATIC_METHOD, Value, Values, union

if TYPE_CHECKING:
    from .binding import Arguments
    from .machine import Machine

_NAMES = frozenset({ATTRIBUTE, GLOBAL, IMPORT_FROM})
_PARAMETER = re.compile(r"(.*)\((?:(\w+)=)?(\+?\w+)\)\Z")


class Handing:
    """Gives parameters the values that come from outside."""

    def __init__(self, machine: Machine, rules: Mapping[str, str]) -> None:
        self._machine = machine
        self._known: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._named: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
        self._adding: dict[Value, list[str]] = defaultdict(list)
        """The decorators that add parameters, by what they decorate."""
        for rule, result in rules.items():
            found = _PARAMETER.match(rule)
            if found is not None:
                known = self._named[found[1]][found[2]] if found[2] else self._known[found[1]]
                known.append((found[3], result))

    def to_functions(self, called: Value, arguments: Arguments) -> None:
        """Functions are given to something outside, perhaps to be called about one class alone."""
        for name, rules in self._named[called.name].items() if called.name in self._named else ():
            for value in dict(arguments.named()).get(name, ()):
                self._to(value, rules, 0)
        known = self._known.get(called.name)
        if known is None:
            return
        subject = called.b if isinstance(called.b, ClassValue) else self.sender(arguments)
        for given in (*arguments.places, *arguments.values):
            for value in given:
                self._to(value, self._placed(value, known, called.name), 0, subject)

    def _placed(self, value: Value, rules: list[tuple[str, str]], name: str) -> list[tuple[str, str]]:
        """The rules of what adds parameters, by the places at which these stand."""
        if rules[0][0][0] != "+":
            return rules
        adding = self._adding[value]
        if value.kind == FUNCTION and not value.a.positional:
            adding.clear()  # a wrapper that takes what comes is that of many functions
        if name not in adding:
            adding.append(name)
        return [(str(int(place) + adding.index(name)), result) for place, result in rules]

    def sender(self, arguments: Arguments) -> ClassValue | None:
        """The class in `sender=Order`, or in `base=OwnTask`."""
        for name, values in arguments.named():
            classes = [value for value in values if isinstance(value, ClassValue)]
            if name in ("sender", "base") and len(classes) == 1:
                return classes[0]
        return None

    def to_methods(self, class_: ClassValue) -> None:
        """A class inherits from classes outside, which call its methods, also those that it inherits."""
        methods: dict[str, Cell] = {}
        for base in class_.order:
            for name, cell in base.own.items() if isinstance(base, ClassValue) else ():
                methods.setdefault(name, cell)
        for base in class_.order:
            if isinstance(base, ClassValue):
                continue
            known = self._known.get(base.name, ())
            for name, cell in methods.items():
                overridden = self._known.get(f"{base.name}.{name}", ())
                for value in cell.values if known or overridden else ():
                    self._to(value, [rule for rule in known if not rule[0].isdigit()], 1, class_)
                    for place, result in overridden:
                        self._to(value, [(place, result)], 1, class_)

    def by_convention(self, scopes: list[Unit]) -> None:
        """Parameters of the functions of one file that nothing has flowed to."""
        known = self._known.get("", ())
        names = {name for name, _ in known}
        asked = [unit for unit in scopes if unit.is_function and not names.isdisjoint(unit.keywords)]
        libraries = _imported(scopes) | self._keeping(scopes) if asked else set()
        for name, result in known:
            for unit in asked if result.partition(".")[0] in libraries else ():
                index = unit.keywords.get(name)
                if index is not None and not unit.parameters[index].values:
                    self._give(unit, index, result)

    def _keeping(self, scopes: list[Unit]) -> set[str]:
        """The libraries that keep the rows of classes which a file names."""
        any_row = self._machine.work.widening.any_row
        return {
            any_row[value].name.partition(".")[0]
            for unit in scopes
            for i in (unit.code if unit.registers and any_row else ())
            if i[0] in _NAMES
            for value in unit.registers[i[1]]
            if value in any_row
        }

    def _to(
        self,
        value: Value,
        rules: Iterable[tuple[str, str]],
        first: int,
        subject: ClassValue | None = None,
    ) -> None:
        if value.kind == STATIC_METHOD:
            value, first = value.a, 0
        if value.kind not in (FUNCTION, BOUND):
            return
        function: Unit = value.a if value.kind == FUNCTION else value.a.a
        for place, result in rules:
            index = function.keywords.get(place)
            if place.isdigit():
                index = int(place) + (first or value.kind == BOUND)
                if index >= function.positional:  # a wrapper takes what comes: `*args`
                    if function.extra is not None:
                        given = self._given(result, subject)
                        self._machine.containers.put(function.extra, index - function.positional, given)
                    continue
            if index is not None:
                self._give(function, index, result, subject)

    def _give(self, function: Unit, index: int, result: str, subject: ClassValue | None = None) -> None:
        self._machine.work.add(function.parameters[index], self._given(result, subject))

    def _given(self, results: str, subject: ClassValue | None) -> Values:
        return union(self._one(result, subject) for result in results.split("&"))

    def _one(self, result: str, subject: ClassValue | None) -> Values:
        if result == "T":
            return NONE if subject is None else subject.instance.one
        if "T." not in result:
            return self._machine.outside.typed(result, None, RESULT)
        if subject is None:
            return NONE
        name, _, attribute = result.rpartition("T.")
        given = self._machine.outside.naming.named(subject, attribute[:-1].rstrip("("))
        if not name:
            return given
        known = self._machine.pool.known  # `QuerySet[T.model]`
        return frozenset(known(RESULT, name[:-1], None, value.a) for value in given)


def _imported(scopes: list[Unit]) -> set[str]:
    """The libraries that a file imports."""
    found: set[str] = set()
    for unit in scopes:
        for instruction in unit.code:
            if instruction[0] == IMPORT:
                found.add(instruction[2].partition(".")[0])
            elif instruction[0] == IMPORT_FROM and not instruction[2]:
                found.add(instruction[3].partition(".")[0])
    return found
