"""An assessment as Markdown: one page for a review."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ...analyzer.model.assessment import AssessmentResult, JourneyState, ServicePlan
from .assessment_plan import HOLDS, MODEL, parts, signature
from .assessment_text import why_first
from .markdown import code, prose

_EACH = 20


class AssessmentMarkdown:
    """Which service first and why, the order, then findings with their places."""

    name = "markdown"
    accepts = AssessmentResult

    def render(self, result: AssessmentResult) -> bytes:
        """UTF-8 text; tables of findings are cut at 20 rows a kind, and say so."""
        lines = [f"# {prose(result.project)}: assessment", ""]
        lines += [f"Missing: {prose(said)}" for said in result.missing]
        if len(result.order) > 1:
            lines += [f"Carve out first: **{prose(result.order[0].name)}**", ""]
            lines += [f"- {prose(reason)}" for reason in why_first(result.order[0])]
        lines += ["", "| order | entry points | calls across | tables across | transactions | days | risk |"]
        lines += ["|---|---|---|---|---|---|---|"]
        for each in result.order:
            days = f"{each.effort[0]}-{each.effort[1]}" if each is not result.order[-1] else "stays"
            calls = each.calls_in + each.calls_out
            lines.append(f"| {prose(each.name)} | {each.entries} | {calls} | {each.shared_tables} "
                         f"| {each.transactions} | {days} | {each.risk} |")  # fmt: skip
        lines += ["", prose(MODEL)]
        for plan in result.plans:
            lines += ["", *_plan(plan)]
        lines += ["", "## Journey", "", *_journey(result.journey)]
        lines += ["", "## Findings", "", *_findings(result)]
        return ("\n".join(lines) + "\n").encode("utf-8")


def _journey(journey: JourneyState) -> Iterator[str]:
    yield f"Phase: {journey.phase or 'not known from code'}"
    yield ""
    for title, statements in (("seen of", journey.signals), ("to reach", journey.needs)):
        for each in statements:
            place = f" {code(str(each.evidence[0].place))}" if each.evidence else ""
            yield f"- {title} {each.kind}: {prose(each.said)}{place}"


def _plan(plan: ServicePlan) -> Iterator[str]:
    """Steps with days, the functions that others call with their types, and what is around them."""
    yield from (f"## Plan of {prose(plan.service)}", "", "| step | days | what is done |", "|---|---|---|")
    for step in plan.steps:
        yield f"| {step.name} | {step.effort[0]}-{step.effort[1]} | {prose(step.said)} |"
    if plan.interface.offered:
        yield from ("", "Others call:", "")
        for each in plan.interface.offered[:_EACH]:
            yield f"- {code(signature(each))} {code(str(each.place._replace(column=0)))}"
        if len(plan.interface.offered) > _EACH:
            yield f"- and {len(plan.interface.offered) - _EACH} more: `carveout assess --format json`"
    yield from ("", "| rule of pivoting | holds | |", "|---|---|---|")
    for rule in plan.rules:
        place = f" {code(str(rule.evidence[0].place))}" if rule.evidence else ""
        yield f"| {rule.rule} | {HOLDS[rule.holds]} | {prose(rule.said)}{place} |"
    for title, statements in parts(plan):
        yield from ("", f"{title[0].upper()}{title[1:]}:", "")
        for statement in statements[:_EACH]:
            place = f" {code(str(statement.evidence[0].place))}" if statement.evidence else ""
            yield f"- {prose(statement.said)}{place}"
        if len(statements) > _EACH:
            yield f"- and {len(statements) - _EACH} more: `carveout assess --format json`"


def _findings(result: AssessmentResult) -> Iterator[str]:
    shown: Counter[str] = Counter()
    told = [(each.capability, each) for each in result.weaknesses]
    told += [(each.pattern.replace("_", " "), each) for each in result.recommendations]  # type: ignore[misc]
    all_of = Counter(kind for kind, _ in told)
    for kind, each in told:
        shown[kind] += 1
        if shown[kind] == 1:
            yield from ("", f"### {kind}: {all_of[kind]}", "")
        if shown[kind] <= _EACH:
            place = f" {code(str(each.evidence[0].place))}" if each.evidence else ""
            yield f"- {prose(each.title)}{place}"
        elif shown[kind] == _EACH + 1:
            yield f"- and {all_of[kind] - _EACH} more: `carveout assess --format json`"


report = AssessmentMarkdown()
