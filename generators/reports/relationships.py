"""What every format says of a violation: where it is in the repository, in words, and whose it is."""

from __future__ import annotations

from ...analyzer.model.evidence import Place
from ...analyzer.model.findings import Debt, Violation
from ...analyzer.model.results import CheckResult
from .plain import clean


def places(violation: Violation) -> list[Place]:
    """The places of a violation, each once, as it has them: the surest first."""
    return list(dict.fromkeys(place for place, _ in violation.evidence))


def fresh(result: CheckResult) -> list[Violation]:
    """The violations that are not accepted as debt."""
    return [violation for violation in result.violations if not violation.baseline]


def path_of(result: CheckResult, place: Place) -> str:
    """A path as the repository names it: what a forge's pages need."""
    return f"{result.folder}/{place.path}" if result.folder else place.path


def at(result: CheckResult, place: Place) -> str:
    """`path:line` in the repository, on one line."""
    path = clean(path_of(result, place))
    return f"{path}:{place.line}" if place.line else path


def arrow(violation: Violation | Debt) -> str:
    """`shop.orders.views.show -> table:invoice`, by names where the kind is plain."""
    ends = (violation.source, violation.target) if violation.target else (violation.source,)
    return " -> ".join(map(_short, ends))


def cost(violation: Violation) -> str:
    """What the edge becomes once the services run apart, and the pattern that solves it."""
    pattern = f" (pattern: {violation.pattern})" if violation.pattern and violation.cost else ""
    return clean(violation.cost + pattern)


def sentences(violation: Violation) -> list[str]:
    """Why it is one, what it costs, what to do; each on one line, none empty."""
    agreed = f" ({violation.owner_place})" if violation.owner_place else ""
    found = (clean(violation.why + agreed), f"cost: {cost(violation)}", f"help: {clean(violation.help)}")
    kept = (violation.why, violation.cost, violation.help)
    return [text for text, given in zip(found, kept, strict=True) if given]


def owners(result: CheckResult, violation: Violation) -> tuple[str, ...]:
    """Who owns the file of a violation's first place, as CODEOWNERS says."""
    first = places(violation)[:1]
    return tuple(clean(name) for place in first for name in result.code_owners.get(place.path, ()))


def between(violation: Violation) -> str:
    """`orders -> billing`; one name where the violation is about one service, or about none."""
    ends = [name for name in (violation.origin, violation.owner) if name]
    return clean(" -> ".join(dict.fromkeys(ends)) or "no service")


def since_when(result: CheckResult) -> str:
    """` since origin/main`; nothing where all that there is was asked for."""
    tip = " (its tip: no commit in common)" if result.apart else ""
    return f" since {clean(result.since)}{tip}" if result.since else ""


def verdict(result: CheckResult) -> str:
    """`3 new violations, 41 accepted as debt, 2 ignored with a reason`, in the order of their weight."""
    warnings = sum(each.severity != "error" for each in fresh(result))
    new, ignored = len(fresh(result)) - warnings, len(result.ignored)
    debt = len(result.violations) - new - warnings
    since = since_when(result)
    noun = "new violation" if debt or since else "violation"
    parts = [f"{_count(new)} {noun}{'' if new == 1 else 's'}{since}"]
    if warnings:
        parts.append(f"{warnings:,} warning{'' if warnings == 1 else 's'}")
    if debt:
        parts.append(f"{debt:,} accepted as debt")
    if ignored:
        parts.append(f"{ignored:,} ignored with a reason")
    if result.before:
        parts.append(f"{result.before:,} that were there before")
    if result.stale:
        parts.append(f"{len(result.stale):,} of the baseline paid off")
    return ", ".join(parts)


def _count(number: int) -> str:
    return f"{number:,}" if number else "no"


def _short(id: str) -> str:
    kind, _, name = id.partition(":")
    return clean(name if kind in ("module", "class", "function", "table", "ignore") else id)
