"""What must not grow faster than the code. Calls are counted, so that the load of the machine does not matter."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph


def _chain(count: int) -> str:
    return "class C0: pass\n" + "".join(f"class C{i}(C{i - 1}): pass\n" for i in range(1, count))


def _circle(count: int) -> str:
    return "".join(f"def f{i}(a):\n    a.x{i}\n    f{(i + 1) % count}(a)\n" for i in range(count))


def _steps(work: Callable[[], object]) -> int:
    count = 0

    def step(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(step)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "make", [_chain, _circle], ids=["classes that inherit in a row", "functions in a circle"]
)
def test_twice_the_code(make: Callable[[int], str], graph_of: Callable[[dict[str, str]], Graph]) -> None:
    graph_of({"a.py": make(3)})  # what is made once
    once = _steps(lambda: graph_of({"a.py": make(60)}))
    twice = _steps(lambda: graph_of({"a.py": make(120)}))
    # Each class in a row has an order of resolution as long as the row; four times would be a square.
    assert twice / once < 3.2
