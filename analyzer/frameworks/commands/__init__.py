"""Commands that people and schedulers type: Django's management commands, click, typer and Flask's own.

A command is named as it is typed, without the program: `users create` for `flask users create` or for
`cli users create`. Console scripts are known where `setup.py` declares them.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Syntax, TypeRule, World
from .groups import link_groups
from .management import link_management
from .reading import read_commands
from .types import types


class Commands(Framework):
    """See the module."""

    name = "commands"
    version = 1
    triggers = ("click", "typer", "command", "Command", "AppGroup", "entry_points", "flask_script")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_commands(syntax)

    def types(self) -> Iterable[TypeRule]:
        return types()

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_management(world)
        yield from link_groups(world)


framework = Commands()
