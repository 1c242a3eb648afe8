"""Library and domain apart: what every service may import, and what belongs to none, with the reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import NamedTuple
from weakref import WeakKeyDictionary

from .library import USED_BY, Library
from .structure import candidates
from .survey import CODE_LINKS, Survey
from .tree import Candidates
from .words import is_command_line, is_layer, is_settings, is_utility, last

_SMALL = 20
"""Times that a part must fit into the project to be passed over when nothing uses it."""
_TIMES = 5
"""How much more often other parts use library code than it uses them."""
_WIRED = 3
"""How many parts a module that no part uses must use to be what puts them together."""
_COMMANDS = 3
"""From how many parts on commands are those of the whole project."""


@dataclass(slots=True)
class Sorted:
    """`domain` is what remains to be distributed, by part; `kernel` and `aside` say why by unit.

    `loose` are parts of the domain that are one module beside the packages, or left over from library code.
    """

    domain: dict[str, list[str]] = field(default_factory=dict)
    kernel: dict[str, str] = field(default_factory=dict)
    aside: dict[str, str] = field(default_factory=dict)
    loose: list[str] = field(default_factory=list)


class _Totals(NamedTuple):
    """What the units of a part come to, and how it is tied to the others."""

    tables: int
    data: int
    answers: int
    commands: int
    users: set[str]
    uses: set[str]
    used: int
    using: int


_parts: WeakKeyDictionary[Survey, dict[float, tuple[Candidates, Sorted]]] = WeakKeyDictionary()


def sorted_parts(survey: Survey, granularity: float = 0.5) -> tuple[Candidates, Sorted]:
    """The candidates of a project and how they are sorted; worked out once, as every strategy asks for it."""
    known = _parts.setdefault(survey, {})
    if granularity not in known:
        found = candidates(survey, granularity)
        known[granularity] = found, sort_out(survey, found)
    return known[granularity]


def sort_out(survey: Survey, found: Candidates) -> Sorted:
    """Sorts candidates into domain, shared kernel, and what belongs to no service."""
    sorting = _Sorting(survey, found)
    sorting.by_name()
    # What library code needs does not count against it, so another look may find more of it.
    for _ in range(3):
        if not sorting.by_ties():
            break
    return sorting.apart()


class _Sorting:
    """Whole parts first, then modules out of them."""

    def __init__(self, survey: Survey, found: Candidates) -> None:
        self._survey = survey
        self._found = found
        self._into: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self._out: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for (left, right), count in group_weights(survey, found.groups).items():
            self._into[right][left] = self._out[left][right] = count
        self._domain = dict(sorted(found.groups.items()))
        self._kernel: dict[str, str] = {}
        self._aside: dict[str, str] = {}
        self._answering = any(unit.answers for unit in survey.units.values())

    def _totals(self, name: str) -> _Totals:
        units = [self._survey.units[unit] for unit in self._found.groups[name]]
        into = {other: count for other, count in self._into[name].items() if other in self._domain}
        out = {other: count for other, count in self._out[name].items() if other in self._domain}
        return _Totals(
            sum(len(unit.tables) for unit in units),
            sum(unit.data for unit in units),
            sum(unit.answers for unit in units),
            sum(unit.commands for unit in units),
            set(into), set(out), sum(into.values()), sum(out.values()),
        )  # fmt: skip

    def by_name(self) -> None:
        """What is named a utility or a setting, and has nothing of its own."""
        for name in list(self._domain):
            totals = self._totals(name)
            starts = is_settings(name) and not (totals.tables or totals.answers)
            if name in self._found.loose and starts and not (totals.data and totals.users):
                self._aside[name] = "configures or starts the project"
            elif is_utility(name) and not totals.data and not totals.answers:
                self._kernel[name] = f'"{last(name)}" names a utility; it has no tables and no routes'
            else:
                continue
            del self._domain[name]

    def by_ties(self) -> bool:
        """What the ties between parts show to be no part of the domain; whether anything was found."""
        count = len(self._domain)
        for name, units in list(self._domain.items()):
            totals = self._totals(name)
            if reason := self._no_part(name, units, totals, count):
                self._aside[name] = reason
            elif reason := self._library(name, totals, count):
                self._kernel[name] = reason
        for name in (*self._aside, *self._kernel):
            self._domain.pop(name, None)
        return len(self._domain) < count

    def _no_part(self, name: str, units: list[str], totals: _Totals, count: int) -> str:
        """Why a part belongs to no service; "" if it may."""
        loose, uses, users = name in self._found.loose, totals.uses, totals.users
        if totals.tables or totals.answers > 3:
            return ""
        wires = _WIRED if not users else max(_WIRED, ceil(count / 3))
        if loose and not totals.data and len(uses) >= wires and len(users) <= 1:
            return f"puts the parts together: it uses {len(uses)} of them"
        if not users and not totals.data and totals.commands > totals.answers and is_command_line(name):
            return "a command line that nothing uses; it touches no tables"
        small = self._answering and _SMALL * len(units) <= len(self._survey.units)
        if totals.answers:
            alone = small and len(uses) <= 1 and not (users or totals.data or totals.commands)
            many = f"{totals.answers} routes that touch" if totals.answers > 1 else "1 route that touches"
            return f"{many} no tables; nothing uses it" if alone and not self._touches(name) else ""
        if not users and totals.commands and (len(uses) >= _COMMANDS or not (uses or totals.data)):
            used = f"it uses {len(uses)} parts" if uses else "it uses no part"
            return f"a command line for the whole project: {used}"
        if not users and not totals.commands and not totals.data and small:
            return "nothing uses it; it has no tables and no routes"
        return ""

    def _touches(self, name: str) -> bool:
        """Whether code of a part reads or writes a table."""
        units = {*self._found.groups[name]}
        return any(left in units and right.startswith("table:") for left, right, _ in self._survey.links)

    def _library(self, name: str, totals: _Totals, count: int) -> str:
        """Why a part is library code; "" if it is none."""
        users, uses = totals.users, totals.uses
        if totals.data or totals.answers:
            return ""
        if is_layer(name) and not uses and len(users) >= 2:
            return f"{last(name)} that {len(users)} parts build on; it needs none of them"
        many = len(users) >= max(3, ceil((count - 1) * USED_BY))
        if many and 2 * len(uses) <= len(users):
            return f"used by {len(users)} of {count - 1} other parts; it has no tables and no routes"
        if len(users) >= (3 if self._answering else count) and totals.used >= _TIMES * totals.using:
            return (
                f"{len(users)} parts use it, {_TIMES} times as much as it uses them, or more; "
                "it has no tables and no routes"
            )
        return ""

    def apart(self) -> Sorted:
        """The parts, after single library modules were taken out of them."""
        groups = self._found.groups
        kernel = {unit: reason for name, reason in self._kernel.items() for unit in groups[name]}
        part_of = {unit: name for name, units in self._domain.items() for unit in units}
        library = Library(self._survey, part_of, kernel)
        library.collect()
        self._whole_again(library)
        result = Sorted(kernel=library.kernel, loose=list(self._found.loose))
        for name, reason in self._aside.items():
            result.aside.update(dict.fromkeys(groups[name], reason))
        used = {right for _, right, kind in self._survey.links if kind in CODE_LINKS}
        for unit, part in sorted(library.part_of.items()):
            known = self._survey.units[unit]
            if is_settings(unit) and unit not in used and not (known.data or known.entries):
                result.aside[unit] = "configures or starts the project"
            else:
                result.domain.setdefault(part, []).append(unit)
        for name, units in result.domain.items():
            lent = name in library.lending and 2 * len(units) < len(groups[name])
            if lent or name not in groups:
                result.loose.append(name)
        return result

    def _whole_again(self, library: Library) -> None:
        """A part that had to leave the kernel for the most part leaves it as a whole, under its own name."""
        survey = self._survey
        for name in sorted(self._kernel):
            units = self._found.groups[name]
            back = [unit for unit in units if unit in library.part_of]
            if 2 * survey.lines(back) >= survey.lines(units):
                for unit in units:
                    library.kernel.pop(unit, None)
                    library.part_of[unit] = name


def group_weights(survey: Survey, groups: Mapping[str, list[str]]) -> Mapping[tuple[str, str], int]:
    """How often one group uses another by code: imports, calls and inheritance."""
    group_of = {unit: name for name, units in groups.items() for unit in units}
    found: Counter[tuple[str, str]] = Counter()
    for (left, right, kind), count in survey.links.items():
        origin, owner = group_of.get(left), group_of.get(right)
        if kind in CODE_LINKS and origin and owner and origin != owner:
            found[origin, owner] += count
    return found
