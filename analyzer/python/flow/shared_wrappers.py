"""Rows that a function knows only from a wrapper which it shares with others.

Many functions below one decorator are called through its one wrapper: `function(*args, **kwargs)`. What any
of them was given reaches all of them, and what any of them gives comes out of each call. A parameter that
bears the name of the class of its rows, or declares it, is believed; of others that is but possible. A call
gives what the function of the name that it calls gives.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from .code import (
    ATTRIBUTE,
    AWAIT,
    CALL,
    CALL_FULL,
    GLOBAL,
    IMPORT_FROM,
    ITEM,
    ITERATE,
    PHI,
    SLICE,
    UNPACK,
    Instruction,
)
from .units import Unit
from .values import BOUND, FUNCTION, INSTANCE, MODULE, Value, Values

_OF_FIRST = frozenset({ATTRIBUTE, CALL, CALL_FULL, ITEM, SLICE, ITERATE, UNPACK, AWAIT})
"""Instructions whose result is about what their first operand is about."""
_LOADS = frozenset({GLOBAL, ATTRIBUTE, IMPORT_FROM})
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_NOTHING: frozenset[int] = frozenset()


class SharedWrappers:
    """Tells of registers whether the rows in them came from such a wrapper."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._wrapped: dict[Value, Collection[Unit]] = {}
        """What the wrappers hand their arguments to."""
        for unit in units:
            fed = _fed(unit)
            if fed:
                self._wrapped[unit.value] = fed
        self._fed = {function for fed in self._wrapped.values() for function in fed}
        self._known: dict[Unit, frozenset[int]] = {}

    def registers(self, unit: Unit) -> frozenset[int]:
        """The registers of a function, as it ran last, of which only a shared wrapper told the rows."""
        if unit not in self._fed or not unit.registers:
            return _NOTHING
        found = self._known.get(unit)
        if found is None:
            found = self._known[unit] = frozenset(_follow(unit))
        return found

    def narrowed(self, unit: Unit) -> list[Values]:
        """What the registers of a scope hold, without the rows of what others below a wrapper are about."""
        registers = unit.registers
        allowed = dict(self._allowed(unit)) if self._wrapped and registers else {}
        if not allowed:
            return registers
        found = [*registers]
        for register, rows in allowed.items():
            kept = (value for value in registers[register] if value.kind != INSTANCE or value.a in rows)
            found[register] = frozenset(kept) or registers[register]
        return found

    def _allowed(self, unit: Unit) -> Iterator[tuple[int, set[object]]]:
        """Registers with the classes of the rows that they may hold."""
        for index, values in unit.known.items() if unit in self._fed else ():
            rows = _rows(values)
            if rows:
                yield index + 1, rows
        loaded: dict[int, str] = {}
        found: dict[int, set[object]] = {}
        for i in unit.code:
            if i[0] in _LOADS:
                loaded[i[1]] = _name(unit, i)
            elif i[0] == PHI and found:
                parts = [found.get(register) for register in i[2] if unit.registers[register]]
                if parts and None not in parts:
                    found[i[1]] = set[object]().union(*(part for part in parts if part is not None))
            elif i[0] == AWAIT and i[2] in found:
                found[i[1]] = found[i[2]]
            elif i[0] in (CALL, CALL_FULL) and i[2] in loaded:
                rows = self._given(unit.registers[i[2]], loaded[i[2]])
                if rows:
                    found[i[1]] = rows
        yield from found.items()

    def _given(self, callee: Values, name: str) -> set[object]:
        """The classes of the rows that the one function of a name gives, among those below a wrapper."""
        fed = [f for value in callee for f in self._wrapped.get(value, ())]
        named = {f for f in fed if f.dotted == name or f.dotted.endswith(f".{name}")}
        if len(named) != 1:
            return set()
        function = named.pop()
        return _rows(function.result.values | function.declared)


def _rows(values: Values) -> set[object]:
    return {value.a for value in values if value.kind == INSTANCE}


def _name(unit: Unit, i: Instruction) -> str:
    """The name by which an instruction loads something: of an attribute of a module its whole name."""
    if i[0] == GLOBAL:
        return unit.names[i[2]]
    if i[0] == IMPORT_FROM:
        return str(i[4]) if i[2] else f"{i[3]}.{i[4]}"
    modules = [value.name for value in unit.registers[i[2]] if value.kind == MODULE]
    return f"{modules[0]}.{unit.names[i[3]]}" if len(modules) == 1 else unit.names[i[3]]


def _fed(unit: Unit) -> Collection[Unit]:
    """The functions that a wrapper hands its own `*args` to, if these are several."""
    if not unit.is_function or unit.extra is None or not unit.registers:
        return ()
    rest = len(unit.parameters) + 1
    found: dict[Unit, None] = {}
    for i in unit.code:
        if i[0] == CALL_FULL and i[6] == rest:
            for value in unit.registers[i[2]]:
                if value.kind in (FUNCTION, BOUND):
                    found[value.a if value.kind == FUNCTION else value.a.a] = None
    return found if len(found) > 1 else ()


def _follow(unit: Unit) -> set[int]:
    names = {index: name for name, index in unit.keywords.items()}
    found = {
        index + 1
        for index, name in names.items()
        if index not in unit.known and not _is_named_after(name, unit.registers[index + 1])
    }
    for i in unit.code if found else ():
        if i[0] == PHI:
            holding = [register for register in i[2] if unit.registers[register]]
            if holding and found.issuperset(holding):
                found.add(i[1])
        elif i[0] in _OF_FIRST and i[2] in found:
            found.add(i[1])
    return found


def _is_named_after(name: str, values: Values) -> bool:
    """Whether a parameter is called as the class is whose rows it holds, or as the end of its name."""
    plain = name.replace("_", "").lower()
    for value in values:
        words = _WORD.findall(value.a.name.rpartition(".")[2]) if value.kind == INSTANCE else []
        ends = ("".join(words[index:]).lower() for index in range(len(words)))
        if any(plain.endswith((end, f"{end}s")) for end in ends):
            return True
    return False
