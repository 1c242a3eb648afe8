"""Methods that are told by their name alone, where nothing is known of the object that they belong to.

`basket.all_lines()` with an unknown `basket` is the one `all_lines` that the project defines, if no other
class has one and nothing outside the project is ever seen to be called by that name. Such an edge is no more
than possible.
"""

from __future__ import annotations

import builtins
from collections import defaultdict
from collections.abc import Sequence

from ..graph.roles import ASIDE, role_of
from .world import LinkedWorld

_SHORTEST = 4
_MOST = 3
"""Definitions of one method, in classes of one family, that are still told apart from a common word."""


class ByName:
    """The methods of the project by name."""

    def __init__(self, world: LinkedWorld) -> None:
        self._world = world
        self._classes: dict[str, list[str]] = defaultdict(list)
        for name, info in sorted(world.classes.items()):
            if role_of(info.path) in ASIDE:
                continue
            prefix = f"{info.definition.name}."
            for definition in world.files[info.path].definitions:
                inner = definition.name.removeprefix(prefix)
                if definition.kind == "function" and inner != definition.name and "." not in inner:
                    self._classes[inner].append(name)
        self._outside = _builtin_methods() | {
            target.rpartition(".")[2]
            for path, sites in world.flow.sites.items()
            if role_of(path) not in ASIDE  # tests put stand-ins in place of objects
            for site in sites
            for kind, target in site.targets
            if kind in ("external", "builtin")
        }

    def find(self, name: str) -> Sequence[str]:
        """The ids of the functions that a method of this name can only be; empty when it may be anything."""
        classes = self._classes.get(name, ())
        if len(name) < _SHORTEST or name.startswith("__") or name in self._outside:
            return ()
        if not 0 < len(classes) <= _MOST or not self._are_kin(classes):
            return ()
        return [f"function:{owner}.{name}" for owner in classes]

    def _are_kin(self, classes: Sequence[str]) -> bool:
        """Whether one of the classes stands above all others."""
        above = [{symbol.name for symbol in self._world.ancestors(name)} for name in classes]
        return any(all(name in names for names in above) for name in classes)


def _builtin_methods() -> set[str]:
    types = [v for name, v in vars(builtins).items() if isinstance(v, type) and not name.startswith("__")]
    return {name for kind in types for name in dir(kind)}
