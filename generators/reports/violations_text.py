"""Violations for a reader at a terminal: what, where, the line itself, why, the cost, what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ...analyzer.graph.cut import Membership
from ...analyzer.graph.unassigned import modules, tables
from ...analyzer.model.evidence import Place
from ...analyzer.model.findings import Violation
from ...analyzer.model.results import CheckResult
from .debts import paid
from .plain import WIDTH, clean, columns, count, encode, listed, shorten, wrap
from .relationships import between, cost, owners, places
from .unseen import diagnostics, unseen

_MORE = 3
_MOST = 20
"""Violations that are shown unless all are asked for."""

_APART = (
    "no commit in common is in this clone, so what that revision paid off meanwhile looks new: git fetch"
    " --unshallow"
)


class ViolationsText:
    """One block a violation, then a summary that says what was checked and what was not seen.

    Accepted debt is counted. Of more than 20 new violations some are shown of each rule and pair of services.
    All are shown, debt included, where all are wanted.
    """

    name = "text"
    accepts = CheckResult

    def render(self, result: CheckResult) -> bytes:
        """Lines of at most 80 columns, but for source lines' places."""
        lines: list[str] = []
        shown = result.violations if result.every else tuple(v for v in result.violations if not v.baseline)
        if result.every or len(shown) <= _MOST:
            for violation in shown:
                lines += [*_block(violation, result), ""]
        else:
            lines += _some(shown, result)
        return encode([*lines, *_summary(result)])


def _some(violations: Sequence[Violation], result: CheckResult) -> Iterator[str]:
    """The first violations of each rule and pair of services, errors before warnings, and all by number."""
    groups: dict[tuple[str, str, str], list[Violation]] = {}
    for each in violations:
        groups.setdefault((each.id, each.rule, between(each)), []).append(each)
    ordered = sorted(
        groups.items(), key=lambda item: (item[1][0].severity != "error", -len(item[1]), item[0])
    )
    share = _shares([len(found) for _, found in ordered])
    for ((id, rule, ends), found), shown in zip(ordered, share, strict=True):
        if not shown:
            continue
        part = "" if shown == len(found) else f", {shown} shown"
        yield from wrap("", f"# {id} {rule}, {ends}: {len(found):,}{part}", 0)
        for violation in found[:shown]:
            yield from _block(violation, result)
            yield ""
    more = count(len(violations) - sum(share), "more violation")
    apart = len(share) - sum(map(bool, share))
    apart_text = f", {count(apart, 'pair')} of services among them" if apart else ""
    yield from wrap("", f"{more}{apart_text}: carveout check --all, or --format json", 0)
    yield ""


def _shares(sizes: Sequence[int]) -> list[int]:
    """How many of each group are shown: in turn one of each, until the room is used up."""
    shares = [0] * len(sizes)
    room = min(_MOST, sum(sizes))
    while room:
        for index, size in enumerate(sizes):
            if room and shares[index] < size:
                shares[index] += 1
                room -= 1
    return shares


def _block(violation: Violation, result: CheckResult) -> Iterator[str]:
    weight = "" if violation.severity == "error" else f" ({violation.severity})"
    note = " (accepted debt)" if violation.baseline else weight
    yield from wrap("", f"{violation.id} {violation.title}{note}", 0)
    found = places(violation)
    for place in found[:1]:
        yield f" --> {_at(place)}"
        source = result.sources.get((place.path, place.line), "").strip()
        if source:
            yield "      | " + shorten(source, WIDTH - 8)
    if len(found) > 1:
        rest = ", ".join(_at(place) for place in found[1 : 1 + _MORE])
        more = f" and {len(found) - 1 - _MORE} more" if len(found) > 1 + _MORE else ""
        yield from wrap("also:", rest + more, 6)
    agreed = f" ({violation.owner_place})" if violation.owner_place else ""
    for label, text in (
        ("why:", violation.why + agreed),
        ("cost:", cost(violation)),
        ("help:", violation.help),
        ("who:", ", ".join(owners(result, violation))),
    ):
        if text:
            yield from wrap(label, text, 6)


def _at(place: Place) -> str:
    """`path:line:column` as editors count: columns from 1."""
    path = clean(place.path)
    return f"{path}:{place.line}:{place.column + 1}" if place.line else path


def _summary(result: CheckResult) -> Iterator[str]:
    fresh = [violation for violation in result.violations if not violation.baseline]
    debt = len(result.violations) - len(fresh)
    warnings = sum(violation.severity != "error" for violation in fresh)
    notes = [count(warnings, "warning")] if warnings else []
    if debt:
        notes.append(f"{debt:,} accepted as debt")
    if result.ignored:
        notes.append(f"{len(result.ignored):,} ignored with a reason")
    if result.before:
        notes.append(f"{result.before:,} that were there before")
    since = f" since {clean(result.since)}" if result.since else ""
    noun = "new violation" if since else "violation"
    errors = len(fresh) - warnings
    head = (count(errors, noun) if errors else f"no {noun}s") + since
    yield from wrap("", head + (f" ({', '.join(notes)})" if notes else ""), 0)
    rules = Counter((violation.id, violation.rule) for violation in fresh)
    rows = [[id if id == rule else f"{id} {rule}", f"{n:,}"] for (id, rule), n in sorted(rules.items())]
    yield from ("  " + line for line in columns(rows, (40, -7)))
    if result.apart:
        yield from wrap("", _APART, 0)
    if debt and not result.every:
        yield "  what is accepted: carveout baseline show, or carveout check --all"
    yield from _stale(result)
    if debt and not fresh and not result.every:
        yield from unseen(result.graph)
        yield from diagnostics(result.graph, 3)
        return
    yield ""
    yield from wrap("services:", ", ".join(service.name for service in result.boundary.services), 10)
    total = sum(result.checked.values())
    crossing = (
        f"{total:,} edges cross between them: {listed(result.checked.items())}"
        if total
        else "nothing crosses"
    )
    yield from wrap("checked:", crossing, 10)
    yield from _unclaimed(result)
    yield from unseen(result.graph)
    yield from diagnostics(result.graph, 3)


def _stale(result: CheckResult) -> Iterator[str]:
    """Debt that was paid off is said on each check, until the baseline is pruned."""
    if not result.stale:
        return
    number = count(len(result.stale), "entry", "entries")
    fails = ", so --strict fails" if result.strict else ""
    yield from wrap("", f"{number} of the baseline paid off{fails}: carveout baseline prune", 0)
    yield from paid(result.stale, _MORE, ": carveout baseline show")


def _unclaimed(result: CheckResult) -> Iterator[str]:
    """What belongs to no service was not held to anything, and that is said."""
    membership = Membership(result.graph, result.boundary)
    groups = ((modules(result.graph), "module"), (tables(result.graph), "table"))
    parts = []
    for nodes, noun in groups:
        free = [node.name for node in nodes if membership.of(node.id) is None]
        if free:
            first = ", ".join(free[:2]) + (" ..." if len(free) > 2 else "")
            parts.append(f"{len(free):,} of {count(len(nodes), noun)} ({first})")
    if parts:
        yield from wrap("unowned:", " and ".join(parts) + ", held to nothing", 10)


report = ViolationsText()
