"""When something is put into a router: a scope does things in order, and calls of it are such things."""

from __future__ import annotations

from functools import cached_property

from ...model.world import Symbol, World

Step = tuple[str, str, int, int]
"""(path, scope, line, column): steps of one scope are taken in the order of their lines."""
_NESTED = 20


class Moments:
    """The steps that lead to a place in a function: the one call of it, and what leads to that."""

    def __init__(self, world: World) -> None:
        self._world = world

    def of(self, path: str, scope: str, line: int, column: int) -> tuple[Step, ...]:
        """From the top level of a module, or from a function that none or several places call, downwards."""
        steps: list[Step] = [(path, scope, line, column)]
        while scope and len(steps) < _NESTED:
            calls = self._calls.get(f"{self._world.module_of(path)}.{scope}", ())
            if len(calls) != 1:
                break
            path, scope, line, column = calls[0]
            steps.append((path, scope, line, column))
        return tuple(reversed(steps))

    @cached_property
    def _calls(self) -> dict[str, list[Step]]:
        """Function -> the places that call it, tests apart."""
        found: dict[str, list[Step]] = {}
        for path in self._world.files:
            if self._world.is_test(path):
                continue
            for call, symbol in self._world.calls(path):
                name = self._function(symbol)
                if name:
                    found.setdefault(name, []).append((path, call.scope, call.line, call.column))
        return found

    def _function(self, symbol: Symbol | None) -> str:
        if symbol is not None and symbol.kind == "class":
            symbol = self._world.member(symbol.name, "__init__")
        return symbol.name if symbol is not None and symbol.kind == "function" else ""
