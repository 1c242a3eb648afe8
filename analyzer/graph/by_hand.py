"""What only people start: code that commands and `__main__` modules alone lead to, beside the application."""

from __future__ import annotations

from collections import defaultdict
from weakref import WeakKeyDictionary

from ..model.graph import EDGE_KIND_INDEX, Graph
from .roles import PAST, role_of

_LEADS = frozenset(
    EDGE_KIND_INDEX[kind] for kind in ("calls", "handles", "enqueues", "subscribes", "publishes")
)
_BY_HAND = ("command:", "script:")
_MAIN = "__main__.py"


def by_hand(graph: Graph) -> frozenset[int]:
    """The functions, by their index, that the application does not reach by itself.

    It reaches what routes, tasks, jobs, signals and imported modules lead to, and what nobody is known to
    call; tests and scripts lead to nothing. Worked out once for a graph: many ask.
    """
    if graph not in _known:
        _known[graph] = _by_hand(graph)
    return _known[graph]


def _by_hand(graph: Graph) -> frozenset[int]:
    c = graph.columns
    aside = [role_of(path) in PAST for path in c.paths]
    leads: dict[int, list[int]] = defaultdict(list)
    called = set[int]()
    for row, kind in enumerate(c.kind):
        source = c.source[row]
        if kind in _LEADS and not (c.node_path[source] >= 0 and aside[c.node_path[source]]):
            leads[source].append(c.target[row])
            called.add(c.target[row])
    starting = [
        index
        for index, id in enumerate(c.ids)
        if index not in called and not id.startswith(_BY_HAND) and not _is_main(graph, index)
    ]
    seen, waiting = set(starting), starting
    while waiting:
        new = [target for target in leads[waiting.pop()] if target not in seen]
        seen.update(new)
        waiting += new
    return frozenset(
        index for index, id in enumerate(c.ids) if id.startswith("function:") and index not in seen
    )


def _is_main(graph: Graph, index: int) -> bool:
    c = graph.columns
    path = c.paths[c.node_path[index]] if c.node_path[index] >= 0 else ""
    return path.rpartition("/")[2] == _MAIN


_known: WeakKeyDictionary[Graph, frozenset[int]] = WeakKeyDictionary()
