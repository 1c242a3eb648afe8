"""Holds a boundary against a graph: all rules, minus what the boundary file excuses."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path

from ..graph.cut import cut
from ..model.boundary import Boundary, Ignore, Level
from ..model.errors import UsageError
from ..model.findings import Debt, Violation
from ..model.graph import Graph
from ..model.protocols import Rule
from ..model.results import CheckResult
from ..plugins import plugins
from ..project.codeowners import CodeOwners, load_owners
from ..project.excerpts import excerpts

_GLOB = re.compile(r"[*?\[]")


def rules() -> tuple[Rule, ...]:
    """All rules, sorted by code."""
    found: tuple[Rule, ...] = plugins("analyzer.rules", "rule")
    return tuple(sorted(found, key=lambda rule: (rule.code, rule.id)))


def rule_named(text: str) -> Rule:
    """The rule of that id or code, in any case.

    Raises UsageError with the nearest names when there is none.
    """
    wanted = text.strip().lower()
    for rule in rules():
        if wanted in (rule.id, rule.code.lower()):
            return rule
    known = [name for rule in rules() for name in (rule.id, rule.code.lower())]
    near = get_close_matches(wanted, known, n=1)
    listing = ", ".join(f"{rule.id} ({rule.code})" for rule in rules())
    meant = f"did you mean {near[0]}? " if near else ""
    raise UsageError(f'there is no rule "{text}"', help=f"{meant}the rules are {listing}")


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
    accepted = {debt.fingerprint for debt in baseline}
    crossing = cut(graph, boundary)
    violations: list[Violation] = []
    ignored: list[tuple[Violation, Ignore]] = []
    for rule in rules():
        level = level_of(rule, boundary)
        if level == "off":
            continue
        for violation in sorted(rule.check(crossing, graph, boundary), key=_position):
            violation = replace(violation, severity=level) if level != violation.severity else violation
            excuse = _excuse(rule, violation, boundary.ignores, today)
            if excuse is None:
                known = violation.fingerprint in accepted
                violations.append(replace(violation, baseline=True) if known else violation)
            else:
                ignored.append((violation, excuse))
    violations.sort(key=lambda violation: violation.baseline)
    there = {violation.fingerprint for violation in violations}
    off = {rule.id for rule in rules() if level_of(rule, boundary) == "off"}
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


def _position(found: Violation) -> tuple[str, ...]:
    return (found.rule, found.origin, found.owner, found.source, found.target)


def _excuse(
    rule: Rule, found: Violation, ignores: tuple[Ignore, ...], today: datetime.date | None
) -> Ignore | None:
    """The first entry that covers a violation and has not ended; `until` is its last day."""
    for ignore in ignores:
        if today is not None and ignore.until is not None and ignore.until < today:
            continue
        wanted = ignore.rule.lower()
        named = any(fnmatchcase(name.lower(), wanted) for name in (rule.id, rule.code, rule.group))
        if named and matches(ignore.source, found.source) and matches(ignore.target, found.target):
            return ignore
    return None


def matches(pattern: str, id: str) -> bool:
    """Whether a pattern of an ignore covers a node: by its id, or its name with all below it.

    Tables are compared without regard to case, as the graph holds them in lower case.
    """
    kind, _, name = id.partition(":")
    if kind in ("table", "view", "column"):
        pattern, name, id = pattern.lower(), name.lower(), id.lower()
    if _GLOB.search(pattern):
        return fnmatchcase(name, pattern) or fnmatchcase(id, pattern)
    return pattern in (name, id) or f"{name}.".startswith(f"{pattern}.") or f"{id}.".startswith(f"{pattern}.")
