"""Violations as JSON, schema `carveout/violations/1`."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from json import dumps
from typing import Any

from ...analyzer.model.findings import Debt, Violation
from ...analyzer.model.results import CheckResult
from .plain import clean
from .relationships import owners

SCHEMA = "carveout/violations/1"


class ViolationsJson:
    """Every violation with its evidence, what was ignored and why, and what was not seen."""

    name = "json"
    accepts = CheckResult

    def render(self, result: CheckResult) -> bytes:
        """ASCII bytes (other characters as escapes)."""
        document = {
            "schema": SCHEMA,
            "project": result.project,
            "since": clean(result.since) or None,
            "before": result.before,
            "violations": [_violation(violation, result) for violation in result.violations],
            "ignored": [
                {**_violation(violation, result), "reason": ignore.reason,
                 "until": ignore.until.isoformat() if ignore.until else None}
                for violation, ignore in result.ignored
            ],
            "stale": [_debt(debt) for debt in result.stale],
            "services": [service.name for service in result.boundary.services],
            "checked": dict(sorted(result.checked.items())),
            "blind_spots": dict(sorted(Counter(spot.kind for spot in result.graph.blind_spots).items())),
            "diagnostics": [
                {"kind": kind, "path": place.path, "line": place.line, "message": message}
                for kind, place, message in result.graph.diagnostics
            ],
            "coverage": asdict(result.graph.coverage),
        }  # fmt: skip
        return (dumps(document, indent=1) + "\n").encode("ascii")


def _debt(debt: Debt) -> dict[str, str]:
    return {
        "rule": debt.rule,
        "source": debt.source,
        "target": debt.target,
        "from": debt.origin,
        "to": debt.owner,
        "fingerprint": debt.fingerprint,
    }


def _violation(violation: Violation, result: CheckResult) -> dict[str, Any]:
    return {
        "rule": violation.rule,
        "id": violation.id,
        "title": violation.title,
        "severity": violation.severity,
        "source": violation.source,
        "target": violation.target,
        "from": violation.origin,
        "to": violation.owner,
        "why": violation.why,
        "cost": violation.cost,
        "pattern": violation.pattern,
        "help": violation.help,
        "agreed": violation.owner_place,
        "code_owners": list(owners(result, violation)),
        "fingerprint": violation.fingerprint,
        "baseline": violation.baseline,
        "evidence": [
            {"path": place.path, "line": place.line, "column": place.column, "via": via}
            for place, via in violation.evidence
        ],
    }


report = ViolationsJson()
