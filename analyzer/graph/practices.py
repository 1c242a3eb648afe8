"""Practices as records: what stands in the attributes of functions and modules (`frameworks/practices`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..model.evidence import Place
from ..model.graph import Graph
from .roles import PAST, role_of


class Practice(NamedTuple):
    """One place in a function or module (`id`); `what` is a word about it."""

    id: str
    place: Place
    what: str


def practices(graph: Graph, kind: str) -> Iterator[Practice]:
    """All of a kind in code of the application itself, in the order of the graph."""
    for node in graph.nodes("function", "module"):
        if node.attributes and node.path and role_of(node.path) not in PAST:
            for each in dict(node.attributes).get(kind, "").split():
                line, column, what = each.split(":", 2)
                yield Practice(node.id, Place(node.path, int(line), int(column)), what)
