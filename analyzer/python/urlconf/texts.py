"""Texts of patterns that a file alone does not tell: with constants of other modules and settings in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from ...model.facts import Json
from ...model.world import World
from ..filled_patterns import Patterns
from ..settings_read import is_settings_module, settings_told

_HOLE = re.compile(r"\{(?:settings\.(\w+)|(?![\d,])[^{}]*)\}")
"""A hole; `{2,3}` of a regular expression is none."""


class Texts:
    """Fills what the constants and settings of the project tell."""

    def __init__(self, world: World) -> None:
        self._patterns = Patterns(world)
        self._settings: dict[str, str] = {}
        self._held: dict[str, str] = {}
        for path, fact in world.facts("constants"):
            for name, _, parts in fact.data["texts"]:
                if len(parts) == 1 and isinstance(parts[0], str):
                    self._held.setdefault(f"{world.module_of(path)}.{name}", parts[0])
            if not world.is_test(path) and is_settings_module(world.module_of(path)):
                for name, scope, parts in fact.data["texts"]:
                    self._settings.setdefault(str(name), self._patterns.text(path, scope, parts))
        self._settings.update(settings_told(world.project.values))
        self._patterns.settings = self._settings

    def text(
        self, path: str, scope: str, parts: Sequence[Json], above: bool, given: Mapping[str, str]
    ) -> tuple[str | None, bool]:
        """The text of a pattern (None when it is not known), and whether that is all of it.

        What is unknown at the start is left out where more follows (`above`: patterns below it), since such
        prefixes are mostly empty: `path(f"{settings.PREFIX}admin/", ...)`. `given` says what parameters hold.
        """
        found = _HOLE.sub(self._setting, self._patterns.text(path, scope, parts, given))
        rest = found.removeprefix("{}")
        if "{}" in rest or (found and not rest and not above):
            return None, False
        return rest, rest == found

    def attribute(self, classes: Iterable[str], name: str) -> str:
        """The text that the first of some classes holds under a name, "" for none."""
        return next(
            (self._held[f"{owner}.{name}"] for owner in classes if f"{owner}.{name}" in self._held), ""
        )

    def _setting(self, hole: re.Match[str]) -> str:
        return self._settings.get(hole[1] or "", "{}")
