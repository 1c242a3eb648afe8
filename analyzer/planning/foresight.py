"""What stands before, after and beside the steps of a plan: prerequisites, risks, and what stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from ..graph.access import in_database, table_of
from ..graph.roles import PAST, role_of
from ..graph.transactions import CHANGES, source_of
from ..model.assessment import Candidate, Statement
from ..model.boundary import SHARED, Boundary, CutEdge
from ..model.evidence import Evidence, lines
from ..model.findings import Hazard
from .survey import Survey

_SHOWN, _NAMED = 4, 4
_ACCESS = frozenset({"reads", "writes", "joins"})


class Foresight(NamedTuple):
    """Asks about one service at its turn; `left` are the services that are still in the monolith."""

    survey: Survey
    boundary: Boundary
    hazards: tuple[Hazard, ...]
    candidate: Candidate
    left: frozenset[str]

    def prerequisites(self) -> tuple[Statement, ...]:
        """What is done before the first step."""
        return tuple(chain(self._refused(), self._written_elsewhere(), self._untested(), self._circles()))

    def risks(self) -> tuple[Statement, ...]:
        """What may go wrong once the service runs apart."""
        return tuple(chain(self._transactions(), self._loops(), self._keys(), self._unseen()))

    def stays(self) -> tuple[Statement, ...]:
        """What does not go along."""
        return tuple(chain(self._staying(), self._foreign_tables(), self._kernel(), self._entries()))

    def _refused(self) -> Iterator[Statement]:
        """Hazards for which the seam is refused, one statement a kind."""
        found: dict[str, list[Hazard]] = defaultdict(list)
        for each in self.hazards:
            if each.severity == "error":
                found[each.id].append(each)
        for id, all_of in sorted(found.items()):
            names = _few({hazard.subject for hazard in all_of if hazard.subject})
            said = f"solve {id}" + (f" of {names}" if names else "")
            said += f": {all_of[0].help or all_of[0].title}"
            yield Statement(id, said, _places(place for hazard in all_of for place in hazard.evidence[:1]))

    def _written_elsewhere(self) -> Iterator[Statement]:
        found: dict[str, list[Evidence]] = defaultdict(list)
        by: dict[str, set[str]] = defaultdict(set)
        for each in self._inbound(lambda edge: edge.edge.kind == "writes" and in_database(edge.edge.target)):
            table = table_of(each.edge.target).partition(":")[2]
            found[table] += each.edge.evidence
            by[table].add(each.origin)
        for table, evidence in sorted(found.items()):
            said = f"{_few(by[table])} must no longer write {table}: give them a function for it"
            yield Statement("written-elsewhere", said, _places(evidence))

    def _untested(self) -> Iterator[Statement]:
        offered = [each for each in self.survey.interface.offered if each.crosses]
        bare = [each for each in offered if not each.tests]
        if bare:
            said = (
                f"write tests that call {_few(each.dotted for each in bare)}: no test calls "
                f"{len(bare)} of {len(offered)} of them, and verify proves only what tests reach"
            )
            yield Statement("untested", said, _places(Evidence(each.place) for each in bare))

    def _circles(self) -> Iterator[Statement]:
        """Services that it calls and that call it."""
        into = {each.origin for each in self.survey.interface.inbound if each.edge.kind == "calls"}
        out: dict[str, list[Evidence]] = defaultdict(list)
        for each in self.survey.interface.outbound:
            if each.edge.kind == "calls" and each.owner in into & self.left:
                out[each.owner] += each.edge.evidence
        for other, evidence in sorted(out.items()):
            said = f"{other} calls it and it calls {other}: turn one side into an event"
            yield Statement("circle", said, _places(evidence))

    def _transactions(self) -> Iterator[Statement]:
        found: dict[str, list[Evidence]] = defaultdict(list)
        others: dict[str, set[str]] = defaultdict(set)
        for each in chain(self.survey.interface.inbound, self.survey.interface.outbound):
            if each.edge.kind == "spans" and {each.origin, each.owner} & self.left:
                found[each.edge.source] += each.edge.evidence
        for id in found:
            spans = self.survey.graph.out(id, "spans")
            changed = (edge.target for edge in spans if not CHANGES.isdisjoint(edge.how))
            others[id] = {owner for target in changed if (owner := self.survey.membership.of(target))}
        for id, evidence in sorted(found.items()):
            both = f"its tables with those of {_few(others[id] - {self.candidate.name, SHARED})}"
            said = f"{_name(source_of(id))} changes {both} in one transaction: half of it may stay"
            yield Statement("transaction", said, _places(evidence))

    def _loops(self) -> Iterator[Statement]:
        """Functions that ask across the border once for each turn of a loop."""
        found: dict[str, list[Evidence]] = defaultdict(list)
        asked: dict[str, set[str]] = defaultdict(set)
        for each in chain(self.survey.interface.inbound, self.survey.interface.outbound):
            edge = each.edge
            asks = edge.kind == "calls" or (edge.kind in _ACCESS and in_database(edge.target))
            if asks and "loop" in edge.how and self._counts(each):
                found[edge.source] += edge.evidence
                asked[edge.source].add(_name(edge.target).rpartition(".")[2])
        for id, evidence in sorted(found.items()):
            said = f"{_name(id)} asks for {_few(asked[id])} once for each turn of a loop: a network call each"
            yield Statement("calls-in-loops", said, _places(evidence))

    def _keys(self) -> Iterator[Statement]:
        evidence, tables = list[Evidence](), set[str]()
        for each in chain(self.survey.interface.inbound, self.survey.interface.outbound):
            if each.edge.kind == "references" and self._counts(each):
                evidence += each.edge.evidence
                tables.add(each.edge.source.partition(":")[2])
        if tables:
            said = (
                f"foreign keys of {_few(tables)} become plain ids: nothing keeps them from pointing nowhere"
            )
            yield Statement("foreign-keys", said, _places(evidence))

    def _unseen(self) -> Iterator[Statement]:
        graph = self.survey.graph
        own = {node.path for node in graph.nodes("module") if node.path and self.survey.owns(node.id)}
        spots = [spot for spot in graph.blind_spots if spot.place.path in own]
        if spots:
            places = _places(Evidence(spot.place) for spot in spots)
            many = f"{len(spots)} places" if len(spots) > 1 else "1 place"
            said = f"{many} in its code could not be resolved: what happens there is not in this plan"
            yield Statement("unseen", said, places)

    def _staying(self) -> Iterator[Statement]:
        for each in self.survey.interface.offered:
            if each.stays:
                said = f"{each.dotted} stays in the process of its callers: {each.stays}"
                yield Statement("stays", said, (Evidence(each.place),))

    def _foreign_tables(self) -> Iterator[Statement]:
        found: dict[str, set[str]] = defaultdict(set)
        evidence: dict[str, list[Evidence]] = defaultdict(list)
        for each in self.survey.interface.outbound:
            if each.edge.kind in _ACCESS and in_database(each.edge.target) and self._counts(each):
                found[each.owner].add(table_of(each.edge.target).partition(":")[2])
                evidence[each.owner] += each.edge.evidence
        for owner, tables in sorted(found.items()):
            said = f"{_few(tables)} of {owner}: it asks {owner} for what it reads there today"
            yield Statement("tables", said, _places(evidence[owner]))

    def _kernel(self) -> Iterator[Statement]:
        used: dict[str, list[Evidence]] = defaultdict(list)
        for edge in self.survey.out("imports"):
            if self.survey.membership.of(edge.target) == SHARED:
                used[edge.target.partition(":")[2]] += edge.evidence
        if used:
            said = f"of the shared kernel go along as copies: {_few(used)}"
            yield Statement("shared", said, _places(chain.from_iterable(used.values())))

    def _entries(self) -> Iterator[Statement]:
        rest = self.candidate.all_entries - self.candidate.entries
        yield Statement("entries", f"{rest} of {self.candidate.all_entries} entry points, all but its own")

    def _inbound(self, wanted: Callable[[CutEdge], bool]) -> list[CutEdge]:
        return [each for each in self.survey.interface.inbound if wanted(each) and self._counts(each)]

    def _counts(self, each: CutEdge) -> bool:
        """Whether the other side is still in the monolith, and not a migration or the kernel."""
        path = each.edge.evidence[0].place.path if each.edge.evidence else ""
        return bool({each.origin, each.owner} & self.left) and role_of(path) not in PAST


def _name(id: str) -> str:
    return id.partition(":")[2]


def _places(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return lines(evidence)[:_SHOWN]


def _few(names: Iterable[str]) -> str:
    known = sorted({*names})
    more = f" and {len(known) - _NAMED} more" if len(known) > _NAMED else ""
    return ", ".join(known[:_NAMED]) + more
