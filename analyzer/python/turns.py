"""Which code of a file runs once for each turn of a loop."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from ..model.facts import Loop

_Span = tuple[tuple[int, int], tuple[int, int]]
_AFTER = (1 << 60, 0)


class Turns:
    """The loops of one file, by scope; of loops inside one another, the outermost."""

    def __init__(self, loops: Sequence[Loop]) -> None:
        self._spans: dict[str, list[_Span]] = {}
        for loop in sorted(loops, key=lambda loop: (*loop.start, *(-part for part in loop.end))):
            start, end = (loop.start[0], loop.start[1]), (loop.end[0], loop.end[1])
            spans = self._spans.setdefault(loop.scope, [])
            if not spans or start >= spans[-1][1]:
                spans.append((start, end))

    def hold(self, scope: str, line: int, column: int) -> bool:
        """Whether a place lies in a loop of its scope."""
        spans = self._spans.get(scope, ())
        index = bisect_right(spans, ((line, column), _AFTER)) - 1
        return index >= 0 and (line, column) < spans[index][1]
