"""Dramatiq (also remoulade, flask-dramatiq): actors, who sends them messages, and what starts them.

Messages are sent by methods of an actor, in pipelines and groups, by its name, and through functions that are
given the method itself (`on_commit(actor.send)`).
"""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Syntax, World
from .actors import link_dramatiq
from .reading import read_dramatiq


class Dramatiq(Framework):
    """See the module."""

    name = "dramatiq"
    version = 1
    triggers = ("dramatiq", "remoulade", "actor", "enqueue", "send", "task")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_dramatiq(syntax)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_dramatiq(world)


framework = Dramatiq()
