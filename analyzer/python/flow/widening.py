"""Canonical widening: what stands for values that are too many to be told apart.

Kinds are widened apart: a few functions beside many texts stay what they are. What a cell was widened to does
not depend on which of the many came first.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

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
    SOME,
    Pool,
    Value,
    Values,
)

if TYPE_CHECKING:
    from .classes import ClassValue

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
        self._in_loops: dict[Values, Values] = {}

    def in_loop(self, values: Values) -> Values:
        """What a loop brings round: `text = text.strip()` has a longer name each time, and is what it was."""
        known = self._in_loops.get(values)
        if known is None:
            outside = {(v.name, v.b) for v in values if v.kind in (EXTERNAL, RESULT)}
            longer = {v for v in values if v.kind in (EXTERNAL, RESULT) and _is_of_another(v, outside)}
            known = self._in_loops[values] = values - longer if longer else values
        return known

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
        if group == "code":
            return self._pool.saturated in ceiling or any(_stands_for(other, value) for other in ceiling)
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
        return self._bound_once(members) or self._saturated()

    def _saturated(self) -> Values:
        self.count += 1
        return self._pool.saturated.one

    def _bound_once(self, members: list[Value]) -> Values:
        """Functions that are few, of many receivers each: these are merged. Nothing where it cannot be."""
        receivers: dict[tuple[int, Value], list[Value]] = defaultdict(list)
        for value in members:
            receivers[value.kind, value.a if value.kind == BOUND else value].append(value)
        if len(receivers) > _LIMITS["code"] or len(receivers) == len(members):
            return NONE
        found: set[Value] = set()
        for (_, function), bound in receivers.items():
            if len(bound) == 1:
                found.add(bound[0])
                continue
            if any(value.b.kind != INSTANCE for value in bound):
                return NONE
            base = _shared_base([value.b for value in bound])
            if base is None:
                return NONE
            found.add(self._pool.bound(function, base.some))
        return frozenset(found)

    def _common_base(self, members: list[Value]) -> Values:
        """An instance of the nearest base that all classes share."""
        base = _shared_base(members)
        return self._saturated() if base is None else base.some.one


def _shared_base(instances: list[Value]) -> ClassValue | None:
    """The nearest base that the classes of all instances share."""
    above = [value.a.above for value in instances]
    for base in min(value.a for value in instances).order:
        if base.kind == CLASS and all(base in order for order in above):
            shared: ClassValue = base
            return shared
    return None


def _stands_for(other: Value, value: Value) -> bool:
    """Whether a method bound to any of a class stands for the same one bound to one of these."""
    if other.kind != BOUND or value.kind != BOUND or other.a is not value.a:
        return other is value
    one, any_ = value.b, other.b
    return one is any_ or (any_.b == SOME and one.kind == INSTANCE and any_.a in one.a.above)


def _is_of_another(value: Value, outside: set[tuple[str, Value | None]]) -> bool:
    """Whether a value is an attribute, of an attribute, ... of another one."""
    owner = value.name.rpartition(".")[0]
    while owner:
        if (owner, value.b) in outside:
            return True
        owner = owner.rpartition(".")[0]
    return False
