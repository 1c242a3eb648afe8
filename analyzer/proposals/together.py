"""What touches several units at once: transactions, functionalities, events and commits.

Each is a group; units and tables of one group are tied through a virtual node, and the more there are the
less it says of any two (see `coupling.py`). Groups that hold more than a quarter of all units say nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ..graph.reach import trails
from ..graph.roles import ASIDE, role_of
from ..graph.transactions import transactions
from ..model.graph import Graph
from ..model.ties import History
from .survey import Survey

_SHARE = 0.25


class Group(NamedTuple):
    """The units and tables that something touches; `kind` is how they are tied by it."""

    name: str
    kind: str
    members: tuple[str, ...]


def groups(graph: Graph, survey: Survey, weights: Mapping[str, float], history: History) -> tuple[Group, ...]:
    """The groups of all kinds that weigh something, sorted; others are not worked out."""
    found: list[Group] = []
    if weights.get("publishes") or weights.get("subscribes"):
        found += _events(graph, survey)
    if weights.get("transactions"):
        found += _transactions(graph, survey)
    if weights.get("functionalities"):
        found += _functionalities(graph, survey)
    if weights.get("changes"):
        found += _changes(graph, survey, history)
    most = max(_SHARE * len(survey.units), 2)
    return tuple(sorted(each for each in found if sum(m in survey.units for m in each.members) <= most))


def _events(graph: Graph, survey: Survey) -> Iterator[Group]:
    ends: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for source, target, kind, _ in graph.pairs("publishes", "subscribes"):
        unit = survey.unit_of(source)
        if unit is not None:
            ends[target][kind].add(unit)
    for event, kinds in ends.items():
        if len(kinds) == 2:
            yield from (Group(f"event#{event}", kind, tuple(sorted(units))) for kind, units in kinds.items())


def _transactions(graph: Graph, survey: Survey) -> Iterator[Group]:
    tables = set(survey.tables)
    for transaction in transactions(graph):
        if role_of(transaction.node.path or "") in ASIDE:
            continue
        touched = [id for id in transaction.touched if id in tables]
        members = _members(survey, [transaction.owner], touched)
        if len(members) > 1:
            yield Group(f"transaction#{transaction.node.id}", "transactions", members)


def _functionalities(graph: Graph, survey: Survey) -> Iterator[Group]:
    """One for each set of members: the methods of a page, and pages that do the same, say it once."""
    tables = set(survey.tables)
    seen: set[tuple[str, ...]] = set()
    for entry, functions, touched in trails(graph):
        members = _members(survey, functions, {step.id for step in touched if step.id in tables})
        if len(members) > 1 and members not in seen:
            seen.add(members)
            yield Group(f"functionality#{entry}", "functionalities", members)


def _changes(graph: Graph, survey: Survey, history: History) -> Iterator[Group]:
    units = {n.path: n.name for n in graph.nodes("module") if n.path and n.name in survey.units}
    for commit in history.commits:
        members = tuple(sorted({units[path] for path in commit.paths if path in units}))
        if len(members) > 1:
            yield Group(f"commit#{commit.id}", "changes", members)


def _members(survey: Survey, code: Iterable[str], tables: Iterable[str]) -> tuple[str, ...]:
    units = {unit for id in code if (unit := survey.unit_of(id))}
    return tuple(sorted(units | set(tables)))
