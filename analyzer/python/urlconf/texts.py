"""Texts of patterns that a file alone does not tell: with constants of other modules and settings in them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...model.facts import Json
from ...model.protocols import World
from ..filled_patterns import Patterns
from ..settings_read import is_settings_module

_HOLE = re.compile(r"\{(?:settings\.(\w+)|(?![\d,])[^{}]*)\}")
"""A hole; `{2,3}` of a regular expression is none."""


class Texts:
    """Fills what the constants and settings of the project tell."""

    def __init__(self, world: World) -> None:
        self._patterns = Patterns(world)
        self._settings: dict[str, str] = {}
        for path, fact in world.facts("constants"):
            if not world.is_test(path) and is_settings_module(world.module_of(path)):
                for name, scope, parts in fact.data["texts"]:
                    self._settings.setdefault(str(name), self._patterns.text(path, scope, parts))

    def text(self, path: str, scope: str, parts: Sequence[Json], above: bool) -> tuple[str | None, bool]:
        """The text of a pattern (None when it is not known), and whether that is all of it.

        What is unknown at the start is left out where more follows (`above`: patterns below it), since such
        prefixes are mostly empty: `path(f"{settings.PREFIX}admin/", ...)`.
        """
        found = _HOLE.sub(self._setting, self._patterns.text(path, scope, parts))
        rest = found.removeprefix("{}")
        if "{}" in rest or (not rest and not above):
            return None, False
        return rest, rest == found

    def _setting(self, hole: re.Match[str]) -> str:
        return self._settings.get(hole[1] or "", "{}")
