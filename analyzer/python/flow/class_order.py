"""The order in which Python looks for the attributes of a class: C3."""

from __future__ import annotations

from bisect import insort
from typing import TYPE_CHECKING, TypeGuard

from .values import CLASS, Value

if TYPE_CHECKING:
    from .classes import ClassValue


def _is_own(value: Value) -> TypeGuard[ClassValue]:
    """Whether a base is a class of the project."""
    return value.kind == CLASS


def hang(class_: ClassValue, bases: tuple[Value, ...]) -> None:
    """Gives a class its bases, and the bases the class."""
    for base in class_.bases:
        if _is_own(base) and class_ in base.below:
            base.below.remove(class_)
    class_.bases = bases
    for base in bases:
        if _is_own(base):
            insort(base.below, class_)


def linear(class_: Value, above: frozenset[Value], known: dict[Value, list[Value]]) -> list[Value]:
    """The C3 order of a class; where it contradicts itself, the first base wins. Circles are cut."""
    if not _is_own(class_):
        return [class_]
    if class_ in above:
        return []
    if class_ in known:
        return known[class_]
    above = above | {class_}
    if len(class_.bases) == 1:  # the usual case, without the merge that costs the square of the depth
        known[class_] = [class_, *(linear(class_.bases[0], above, known) or class_.bases)]
        return known[class_]
    lists = [list(linear(base, above, known)) for base in class_.bases] + [list(class_.bases)]
    order: list[Value] = [class_]
    lists = [items for items in lists if items]
    while lists:
        head = next(
            (items[0] for items in lists if not any(items[0] in other[1:] for other in lists)), lists[0][0]
        )
        order.append(head)
        lists = [
            items for items in ([item for item in items if item is not head] for items in lists) if items
        ]
    known[class_] = order
    return order
