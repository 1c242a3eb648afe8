"""Holds a boundary against a graph: all rules, minus what the boundary file excuses."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ..graph.cut import cut
from ..model.boundary import Boundary, CutEdge, Ignore, Level
from ..model.findings import Debt, Severity, Violation
from ..model.graph import Graph
from ..model.protocols import Review, Rule
from ..model.results import CheckResult
from ..plugins import plugins
from ..project.codeowners import CodeOwners, load_owners
from ..project.excerpts import excerpts
from . import concerns, covers


def rules() -> tuple[Rule, ...]:
    """All rules, sorted by code."""
    found: tuple[Rule, ...] = plugins("analyzer.rules", "rule")
    return tuple(sorted(found, key=lambda rule: (rule.code, rule.id)))


def level_of(rule: Rule, boundary: Boundary) -> Level:
    """How much a rule counts: as `[rules]` says of its id, its code or its group, else its own level."""
    for name in (rule.id, rule.code, rule.group):
        if name.lower() in boundary.levels:
            return boundary.levels[name.lower()]
    return rule.level


def judge(
    graph: Graph,
    boundary: Boundary,
    root: Path | None = None,
    today: datetime.date | None = None,
    baseline: Collection[Debt] = (),
) -> CheckResult:
    """Check every rule; violations are sorted by rule, service and names, those of the `baseline` last.

    The lines that violations point at are read below `root`; without it none are shown. `today`
    decides which ignores have ended; without it none has.
    """
    crossing = cut(graph, boundary)
    on = {rule: level for rule in rules() if (level := level_of(rule, boundary)) != "off"}
    violations, ignored = _found(on, crossing, graph, boundary, today, baseline)
    there = {violation.fingerprint for violation in violations}
    off = {rule.id for rule in rules() if rule not in on}
    checked = Counter(edge.edge.kind for edge in crossing)
    owners = load_owners(root) if root else CodeOwners()
    firsts = sorted({min(found.evidence).place.path for found in violations if found.evidence})
    return CheckResult(
        project=root.name if root else "",
        graph=graph,
        boundary=boundary,
        violations=tuple(violations),
        ignored=tuple(ignored),
        checked=dict(sorted(checked.items())),
        sources=excerpts((item.place for each in violations for item in each.evidence), root) if root else {},
        stale=tuple(sorted(d for d in baseline if d.fingerprint not in there and d.rule not in off)),
        folder=owners.folder,
        code_owners={path: owners.of(path) for path in firsts if owners.of(path)},
    )


def _found(
    on: Mapping[Rule, Level],
    crossing: Sequence[CutEdge],
    graph: Graph,
    boundary: Boundary,
    today: datetime.date | None,
    baseline: Collection[Debt],
) -> tuple[list[Violation], list[tuple[Violation, Ignore]]]:
    """The violations, new ones and errors first, and what is ignored with the entry that excuses it."""
    accepted = frozenset(debt.fingerprint for debt in baseline)
    ended = [i for i in boundary.ignores if today is not None and i.until is not None and i.until < today]
    live = tuple(ignore for ignore in boundary.ignores if ignore not in ended)
    asked = replace(boundary, ignores=live, debts=accepted)
    violations: list[Violation] = []
    ignored: list[tuple[Violation, Ignore]] = []
    covered: Counter[Ignore] = Counter()
    for rule, level in on.items():
        for violation in sorted(rule.check(crossing, graph, asked), key=_position):
            excuses = [i for i in boundary.ignores if covers(i, rule, violation.source, violation.target)]
            covered.update(excuses)
            excuse = next((ignore for ignore in excuses if ignore in live), None)
            if excuse is None:
                violations.append(_weighed(violation, level, accepted))
            else:
                ignored.append((violation, excuse))
    concerned = tuple(i for i in boundary.ignores if any(concerns(i, rule) for rule in on))
    for rule, level in on.items():
        if isinstance(rule, Review):
            found = sorted(
                rule.review(replace(boundary, ignores=concerned), graph, covered, today), key=_position
            )
            violations += [_weighed(violation, level, accepted) for violation in found]
    violations.sort(key=lambda violation: (violation.baseline, violation.severity != "error"))
    return violations, ignored


def _weighed(found: Violation, level: Level, accepted: Collection[str]) -> Violation:
    """A violation as it counts here."""
    severity: Severity = "warning" if level == "warning" else "error"
    return replace(found, severity=severity, baseline=found.fingerprint in accepted)


def _position(found: Violation) -> tuple[str, ...]:
    return (found.rule, found.origin, found.owner, found.source, found.target)
