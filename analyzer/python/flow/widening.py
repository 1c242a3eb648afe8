"""Canonical widening: what stands for values that are too many to be told apart.

Kinds are widened apart: a few functions beside many texts stay what they are. What a cell was widened to does
not depend on which of the many came first.
"""

from __future__ import annotations

from collections import defaultdict

from .values import (
    BOUND,
    CLASS,
    CONSTANT,
    CONTAINER,
    EXTERNAL,
    FUNCTION,
    GENERATED,
    INSTANCE,
    METHOD,
    NONE,
    PARTIAL,
    RESULT,
    Pool,
    Value,
    Values,
)

_GROUPS = {
    FUNCTION: "code", BOUND: "code", CLASS: "code", PARTIAL: "code", INSTANCE: "instance",
    EXTERNAL: "outside", RESULT: "outside", CONTAINER: "container", GENERATED: "generator",
    METHOD: "container", CONSTANT: "constant",
}  # fmt: skip
_LIMITS = {
    "code": 24,
    "instance": 8,
    "outside": 6,
    "container": 6,
    "generator": 6,
    "constant": 8,
    "row": 24,
    "about": 8,
}
LIMIT = min(_LIMITS.values())
"""Cells with no more values than this are never widened."""


class Widening:
    """Stands for values; `ceilings` are what a cell was widened to, by group."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.count = 0
        """Cells that were widened to "saturated"."""
        self.any_row: dict[Value, Value] = {}
        """Class that is kept in a table -> the class that stands for any of them."""

    def _group(self, value: Value) -> str:
        """What a value is counted with: classes of rows, and what is about rows, by themselves."""
        group = _GROUPS.get(value.kind, "")
        if group == "code" and value in self.any_row:
            return "row"
        return "about" if group == "outside" and value.b in self.any_row else group

    def bounded(self, values: Values, ceilings: dict[str, Values]) -> Values:
        """The values, with each group that is too large replaced. Adds to the ceilings."""
        groups: dict[str, list[Value]] = defaultdict(list)
        for value in values:
            groups[self._group(value)].append(value)
        found = set(groups.pop("", ()))
        for group, members in groups.items():
            if len(members) <= _LIMITS[group]:
                found.update(members)
                continue
            ceilings[group] = ceilings.get(group, NONE) | self._instead(group, members)
            if len(ceilings[group]) > _LIMITS[group]:
                ceilings[group] = self._pool.saturated.one
            found |= ceilings[group]
        return frozenset(found)

    def below(self, values: Values, ceilings: dict[str, Values]) -> Values:
        """The values that no ceiling stands for."""
        return frozenset(value for value in values if not self._covered(value, ceilings))

    def _covered(self, value: Value, ceilings: dict[str, Values]) -> bool:
        group = self._group(value)
        ceiling = ceilings.get(group)
        if ceiling is None:
            return False
        if group == "row":
            return self.any_row[value] in ceiling
        if group == "about":
            stands = self.any_row[value.b]
            return any(
                other.b is None or (other.b is stands and other.name == value.name) for other in ceiling
            )
        if group != "instance":
            return True
        return any(other.kind != INSTANCE or other.a in value.a.above for other in ceiling)

    def _instead(self, group: str, members: list[Value]) -> Values:
        if group == "instance":
            return self._common_base(members)
        if group == "row":
            return frozenset(self.any_row[value] for value in members)
        if group == "about":
            names = {value.name for value in members}
            if len(names) <= _LIMITS[group]:
                made = (self._pool.known(RESULT, v.name, None, self.any_row[v.b]) for v in members)
                return frozenset(made)
        if group in ("outside", "about"):
            return frozenset(self._pool.result(f"{value.name.partition('.')[0]}.*") for value in members)
        if group in ("container", "generator"):
            return self._pool.anything("container").one
        if group == "constant":
            return self._pool.without_constants(frozenset(members))
        self.count += 1
        return self._pool.saturated.one

    def _common_base(self, members: list[Value]) -> Values:
        """An instance of the nearest base that all classes share."""
        above = [value.a.above for value in members]
        for base in min(value.a for value in members).order:
            if base.kind == CLASS and all(base in order for order in above):
                instance: Value = base.some
                return instance.one
        self.count += 1
        return self._pool.saturated.one
