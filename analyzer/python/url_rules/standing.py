"""What holds of all rules in a blueprint or API: when they are there, for which host, how sure they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from ...model.evidence import BlindSpot, Confidence, Place
from ...model.world import World
from ..conditions import Conditions
from .holders import Holder, Holders, Mount
from .wrappers import Added


class Standing:
    """Asks holders, and what these are registered in.

    `unknown` are the registrations that are not understood.
    """

    def __init__(self, world: World, holders: Holders, unknown: Sequence[BlindSpot]) -> None:
        self._world, self._holders, self._unknown = world, holders, unknown
        self._conditions = Conditions(world)

    def when(self, place: Place, row: Added, holder: Holder | None) -> str:
        """The condition under which a rule is there: its own, or that of a registration that leads to it."""
        places = [place, Place(row.path, row.fact.line, row.fact.column)]
        for each in self._above(holder):
            mounts = self._mounts(each)
            places += [mounts[0].place] if len(mounts) == 1 else []
        return self._conditions.all((each.path, each.line, each.column) for each in places)

    def host(self, holder: Holder | None) -> str:
        """The host that a holder's rules are for: its own, or that of a registration that leads to it."""
        return next((host for each in self._above(holder) for host in self._hosts(each) if host), "")

    def _hosts(self, holder: Holder) -> Iterator[str]:
        yield holder.host
        yield from (mount.host for mount in self._mounts(holder))

    def _above(self, holder: Holder | None) -> list[Holder]:
        """A holder and all that it is registered in."""
        found = {holder.name: holder} if holder is not None else {}
        waiting = list(found.values())
        for each in waiting:  # grows while it is walked
            for mount in self._mounts(each):
                parent = self._holders.known.get(mount.parent)
                if parent is not None and parent.name not in found:
                    found[parent.name] = parent
                    waiting.append(parent)
        return waiting

    def trust(self, holder: Holder | None, prefix: str) -> Confidence:
        """How sure a rule is under a prefix: less where nobody is seen to register its blueprint."""
        if holder is None:
            return "certain"
        told = self._holders.trust(holder.name, prefix)
        above = self._above(holder)
        if told != "certain" or any(self._is_served(each) for each in above):
            return told
        alone = [each.name for each in above if each.kind == "blueprint" and not self._mounts(each)]
        return self._unregistered(alone) if alone else told

    def _mounts(self, holder: Holder) -> Sequence[Mount]:
        return self._holders.mounts.get(holder.name, ())

    def _is_served(self, holder: Holder) -> bool:
        """Whether an application takes a holder itself."""
        return any(not mount.parent for mount in self._mounts(holder))

    def _unregistered(self, names: Sequence[str]) -> Confidence:
        """Of blueprints that nobody is seen to register: what is not understood may still do so."""
        if self._unknown or not self._serving or not self._handed.isdisjoint(names):
            return "likely"
        return "possible"

    @cached_property
    def _serving(self) -> bool:
        """Whether an application of the project is seen to take blueprints."""
        return any(not mount.parent for mounts in self._holders.mounts.values() for mount in mounts)

    @cached_property
    def _handed(self) -> frozenset[str]:
        """The holders that are handed to functions, those of libraries too."""
        return frozenset(
            self._holders.find(path, fact.scope, str(argument[1]))
            for path, fact in self._world.facts("flask")
            if fact.kind == "hands" and not self._world.is_test(path)
            for argument in fact.data["arguments"]
        )

    def changing(self, holder: Holder | None) -> str:
        """What may change the rules of a holder, "" for nothing."""
        found = (each.changing for each in self._above(holder) if each.changing)
        return next(found, self._holders.changing.of_applications)
