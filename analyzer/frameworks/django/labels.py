"""App labels and the settings that name models."""

from __future__ import annotations

import re

from ...graph.roles import ASIDE, role_of
from ...model.world import World
from ...python.app_labels import label_of

_CONTRIB = re.compile(r"django\.contrib\.(?:\w+\.)*?(\w+)\.(?:base_)?models\.(\w+)\Z")
_NAMED = re.compile(r"\((\w+)[|.](\w+)\)\Z")
_OWN_TABLES = {  # Django's own models whose table is not named after their app
    ("contenttypes", "contenttype"): "django_content_type",
    ("sites", "site"): "django_site",
    ("admin", "logentry"): "django_admin_log",
    ("sessions", "session"): "django_session",
    ("redirects", "redirect"): "django_redirect",
    ("flatpages", "flatpage"): "django_flatpage",
}
_APPS = {  # other modules of Django import some of its models as well
    "ContentType": "contenttypes",
    "Group": "auth",
    "LogEntry": "admin",
    "Permission": "auth",
    "Session": "sessions",
    "Site": "sites",
    "User": "auth",
}
_DEFAULTS = {"AUTH_USER_MODEL": "auth.User"}
_CALLS = {"get_user_model()": "AUTH_USER_MODEL"}


class Labels:
    """Which app a module belongs to, as Django decides: the longest app name that is its prefix."""

    def __init__(self, world: World) -> None:
        self._labels: dict[str, str] = {}
        self._settings = dict(_DEFAULTS)
        self.installed: set[str] = set()
        """What `INSTALLED_APPS` and the like list."""
        found: dict[str, str] = {}
        named: set[str] = set()
        unnamed: dict[str, str] = {}
        for path, fact in world.facts("django"):
            if fact.kind == "app":
                module = world.module_of(path)
                package = module.rpartition(".")[0] or module
                name = str(fact.data.get("name") or package)
                known = self._labels if fact.data.get("name") else unnamed
                known.setdefault(name, str(fact.data.get("label") or name.rpartition(".")[2]))
            elif fact.kind == "apps":
                self.installed.update(map(str, fact.data["names"]))
                named.update(name for name in fact.data["names"] if name in world.modules)
            elif fact.kind == "migration":
                named.add(world.module_of(path).rpartition(".")[0].rpartition(".")[0])
            elif fact.kind == "setting" and role_of(path) not in ASIDE:
                found.setdefault(str(fact.data["name"]), str(fact.data["value"]))
        for name, label in unnamed.items():  # what others inherit from, most often
            self._labels.setdefault(name, label)
        self._settings.update(found)
        for name in sorted(named):
            self._labels.setdefault(name, name.rpartition(".")[2])

    def of(self, module: str) -> str:
        """The label of the app that a module lies in."""
        return label_of(module, self._labels)

    def named(self, code: str) -> str | None:
        """The model that code names without being its class: `settings.AUTH_USER_MODEL`,
        `get_user_model()`, `get_model_name("app", "Model")`; None for other code.
        """
        last = code.rpartition(".")[2]
        loaded = _NAMED.search(code)
        if loaded is not None:
            return f"{loaded[1]}.{loaded[2]}"
        return self._settings.get(_CALLS.get(last, last))

    def external(self, name: str) -> str | None:
        """ "app.Model" of one of Django's own models by its dotted class name."""
        found = _CONTRIB.match(name)
        return f"{_APPS.get(found[2], found[1])}.{found[2]}" if found is not None else None

    def is_own_model(self, name: str) -> bool:
        """Whether a dotted name is that of one of Django's own models, rather than of a manager of theirs."""
        found = _CONTRIB.match(name)
        return found is not None and found[2] in _APPS

    def external_table(self, label: str, model: str) -> str:
        """The table of a model that is not part of the project, by Django's convention."""
        return _OWN_TABLES.get((label, model.lower()), f"{label}_{model}".lower())


def labelled(world: World) -> dict[str, str]:
    """Label -> package of the apps that are not called as their folders are; what gives the user model."""
    found: dict[str, str] = {}
    for path, fact in world.facts("django"):
        user = (
            fact.kind == "setting" and fact.data["name"] == "AUTH_USER_MODEL" and role_of(path) not in ASIDE
        )
        if user:
            found.setdefault("django.contrib.auth.get_user_model()", str(fact.data["value"]))
        label = str(fact.data.get("label") or "") if fact.kind == "app" else ""
        if label and not world.is_test(path):
            module = world.module_of(path)
            found.setdefault(label, str(fact.data.get("name") or module.rpartition(".")[0] or module))
    return found
