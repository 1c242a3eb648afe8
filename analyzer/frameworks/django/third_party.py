"""The models of other libraries that code names: `from auditlog.models import LogEntry`."""

from __future__ import annotations

import re

from ...model.world import World
from .labels import Labels

_MODEL = re.compile(r"(?P<app>[\w.]+)\.models(?:\.\w+)*\.(?P<name>[A-Z]\w*[a-z]\w*)\Z")
_OF_DJANGO = re.compile(r"(?:django|rest_framework(?!\.authtoken\.)|sqlalchemy|peewee|pydantic|odoo)\.")
_WAGTAIL = {"wagtail": "wagtailcore", "wagtail.documents": "wagtaildocs"}


def third_party(world: World, labels: Labels) -> dict[str, tuple[str, str]]:
    """Dotted class -> (label, name) of such models: their app is installed, or code asks them for rows.

    Their tables are named as Django does it by itself; what a library says of that is not seen.
    """
    found: dict[str, tuple[str, str]] = {}
    for path in world.files:
        if world.is_test(path):
            continue
        file = world.files[path]
        asked = {call.target.partition(".objects.")[0] for call in file.calls if ".objects." in call.target}
        for imported in file.imports:
            module = imported.module
            if "models" not in module.split("."):
                continue
            symbol = world.resolve(path, imported.scope, imported.name)
            if symbol is None or symbol.kind != "external" or _OF_DJANGO.match(symbol.name):
                continue  # a module of the project's own may hand on what it imports
            match = _MODEL.match(symbol.name)
            if match is not None and (match["app"] in labels.installed or imported.name in asked):
                found[symbol.name] = (_label(match["app"]), match["name"])
    return found


def _label(app: str) -> str:
    last = app.rpartition(".")[2]
    return _WAGTAIL.get(app, f"wagtail{last}" if app.startswith("wagtail.") else last)
