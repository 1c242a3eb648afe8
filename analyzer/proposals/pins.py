"""What the user's pins mean in a graph, and where they contradict each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from ..model.boundary import SHARED, Wishes
from ..model.errors import UsageError
from ..model.graph import Graph
from ..model.pins import Pin
from .things import Thing, thing
from .words import slug

_KINDS = ("module", "class", "function", "table", "view")


@dataclass(slots=True)
class Pinned:
    """`services` gives things their service, the widest first; `together` are groups of things, each with its
    service if one of them has any; `apart` are pairs, and each says why.
    """

    services: list[tuple[Thing, str, Pin]] = field(default_factory=list)
    together: list[tuple[tuple[Thing, ...], str]] = field(default_factory=list)
    apart: list[tuple[Thing, Thing, Pin]] = field(default_factory=list)


def resolve_pins(graph: Graph, wishes: Wishes) -> Pinned:
    """The pins of a graph. Raises UsageError for what is not there and for contradictions."""
    if 0 < wishes.sizes.largest < wishes.sizes.smallest:
        raise UsageError(
            f"no service has at least {wishes.sizes.smallest} and at most {wishes.sizes.largest} modules",
            help="--smallest 3 --largest 80",
        )
    things = {pin: [_meant(graph, pin, name) for name in pin.names] for pin in wishes.pins}
    found = Pinned()
    owner: dict[Thing, Pin] = {}
    for pin, named in things.items():
        if pin.kind != "service":
            continue
        _check_service(pin)
        for each in named:
            before = owner.setdefault(each, pin)
            if before.service != pin.service:
                _clash(f"{each.title} is pinned to {before.service} and to {pin.service}", before, pin)
            found.services.append((each, pin.service, pin))
    found.services.sort(key=lambda row: (row[0].name.count("."), row[0]))
    _join(things, owner, found)
    return found


def _meant(graph: Graph, pin: Pin, name: str) -> Thing:
    try:
        meant = thing(graph, name)
    except UsageError as error:
        raise UsageError(error.what, place=pin.place, why=f"{pin} cannot be kept", help=error.help) from error
    if meant.kind not in _KINDS:
        raise UsageError(
            f"{meant.title} cannot be pinned",
            place=pin.place,
            help="pin the module or function that handles it: it goes with that",
        )
    return meant


def _check_service(pin: Pin) -> None:
    if pin.service != SHARED and pin.service != slug(pin.service):
        raise UsageError(
            f'"{pin.service}" cannot be the name of a service',
            place=pin.place,
            help=f"small letters, digits and _, beginning with a letter: {slug(pin.service)}",
        )


def _clash(what: str, one: Pin, other: Pin) -> None:
    raise UsageError(
        what,
        place=other.place,
        why=f"{one.where} and {other.where} cannot both be kept",
        help="take one of the two away",
    )


class _Groups:
    """Things that stay together, however many pins say so."""

    def __init__(self, things: Mapping[Pin, Sequence[Thing]]) -> None:
        self._leader: dict[Thing, Thing] = {}
        self.because: dict[Thing, Pin] = {}
        for pin, named in things.items():
            if pin.kind == "together":
                for each in named:
                    self.because.setdefault(each, pin)
                    self._leader[self.find(each)] = self.find(named[0])

    def find(self, each: Thing) -> Thing:
        """The one of its group that stands for all."""
        while self._leader.setdefault(each, each) != each:
            each = self._leader[each]
        return each

    def all(self) -> list[list[Thing]]:
        """The members of each group of several."""
        groups: defaultdict[Thing, list[Thing]] = defaultdict(list)
        for each in sorted(self._leader):
            groups[self.find(each)].append(each)
        return [members for _, members in sorted(groups.items()) if len(members) > 1]


def _join(things: Mapping[Pin, Sequence[Thing]], owner: Mapping[Thing, Pin], found: Pinned) -> None:
    """Adds what stays together and what stays apart."""
    groups = _Groups(things)
    for members in groups.all():
        pins = [owner[each] for each in members if each in owner]
        for pin in pins[1:]:
            if pin.service != pins[0].service:
                named = ", ".join(each.title for each in members)
                _clash(
                    f"{named} stay together, but are pinned to {pins[0].service} and to {pin.service}",
                    pins[0],
                    pin,
                )
        found.together.append((tuple(members), pins[0].service if pins else ""))
    service = {groups.find(each): pin for each, pin in owner.items()}
    for pin, named_things in things.items():
        if pin.kind == "apart":
            for one, other in combinations(named_things, 2):
                _check_apart(pin, one, other, groups, service)
                found.apart.append((one, other, pin))


def _check_apart(pin: Pin, one: Thing, other: Thing, groups: _Groups, service: Mapping[Thing, Pin]) -> None:
    if one == other:
        raise UsageError(f"{one.title} cannot be apart from itself", place=pin.place)
    pair = f"{one.title} and {other.title}"
    if groups.find(one) == groups.find(other):
        _clash(f"{pair} stay together and apart", groups.because[other], pin)
    first, second = service.get(groups.find(one)), service.get(groups.find(other))
    if first and second and first.service == second.service:
        _clash(f"{pair} stay apart, but are both pinned to {first.service}", second, pin)
