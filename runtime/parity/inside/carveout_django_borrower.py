"""A service of Django in a test run: its settings and its database are those of the tests' process."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import json
import os
from pathlib import Path
from typing import Any

from carveout_service import ask

_OF_DATABASE = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")


def application(package: str, rung: str) -> Any:
    """The service's own WSGI application, made as a server would make it."""
    _give(_needed(package))
    where = ask("where") if rung == "committed" else {"ENGINE": "sqlite3", "NAME": "borrowed"}
    os.environ.update({f"DB_{key}": where.get(key, "") for key in _OF_DATABASE}, DB_CONN_MAX_AGE="0")
    os.environ["DJANGO_SETTINGS_MODULE"] = f"{package}.settings"
    settings = importlib.import_module(f"{package}.settings")
    if rung == "process":
        settings.DATABASES["default"].update(ENGINE="carveout_borrowed", OPTIONS={}, TEST={})
    return importlib.import_module(f"{package}.wsgi").application


def _needed(package: str) -> list[str]:
    """Variables without a default that its settings ask for, and nobody has set."""
    found = importlib.util.find_spec(f"{package}.settings")
    assert found is not None and found.origin is not None
    tree = ast.parse(Path(found.origin).read_text(encoding="utf-8"))
    names = [
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "given"
        and len(node.args) == 1
        and isinstance(node.args[0], ast.Constant)
    ]
    return [str(name) for name in names if not str(name).startswith("DB_") and name not in os.environ]


def _give(names: list[str]) -> None:
    """As whoever runs the service would: by its environment, the values of the monolith."""
    for name, value in ask("settings", names).items():
        os.environ[name] = value if isinstance(value, str) else json.dumps(value, default=str)


def overriding(told: dict[str, Any]) -> Any:
    """Settings that a test has changed hold while it is answered."""
    from django.test.utils import override_settings  # type: ignore[import-untyped]

    return override_settings(**told)
