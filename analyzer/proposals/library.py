"""Library code inside of parts: single modules that every service needs, taken out of what owns data.

A part with tables and routes may still hold the base classes of the whole project. Such modules go to the
shared kernel, with what they need; and what needs a service more than services need it leaves the kernel
again, because a kernel that depends on a service drags that one into all others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import accumulate
from math import ceil

from .survey import CODE_LINKS, Survey
from .words import MODELS, is_utility, last

USED_BY = 0.4
"""Share of the other parts that must use code before it counts as library."""
_LEAST = 3
_LENT = 2
"""How much more others use a part that lends library code than it uses others."""
_ANSWERS = 20
"""How many times code must be used for each route that it answers, to be library all the same."""
_SELDOM = 20
"""How much more a utility must be used than it touches tables, to be one all the same."""
_NEEDS = 0.25
"""How much a library module may use the services, for each time that other parts use it."""
_TOO_MUCH = 0.5
"""From how much on, likewise, a module of the kernel leaves it."""
_DATA_LINKS = ("reads", "writes", "joins")
_ROUNDS = 8


class Library:
    """The kernel while it is put together: `kernel` maps units to reasons, `part_of` all others to parts.

    `lending` are the parts that others use much more than they use others.
    """

    def __init__(self, survey: Survey, part_of: Mapping[str, str], kernel: Mapping[str, str]) -> None:
        self._survey = survey
        self._home = dict(part_of)
        self.part_of = dict(part_of)
        self.kernel = dict(kernel)
        self._parts = len(set(part_of.values()))
        self._touching: Counter[str] = Counter()
        self._at_home: set[str] = set()
        self._many = max(_LEAST, ceil((self._parts - 1) * USED_BY))
        self._into: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._out: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._opening = {
            above
            for unit in set(survey.definers.values())
            for above in accumulate(survey.units[unit].module.split("."), "{}.{}".format)
            if last(above) in MODELS
        }
        self._read_links()
        self.lending = self._lenders()

    def _read_links(self) -> None:
        """Who uses whom by code, and who touches tables of its own accord.

        What touches tables of many parts is given them by its callers (a generic view, a base class).
        """
        touched: defaultdict[str, set[str | None]] = defaultdict(set)
        counts: Counter[str] = Counter()
        for (left, right, kind), count in self._survey.links.items():
            if kind in CODE_LINKS:
                self._into[right][left] += count
                self._out[left][right] += count
            elif kind in _DATA_LINKS and right in self._survey.definers:
                touched[left].add(self._home.get(self._survey.definers[right]))
                counts[left] += count
        for unit, parts in touched.items():
            if len(parts - {None}) < self._many:
                self._touching[unit] = counts[unit]
                if self._home.get(unit) in parts:
                    self._at_home.add(unit)

    def _lenders(self) -> set[str]:
        """The parts that others use at least twice as much as they use others."""
        used, using = Counter[str](), Counter[str]()
        for (left, right, kind), count in self._survey.links.items():
            one, two = self._home.get(left), self._home.get(right)
            if kind in CODE_LINKS and one and two and one != two:
                using[one] += count
                used[two] += count
        return {part for part in set(self._home.values()) if used[part] >= _LENT * max(using[part], 1)}

    def collect(self) -> None:
        """Takes library modules out of the parts, and what they need; gives back what needs the parts."""
        others = self._parts - 1
        for unit, part in sorted(self._home.items()):
            if part not in self.lending or not self._is_plain(unit):
                continue
            users = self._users(unit)
            if self._answers(unit, users):
                continue
            if is_utility(part):
                self._take(unit, f'"{last(part)}" names a utility; this has no tables and no routes')
            elif len(users) >= self._many and self._needs(unit) <= _NEEDS * users.total():
                self._take(unit, f"used by {len(users)} of {others} other parts; no tables and no routes")
        for _ in range(_ROUNDS):
            if not self._pull():
                break
        for _ in range(_ROUNDS):
            if not self._give_back():
                break

    def _is_plain(self, unit: str) -> bool:
        """Whether a module has no data and opens nobody's models, as a package of them does."""
        if self._survey.units[unit].data or unit in self._survey.split or unit in self._opening:
            return False
        # A helper of all that also looks something up stays a helper; not what reads its own part's tables.
        helps = is_utility(self._home.get(unit, "")) or unit not in self._at_home
        seldom = helps and self._into[unit].total() >= _SELDOM * self._touching[unit]
        return seldom or not self._touching[unit]

    def _answers(self, unit: str, users: Counter[str]) -> bool:
        """Whether a module answers more than a few routes, beside what it is used for."""
        entries = self._survey.units[unit].entries
        return bool(entries) and entries * _ANSWERS > users.total()

    def _users(self, unit: str) -> Counter[str]:
        """How often each other part uses a unit."""
        found = self._by_part(self._into[unit])
        found.pop(self.part_of.get(unit, ""), None)
        return found

    def _needs(self, unit: str) -> int:
        """How often a unit uses other parts, and what has tables or routes in its own."""
        own = self.part_of.get(unit)
        return sum(
            count
            for used, count in self._out[unit].items()
            if used in self.part_of and not (self.part_of[used] == own and self._is_plain(used))
        )

    def _take(self, unit: str, reason: str) -> None:
        del self.part_of[unit]
        self.kernel[unit] = reason

    def _pull(self) -> bool:
        """Takes what the kernel needs and what needs nothing of the parts; next to nothing, if it is lent."""
        found = []
        for unit, part in sorted(self.part_of.items()):
            wanted = [count for user, count in self._into[unit].items() if user in self.kernel]
            if (
                len(wanted) < (1 if part in self.lending else 2)
                or self._survey.units[unit].entries
                or not self._is_plain(unit)
            ):
                continue
            needs = sum(count for used, count in self._out[unit].items() if used in self.part_of)
            most = _NEEDS * (sum(wanted) + self._users(unit).total()) if part in self.lending else 0
            if needs <= most:
                found.append(unit)
        for unit in found:
            self._take(unit, "the shared kernel needs it; no tables and no routes")
        return bool(found)

    def _give_back(self) -> bool:
        """Takes out of the kernel what uses the parts at least half as much as they use it."""
        found = []
        for unit in sorted(self.kernel):
            uses, users = self._by_part(self._out[unit]), self._by_part(self._into[unit])
            if uses.total() > _TOO_MUCH * users.total() and len(uses) > _TOO_MUCH * len(users):
                found.append(unit)
        for unit in found:
            del self.kernel[unit]
            self.part_of[unit] = self._home.get(unit, unit)
        return bool(found)

    def _by_part(self, row: Mapping[str, int]) -> Counter[str]:
        found: Counter[str] = Counter()
        for name, count in row.items():
            if name in self.part_of:
                found[self.part_of[name]] += count
        return found
