"""Django Ninja and Ninja Extra: operations of APIs, routers and controllers, where patterns mount them."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Syntax, World
from .reading import read_operations
from .routes import link_operations


class Ninja(Framework):
    """See the module."""

    name = "ninja"
    version = 1
    triggers = (
        "ninja", "@api", "@router", "api_operation", "add_router", "register_controllers", "api_controller",
    )  # fmt: skip

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_operations(syntax, "ninja" in file.text)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_operations(world)


framework = Ninja()
