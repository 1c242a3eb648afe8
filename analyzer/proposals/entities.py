"""Entities clustered by who uses them: two tables are alike when the same functionalities touch them.

A functionality, or a transaction, is one dimension of each table that it touches: `log1p(reads) + 2 *
log1p(writes)`, divided by the square root of how many tables it touches, as what touches many says little of
any two. Tables are tied by the cosine of these and clustered by Leiden (measured on BlendedWorkflow by
`bench_boundaries.py`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from math import log1p, sqrt

from ..graph.access import ACCESS_KINDS
from ..graph.reach import trails
from ..graph.roles import ASIDE, PAST, role_of
from ..graph.transactions import transactions
from ..model.graph import Graph
from .consensus import communities

_WRITE = 2.0
_MANY = 200
"""What touches more tables than these (a dump, a reset) tells none of them from another."""

_RESOLUTION = 1.2
"""Of groups of tables, somewhat above that of plain modularity (1)."""

Uses = Mapping[str, Counter[str]]
"""Table -> how often it is touched, by mode (`reads` or `writes`)."""


def clusters(graph: Graph, tables: Collection[str], granularity: float = 0.5) -> tuple[tuple[str, ...], ...]:
    """The groups of the tables that something touches, each sorted, largest first.

    What is used by nothing that uses another table is a group of its own.
    """
    used = list(accesses(graph, tables))
    touched = {table for uses in used for table in uses}
    tied = communities(likeness(used), _RESOLUTION * 4 ** (2 * granularity - 1))
    alone = touched.difference(*tied)
    return (*tied, *((table,) for table in sorted(alone)))


def accesses(graph: Graph, tables: Collection[str]) -> Iterator[Uses]:
    """What each functionality and transaction touches; then each function that no functionality reaches."""
    known, times = set(tables), _times(graph)
    reached: set[str] = set()
    for _, functions, touched in trails(graph):
        reached.update(functions)
        uses: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for step in touched:
            if step.id in known:
                uses[step.id][_mode(step.kind)] += times.get((step.caller, step.id, step.kind), 1)
        yield uses
    for transaction in transactions(graph):
        if role_of(transaction.node.path or "") not in ASIDE:
            yield {
                table: Counter(dict.fromkeys(map(_mode, modes), 1))
                for table, modes in sorted(transaction.touched.items())
                if table in known
            }
    others: defaultdict[str, defaultdict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for (source, table, kind), count in times.items():
        node = graph.node(source)
        if source in reached or table not in known or node is None:
            continue
        if node.path is None or role_of(node.path) not in PAST:
            others[source][table][_mode(kind)] += count
    yield from (others[source] for source in sorted(others))


def likeness(used: Iterable[Uses]) -> dict[tuple[str, str], float]:
    """The cosine of each two tables that something touches together; the smaller id first; sorted."""
    products: defaultdict[tuple[str, str], float] = defaultdict(float)
    squares: defaultdict[str, float] = defaultdict(float)
    # What touches the same in the same way counts as often as it comes, but is multiplied out once.
    patterns = Counter(
        tuple(sorted((table, modes["reads"], modes["writes"]) for table, modes in uses.items()))
        for uses in used
    )
    for pattern, times in sorted(patterns.items()):
        if len(pattern) > _MANY:
            continue
        size = sqrt(len(pattern)) if pattern else 1.0
        strengths = [(t, (log1p(reads) + _WRITE * log1p(writes)) / size) for t, reads, writes in pattern]
        for place, (one, strength) in enumerate(strengths):
            squares[one] += times * strength * strength
            for other, second in strengths[place + 1 :]:
                products[one, other] += times * strength * second
    return {
        (one, other): product / sqrt(squares[one] * squares[other])
        for (one, other), product in sorted(products.items())
        if product
    }


def _mode(kind: str) -> str:
    return "writes" if kind == "writes" else "reads"


def _times(graph: Graph) -> dict[tuple[str, str, str], int]:
    """How often each function touches each table, by kind; accesses that are merely possible are left out."""
    found: Counter[tuple[str, str, str]] = Counter()
    for source, table, kind, count in graph.pairs(*ACCESS_KINDS, possible=False):
        found[source, table, kind] += count
    return dict(sorted(found.items()))
