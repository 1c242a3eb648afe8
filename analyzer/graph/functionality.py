"""Functionalities: an entry point with all that it reaches."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.graph import Graph
from .access import in_database

ENTRY_KINDS = ("route", "task", "job", "command", "topic")
_FOLLOWED = ("handles", "calls")
_TOUCHED = ("reads", "joins", "writes")


@dataclass(frozen=True, slots=True)
class Functionality:
    """`steps` are the functions reached from `entry` in the order of calls; then its tables."""

    entry: str
    steps: tuple[str, ...]
    reads: tuple[str, ...]
    writes: tuple[str, ...]


def functionalities(graph: Graph) -> tuple[Functionality, ...]:
    """One functionality for each entry point, sorted by entry point."""
    return tuple(_trace(graph, node.id) for node in graph.nodes(*ENTRY_KINDS))


def _trace(graph: Graph, entry: str) -> Functionality:
    steps: list[str] = []
    reads: set[str] = set()
    writes: set[str] = set()
    seen: set[str] = set()
    stack = [entry]
    while stack:
        id = stack.pop()
        if id in seen:
            continue
        seen.add(id)
        if id != entry:
            steps.append(id)
        for edge in graph.out(id, *_TOUCHED):
            if in_database(edge.target):
                (writes if edge.kind == "writes" else reads).add(edge.target)
        following = [edge for edge in graph.out(id, *_FOLLOWED) if edge.target not in seen]
        following.sort(key=lambda edge: (edge.order, edge.target))
        # Marked when taken, not when pushed: what a first callee calls comes before its sibling.
        stack.extend(edge.target for edge in reversed(following))
    return Functionality(entry, tuple(steps), tuple(sorted(reads)), tuple(sorted(writes)))
