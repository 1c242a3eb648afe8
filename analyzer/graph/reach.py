"""What functionalities reach: their functions and the tables that they touch, traced once for a graph."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from weakref import WeakKeyDictionary

from ..model.functionality import Functionality, Step
from ..model.graph import Graph
from .access import ACCESS_KINDS, in_database
from .functionality import ENTRY_KINDS, Tracing
from .roles import ASIDE, role_of


class Trail(NamedTuple):
    """What is kept of a functionality: the functions that it reaches, and each step into a table."""

    entry: str
    functions: tuple[str, ...]
    touched: tuple[Step, ...]


class Reach(NamedTuple):
    """`entries` are the entry points of the application that reach code, sorted.

    `times` says how many of them reach a function, `users` which of them reach a table.
    """

    entries: tuple[str, ...]
    times: Mapping[str, int]
    users: Mapping[str, tuple[str, ...]]


_STEPS = 500_000
"""How many steps are traced at most: ten times those of large applications, and seconds."""


def traced(graph: Graph) -> Iterator[Functionality]:
    """What the application's entry points reach, those of tests and scripts left out.

    Where all would be too many steps, every other entry point is traced first, then those between, until
    there are enough: what is counted on average holds for them.
    """
    tracing = Tracing(graph)
    entries = [
        node.id for node in graph.nodes(*ENTRY_KINDS) if not node.path or role_of(node.path) not in ASIDE
    ]
    steps = 0
    for start in (0, 1):
        for entry in entries[start::2]:
            if steps >= _STEPS:
                return
            found = tracing.trace(entry)
            steps += len(found.steps) + 1
            yield found


def trails(graph: Graph) -> tuple[Trail, ...]:
    """What `traced` finds, without the way to it; worked out once, as tracing is what takes long."""
    if graph not in _trails:
        _trails[graph] = tuple(
            Trail(found.entry, found.functions, tuple(s for s in found.steps if _is_access(s)))
            for found in traced(graph)
        )
    return _trails[graph]


def _is_access(step: Step) -> bool:
    return step.kind in ACCESS_KINDS and in_database(step.id)


def reach(graph: Graph) -> Reach:
    """The reach of a graph's entry points, those of tests and scripts left out; worked out once."""
    if graph not in _known:
        _known[graph] = _reach(graph)
    return _known[graph]


def _reach(graph: Graph) -> Reach:
    entries: list[str] = []
    times: Counter[str] = Counter()
    users: defaultdict[str, list[str]] = defaultdict(list)
    for entry, functions, touched in trails(graph):
        if not functions:
            continue
        entries.append(entry)
        times.update(functions)
        for table in sorted({step.id for step in touched}):
            users[table].append(entry)
    return Reach(
        tuple(sorted(entries)), times, {table: tuple(sorted(ids)) for table, ids in sorted(users.items())}
    )


_known: WeakKeyDictionary[Graph, Reach] = WeakKeyDictionary()
_trails: WeakKeyDictionary[Graph, tuple[Trail, ...]] = WeakKeyDictionary()
