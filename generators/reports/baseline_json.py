"""The burn-down of accepted debt as JSON, schema `carveout/debt/1`."""

from __future__ import annotations

from json import dumps

from ...analyzer.model.results import BaselineResult
from .debts import tally

SCHEMA = "carveout/debt/1"
_NUMBERS = ("accepted", "now", "paid_off", "new")


class BaselineJson:
    """Counts per service and rule, and the entries that are not there any more."""

    name = "json"
    accepts = BaselineResult

    def render(self, result: BaselineResult) -> bytes:
        """ASCII bytes (other characters as escapes)."""
        document = {
            "schema": SCHEMA,
            "project": result.project,
            "debt": [
                {"service": service, "rule": rule, **dict(zip(_NUMBERS, numbers, strict=True))}
                for (service, rule), numbers in tally(result).items()
            ],
            "stale": [
                {"rule": debt.rule, "from": debt.origin, "to": debt.owner, "source": debt.source,
                 "target": debt.target, "fingerprint": debt.fingerprint}
                for debt in result.stale
            ],
        }  # fmt: skip
        return (dumps(document, indent=1) + "\n").encode("ascii")


report = BaselineJson()
