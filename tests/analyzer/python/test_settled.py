"""What has flowed is settled: whoever read something that grew was run again, and nothing more would come of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from carveout.analyzer.pipeline import analyze
from carveout.analyzer.python.flow import solve
from carveout.analyzer.python.flow.code import OPERATIONS, RESULTS
from carveout.analyzer.python.flow.runs import Runs
from carveout.analyzer.python.flow.units import Unit

ROOT = Path(__file__).parents[3]


def _once_more(runs: Runs, unit: Unit) -> Iterator[str]:
    """Runs every instruction of a unit by itself, and tells what then is not what it was."""
    for index, instruction in enumerate(unit.code):
        result = instruction[1] if instruction[0] in RESULTS else 0
        before, calls = unit.registers[result], unit.recorded.get(index, [])
        unit.reader = unit.readers[index]
        runs._operations[instruction[0]](unit, unit.registers, instruction)
        if unit.registers[result] != before or sorted(unit.calls, key=str) != sorted(calls, key=str):
            yield f"{unit.path} {unit.name}: {OPERATIONS[instruction[0]]} {instruction}"
        unit.reader, unit.calls, unit.registers[result] = unit.whole, [], before


@pytest.mark.parametrize(
    "folder", ["sample_monolith", "tests/bench/language", "src/carveout/analyzer/proposals"]
)
def test_running_everything_again_tells_nothing_new(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run, said, ran = solve._run, list[str](), 0

    def watched(machine: Any, units: list[list[Unit]], rows: Any) -> int:
        nonlocal ran
        unfinished = run(machine, units, rows)
        for unit in (unit for scopes in units for unit in scopes):
            if unit.registers and unit.kind != "class":  # a class is run as one
                ran += len(unit.code)
                said.extend(_once_more(machine.runs, unit))
        said.extend(f"{unit.path} {unit.name} waits" for *_, unit in machine.work.queue)
        return unfinished

    monkeypatch.setattr(solve, "_run", watched)
    analyze(ROOT / folder, cache=False, workers=1)
    assert ran > 1000
    assert said == []
