"""What settings of modules are called: by their name alone, unless several packages have one called so."""

from __future__ import annotations

from ..model.world import World
from .settings_read import is_settings_module, settings_family

_OF_APPLICATIONS = frozenset(
    {"SECRET_KEY", "INSTALLED_APPS", "DATABASES", "ROOT_URLCONF", "SQLALCHEMY_DATABASE_URI"}
)
"""Settings that only the settings of the whole application have."""


class SettingNames:
    """The names of the settings that modules define, as the framework `settings` has read them."""

    def __init__(self, world: World) -> None:
        self._families: dict[str, set[str]] = {}
        self._main: set[str] = set()
        for path, fact in world.facts("settings"):
            module = world.module_of(path)
            if fact.kind != "defines" or not is_settings_module(module) or world.is_test(path):
                continue
            family = settings_family(module)
            for name, _, _ in fact.data["names"]:
                if "." not in name:
                    self._families.setdefault(name, set()).add(family)
                    if name in _OF_APPLICATIONS:
                        self._main.add(family)

    def of_module(self, module: str, name: str) -> str:
        """What a setting of a module is called; those of the whole application go by their name."""
        family = settings_family(module)
        shared = len(self._families.get(name, ())) > 1 and family not in self._main
        return f"{family}.{name}" if shared else name
