"""An assessment as Markdown: one page for a review; with a service that is asked for, its plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from ...analyzer.model.assessment import AssessmentResult, ServicePlan, Statement
from ...analyzer.model.evidence import Evidence
from ...analyzer.model.findings import Finding
from .assessment_plan import HOLDS, MODEL, parts, signature
from .assessment_text import why_first
from .markdown import code, prose
from .unseen import blind_spots

_EACH, _FEW, _SERVICES, _WALKS = 40, 3, 12, 5


class AssessmentMarkdown:
    """Which service first and why, the order, the first plan in short, entry points, counts of findings."""

    name = "markdown"
    accepts = AssessmentResult

    def render(self, result: AssessmentResult) -> bytes:
        """UTF-8 text."""
        lines = _plan(result.plans[0]) if result.shown else _page(result)
        return ("\n".join(lines) + "\n").encode("utf-8")


def _page(result: AssessmentResult) -> Iterator[str]:
    yield from (f"# {prose(result.project)}: assessment", "")
    yield from (f"Missing: {prose(said)}" for said in result.missing)
    yield from (f"Contradicts: {prose(each.said)}{_at(each.evidence)}" for each in result.contradictions)
    if len(result.order) < 2:
        yield "Nothing to carve out: fewer than two services are known."
    else:
        yield from _first(result)
    for plan in result.plans[:1]:
        yield from ("", f"## Plan of {prose(plan.service)}", "")
        yield from _steps(plan)
        for title, statements in parts(plan)[:2]:
            yield from ("", f"{title[0].upper()}{title[1:]}:", "")
            yield from _statements(statements, _FEW, f"carveout assess --plan {plan.service}")
        yield from _rules(plan)
    yield from _walks(result)
    yield from _findings(result)
    phase = result.journey.phase or "phase not known from code"
    yield from ("", f"## Journey: {phase}", "")
    needs = ((f"to reach {each.kind}: {each.said}", each.evidence) for each in result.journey.needs)
    yield from (f"- {prose(said)}{_at(places)}" for said, places in needs)
    yield from ("", f"Not seen: {prose(blind_spots(result.graph, 6))}")


def _first(result: AssessmentResult) -> Iterator[str]:
    by = "agreed" if result.strategy == "agreed" else f"proposed by {result.strategy}"
    first = result.order[0]
    yield from (f"Carve out first: **{prose(first.name)}** (of {len(result.order)} services, {by})", "")
    yield from (f"- {prose(reason)}" for reason in why_first(first))
    yield from ("", "| order | entry points | calls across | tables across | transactions | days | risk |")
    yield "|---|---|---|---|---|---|---|"
    for each in result.order[:_SERVICES]:
        stays = each is result.order[-1]
        days = "stays" if stays else f"{each.effort[0]}-{each.effort[1]}"
        calls, risk = each.calls_in + each.calls_out, "" if stays else each.risk
        yield (
            f"| {prose(each.name)} | {each.entries} | {calls} | {each.shared_tables} "
            f"| {each.transactions} | {days} | {risk} |"
        )
    if len(result.order) > _SERVICES:
        yield f"| and {len(result.order) - _SERVICES} more | | | | | | |"
    yield from ("", prose(f"{MODEL[0].upper()}{MODEL[1:]}"))


def _plan(plan: ServicePlan) -> Iterator[str]:
    """The plan of one service in full: steps, functions that others call with their types, statements."""
    yield from (f"# Plan of {prose(plan.service)}", "")
    yield from _steps(plan)
    more = f"carveout assess --plan {plan.service} --format json"
    if plan.interface.offered:
        yield from ("", "Others call:", "")
        for each in plan.interface.offered[:_EACH]:
            yield f"- {code(signature(each))} {code(str(each.place._replace(column=0)))}"
        if len(plan.interface.offered) > _EACH:
            yield f"- and {len(plan.interface.offered) - _EACH} more: {code(more)}"
    yield from _rules(plan)
    for title, statements in parts(plan):
        yield from ("", f"{title[0].upper()}{title[1:]}:", "")
        yield from _statements(statements, _EACH, more)
    if plan.hazards:
        yield from ("", "Hazards:", "")
        for hazard in plan.hazards[:_EACH]:
            yield f"- {hazard.severity} {prose(hazard.id)}: {prose(hazard.title)}{_at(hazard.evidence)}"
        if len(plan.hazards) > _EACH:
            yield f"- and {len(plan.hazards) - _EACH} more: {code(more)}"
    yield from ("", prose(f"{MODEL[0].upper()}{MODEL[1:]}"))


def _steps(plan: ServicePlan) -> Iterator[str]:
    yield from ("| step | days | what is done |", "|---|---|---|")
    for step in plan.steps:
        yield f"| {step.name} | {step.effort[0]}-{step.effort[1]} | {prose(step.said)} |"


def _rules(plan: ServicePlan) -> Iterator[str]:
    yield from ("", "| rule of pivoting | holds | |", "|---|---|---|")
    for rule in plan.rules:
        yield f"| {rule.rule} | {HOLDS[rule.holds]} | {prose(rule.said)}{_at(rule.evidence)} |"


def _statements(statements: Sequence[Statement], most: int, more: str) -> Iterator[str]:
    for each in statements[:most]:
        yield f"- {prose(each.said)}{_at(each.evidence)}"
    if len(statements) > most:
        yield f"- and {len(statements) - most} more: {code(more)}"


def _walks(result: AssessmentResult) -> Iterator[str]:
    if not result.walks:
        return
    yield from ("", "## Entry points", "", "| entry point | network calls | in a row | transactions |")
    yield "|---|---|---|---|"
    for walk in result.walks[:_WALKS]:
        entry = prose(walk.entry.partition(":")[2])
        changed = f"{walk.before} -&#62; {walk.after}" if walk.before else "none"
        yield f"| {entry} | 0 -&#62; {walk.calls} | {walk.hops} | {changed} |"
    if len(result.walks) > _WALKS:
        yield f"| and {len(result.walks) - _WALKS} more | | | |"


def _findings(result: AssessmentResult) -> Iterator[str]:
    """A row for each capability and pattern: how many places, and the first."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for weakness in result.weaknesses:
        found[f"against {weakness.capability}"].append(weakness)
    for each in result.recommendations:
        found[each.pattern.replace("_", " ")].append(each)
    if found:
        yield from ("", "## Findings", "", "| what | how many | the first |", "|---|---|---|")
    for kind, all_of in found.items():
        yield f"| {kind} | {len(all_of)} | {prose(all_of[0].title)}{_at(all_of[0].evidence)} |"


def _at(evidence: Iterable[Evidence]) -> str:
    return next((f" {code(str(each.place))}" for each in evidence), "")


report = AssessmentMarkdown()
