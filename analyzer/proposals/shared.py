"""Library and domain apart: what every service may import, and what belongs to none, with the reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil

from .structure import Candidates
from .survey import Survey
from .words import is_layer, is_settings, is_utility, last

_CODE_LINKS = ("imports", "calls", "inherits")
_SMALL = 20
"""Times that a part must fit into the project to be passed over when nothing uses it."""
_USED_BY = 0.4
"""Share of the other parts that must use a part before it counts as library."""


@dataclass(slots=True)
class Sorted:
    """`domain` is what remains to be distributed; `kernel` and `aside` say why by name of group."""

    domain: dict[str, list[str]] = field(default_factory=dict)
    kernel: dict[str, str] = field(default_factory=dict)
    aside: dict[str, str] = field(default_factory=dict)


def sort_out(survey: Survey, found: Candidates) -> Sorted:
    """Sorts candidates into domain, shared kernel, and what belongs to no service."""
    users, uses = group_links(survey, found.groups)
    result = Sorted()
    for name, units in sorted(found.groups.items()):
        if name in found.loose and not _owned(survey, units) and is_settings(name):
            result.aside[name] = "configures or starts the project"
        elif is_utility(name) and not _owned(survey, units) and not _entries(survey, units):
            result.kernel[name] = f'"{last(name)}" names a utility; it has no tables and no routes'
        else:
            result.domain[name] = units
    # What library code needs does not count against it, so another look may find more of it.
    for _ in range(3):
        count = len(result.domain)
        inner = {name: uses[name] & result.domain.keys() for name in result.domain}
        outer = {name: users[name] & result.domain.keys() for name in result.domain}
        for name, units in list(result.domain.items()):
            _decide(survey, result, name, units, outer[name], inner[name], count, name in found.loose)
        if len(result.domain) == count:
            break
    return result


def _decide(
    survey: Survey,
    result: Sorted,
    name: str,
    units: list[str],
    users: set[str],
    uses: set[str],
    count: int,
    loose: bool,
) -> None:
    """Moves one part out of the domain if it is the project's root or library code."""
    entries = _entries(survey, units)
    if _owned(survey, units):
        return
    if loose and entries <= 3 and len(uses) >= max(3, ceil(count / 3)) and len(users) <= 1:
        result.aside[name] = f"puts the parts together: it uses {len(uses)} of them"
    elif not entries and not users and _is_script(survey, units):
        result.aside[name] = "nothing uses it; it has no tables and no routes"
    elif is_layer(name) and not uses and len(users) >= 2:
        result.kernel[name] = f"{last(name)} that {len(users)} parts build on; it needs none of them"
    elif not entries and len(users) >= max(3, ceil((count - 1) * _USED_BY)) and 2 * len(uses) <= len(users):
        result.kernel[name] = (
            f"used by {len(users)} of {count - 1} other parts; it has no tables and no routes"
        )
    else:
        return
    del result.domain[name]


def _is_script(survey: Survey, units: list[str]) -> bool:
    """Whether a part is small beside an application that has routes: scripts, seeds, what is left over."""
    answers = any(unit.entries for unit in survey.units.values())
    return answers and _SMALL * len(units) <= len(survey.units)


def _owned(survey: Survey, units: list[str]) -> int:
    return sum(survey.units[unit].data for unit in units)


def _entries(survey: Survey, units: list[str]) -> int:
    return sum(survey.units[unit].entries for unit in units)


def group_links(
    survey: Survey, groups: Mapping[str, list[str]]
) -> tuple[Mapping[str, set[str]], Mapping[str, set[str]]]:
    """(users, uses) of each group by code: imports, calls and inheritance."""
    group_of = {unit: name for name, units in groups.items() for unit in units}
    users: defaultdict[str, set[str]] = defaultdict(set)
    uses: defaultdict[str, set[str]] = defaultdict(set)
    for left, right, kind in survey.links:
        origin, owner = group_of.get(left), group_of.get(right)
        if kind in _CODE_LINKS and origin and owner and origin != owner:
            users[owner].add(origin)
            uses[origin].add(owner)
    return users, uses
