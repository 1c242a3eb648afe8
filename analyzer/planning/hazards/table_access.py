"""Tables of the service that others touch: commands, tests, lookups through relations, cascades."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ...graph.access import ACCESS_KINDS, in_database
from ...graph.roles import role_of
from ...model.findings import Hazard
from ...model.graph import Edge
from ..survey import Survey, places

_WAYS = (
    (
        ("reads", "writes"),
        "table-access",
        "is read or written",
        "it works on the shared database only",
        "the service's functions, or a read model fed by events",
    ),
    (
        ("joins",),
        "lookup-across",
        "is joined or looked up through a relation",
        "such a query cannot cross two databases",
        "ask the service for the ids first, or keep a read model",
    ),
)


class TableAccess:
    """See the module."""

    id = "table-access"

    def find(self, survey: Survey) -> Iterable[Hazard]:
        """One for each table and way."""
        for kinds, id, how, consequence, help in _WAYS:
            for table, edges in _touched(survey, kinds):
                seen = (evidence.place for edge in edges for evidence in edge.evidence)
                at = [place for place in seen if role_of(place.path) != "migration"]  # these ran once
                tests = sum(survey.is_test(place.path) for place in at)
                code = len(at) - tests
                if not code and (id != self.id or not tests):
                    continue
                parts = [f"{code} place{'s' * (code != 1)} outside the service"] if code else []
                parts += [f"{tests} of tests"] if tests else []
                yield Hazard(
                    id=id,
                    title=f"the table {table} {how} at {' and '.join(parts)}",
                    severity="warning" if code else "note",
                    evidence=places(sorted(at, key=lambda place: survey.is_test(place.path))[:20]),
                    consequence=consequence,
                    help=help,
                )


def _touched(survey: Survey, kinds: Iterable[str]) -> Iterator[tuple[str, list[Edge]]]:
    found: dict[str, list[Edge]] = defaultdict(list)
    for edge in survey.into(*(kind for kind in ACCESS_KINDS if kind in kinds)):
        sure = in_database(edge.target) and edge.confidence != "possible"
        if sure and not survey.owns(edge.source):
            found[edge.target.partition(":")[2]].append(edge)
    yield from sorted(found.items())


hazard = TableAccess()
