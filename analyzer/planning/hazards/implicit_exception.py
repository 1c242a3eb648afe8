"""Exceptions that nobody declares: over the network they all become one typed service error."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import Evidence, Place
from ...model.findings import Hazard
from ...model.interface import Offered
from ..survey import Survey, places

_BROAD = frozenset({"Exception", "BaseException"})


class ImplicitException:
    """See the module."""

    id = "implicit-exception"

    def find(self, survey: Survey) -> Iterable[Hazard]:
        """One for what cannot be told of a function's exceptions, one for callers that catch everything."""
        for offered in survey.interface.offered:
            if not offered.crosses:
                continue
            if "?" in survey.graph.needs(f"function:{offered.dotted}").raises:
                yield Hazard(
                    id=self.id,
                    subject=offered.dotted,
                    title=f"not all exceptions of {offered.dotted} could be told",
                    severity="note",
                    evidence=(Evidence(offered.place),),
                    consequence="those that are not declared reach the caller as ServiceError",
                    help="raise classes by their names, or catch ServiceError at the caller",
                )
            broad = _broad(survey, offered)
            if broad:
                yield Hazard(
                    id="broad-except",
                    subject=offered.dotted,
                    title=f"callers of {offered.dotted} catch every exception",
                    severity="warning",
                    evidence=places(broad),
                    consequence="they take a service that is down for what they expected to catch",
                    help="catch the exceptions that are meant",
                )


def _broad(survey: Survey, offered: Offered) -> list[Place]:
    """The places of calls inside of `except Exception`."""
    found = []
    for edge in survey.graph.into(f"function:{offered.dotted}", "calls"):
        needs = survey.graph.needs(edge.source)
        for place, _ in edge.evidence:
            guards = needs.around(place.line)
            if place in offered.callers and any(not _BROAD.isdisjoint(guard.catches) for guard in guards):
                found.append(place)
    return found


hazard = ImplicitException()
