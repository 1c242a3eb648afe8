"""Transactions: where Django, SQLAlchemy, DB-API connections and their kin open, commit and nest them.

`transaction:pkg.mod.f#1` is the first one of a function, which `contains` it. Its attribute `opened` says
how: `atomic`, `begin`, `connection` (a block), `commit` (what runs up to a commit), `savepoint`, or `request`
(Django's `ATOMIC_REQUESTS`; then a route contains it). `lines` are the lines of the function that it spans;
without any it spans all of it. What tables it touches through the calls in there is worked out once all edges
are known (`indexing/spans.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Syntax, World
from .linking import link_requests, link_transactions
from .reading import read_transactions


class Transactions(Framework):
    """See the module."""

    name = "transactions"
    version = 1
    triggers = ("with ", "atomic", "commit", "COMMIT", "ATOMIC_REQUESTS")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_transactions(syntax)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_transactions(world)

    def join(self, world: World, routes: Sequence[Node]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_requests(world, routes)


framework = Transactions()
