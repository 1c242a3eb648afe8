"""Where the models of a project go that keeps all of them in one package beside those of its domain.

Such a package is a layer: as a service it would own all tables and serve nobody. So each of its modules
goes with the package of its name (`models/order_item.py` with `order`), else with what it is tied to most,
else with the models that it refers to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .settle import Bonds
from .survey import Survey
from .words import domain_words, is_layer, is_utility, last


def homes(survey: Survey, models: Iterable[str], parts: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Unit of the models -> the part that it goes with; what nothing ties to any part is not among them."""
    open_to = sorted(name for name in parts if not is_layer(name) and not is_utility(name))
    called = {domain_words(last(name)): name for name in reversed(open_to)}
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


def _namesake(name: str, called: Mapping[tuple[str, ...], str]) -> str:
    """The part whose words begin a name, the longest first; "" if there is none."""
    words = domain_words(name)
    return next((called[words[:end]] for end in range(len(words), 0, -1) if words[:end] in called), "")
