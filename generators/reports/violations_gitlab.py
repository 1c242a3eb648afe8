"""Violations as a Code Quality report of GitLab: what a merge request shows as new and as resolved."""

from __future__ import annotations

from json import dumps
from typing import Any

from ...analyzer.model.evidence import Place
from ...analyzer.model.findings import Severity, Violation
from ...analyzer.model.results import CheckResult
from .plain import clean, count
from .relationships import arrow, owners, path_of, places, sentences

_SEVERITIES: dict[Severity, str] = {"error": "major", "warning": "minor", "note": "info"}


class ViolationsGitlab:
    """A list of issues, new ones first. Debt is among them as `info`: GitLab compares two reports."""

    name = "gitlab"
    accepts = CheckResult

    def render(self, result: CheckResult) -> bytes:
        """ASCII bytes (other characters as escapes)."""
        issues = [_issue(violation, result) for violation in result.violations]
        return (dumps(issues, indent=1) + "\n").encode("ascii")


def _issue(violation: Violation, result: CheckResult) -> dict[str, Any]:
    found = places(violation) or [Place("carveout.toml", 1)]
    more = f"also at {count(len(found) - 1, 'other place')}" if len(found) > 1 else ""
    who = ", ".join(owners(result, violation))
    parts = (f"{clean(violation.title)}: {arrow(violation)}", *sentences(violation), more, who)
    return {
        "description": "; ".join(part for part in parts if part),
        "check_name": f"{violation.id} {violation.rule}",
        "fingerprint": violation.fingerprint,
        "severity": "info" if violation.baseline else _SEVERITIES[violation.severity],
        "location": {
            # A lone surrogate is no text for a JSON parser that is strict.
            "path": path_of(result, found[0]).encode("utf-8", "replace").decode("utf-8"),
            "lines": {"begin": max(found[0].line, 1)},
        },
    }


report = ViolationsGitlab()
