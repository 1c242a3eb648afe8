"""Says which classes and modules a proposal divides: their functions touch data of several services."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from .survey import Survey

_TOLD = 3
_SERVICES = 4
_MANY = 12
"""How many classes of one file nobody keeps up by name in a boundary."""


def divided(survey: Survey, owner: Mapping[str, str]) -> Iterable[str]:
    """One line for each module or class whose pieces lie in several services; `owner` is that of units."""
    pieces: defaultdict[str, list[str]] = defaultdict(list)
    for unit, module in survey.split.items():
        if unit in owner:
            above = unit.rpartition(".")[0]
            pieces[above if above != module else module].append(unit)
    told = sorted(
        ((above, units) for above, units in pieces.items() if len({owner[unit] for unit in units}) > 1),
        key=lambda pair: (-len(pair[1]), pair[0]),
    )
    for above, units in told[:_TOLD]:
        places = Counter(owner[unit] for unit in units)
        named = sorted(places, key=lambda name: (-places[name], name))
        where = ", ".join(f"{name} {places[name]}" for name in named[:_SERVICES])
        more = f", {len(named) - _SERVICES} more" if len(named) > _SERVICES else ""
        yield f"{above} is divided, {_why(survey, units)}: {where}{more}"
    yield from _first(survey, told)
    if len(told) > _TOLD:
        yield f"{len(told) - _TOLD} more modules or classes are divided likewise"


def _first(survey: Survey, told: Sequence[tuple[str, list[str]]]) -> Iterable[str]:
    """The step before all others where one file holds the models of most tables."""
    for above, units in told:
        held = sum(len(survey.units[unit].tables) for unit in units)
        if 2 * held > len(survey.tables) and len(units) >= _MANY:
            yield (
                f"first split {above} into a module for each service: until then each of its {len(units)} "
                "classes stands in carveout.toml by its own name"
            )


def _why(survey: Survey, units: list[str]) -> str:
    """What is divided, and the reason: models of a project in one file, or functions with data apart."""
    known = set(units)
    models = sum(bool(survey.units[unit].tables) for unit in units)
    tables = {
        right for left, right, kind in survey.links if left in known and kind in ("reads", "writes", "joins")
    } & set(survey.tables)
    if 2 * models > len(units):
        return f"as it defines the tables of several services with its {len(units)} classes"
    return f"as its {len(units)} functions and classes touch {len(tables)} tables, each only a few of them"
