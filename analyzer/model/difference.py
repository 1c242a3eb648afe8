"""What a change adds to a graph and to its cut, and what it takes away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from .boundary import CutEdge
from .graph import Graph


class PairChange(NamedTuple):
    """Edges that cross from one service (or package) into another: before, after, new and gone."""

    origin: str
    owner: str
    before: int
    after: int
    added: tuple[CutEdge, ...]
    removed: tuple[CutEdge, ...]


class KindChange(NamedTuple):
    """Names of nodes (or numbers of edges) of one kind that are new and gone."""

    kind: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Two graphs of one project. `base` and `head` are what they are called by.

    `groups` is `service` where a boundary is agreed, which is then held against both graphs, else `package`.
    `pairs` are those that changed: pairs that nothing crossed before first, then by what they gain. Edges and
    nodes are compared by their names: what was renamed is gone and new. `edges` maps kinds to how many edges
    are new and gone; nodes of tests, and edges out of them, do not count. `blind_spots` counts what is not
    understood: before and after.
    """

    project: str
    base: str
    head: str
    before: Graph
    after: Graph
    groups: str
    pairs: tuple[PairChange, ...]
    nodes: tuple[KindChange, ...]
    edges: Mapping[str, tuple[int, int]]
    blind_spots: tuple[int, int]

    @property
    def added(self) -> tuple[CutEdge, ...]:
        """The edges that cross now and did not."""
        return tuple(edge for pair in self.pairs for edge in pair.added)

    @property
    def removed(self) -> tuple[CutEdge, ...]:
        """The edges that crossed and do not any more."""
        return tuple(edge for pair in self.pairs for edge in pair.removed)
