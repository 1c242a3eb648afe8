"""Calls of one file by their place: chains such as `Order.objects.filter(...).update(...)`.

All calls of a chain start at one place; the text of the outermost is the longest.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..model.facts import Call


class CallChains:
    """The calls of a file, by their scope and number, and the last method of each chain."""

    def __init__(self, calls: Sequence[Call]) -> None:
        self._targets = {(call.scope, call.order): call.target for call in calls}
        self._longest: dict[tuple[str, int, int], str] = {}
        for call in calls:
            key = (call.scope, call.line, call.column)
            if len(call.target) > len(self._longest.get(key, "")):
                self._longest[key] = call.target

    def target(self, scope: str, order: int) -> str:
        """What a call calls, as a path expression; "" for what stands in no source."""
        return self._targets.get((scope, order), "")

    def last(self, scope: str, line: int, column: int) -> str:
        """The last method of the chain that starts at a place, if it has several calls."""
        target = self._longest.get((scope, line, column), "")
        return target.rpartition(".")[2] if "()" in target else ""
