"""A strategy that keeps to the user's pins and sizes: what it draws is put right before anybody sees it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

from ..graph.cut import Membership
from ..model.boundary import SHARED, Boundary, Wishes
from ..model.graph import Graph
from ..model.protocols import Strategy
from .assemble import assemble
from .moves import put
from .pins import Pinned, resolve_pins
from .sizes import fit
from .survey import survey
from .things import Thing, inside
from .words import slug


class Constrained:
    """A strategy under what the user wants of every proposal."""

    def __init__(self, strategy: Strategy) -> None:
        self._strategy = strategy
        self.name = strategy.name

    def propose(self, graph: Graph, wishes: Wishes) -> Iterable[Boundary]:
        """The strategy's boundaries, put right. Raises UsageError for pins that cannot be kept."""
        pinned = resolve_pins(graph, wishes)
        for boundary in self._strategy.propose(graph, wishes):
            placing = _Placing(graph, boundary)
            placing.keep(pinned)
            known = survey(graph)
            fixed = {unit for each, _, _ in pinned.services for unit in placing.units(each)}
            notes = fit(known, placing.owner, wishes.sizes, fixed)
            if notes:
                placing.keep(pinned)  # a service that was divided may have parted what stays together
            yield placing.boundary([*boundary.notes, *placing.said, *notes])


class _Placing:
    """Who owns which unit and table of a boundary, while things are moved."""

    def __init__(self, graph: Graph, boundary: Boundary) -> None:
        self._graph, self._known = graph, survey(graph)
        membership = Membership(graph, boundary)
        self.owner: dict[str, str] = {}
        for unit in self._known.units:
            if owner := membership.of(f"class:{unit}"):
                self.owner[unit] = owner
        tables = ((id, membership.of(id)) for id in self._known.tables)
        self._held = {id: owner for id, owner in tables if owner not in (None, SHARED)}
        self._reasons = boundary.shared.reasons
        self._fixed: set[str] = set()
        self._pieces: dict[Thing, str] = {}
        self.said: list[str] = []

    def units(self, each: Thing) -> list[str]:
        """The units that lie in a thing; none for tables, and for a function that is no unit of its own."""
        if each.kind in ("table", "view"):
            return []
        holds = inside(self._graph, each)
        return [unit for unit in self._known.units if holds(f"class:{unit}")]

    def keep(self, pinned: Pinned) -> None:
        """Moves what is pinned, then what stays together, then what stays apart."""
        self._fixed = set()
        for each, service, _ in pinned.services:
            self._move(each, service)
            self._fixed.update((*self.units(each), each.id))
        for group, service in pinned.together:
            target = service or self._most(group)
            for each in group:
                if target:
                    self._move(each, target)
        for one, other, _ in pinned.apart:
            self._part(one, other)

    def _owner_of(self, each: Thing) -> str | None:
        if each.kind in ("table", "view"):
            return self._held.get(each.id)
        if each in self._pieces:
            return self._pieces[each]
        if not self.units(each):
            return self.owner.get(self._known.unit_of(each.id) or "")
        counts = Counter(self.owner[unit] for unit in self.units(each) if unit in self.owner)
        return min(counts, key=lambda name: (-counts[name], name), default=None)

    def _most(self, group: Iterable[Thing]) -> str:
        """The service that most of a group is in already."""
        weights: Counter[str] = Counter()
        for each in group:
            if owner := self._owner_of(each):
                weights[owner] += 1 + self._known.lines(self.units(each))
        weights.pop(SHARED, None)
        return min(weights, key=lambda name: (-weights[name], name), default="")

    def _move(self, each: Thing, service: str) -> None:
        before = self._owner_of(each)
        if each.kind in ("table", "view"):
            self._held[each.id] = service
        elif not self.units(each):
            self._pieces[each] = service
        for unit in self.units(each):
            self.owner[unit] = service
            for table in self._known.units[unit].data_ids:
                self._held[table] = service
        if before != service:
            self.said.append(f"{each.title} is kept in {service}, from {before or 'no service'}, as pinned")

    def _part(self, one: Thing, other: Thing) -> None:
        """Moves the smaller of two things into a service of its own; never what is pinned."""
        if (service := self._owner_of(one)) is None or service != self._owner_of(other):
            return
        both = sorted((one, other), key=lambda each: (self._known.lines(self.units(each)), each))
        free = [each for each in both if not self._fixed.intersection((*self.units(each), each.id))]
        goes = (free or both)[0]
        name, number = slug(goes.name.rpartition(".")[2]), 2
        taken = {*self.owner.values(), *self._held.values()}
        plain = name
        while name in taken:
            name, number = f"{plain}_{number}", number + 1
        self._move(goes, name)

    def boundary(self, notes: Iterable[str]) -> Boundary:
        """The boundary of these owners, with public names and dependencies of its own."""
        groups: defaultdict[str, set[str]] = defaultdict(set)
        kernel = {}
        for unit, owner in sorted(self.owner.items()):
            if owner == SHARED:
                kernel[unit] = self._reason(unit)
            else:
                groups[owner].add(unit)
        for owner in self._held.values():
            if owner != SHARED:
                groups.setdefault(owner, set())
        for owner in self._pieces.values():
            groups.setdefault(owner, set())
        made = assemble(self._known, groups, kernel, (), self._held)
        for each, owner in sorted(self._pieces.items()):
            made = put(made, each, owner)
        services = tuple(s for s in made.services if s.modules or s.functions or s.tables)
        # What strategies said of layers, divisions and interfaces gives way to what holds now.
        stale = [note for note in notes if not _is_told_again(note)]
        return replace(made, services=services, notes=tuple(dict.fromkeys((*stale, *made.notes))))

    def _reason(self, unit: str) -> str:
        place = unit
        while place and place not in self._reasons:
            place = place.rpartition(".")[0]
        return self._reasons.get(place, "") or "as pinned"


def _is_told_again(note: str) -> bool:
    """Whether `assemble` says this of any boundary."""
    return " no interface yet" in note or " is divided, " in note or note.startswith("this is a cut by")


def constrained(strategy: Strategy, wishes: Wishes) -> Strategy:
    """The strategy itself where nothing is wanted of it."""
    wanted = wishes.pins or wishes.sizes.smallest or wishes.sizes.largest
    return Constrained(strategy) if wanted else strategy
