"""State that a process keeps in memory: variables of modules and classes that functions change.

`state:shop.registry.HANDLERS` is such a variable, with edges `reads` and `writes` from functions;
`state:shop.a.f()` is what `lru_cache` keeps for a function. What is never changed once its module has been
imported is a constant, and so is a library's object that is wired at the start (an application, a database).
Each process has its own copy: two services no longer share it.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Syntax, World
from .linking import link_state
from .reading import read_state


class State(Framework):
    """See the module."""

    name = "state"
    version = 3
    triggers = ()

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_state(syntax)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_state(world)


framework = State()
