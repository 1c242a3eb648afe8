"""Lends a service of FastAPI connections; its settings are those of the environment."""

from __future__ import annotations

from typing import Any

import carveout_sqlalchemy_lender


class Lender(carveout_sqlalchemy_lender.Lender):  # type: ignore[misc]
    """Its settings are those of the environment, which both processes have."""

    def on_settings(self, names: list[str]) -> dict[str, Any]:
        """Nothing else is known of them."""
        return {}
