"""Settings: where they are defined, which functions they configure, who overrides them.

`setting:X` is a setting of the application (Django, Flask, a module of constants called so),
`setting:env.X` an environment variable, `setting:pkg.mod.AppSettings.x` a field of pydantic settings.
A setting has an edge `configures` to each function that reads it; what sets or overrides it `writes` it.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Syntax, World
from .linking import link_settings
from .reading import read_settings


class Settings(Framework):
    """See the module."""

    name = "settings"
    version = 1
    triggers = ()

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_settings(syntax)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_settings(world)


framework = Settings()
