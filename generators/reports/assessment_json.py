"""An assessment as JSON, schema `carveout/assessment/0`."""

from __future__ import annotations

from dataclasses import asdict
from json import dumps
from typing import Any

from ...analyzer.model.assessment import AssessmentResult
from ...analyzer.model.findings import Finding

SCHEMA = "carveout/assessment/0"


class AssessmentJson:
    """Everything: the order, what each entry point costs, weaknesses and patterns with all their places."""

    name = "json"
    accepts = AssessmentResult

    def render(self, result: AssessmentResult) -> bytes:
        """ASCII bytes (other characters as escapes)."""
        said = {
            "schema": SCHEMA,
            "project": result.project,
            "boundary": result.strategy,
            "missing": list(result.missing),
            "order": [{**asdict(each), "evidence": _places(each.evidence)} for each in result.order],
            "entry_points": [asdict(walk) for walk in result.walks],
            "weaknesses": [{"capability": each.capability, **_finding(each)} for each in result.weaknesses],
            "patterns": [
                {
                    "pattern": each.pattern, "subject": each.subject, "confidence": each.confidence,
                    "effort": each.effort, "consequences": each.consequences,
                    "scaffold": each.scaffold or "advice_only", **_finding(each),
                    "cares": [
                        {"kind": care.kind, "said": care.said, "evidence": _places(care.evidence)}
                        for care in each.cares
                    ],
                }
                for each in result.recommendations
            ],
            "journey": {"phase": None, "signals": list(result.signals)},
            "rules_of_pivoting": dict(result.rules),
        }  # fmt: skip
        return (dumps(said, indent=1) + "\n").encode("ascii")


def _finding(each: Finding) -> dict[str, Any]:
    said = {"id": each.id, "title": each.title, "why": each.why, "help": each.help}
    return {**said, "evidence": _places(each.evidence)}


def _places(evidence: Any) -> list[dict[str, Any]]:
    return [
        {"path": e.place.path, "line": e.place.line, "column": e.place.column, "via": e.via} for e in evidence
    ]


report = AssessmentJson()
