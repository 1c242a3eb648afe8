"""Runs the code of a unit: all of it at first, then what changed since.

An instruction is stale when something that it read outside of its unit has grown, or when a register that it
reads has changed. What a unit costs is then what becomes new in it, not its size times how often something
does. (When all of a unit was run again each time, seven of ten instructions that ran for Django had been
given the same as the last time, and gave the same.)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from .code import (
    CAPTURE,
    FUNCTION,
    LOOPS,
    OPERATIONS,
    PHI,
    RESULTS,
    RETURN,
    STORE_CAPTURED,
    STORE_GLOBAL,
    STORE_NAME,
    Instruction,
    registers_read,
)
from .definitions import Definitions
from .instructions import Instructions
from .passing import returned_parts
from .units import PARAMETERS, Call, Reader, Unit
from .values import Values

if TYPE_CHECKING:
    from .machine import Machine

Registers = list[Values]
_READ_NOTHING = frozenset({PHI, RETURN, CAPTURE, STORE_NAME, STORE_GLOBAL, STORE_CAPTURED, FUNCTION})
"""Instructions that read registers alone."""
_MOST_ROUNDS = 3
"""How often, on average, the instructions of a unit may run before others have their turn."""


class Runs:
    """Runs instructions, which `code.py` describes."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._alike: dict[tuple[int, ...], tuple[int, ...]] = {}
        rooms = (Instructions(machine), Definitions(machine))
        self._operations: list[Callable[[Unit, Registers, Instruction], None]] = [
            next(getattr(room, name) for room in rooms if hasattr(room, name))
            for name in (f"run_{operation.lower()}" for operation in OPERATIONS)
        ]

    def run(self, unit: Unit) -> None:
        """Runs what is stale in a unit, until nothing in it is."""
        stale, unit.stale = unit.stale, set()
        unit.queued = False
        unit.evaluations += 1
        # What the body of a class binds last is what counts: its order matters.
        if stale is None or unit.kind == "class":
            self._run_all(unit)
        else:
            self._run_stale(unit, stale)

    def _run_all(self, unit: Unit) -> None:
        unit.started = True
        registers = unit.start[:]
        for register, values in _given(unit):
            registers[register] = values
        if not unit.readers:
            unit.readers = [
                Reader(unit, index) if i[0] not in _READ_NOTHING else unit.whole
                for index, i in enumerate(unit.code)
            ]
        operations, recorded = self._operations, dict[int, list[Call]]()
        for index, instruction in enumerate(unit.code):
            unit.reader = unit.readers[index]
            operations[instruction[0]](unit, registers, instruction)
            if unit.calls:
                recorded[index], unit.calls = unit.calls, []
        unit.reader = unit.whole
        unit.registers, unit.recorded = registers, recorded
        if unit.flags & LOOPS:
            early = _read_early(unit, registers)
            if early:
                self._run_these(unit, early)

    def _run_stale(self, unit: Unit, stale: set[int]) -> None:
        registers, users = unit.registers, self._users(unit)
        stale.discard(PARAMETERS)
        for register, values in _given(unit):
            if values != registers[register]:
                registers[register] = values
                stale.update(users[register])
        self._run_these(unit, stale)

    def _run_these(self, unit: Unit, waiting: set[int]) -> None:
        """Runs instructions and those that read what they change, from the first to the last."""
        registers, users, code, origins = unit.registers, self._users(unit), unit.code, unit.origins
        left = _MOST_ROUNDS * len(code)
        queue = sorted(waiting)
        while queue and left:
            left -= 1
            index = heappop(queue)
            waiting.discard(index)
            instruction = code[index]
            result = instruction[1] if instruction[0] in RESULTS else 0
            before, origin = registers[result], origins.get(result)
            unit.reader = unit.readers[index]
            self._operations[instruction[0]](unit, registers, instruction)
            if unit.calls:
                unit.recorded[index], unit.calls = unit.calls, []
            elif index in unit.recorded:
                del unit.recorded[index]
            if registers[result] != before or origins.get(result) != origin:
                for user in users[result]:
                    if user not in waiting:
                        waiting.add(user)
                        heappush(queue, user)
        unit.reader = unit.whole
        self._machine.work.wake({Reader(unit, index): None for index in queue})

    def _users(self, unit: Unit) -> Sequence[tuple[int, ...]]:
        """By register, the instructions that read it; told of a unit that is run a second time."""
        if unit.users is None:
            found = defaultdict[int, list[int]](list)
            for index, i in enumerate(unit.code):
                read = registers_read((i,))
                if i[0] == RETURN:
                    read.update(returned_parts(unit).get(i[1], ()))
                for register in read:
                    if register > 0:
                        found[register].append(index)
            # Most registers have one reader, and that is mostly among the first hundreds of its unit.
            users = (tuple(found.get(register, ())) for register in range(len(unit.start)))
            unit.users = [self._alike.setdefault(each, each) for each in users]
        return unit.users


def _given(unit: Unit) -> Iterator[tuple[int, Values]]:
    """The registers that hold what a function is given."""
    if unit.is_function:
        index = 1
        for cell in unit.parameters:
            yield index, cell.values
            index += 1
        for container in (unit.extra, unit.more):
            if container is not None:
                yield index, container.one
                index += 1


def _read_early(unit: Unit, registers: Registers) -> set[int]:
    """The instructions that read a register before a loop brought more round."""
    early = {
        result
        for result, sources in unit.loops
        for source in sources
        if registers[source] and not registers[source] <= registers[result]
    }
    return {index for index, i in enumerate(unit.code) if i[0] == PHI and i[1] in early} if early else set()
