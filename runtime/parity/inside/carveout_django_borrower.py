"""A service of Django in a test run: its settings and its database are those of the tests' process."""

from __future__ import annotations

import importlib
import os
from typing import Any

from carveout_given import give, needed
from carveout_service import ask

_OF_DATABASE = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")


def application(package: str, rung: str) -> Any:
    """The service's own WSGI application, made as a server would make it."""
    os.environ["CELERY_BROKER_URL"] = "memory://"  # tasks of a test run reach nobody's workers
    give([name for name in needed(package) if not name.startswith("DB_")])
    where = ask("where") if rung == "committed" else {"ENGINE": "sqlite3", "NAME": "borrowed"}
    os.environ.update({f"DB_{key}": where.get(key, "") for key in _OF_DATABASE}, DB_CONN_MAX_AGE="0")
    os.environ["DJANGO_SETTINGS_MODULE"] = f"{package}.settings"
    settings = importlib.import_module(f"{package}.settings")
    if rung == "process":
        settings.DATABASES["default"].update(ENGINE="carveout_borrowed", OPTIONS={}, TEST={})
    return importlib.import_module(f"{package}.wsgi").application


def overriding(told: dict[str, Any]) -> Any:
    """Settings that a test has changed hold while it is answered."""
    from django.test.utils import override_settings  # type: ignore[import-untyped]

    return override_settings(**told)
