"""Lends a service of Flask connections, and the configuration of the application."""

from __future__ import annotations

from typing import Any

import carveout_sqlalchemy_lender
from carveout_lender import travels


class Lender(carveout_sqlalchemy_lender.Lender):  # type: ignore[misc]
    """The application is the one in whose context the calling thread is."""

    def overridden(self) -> dict[str, Any]:
        """Its configuration, as far as it travels; the service takes what it has itself."""
        return {name: value for name, value in _configuration().items() if travels(value)}

    def on_settings(self, names: list[str]) -> dict[str, Any]:
        """The values here of settings that the service must be given; those that are there."""
        config = _configuration()
        known = {
            **config,
            "DATABASE_URL": config.get("DATABASE_URL") or config.get("SQLALCHEMY_DATABASE_URI"),
        }
        return {name: known[name] for name in names if known.get(name) is not None}


def _configuration() -> dict[str, Any]:
    from flask import current_app, has_app_context

    return dict(current_app.config) if has_app_context() else {}
