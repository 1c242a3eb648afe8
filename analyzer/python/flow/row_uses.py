"""What code does with rows, and which rows it hands on.

Told of the code once it is solved, from what the registers held when each scope ran last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from ...model.world import Passed, RowUse
from .attributes_by_name import asked_by_name, sets_told
from .classes import ClassValue
from .code import (
    ATTRIBUTE,
    CALL,
    CALL_FULL,
    DICT,
    ITEM,
    ITERATE,
    STORE_ATTRIBUTE,
    STORE_ITEM,
    Instruction,
    registers_read,
)
from .containers import ContainerValue
from .each import MOST_EACH, Each
from .from_below import FromBelow
from .handed_rows import MOST_GIVEN, HandedRows, outside_base, rows_of
from .made import Made
from .rows import Rows
from .shared_wrappers import SharedWrappers
from .subjects import ANY
from .told_classes import ToldClasses
from .units import Unit
from .values import BOUND, EXTERNAL, FUNCTION, INSTANCE, RESULT, Value, Values

if TYPE_CHECKING:
    from .machine import Machine

_NAMED = frozenset({EXTERNAL, RESULT})
_CALLS, _ELEMENTS = frozenset({CALL, CALL_FULL}), frozenset({ITERATE, ITEM})
_TOUCHING = _CALLS | _ELEMENTS | {ATTRIBUTE, STORE_ATTRIBUTE, STORE_ITEM}
"""Instructions that may do something with rows: few of all."""
_MOST_HELD = 40
"""Cells of a container that is handed on that are looked into."""
_CALLING = frozenset(
    {f"<builtin>.{name}" for name in ("map", "filter", "sorted", "min", "max")}
    | {"functools.partial", "functools.reduce", "itertools.starmap", "itertools.groupby"}
)
"""What calls a function with what it is given besides, at once or later."""
_QUERIES = (".QuerySet", ".Query", ".ScalarResult")
"""How the types are called that libraries have for rows that are still to be loaded."""


class RowUses:
    """Tells how rows are used, and which are passed."""

    def __init__(self, machine: Machine, rows: Rows, units: Iterable[Unit] = ()) -> None:
        known = tuple(units)
        self._machine, self._shared = machine, SharedWrappers(known)
        self._classes, self._types, self._subjects = rows.classes, rows.types, rows.subjects
        self._from_below, self._made = FromBelow(machine, rows.subjects), Made()
        self._each, self._handed = Each(), HandedRows(rows.subjects)
        self._told_classes = ToldClasses(rows.classes, known)

    def uses(self, units: list[Unit]) -> Iterator[RowUse]:
        """The uses of one file, in the order of its code; the line of each is its site until it is placed."""
        if not self._classes:
            return
        for unit in units:
            registers = self._shared.narrowed(unit)
            self._subjects.enter(unit)
            for place, i in enumerate(unit.code if registers else ()):
                if i[0] not in _TOUCHING:
                    continue
                found = sorted(self._of(unit, registers, i))
                if found and self._is_hearsay(unit, i):
                    found = self._own(found)
                if len(found) > 1 or any(len(use.given) > 1 for use in found):
                    found = self._in_turn(unit, i, found)
                if found and i[0] == STORE_ATTRIBUTE and place in self._made.stores(unit):
                    found = [use._replace(kind="make") for use in found]
                yield from found

    def _of(self, unit: Unit, registers: list[Values], i: Instruction) -> Iterator[RowUse]:
        operation = i[0]
        if operation in _CALLS:
            yield from self._call(unit, registers, i)
        elif operation == ATTRIBUTE:
            if registers[i[2]]:
                yield from self._attribute(unit, registers[i[2]], "read", unit.names[i[3]], i[5])
        elif operation == STORE_ATTRIBUTE:
            yield from self._attribute(unit, registers[i[1]], "assign", unit.names[i[2]], i[4])
        elif operation == STORE_ITEM and registers[i[1]]:
            yield from self._iteration(unit, registers[i[1]], i[4])
        elif operation in _ELEMENTS and registers[i[2]]:
            yield from self._iteration(unit, registers[i[2]], i[3] if operation == ITERATE else i[5])

    def _own(self, uses: list[RowUse]) -> list[RowUse]:
        """Of what classes below name, that of the class that the code stands in, if it names one."""
        own = self._subjects.named(self._subjects.inside) if self._subjects.inside is not None else ()
        if len(own) == 1:
            sure = [use for use in uses if {own[0].name}.issuperset(_rows_of(use))]
            if sure:
                return sure
        return [use._replace(sure=False) for use in uses]

    def _in_turn(self, unit: Unit, i: Instruction, uses: list[RowUse]) -> list[RowUse]:
        """Uses that are about each of a few classes which the code lists itself."""
        classes = {name for use in uses for name in _rows_of(use)}
        if len(classes) > MOST_EACH or ANY in classes or not self._each.is_worked_on(unit, i):
            return uses
        return [use._replace(each=True) for use in uses]

    def _is_hearsay(self, unit: Unit, i: Instruction) -> bool:
        """Whether an instruction works on rows that only classes below name, or a shared wrapper."""
        below = self._from_below.registers(unit) | self._shared.registers(unit)
        if not below:
            return False
        worked_on = i[1] if i[0] in (STORE_ATTRIBUTE, STORE_ITEM) else i[2]
        return worked_on in below or (i[0] in _CALLS and not below.isdisjoint(i[3]))

    def passed(self, units: list[Unit]) -> Iterator[Passed]:
        """Which rows go into calls of the project's own functions, and come out of them, in the code's order.

        What may be a row of several classes is left out: generic code handles anything.
        """
        if not self._classes:
            return
        for unit in units:
            registers, read, shared = self._shared.narrowed(unit), None, self._shared.registers(unit)
            for i in unit.code if registers else ():
                if i[0] not in (CALL, CALL_FULL):
                    continue
                own = any(map(self._is_own, registers[i[2]]))
                if not own and not self._hands_on(registers, i):
                    continue
                given = self._arguments(registers, i, shared)
                takes = {name for values in given for name in self._one_class(values)}
                result = registers[i[1]] if own else frozenset()
                gives = self._one_class(result)
                if any(isinstance(value, ClassValue) and value.name in gives for value in result):
                    gives = ()  # the class, said to be a row of it
                if gives:
                    read = registers_read(unit.code) if read is None else read
                    gives = gives if i[1] in read else ()
                if takes or gives:
                    number = i[9] if i[0] == CALL_FULL else i[5]
                    yield Passed(unit.name, number, tuple(sorted(takes)), gives)

    def _arguments(
        self, registers: list[Values], i: Instruction, shared: Collection[int]
    ) -> Iterator[Values]:
        """What goes into a call, each of what `*` and `**` spread by itself."""
        full = i[0] == CALL_FULL
        for register in [r for r in (*i[3], *(i[5] if full else ())) if r not in shared][:MOST_GIVEN]:
            yield registers[register]
        for register in (i[6], i[7]) if full else ():
            for value in registers[register] if register not in shared else ():
                cells = list(value.cells.values()) if isinstance(value, ContainerValue) else []
                yield from (cell.values for cell in cells[:MOST_GIVEN])
                if not cells:
                    yield value.one

    def _hands_on(self, registers: list[Values], i: Instruction) -> bool:
        """Whether a library calls a function of the project with what it is given besides: `map(f, rows)`."""
        if not any(value.name in _CALLING for value in registers[i[2]]):
            return False
        places = (*i[3], *(i[5] if i[0] == CALL_FULL else ()))
        return any(value.kind in (FUNCTION, BOUND) for register in places for value in registers[register])

    def _one_class(self, values: Values) -> tuple[str, ...]:
        """The class whose rows values are: rows, lists of them, or queries for them; nothing for several."""
        found = set()
        for value in values:
            if isinstance(value, ContainerValue) and value.kind_of != DICT:
                inside = [v for cell in list(value.cells.values())[:_MOST_HELD] for v in cell.values]
            else:
                inside = [value]
            for v in inside:
                if v.kind == INSTANCE and v.a in self._classes:
                    found.add(v.name)
                elif v.kind in (EXTERNAL, RESULT) and v.b in self._classes and v.name.endswith(_QUERIES):
                    found.add(v.b.name)
                elif v.kind == INSTANCE and isinstance(v.b, ClassValue) and v.b in self._classes:
                    found.update([v.b.name] if outside_base(v).endswith(_QUERIES) else ())
        return tuple(found) if len(found) == 1 else ()

    def _is_own(self, value: Value) -> bool:
        """Whether the project's own code runs when a value is called: rows in the making are not passed."""
        if isinstance(value, ClassValue):
            return value not in self._classes
        return value.kind in (FUNCTION, BOUND)

    def _attribute(self, unit: Unit, values: Values, kind: str, name: str, site: int) -> Iterator[RowUse]:
        instances = sorted(value for value in values if value.kind == INSTANCE)
        surest = self._subjects.surest(instances, rows_of) or instances
        found = self._subjects.names(sorted(value.a for value in surest)) if instances else []
        found += [
            value.name for value in sorted(values) if value.kind in _NAMED and value.name in self._types
        ]
        if found:
            for about in dict.fromkeys(found):
                yield RowUse(unit.name, site, 0, 0, kind, name, about)

    def _iteration(self, unit: Unit, values: Values, site: int) -> Iterator[RowUse]:
        abouts = self._abouts(values)
        for name, about in abouts:
            yield RowUse(unit.name, site, 0, 0, "iterate", name, about)

    def _abouts(self, values: Values) -> list[tuple[str, str]]:
        """(name, class) of what libraries have about rows."""
        about = [v for v in values if v.kind in (EXTERNAL, RESULT, INSTANCE) and isinstance(v.b, ClassValue)]
        if not about:
            return []
        about = self._subjects.surest(sorted(about), lambda value: value.b)
        found = [
            (v.name if v.kind != INSTANCE else outside_base(v), name)
            for v in about
            for name in self._subjects.names([v.b])
        ]
        return sorted(item for item in dict.fromkeys(found) if item[0])

    def _call(self, unit: Unit, registers: list[Values], i: Instruction) -> Iterator[RowUse]:
        callee = registers[i[2]]
        full = i[0] == CALL_FULL
        site, number = (i[8], i[9]) if full else (i[4], i[5])
        for kind, name in asked_by_name(unit, registers, i):
            yield from self._attribute(unit, registers[i[3][0]], kind, name, site)
        if sets_told(unit, registers, i):
            return
        given_to = [registers[register] for register in (*i[3], *(i[5] if full else ()))]
        yield from self._inherited(
            unit, callee, site, number, self._told_classes.made_with(unit, registers, i[2])
        )
        yield from self._told_class(unit, callee, given_to, site, number)
        if any(v.kind in (FUNCTION, BOUND) or isinstance(v, ClassValue) for v in callee):
            outside = [v for v in callee if v.kind in (EXTERNAL, RESULT) and v.b is not None]
        else:
            outside = [v for v in callee if v.kind in (EXTERNAL, RESULT)]
        if callee and not outside:
            yield from self._overridden(unit, callee, site, number)
            return
        given = tuple(self._handed.of(unit, registers, i, full))
        abouts: dict[tuple[str, str], None] = {}
        rows = self._subjects.surest(sorted(outside), lambda value: value.b)
        for value in rows or sorted(outside):
            plain = value.b.name if isinstance(value.b, ClassValue) else ""
            for name in self._subjects.names([value.b]) or self._fetched(value) or [plain]:
                abouts[value.name, name] = None
        if not abouts and any(kind != "text" for _, kind, _ in given):
            abouts["", ""] = None
        for name, about in sorted(abouts):
            if about or given:
                yield RowUse(unit.name, site, 0, number, "call", name, about, given)

    def _overridden(self, unit: Unit, callee: Values, site: int, number: int) -> Iterator[RowUse]:
        """A row's own `save()` in place of its library's does what that does, for whoever calls it."""
        outside = self._machine.outside
        for value in sorted(callee):
            class_ = value.b.a if value.kind == BOUND and value.b.kind == INSTANCE else None
            if not isinstance(class_, ClassValue) or class_ not in self._classes:
                continue
            name = value.name.rpartition(".")[2]
            above = [base.name for base in class_.order if not isinstance(base, ClassValue)]
            known = [*above, outside.at_least.get(class_, "")]
            full = next((f"{base}.{name}" for base in known if f"{base}.{name}" in outside.rules), "")
            if full:
                yield RowUse(unit.name, site, 0, number, "call", full, class_.name)

    def _fetched(self, value: Value) -> list[str]:
        """The rows that a method of a library fetches for a class that is about them: `view.get_object()`."""
        if not isinstance(value.b, ClassValue) or not self._machine.outside.fetches(value.name):
            return []
        return [row.name for row in self._subjects.of(value.b)]

    def _inherited(
        self, unit: Unit, callee: Values, site: int, number: int, made_with: str
    ) -> Iterator[RowUse]:
        """Methods of the project that are called on something that says which rows it is about.

        `made_with` is the class of rows that the receiver was told where it was made.
        """
        found: dict[tuple[str, str], None] = {}
        for value in sorted(callee):
            if value.kind != BOUND:
                continue
            receiver, method = value.b, value.a.a
            class_ = receiver.a if receiver.kind == INSTANCE else receiver
            owner = method.parent.class_value if method.parent is not None else None
            if owner is None or not isinstance(class_, ClassValue):
                continue
            told = [row.name for row in self._subjects.of(class_)]
            if made_with and not self._subjects.is_row(class_):
                found[value.name, made_with] = None
            elif receiver.kind == INSTANCE and receiver.b in self._classes:
                found[value.name, receiver.b.name] = None  # of a manager that says which rows it is about
            elif told:
                found.update(dict.fromkeys((value.name, about) for about in told if owner is not class_))
            elif self._subjects.inside is not None and owner in self._subjects.inside.order:
                found[value.name, ANY] = None  # `self.find()`
            elif not self._subjects.is_row(class_):
                return  # it may as well be about other rows
        told_here = (("told", "class", made_with),) if made_with else ()
        for name, about in found:
            given = told_here if about == made_with else ()
            yield RowUse(unit.name, site, 0, number, "inherited", name, about, given)

    def _told_class(
        self, unit: Unit, callee: Values, given: list[Values], site: int, number: int
    ) -> Iterator[RowUse]:
        """A function of the project that is told by an argument which class of rows it works on."""
        class_ = self._told_classes.class_among(given[:MOST_GIVEN])
        if class_ is None or len(callee) != 1:
            return
        handed = [v for values in given[:MOST_GIVEN] if len(values) == 1 for v in values]
        for function in (*callee, *handed):  # `partial(remove, Order)` tells what is called later
            if function.kind == FUNCTION:
                told = (("told", "class", class_.name),)
                yield RowUse(unit.name, site, 0, number, "inherited", function.name, class_.name, told)


def _rows_of(use: RowUse) -> set[str]:
    """The classes of rows that a use is about."""
    return {use.about} if use.about else {name for _, kind, name in use.given if kind != "text"}
