"""Orchestration: one coordinator runs the steps of a process.

When it applies
    A function changes tables of several services, one after the other: itself, through calls of which
    no single one does all of it, or in a transaction of its own.

Evidence
    The places of the writes, and of the calls that lead to them. Owners are the services of the
    boundary that is agreed, else of the one that is proposed first; without services there is nothing
    to find.

Consequences
    Once the services run apart there is no common transaction: each step commits alone, and what was
    done must be undone by a compensating step when a later one fails.

How to do it
    Name the steps and what undoes each of them; keep the state of the process in one place (a workflow
    engine, a state machine, a table), with an id that makes repeating a step harmless.

Scaffold
    Advice only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..graph.interfaces import name_of
from ..graph.survey import Survey, survey
from ..graph.transactions import transactions
from ..model.boundary import Boundary, CutEdge
from ..model.evidence import Evidence
from ..model.findings import Recommendation
from ..model.graph import Graph
from . import recommend

_SEVERAL = 2


class Orchestration:
    """Functions that change what several services own."""

    name = "orchestration"
    scaffold: str | None = None
    why = "it changes data of several services in sequence, which no transaction will hold together"
    help = "make it a process of steps, each with what undoes it"
    consequences = "steps commit alone; a later failure runs compensations; others may see what is half done"
    effort = "1 to 3 weeks"

    def detect(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Recommendation]:
        """One recommendation for each function, those of most services first."""
        asked = survey(graph, boundary)
        opened = _own_transactions(asked, graph)
        commands = {edge.target for edge in graph.edges("handles") if edge.source.startswith("command:")}
        found = list[tuple[int, Recommendation]]()
        for function in asked.functions:
            id = asked.id(function)
            if id in commands:
                continue  # run by people, beside the application
            owners, evidence, covered = _changes(asked, function)
            owners |= opened.get(id, set())
            if len(owners) >= _SEVERAL and (not covered or len(opened.get(id, ())) >= _SEVERAL):
                title = f"{name_of(id)} changes what {', '.join(sorted(owners))} own"
                found.append((len(owners), recommend(self, id, title, evidence)))
        yield from (each for _, each in sorted(found, key=lambda pair: (-pair[0], pair[1].subject)))


def _changes(asked: Survey, function: int) -> tuple[set[str], list[Evidence], bool]:
    """Whose tables a function changes, where, and whether one call does all of it."""
    evidence, parts = list[Evidence](), list[set[str]]()
    own = set[str]()
    for edge in asked.edges(function, "writes"):
        owner = asked.owner(edge.target) if edge.target.startswith("table:") else None
        if owner is not None:
            own.add(owner)
            evidence += edge.evidence
    for edge in asked.calls(function):
        if edge.target.startswith("function:") and asked.is_own(edge.target):
            found = {asked.owner(table) for table in asked.behind(asked.index(edge.target)).writes}
            owners = {owner for owner in found if owner is not None}
            if owners:
                parts.append(owners)
                evidence += edge.evidence
    whole = own.union(*parts)
    return whole, evidence, any(part == whole for part in parts)


def _own_transactions(asked: Survey, graph: Graph) -> dict[str, set[str]]:
    """Function -> the services whose tables one of its transactions writes, the largest."""
    found: dict[str, set[str]] = {}
    for each in transactions(graph):
        owners = {asked.owner(table) for table in each.writes} - {None}
        known = found.setdefault(each.owner, set())
        if len(owners) > len(known):
            found[each.owner] = {owner for owner in owners if owner is not None}
    return found


detector = Orchestration()
