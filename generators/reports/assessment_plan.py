"""The plan of one service as lines of an assessment: steps with days, what comes first, what may go wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ...analyzer.model.assessment import ServicePlan, Statement
from ...analyzer.model.findings import Hazard
from ...analyzer.model.interface import Offered
from .interface_lines import interface_lines
from .plain import clean, count, fitted, wrap

_FEW, _PLACES = 3, 5
MODEL = (
    "days of one person, 0.7 to 1.8 times: seam 0.5 a function that others call and 1 a class that they "
    "derive from; service 3, 0.5 a function that it calls and 1 a class that it derives from; routes 1; data "
    "1 a table and 3 a transaction across; clean 1. An assumption, not measured. What crosses to a service "
    "that is out already counts no more."
)
"""The model of effort (`analyzer/graph/effort.py`) in words."""


HOLDS = {"yes": "holds", "no": "not yet", "unknown": "?"}
"""How it is told whether a rule of pivoting holds."""


def plan_lines(plan: ServicePlan, turns: int, *, full: bool = False) -> Iterator[str]:
    """Lines of at most 80 columns; `full`: with every statement, the interface with types, and hazards."""
    low, high = plan.effort
    yield from wrap("", f"plan of {clean(plan.service)}: turn {plan.turn} of {turns}, {low}-{high} days", 0)
    for step in plan.steps:
        days = f"{step.effort[0]}-{step.effort[1]}"
        yield from wrap(f"  {step.name:<9}{days:>6}", step.said, 19)
    for title, statements in parts(plan):
        yield from _statements(title, statements, full)
    yield "  rules of pivoting"
    for rule in plan.rules:
        yield from wrap(f"    {HOLDS[rule.holds]}", f"{rule.rule}: {rule.said}", 12)
        yield from (f"            {clean(str(place))}" for place, _ in rule.evidence[: _FEW if full else 1])
    if not full:
        worst = sum(each.severity == "error" for each in plan.hazards)
        said = f"{len(plan.hazards)} at its border, {worst} of them to be solved or accepted"
        yield from wrap("  hazards:", said, 11)
        yield from wrap("  more:", f"carveout assess --plan {clean(plan.service)}", 11)
        return
    yield ""
    offered = count(len(plan.interface.offered), "function")
    yield f"interface of {clean(plan.service)}: {offered} that others call"
    yield from interface_lines(plan.interface)
    for hazard in plan.hazards:
        yield ""
        yield from _hazard(hazard)
    yield ""
    yield from wrap("", MODEL, 0)


def parts(plan: ServicePlan) -> tuple[tuple[str, Sequence[Statement]], ...]:
    """The statements around the steps, each group with its title; groups without any are left out."""
    groups = (
        ("first", plan.prerequisites),
        ("what may go wrong", plan.risks),
        ("what stays", plan.stays),
        ("what scaffold refuses today", plan.refusals),
    )
    return tuple((title, statements) for title, statements in groups if statements)


def signature(offered: Offered) -> str:
    """`shop.pay.charge(amount: int) -> Receipt`; types that nobody declared are left out."""
    given = [
        f"{each.name}: {each.type}" if each.type else each.name
        for each in offered.parameters
        if each.name not in ("self", "cls")
    ]
    returns = f" -> {offered.result.type}" if offered.result.type else ""
    return f"{offered.dotted}({', '.join(given)}){returns}"


def _statements(title: str, statements: Sequence[Statement], full: bool) -> Iterator[str]:
    yield f"  {title}"
    shown = statements if full else statements[:_FEW]
    for each in shown:
        yield from wrap("    -", fitted(each.said, 6), 6)
        yield from _places(each, _PLACES if full else 1)
    if len(shown) < len(statements):
        yield f"    and {len(statements) - len(shown)} more"


def _places(each: Statement | Hazard, most: int) -> Iterable[str]:
    places = list(dict.fromkeys(clean(str(place)) for place, _ in each.evidence))
    return [f"      {place}" for place in places[:most]]


def _hazard(hazard: Hazard) -> Iterator[str]:
    yield from wrap("", f"{hazard.severity} {hazard.id}: {hazard.title}", 0)
    yield from _places(hazard, _PLACES)
    for label, text in (("cost:", hazard.consequence), ("help:", hazard.help)):
        if text:
            yield from wrap(label, text, 6)
