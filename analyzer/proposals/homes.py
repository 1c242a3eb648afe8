"""Where the pieces of a layer go that stands beside the packages of the domain.

As a service a layer would serve nobody. One with the models of all others goes with them module by module:
with the package of its name (`models/order_item.py` with `order`), else with what it is tied to most, else
with the models that it refers to. One that mirrors them (`graphql/order`, `graphql/product`) goes by names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .settle import Bonds
from .survey import Survey
from .words import domain_words, is_layer, is_utility, last


def homes(survey: Survey, models: Iterable[str], parts: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Unit of the models -> the part that it goes with; what nothing ties to any part is not among them."""
    open_to, called = _domain(parts)
    bonds = Bonds(survey, {**{unit: [unit] for unit in models}, **parts})
    found: dict[str, str] = {}
    for unit in sorted(models):
        home = _namesake(last(survey.units[unit].module), called) or bonds.best(unit, open_to)[0]
        if home:
            found[unit] = home
    for unit, home in found.items():
        bonds.merge(unit, home)
    for unit in sorted(set(models) - found.keys()):
        home = bonds.best(unit, open_to)[0]
        if home:
            found[unit] = home
    return found


def mirrored(pieces: Iterable[str], parts: Iterable[str]) -> dict[str, str]:
    """Package or module of a layer -> the part of its name; others are not among them."""
    called = _domain(parts)[1]
    return {piece: part for piece in sorted(pieces) if (part := _namesake(last(piece), called))}


def _domain(parts: Iterable[str]) -> tuple[list[str], dict[tuple[str, ...], str]]:
    """The parts that are neither layer nor utility, by name and by the words of their names."""
    names = sorted(name for name in parts if not is_layer(name) and not is_utility(name))
    return names, {domain_words(last(name)) or (last(name),): name for name in reversed(names)}


def _namesake(name: str, called: Mapping[tuple[str, ...], str]) -> str:
    """The part whose words begin a name, the longest first; "" if there is none."""
    words = domain_words(name) or (name,)
    return next((called[words[:end]] for end in range(len(words), 0, -1) if words[:end] in called), "")
