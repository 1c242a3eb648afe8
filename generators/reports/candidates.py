"""Which service to take out first: what each would have to be untied from, against what leaves with it."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import NamedTuple

from ...analyzer.graph.access import ACCESS_KINDS, in_database
from ...analyzer.model.boundary import SHARED
from ...analyzer.model.graph import Graph
from ..diagrams.scope import own_modules, own_tables
from .groupings import Grouping

_SERVING = ("route", "task", "job")


class Candidate(NamedTuple):
    """A service: what leaves with it, and what would have to be untied.

    `entries` counts routes, tasks and jobs. `into` and `out` are edges that cross, `database` those of both
    that end up in tables, `users` the services that use it, `exposed` its tables that others read or write,
    `keys` the foreign keys from and to tables of others.
    """

    name: str
    modules: int
    entries: int
    tables: int
    into: int
    out: int
    database: int
    users: tuple[str, ...]
    exposed: int
    keys: int

    @property
    def serves(self) -> int:
        """2 where it answers to somebody and keeps something of its own, 1 for one of both, else 0."""
        return bool(self.entries) + bool(self.tables)

    @property
    def price(self) -> float:
        """Edges to untie for each module that leaves."""
        return (self.into + self.out) / max(1, self.modules)

    def why(self) -> str:
        """The figures in words."""
        crossing = self.into + self.out
        parts = [
            f"{crossing:,} edge{'s' * (crossing != 1)} to untie for {self.modules:,} "
            f"module{'s' * (self.modules != 1)} ({self.price:.1f} each)",
            f"{len(self.users)} other{'s' * (len(self.users) != 1)} use{'s' * (len(self.users) == 1)} it",
            f"{self.exposed} of its {self.tables} table{'s' * (self.tables != 1)} touched from outside"
            if self.tables
            else "no table of its own",
            f"foreign keys across: {self.keys}",
        ]
        return "; ".join(parts)


def candidates(graph: Graph, grouping: Grouping) -> tuple[Candidate, ...]:
    """Those that answer and keep data first, then those that do either; the cheapest for their size first."""
    of = grouping.membership.of
    modules = Counter(of(node.id) for node in own_modules(graph))
    tables = Counter(of(node.id) for node, _ in own_tables(graph))
    entries = Counter(of(node.id) for node in graph.nodes(*_SERVING))
    into: Counter[str] = Counter()
    out: Counter[str] = Counter()
    database: Counter[str] = Counter()
    keys: Counter[str] = Counter()
    users: dict[str, set[str]] = defaultdict(set)
    exposed: dict[str, set[str]] = defaultdict(set)
    for edge in grouping.cut:
        origin, owner = edge.origin, edge.owner
        into[owner] += 1
        out[origin] += 1
        users[owner].add("the shared kernel" if origin == SHARED else origin)
        if edge.edge.kind == "references":
            keys.update((origin, owner))
        if (edge.edge.kind in ACCESS_KINDS or edge.edge.kind == "references") and in_database(
            edge.edge.target
        ):
            database.update((origin, owner))
        if edge.edge.kind in ACCESS_KINDS and in_database(edge.edge.target):
            exposed[owner].add(edge.edge.target)
    found = [
        Candidate(
            name,
            modules[name],
            entries[name],
            tables[name],
            into[name],
            out[name],
            database[name],
            tuple(sorted(users[name])),
            len(exposed[name]),
            keys[name],
        )
        for name in sorted({service.name for service in grouping.boundary.services})
    ]
    return tuple(sorted(found, key=lambda each: (-each.serves, each.price, each.name)))
