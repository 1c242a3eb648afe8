"""How many functionalities reach what: the sum of all traces, without keeping any."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from weakref import WeakKeyDictionary

from ..model.functionality import Functionality
from ..model.graph import Graph
from .access import ACCESS_KINDS, in_database
from .functionality import ENTRY_KINDS, Tracing
from .roles import ASIDE, role_of


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


def reach(graph: Graph) -> Reach:
    """The reach of a graph's entry points, those of tests and scripts left out; worked out once."""
    if graph not in _known:
        _known[graph] = _reach(graph)
    return _known[graph]


def _reach(graph: Graph) -> Reach:
    entries: list[str] = []
    times: Counter[str] = Counter()
    users: defaultdict[str, list[str]] = defaultdict(list)
    for found in traced(graph):
        functions = found.functions
        if not functions:
            continue
        entries.append(found.entry)
        times.update(functions)
        for table in sorted({s.id for s in found.steps if s.kind in ACCESS_KINDS and in_database(s.id)}):
            users[table].append(found.entry)
    return Reach(
        tuple(sorted(entries)), times, {table: tuple(sorted(ids)) for table, ids in sorted(users.items())}
    )


_known: WeakKeyDictionary[Graph, Reach] = WeakKeyDictionary()
