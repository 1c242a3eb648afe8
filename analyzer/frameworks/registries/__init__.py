"""Registries of callbacks that a project has made for itself: lists that functions are put into by a
decorator or a call, and that other code takes them from to call them.

The node is `signal:` with the variable's name, `signal:shop.events.HANDLERS[paid]` where the key is written
out. Only what is both filled with functions and called counts.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Syntax, World
from .edges import link_registries
from .reading import read_registries


class Registries(Framework):
    """See the module."""

    name = "registries"
    version = 1
    triggers = ()  # any file may register with what another one holds

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_registries(syntax)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_registries(world)


framework = Registries()
