"""Transactions as records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..model.graph import Graph, Node

JOINS = frozenset({"atomic", "savepoint", "request"})
"""Ways of opening that join a transaction that is open already."""
MODES = ("locks", "reads", "writes", "requests", "enqueues", "publishes")
CHANGES = frozenset({"writes", "locks"})
"""What needs to be in a transaction with the owner of a table."""
_PAIR = re.compile(r"(\d+)-(\d+)")


def lines_of(text: str) -> tuple[tuple[int, int], ...]:
    """`12-20 25-30` as pairs of lines."""
    return tuple((int(first), int(last)) for first, last in _PAIR.findall(text))


def source_of(id: str) -> str:
    """The id of the function, script or route that a transaction's id names."""
    name, numbered, _ = id.partition(":")[2].rpartition("#")
    if name.endswith(".sql"):
        return f"script:{name}"
    return f"function:{name}" if numbered else f"route:{id.partition(':')[2]}"


class Transaction(NamedTuple):
    """A transaction; `opened` says how (`atomic`, `begin`, `commit` ...), `touched` what it does with what.

    `touched` maps the ids of tables, hosts, tasks and signals to words of `MODES`. `owner` is the function,
    module or route that contains it.
    """

    node: Node
    owner: str
    opened: str
    touched: Mapping[str, tuple[str, ...]]

    def of(self, *modes: str) -> tuple[str, ...]:
        """The ids of what is touched in one of these ways, sorted."""
        return tuple(id for id, words in self.touched.items() if not set(modes).isdisjoint(words))

    @property
    def reads(self) -> tuple[str, ...]:
        return self.of("reads")

    @property
    def writes(self) -> tuple[str, ...]:
        return self.of("writes")

    @property
    def outbound(self) -> tuple[str, ...]:
        """Hosts, tasks and signals: what a rollback does not take back."""
        return self.of("requests", "enqueues", "publishes")


def transactions(graph: Graph) -> Iterator[Transaction]:
    """All transactions of a graph, sorted by id."""
    for node in graph.nodes("transaction"):
        attributes = dict(node.attributes)
        owner = next((edge.source for edge in graph.into(node.id, "contains")), "")
        touched = {
            edge.target: tuple(mode for mode in MODES if mode in edge.how)
            for edge in graph.out(node.id, "spans")
        }
        yield Transaction(node, owner, attributes.get("opened", ""), touched)
