"""`[[pins]]` and `[proposals]`: what proposals must keep to."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.pins import Pin, PinKind, Sizes
from .tables import Table

_EXAMPLE = 'service = "payments" with names = ["shop.pay"], together = ["a", "b"] or apart = ["a", "b"]'


def read_pins(table: Table) -> Iterator[Pin]:
    """The pins of a file, in its order; mistakes are noted at their lines."""
    for entry in table.listed("pins"):
        service, names = entry.text("service"), entry.texts("names")
        pairs: dict[PinKind, tuple[str, ...]] = {
            "together": entry.texts("together"), "apart": entry.texts("apart"),
        }  # fmt: skip
        said: list[PinKind] = [kind for kind, found in pairs.items() if found]
        if len(said) + bool(service or names) != 1:
            entry.mistake("a pin says one of service, together and apart", help=f"write {_EXAMPLE}")
        elif not said and not (service and names):
            lacking = "names" if service else "service"
            entry.mistake(f"{entry.title} has no {lacking}", help=f"write {_EXAMPLE}")
        elif not said:
            yield Pin("service", names, service, entry.place("service"))
        elif len(pairs[said[0]]) < 2:
            entry.mistake(
                f"{said[0]} in {entry.title} names one thing", said[0], help=f'{said[0]} = ["a", "b"]'
            )
        else:
            yield Pin(said[0], pairs[said[0]], place=entry.place(said[0]))
        entry.finish()


def read_sizes(table: Table) -> Sizes:
    """`[proposals]`: how many modules a service has."""
    sizes = Sizes(*(_count(table, key) for key in ("smallest", "largest")))
    if 0 < sizes.largest < sizes.smallest:
        table.mistake(
            f"smallest is {sizes.smallest} and largest {sizes.largest} in {table.title}",
            "smallest",
            why="no service can have more and fewer modules at once",
            help="smallest = 3, largest = 80",
        )
    table.finish()
    return sizes


def _count(table: Table, key: str) -> int:
    value = table.number(key)
    if value is None:
        return 0
    if value < 1 or value != int(value):
        table.mistake(f"{key} in {table.title} is no number of modules", key, help=f"{key} = 10")
        return 0
    return int(value)
