"""Violations for a reader at a terminal: what, where, the line itself, why, the cost, what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ...analyzer.graph.cut import Membership
from ...analyzer.graph.roles import ASIDE, role_of
from ...analyzer.model.evidence import Place
from ...analyzer.model.findings import Violation
from ...analyzer.model.results import CheckResult
from .plain import WIDTH, clean, columns, count, encode, listed, shorten, wrap
from .unseen import diagnostics, unseen

_MORE = 3


class ViolationsText:
    """One block a violation, then a summary that says what was checked and what was not seen."""

    name = "text"
    accepts = CheckResult

    def render(self, result: CheckResult) -> bytes:
        """Lines of at most 80 columns, but for source lines' places."""
        lines: list[str] = []
        for violation in result.violations:
            lines += [*_block(violation, result), ""]
        return encode([*lines, *_summary(result)])


def _block(violation: Violation, result: CheckResult) -> Iterator[str]:
    accepted = " (accepted debt)" if violation.baseline else ""
    yield from wrap("", f"{violation.id} {violation.title}{accepted}", 0)
    places = sorted({place for place, _ in violation.evidence})
    for place in places[:1]:
        yield f" --> {_at(place)}"
        source = result.sources.get((place.path, place.line), "").strip()
        if source:
            yield "      | " + shorten(source, WIDTH - 8)
    if len(places) > 1:
        rest = ", ".join(_at(place) for place in places[1 : 1 + _MORE])
        more = f" and {len(places) - 1 - _MORE} more" if len(places) > 1 + _MORE else ""
        yield from wrap("also:", rest + more, 6)
    agreed = f" ({violation.owner_place})" if violation.owner_place else ""
    for label, text in (
        ("why:", violation.why + agreed),
        ("cost:", violation.cost),
        ("help:", violation.help),
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
    notes = [f"{debt:,} accepted as debt"] if debt else []
    if result.ignored:
        notes.append(f"{len(result.ignored):,} ignored with a reason")
    head = count(len(fresh), "violation") if fresh else "no violations"
    yield head + (f" ({', '.join(notes)})" if notes else "")
    rules = Counter((violation.id, violation.rule) for violation in fresh)
    rows = [[id if id == rule else f"{id} {rule}", f"{n:,}"] for (id, rule), n in sorted(rules.items())]
    yield from ("  " + line for line in columns(rows, (40, -7)))
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


def _unclaimed(result: CheckResult) -> Iterator[str]:
    """What belongs to no service was not held to anything, and that is said."""
    membership = Membership(result.graph, result.boundary)
    modules = [n.id for n in result.graph.nodes("module") if n.path and role_of(n.path) == "code"]
    tables = [n.id for n in result.graph.nodes("table") if not n.path or role_of(n.path) not in ASIDE]
    parts = []
    for ids, noun in ((modules, "module"), (tables, "table")):
        free = [id for id in ids if membership.of(id) is None]
        if free:
            first = ", ".join(id.partition(":")[2] for id in free[:2]) + (" ..." if len(free) > 2 else "")
            parts.append(f"{len(free):,} of {count(len(ids), noun)} ({first})")
    if parts:
        yield from wrap("unowned:", " and ".join(parts) + ", held to nothing", 10)


report = ViolationsText()
