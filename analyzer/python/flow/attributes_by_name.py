"""Attributes that code asks for or sets by their names: `getattr(order, "x")`, `setattr(order, "x", 1)`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .code import CALL, CALL_FULL, Instruction
from .units import Unit
from .values import CONSTANT, Values

_SETS = "<builtin>.setattr"
_KINDS = {_SETS: "assign", "<builtin>.getattr": "read", "<builtin>.hasattr": "read"}
"""What does so; asking a row for an attribute may load another."""


def asked_by_name(unit: Unit, registers: Sequence[Values], i: Instruction) -> Iterator[tuple[str, str]]:
    """(read or assign, name) of the attributes of the first argument that a call names."""
    if i[0] not in (CALL, CALL_FULL) or len(i[3]) < 2 or _fills_itself(unit, registers, i):
        return
    kinds = {_KINDS[value.name] for value in registers[i[2]] if value.name in _KINDS}
    for kind in sorted(kinds):
        for key in sorted(registers[i[3][1]]):
            if key.kind == CONSTANT and isinstance(key.a, str):
                yield kind, key.a


def sets_told(unit: Unit, registers: Sequence[Values], i: Instruction) -> bool:
    """Whether a call sets attributes, and it is told which, or those of a method's own object.

    That may still be in the making.
    """
    if not any(value.name == _SETS for value in registers[i[2]]):
        return False
    return _fills_itself(unit, registers, i) or any(True for _ in asked_by_name(unit, registers, i))


def _fills_itself(unit: Unit, registers: Sequence[Values], i: Instruction) -> bool:
    own = bool(i[3]) and i[3][0] == 1 and unit.parent is not None and unit.parent.kind == "class"
    return own and any(value.name == _SETS for value in registers[i[2]])
