"""Violations as SARIF 2.1.0, for the code-scanning pages of forges and for editors."""

from __future__ import annotations

from json import dumps
from typing import Any
from urllib.parse import quote

from ...analyzer.model.evidence import Diagnostic, Place
from ...analyzer.model.findings import Violation
from ...analyzer.model.protocols import Rule
from ...analyzer.model.results import CheckResult
from ...analyzer.plugins import page
from .plain import clean
from .relationships import arrow, cost, owners, path_of, places, sentences, verdict
from .rule_pages import headline, known_rules
from .unseen import unread

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_MOST = 25_000
"""Results of one run that GitHub takes."""
_RELATED = 99
"""Further places of one result that are given."""


class ViolationsSarif:
    """One result a relationship, new ones first; debt and what is ignored is suppressed with its reason."""

    name = "sarif"
    accepts = CheckResult

    def render(self, result: CheckResult) -> bytes:
        """ASCII bytes (other characters as escapes)."""
        rules = known_rules()
        numbers = {rule.code: number for number, rule in enumerate(rules)}
        results = [_result(each, numbers, result, _debt(each)) for each in result.violations]
        results += [_result(each, numbers, result, excuse.reason) for each, excuse in result.ignored]
        run = {
            "tool": {"driver": {**_version(), "rules": [_rule(rule) for rule in rules]}},
            "automationDetails": {"id": "carveout/", "description": {"text": "Boundaries between services."}},
            "invocations": [_invocation(result)],
            "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the repository."}}},
            "columnKind": "unicodeCodePoints",
            "results": results[:_MOST],
            "properties": {"verdict": verdict(result), "notShown": max(0, len(results) - _MOST)},
        }  # fmt: skip
        document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
        return (dumps(document, indent=1) + "\n").encode("ascii")


def _version() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("carveout")
    except PackageNotFoundError:
        number = "0"
    # A package URL that names no registry: the format's rules ask for a URI, and there is no page.
    return {"name": "carveout", "version": number, "informationUri": f"pkg:generic/carveout@{number}"}


def _rule(rule: Rule) -> dict[str, Any]:
    text = page(rule)
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": headline(rule)},
        "fullDescription": {"text": headline(rule)},
        "help": {"text": text, "markdown": f"```text\n{text}\n```"},
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["architecture", rule.group], "precision": "high"},
    }


def _result(
    violation: Violation, numbers: dict[str, int], result: CheckResult, accepted: str
) -> dict[str, Any]:
    first, *others = places(violation) or [Place("carveout.toml", 1)]
    text = f"{clean(violation.title)}: {arrow(violation)}."
    index = {"ruleIndex": numbers[violation.id]} if violation.id in numbers else {}
    related = [
        {**_location(place, result), "id": number} for number, place in enumerate(others[:_RELATED], 1)
    ]
    return {
        "ruleId": violation.id,
        **index,
        "level": violation.severity,
        "message": {"text": "\n".join((text, *sentences(violation)))},
        "locations": [_location(first, result)],
        **({"relatedLocations": related} if related else {}),
        # GitHub knows an alert again by the first of these alone.
        "partialFingerprints": {
            "primaryLocationLineHash": f"{violation.fingerprint}:1",
            "carveoutRelationship/v1": violation.fingerprint,
        },
        "suppressions": [{"kind": "external", "status": "accepted", "justification": clean(accepted)}]
        if accepted
        else [],
        "properties": {
            "from": clean(violation.origin),
            "to": clean(violation.owner),
            "source": clean(violation.source),
            "target": clean(violation.target),
            "consequence": cost(violation),
            "codeOwners": list(owners(result, violation)),
        },
    }


def _debt(violation: Violation) -> str:
    return "accepted as debt in carveout-baseline.json" if violation.baseline else ""


def _location(place: Place, result: CheckResult) -> dict[str, Any]:
    region = {"startLine": max(place.line, 1), "startColumn": place.column + 1}
    uri = quote(path_of(result, place), errors="surrogatepass")
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"},
            "region": region,
        }
    }


def _invocation(result: CheckResult) -> dict[str, Any]:
    """Whether all of the application was read."""
    problems = unread(result.graph)
    notes = [_notification(each, result) for each in problems]
    return {"executionSuccessful": not problems, "toolExecutionNotifications": notes}


def _notification(problem: Diagnostic, result: CheckResult) -> dict[str, Any]:
    return {
        "level": "error",
        "message": {"text": f"Not read: {clean(problem.kind)}: {clean(problem.message)}."},
        "locations": [_location(problem.place, result)],
    }


report = ViolationsSarif()
