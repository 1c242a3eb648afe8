"""Lends a service of Flask connections, and the configuration of the application."""

from __future__ import annotations

import secrets
from typing import Any

import carveout_sqlalchemy_lender
from carveout_lender import travels

_NONE_YET = "sqlite://"


class Lender(carveout_sqlalchemy_lender.Lender):  # type: ignore[misc]
    """The application is the one in whose context the calling thread is."""

    _given: Any = None
    """The database that the service was given."""

    def overridden(self) -> dict[str, Any]:
        """Its configuration, as far as it travels; the service takes what it has itself."""
        return {name: value for name, value in _configuration().items() if travels(value)}

    def on_settings(self, names: list[str]) -> dict[str, Any]:
        """The values here of settings that the service must be given; what is not set here is empty.

        A call may come before there is an application, while it is made: then nobody knows them yet.
        """
        config = _configuration()
        self.is_early = not config
        if self.is_early:
            return {name: _NONE_YET if name == "DATABASE_URL" else secrets.token_hex(32) for name in names}
        self._given = _database(config)
        known = {**config, "DATABASE_URL": self._given}
        return {name: "" if known.get(name) is None else known[name] for name in names}

    def on_wishes(self, names: list[str]) -> dict[str, Any]:
        """The values here of settings that the service can be given; those that are set."""
        config = _configuration()
        return {name: config[name] for name in names if config.get(name) is not None}

    def has_moved(self) -> bool:
        """Tests may make an application each, with a database of its own."""
        now = _database(_configuration())
        return now is not None and now != self._given

    def knows_more(self) -> bool:
        """Whether there is an application by now, and there was none when the service asked for settings."""
        return self.is_early and bool(_configuration())


def _configuration() -> dict[str, Any]:
    from flask import current_app, has_app_context

    return dict(current_app.config) if has_app_context() else {}


def _database(config: dict[str, Any]) -> Any:
    return config.get("SQLALCHEMY_DATABASE_URI") or config.get("DATABASE_URL")
