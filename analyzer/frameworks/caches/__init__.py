"""Caches and Redis: which keys functions read and write, which channels they publish to.

`cache:user:{}` is the pattern of a key, holes as `{}`; `cache:shop.catalog.top()` is what is kept for the
arguments of a function or a view. Channels of Redis are `topic:`s. Keys that the code does not tell are blind
spots, unless functions are given them by callers who do tell.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Syntax, World
from .fragments import link_fragments, read_fragments
from .linking import link_caches
from .reading import read_caches
from .words import USUAL_METHODS, WORDS


class Caches(Framework):
    """See the module."""

    name = "caches"
    version = 3
    triggers = ("*.html", "*.txt", *WORDS, *(f".{method}(" for method in USUAL_METHODS))

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_caches(syntax, any(word in file.text for word in WORDS))
        elif "cache " in file.text:
            yield from read_fragments(file.text)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_caches(world)
        yield from link_fragments(world)


framework = Caches()
