"""How many functionalities reach what: the sum of all traces, without keeping any."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import NamedTuple
from weakref import WeakKeyDictionary

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


def reach(graph: Graph) -> Reach:
    """The reach of a graph's entry points, those of tests and scripts left out; worked out once."""
    if graph not in _known:
        _known[graph] = _reach(graph)
    return _known[graph]


def _reach(graph: Graph) -> Reach:
    tracing = Tracing(graph)
    entries: list[str] = []
    times: Counter[str] = Counter()
    users: defaultdict[str, list[str]] = defaultdict(list)
    for node in graph.nodes(*ENTRY_KINDS):
        if node.path is not None and role_of(node.path) in ASIDE:
            continue
        found = tracing.trace(node.id)
        functions = found.functions
        if not functions:
            continue
        entries.append(node.id)
        times.update(functions)
        for table in sorted({s.id for s in found.steps if s.kind in ACCESS_KINDS and in_database(s.id)}):
            users[table].append(node.id)
    return Reach(tuple(entries), times, {table: tuple(ids) for table, ids in sorted(users.items())})


_known: WeakKeyDictionary[Graph, Reach] = WeakKeyDictionary()
