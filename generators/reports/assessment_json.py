"""An assessment as JSON, schema `carveout/assessment/0`."""

from __future__ import annotations

from dataclasses import asdict
from json import dumps
from typing import Any

from ...analyzer.model.assessment import AssessmentResult, ServicePlan, Statement
from ...analyzer.model.findings import Finding
from ...analyzer.model.interface import Offered, Use

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
            "contradictions": [_statement(each) for each in result.contradictions],
            "order": [{**asdict(each), "evidence": _places(each.evidence)} for each in result.order],
            "plans": [_plan(each) for each in result.plans],
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
            "journey": {
                "phase": result.journey.phase or None,
                "place": str(result.journey.place) if result.journey.place else None,
                "signals": [_statement(each) for each in result.journey.signals],
                "needs": [_statement(each) for each in result.journey.needs],
            },
        }  # fmt: skip
        return (dumps(said, indent=1) + "\n").encode("ascii")


def _plan(plan: ServicePlan) -> dict[str, Any]:
    interface = plan.interface
    return {
        "service": plan.service, "turn": plan.turn, "effort": list(plan.effort),
        "offers": [_offered(each) for each in interface.offered],
        "calls": [_use(each) for each in interface.calls],
        "answers": [_use(each) for each in interface.entry_points],
        "settings": [_use(each) for each in interface.settings],
        "templates": [_use(each) for each in interface.templates],
        "tests": [_use(each) for each in interface.tests],
        "steps": [step._asdict() for step in plan.steps],
        "refusals": [_statement(each) for each in plan.refusals],
        "prerequisites": [_statement(each) for each in plan.prerequisites],
        "risks": [_statement(each) for each in plan.risks],
        "stays": [_statement(each) for each in plan.stays],
        "rules_of_pivoting": [
            {"rule": each.rule, "holds": each.holds, "said": each.said, "evidence": _places(each.evidence)}
            for each in plan.rules
        ],
        "hazards": [
            {"severity": each.severity, "subject": each.subject, "consequence": each.consequence,
             **_finding(each)}
            for each in plan.hazards
        ],
    }  # fmt: skip


def _offered(each: Offered) -> dict[str, Any]:
    return {
        "function": each.dotted, "place": str(each.place), "asynchronous": each.asynchronous,
        "parameters": [passed._asdict() for passed in each.parameters],
        "result": each.result._asdict(), "raises": list(each.raises), "changes": each.impure,
        "stays": each.stays, "crosses": each.crosses, "callers": [str(place) for place in each.callers],
        "tests": [str(place) for place in each.tests],
    }  # fmt: skip


def _use(use: Use) -> dict[str, Any]:
    return {"name": use.name, "places": [str(place) for place in use.places]}


def _statement(each: Statement) -> dict[str, Any]:
    return {"kind": each.kind, "said": each.said, "evidence": _places(each.evidence)}


def _finding(each: Finding) -> dict[str, Any]:
    said = {"id": each.id, "title": each.title, "why": each.why, "help": each.help}
    return {**said, "evidence": _places(each.evidence)}


def _places(evidence: Any) -> list[dict[str, Any]]:
    return [
        {"path": e.place.path, "line": e.place.line, "column": e.place.column, "via": e.via} for e in evidence
    ]


report = AssessmentJson()
