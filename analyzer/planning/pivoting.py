"""The four rules of pivoting, held against one plan: each holds, does not, or is not known, with its places.

1. The existing architecture is not affected: callers stay as they are, and each step is taken back by itself.
2. Functions are exposed to services and to outsiders as declared (`public`, `exposure`).
3. It is controlled who may call, which service and which function (`callers`, `may_call`, `auth`).
4. One service is released at a time: nothing has to go out together with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple

from ..graph.doors import Door, granted
from ..graph.imports import Imports
from ..graph.roles import PAST, role_of
from ..model.assessment import Kept, Statement
from ..model.boundary import SHARED, Boundary, Consumer, CutEdge, Service
from ..model.evidence import Evidence
from ..model.findings import Hazard
from .survey import Survey

RULES = (
    "the existing architecture is not affected",
    "functions are exposed as declared",
    "who may call what is controlled",
    "one service is released at a time",
)
_SHOWN, _NAMED = 4, 4
_USES = frozenset({"calls", "imports"})


class Pivoting(NamedTuple):
    """Asks about one service; `agreed` says whether its boundary is declared, or only proposed."""

    survey: Survey
    boundary: Boundary
    hazards: tuple[Hazard, ...]
    risks: tuple[Statement, ...]
    agreed: bool

    def kept(self) -> tuple[Kept, ...]:
        """The four rules, in their order."""
        return (self._unaffected(), self._exposed(), self._controlled(), self._alone())

    def _unaffected(self) -> Kept:
        """Hazards that nobody accepted, and functions that cannot be called from elsewhere."""
        broken = [each for each in self.hazards if each.severity == "error"]
        staying = [each for each in self.survey.interface.offered if each.stays]
        if broken or staying:
            ids = sorted({each.id for each in broken})
            said = f"hazards at its border change what callers see: {', '.join(ids)} ({len(broken)} in all)"
            if not broken:
                said = f"functions that others call and that cannot run elsewhere: {len(staying)}"
            places = [place for each in broken for place in each.evidence[:1]]
            return _kept(0, "no", said, [*places, *(Evidence(each.place) for each in staying)])
        offered = self.survey.interface.offered
        said = f"callers stay as they are: a facade stands before what they call ({len(offered)} in all)"
        if not offered:
            said = "nobody calls its functions: the proxy alone tells what it answers"
        return _kept(0, "yes", said, (Evidence(each.place) for each in offered))

    def _exposed(self) -> Kept:
        """What others use past `public`, and routes of a service that only services may call."""
        service = self._service()
        if service is None or not self.agreed:
            return _kept(1, "unknown", "nothing is declared: no service is agreed yet", ())
        used = self._used()
        declared = _where(service)
        if not used and not self._routes():
            return _kept(1, "yes", "nobody calls it, and it answers no route", declared)
        if used and not service.public:
            said = f"`public` names none of its functions; others do use it: {_named(used)}"
            return _kept(1, "no", said, chain(declared, _of(chain.from_iterable(used.values()))))
        door = Door(self.survey.graph, Imports(self.survey.graph), service.public)
        past = [e for each in used.values() for e in each if not door.admits(e.edge.source, e.edge.target)]
        if past:
            return _kept(1, "no", f"uses past what is `public`: {len(past)}", _of(past))
        if used and service.exposure == "external":
            said = f'exposure = "external", and {_named(used)} use it'
            return _kept(1, "no", said, chain(declared, _of(chain.from_iterable(used.values()))))
        said = f'exposure = "{service.exposure}", all uses come in through what is `public`'
        routes = self._routes()
        if routes and service.exposure == "internal":
            said += f"; the proxy must show its {len(routes)} routes to insiders alone"
        return _kept(1, "yes", said, declared)

    def _controlled(self) -> Kept:
        """Services that use it without being among its callers, and consumers without a way to be known."""
        service = self._service()
        if service is None or not self.agreed:
            return _kept(2, "unknown", "nothing is declared: no service is agreed yet", ())
        used, declared = self._used(), _where(service)
        nameless = [
            each for each in self.boundary.consumers if self._may_call(each.may_call) and not each.auth
        ]
        if nameless:
            said = f"{', '.join(each.name for each in nameless)} may call it, and no `auth` tells who that is"
            return _kept(2, "no", said, chain(declared, _consumer_places(nameless)))
        if used and not service.callers:
            said = f"`callers` is not declared, so that all may call it, as do {_named(used)}"
            return _kept(2, "no", said, chain(declared, _of(chain.from_iterable(used.values()))))
        imports, past = Imports(self.survey.graph), list[CutEdge]()
        for name, edges in used.items():
            names = granted(self.survey.graph, self.survey.membership, service, name)
            door = Door(self.survey.graph, imports, names)
            past += [each for each in edges if not door.admits(each.edge.source, each.edge.target)]
        if past:
            return _kept(2, "no", f"uses that `callers` does not grant: {len(past)}", _of(past))
        said = f"all uses by {_named(used)} are granted" if used else "no service calls it"
        return _kept(2, "yes", said, declared)

    def _alone(self) -> Kept:
        """Transactions that change tables on both sides: both would have to be released at once."""
        spanning = [each for each in self.risks if each.kind == "transaction"]
        if spanning:
            said = f"transactions that change tables on both sides, to be taken apart first: {len(spanning)}"
            return _kept(3, "no", said, (place for each in spanning for place in each.evidence))
        others = sorted({each.owner for each in self.survey.interface.outbound} - {SHARED})
        said = "no transaction spans its border; " + (
            f"what it uses ({', '.join(others[:_NAMED])}) answers from where it is"
            if others
            else "it uses nobody"
        )
        return _kept(3, "yes", said, ())

    def _service(self) -> Service | None:
        return self.boundary.service(self.survey.service)

    def _routes(self) -> list[str]:
        return [use.name for use in self.survey.interface.entry_points if use.name.startswith("route:")]

    def _used(self) -> dict[str, list[CutEdge]]:
        """Service -> its calls and imports of this one."""
        found: dict[str, list[CutEdge]] = defaultdict(list)
        for each in self.survey.interface.inbound:
            path = each.edge.evidence[0].place.path if each.edge.evidence else ""
            if each.edge.kind in _USES and each.origin != SHARED and role_of(path) not in PAST:
                found[each.origin].append(each)
        return dict(sorted(found.items()))

    def _may_call(self, names: Iterable[str]) -> bool:
        return any(
            name == self.survey.service or name.startswith(f"{self.survey.service}.") for name in names
        )


def _kept(number: int, holds: str, said: str, places: Iterable[Evidence]) -> Kept:
    return Kept(RULES[number], holds, said, tuple(dict.fromkeys(places))[:_SHOWN])


def _of(edges: Iterable[CutEdge]) -> Iterable[Evidence]:
    return (place for each in edges for place in each.edge.evidence)


def _where(service: Service) -> tuple[Evidence, ...]:
    return (Evidence(service.place),) if service.place else ()


def _consumer_places(consumers: Iterable[Consumer]) -> Iterable[Evidence]:
    for each in consumers:
        yield from (Evidence(place) for place in sorted(each.places.values()))


def _named(used: Iterable[str]) -> str:
    names = sorted(used)
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
