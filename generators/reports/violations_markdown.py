"""Violations as Markdown: a comment of a pull request, and the summary of a job."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from ...analyzer.model.findings import Violation
from ...analyzer.model.results import CheckResult
from .markdown import LARGEST, code, fitting, prose
from .plain import count
from .relationships import arrow, at, cost, fresh, owners, places, verdict
from .unseen import blind_spots, unread

_PLACES = 10
_HEAD = ("| | rule | what | where | what it becomes |", "|---|---|---|---|---|")


class ViolationsMarkdown:
    """A table a service, new violations first; further places and accepted debt are folded."""

    name = "markdown"
    accepts = CheckResult

    def render(self, result: CheckResult) -> bytes:
        """At most 60,000 characters; what does not fit is counted."""
        new = fresh(result)
        debt = [violation for violation in result.violations if violation.baseline]
        lines = [f"## carveout: {prose(verdict(result))}"]
        foot = [*_stale(result), *_unseen(result)]
        room = LARGEST - sum(map(len, (*lines, *foot))) - 500
        body, left = fitting(_services(new, result), room)
        lines += body
        if left:
            lines += ["", f"{count(left, 'more violation')}: `carveout check --all`"]
        room -= sum(len(line) + 1 for line in body)
        body, left = fitting(_services(debt, result), room)
        if body:
            more = f", {len(debt) - left:,} of them shown" if left else ""
            summary = f"<details><summary>{count(len(debt), 'violation')} accepted as debt{more}</summary>"
            lines += ["", summary, *body, "", "</details>"]
        return ("\n".join([*lines, *foot]) + "\n").encode("utf-8")


def _services(
    violations: Sequence[Violation], result: CheckResult
) -> Iterator[tuple[list[str], list[str], int]]:
    """Per service its heading, its rows and how many these are; what belongs to none comes last."""
    ordered = sorted(violations, key=lambda violation: (not violation.origin, violation.origin))
    for origin, group in groupby(ordered, key=lambda violation: violation.origin):
        found = list(group)
        heading = ["", f"### {prose(origin or 'no service')}: {count(len(found), 'violation')}", "", *_HEAD]
        yield heading, [_row(violation, result) for violation in found], len(found)


def _row(violation: Violation, result: CheckResult) -> str:
    mark = {"error": "&#10060;", "warning": "&#9888;&#65039;", "note": "&#8505;&#65039;"}[violation.severity]
    ends = [code(end) for end in arrow(violation).split(" -> ", 1)]
    what = f"{prose(violation.title)}<br>{' &rarr; '.join(ends)}"
    advice = f"{prose(cost(violation))}<br>{prose(violation.help)}".removeprefix("<br>").removesuffix("<br>")
    who = " ".join(code(name) for name in owners(result, violation))
    where = _where(violation, result) + (f"<br>{who}" if who else "")
    cells = (
        "" if violation.baseline else mark,
        prose(f"{violation.id} {violation.rule}"),
        what,
        where,
    )
    return f"| {' | '.join((*cells, advice))} |"


def _where(violation: Violation, result: CheckResult) -> str:
    """The first place; the others are folded behind it."""
    found = [code(at(result, place)) for place in places(violation)]
    if len(found) < 2:
        return "".join(found)
    rest = found[1:]
    more = f"<br>and {len(rest) - _PLACES:,} more" if len(rest) > _PLACES else ""
    folded = "<br>".join(rest[:_PLACES]) + more
    return f"{found[0]}<details><summary>{len(rest):,} more</summary>{folded}</details>"


def _stale(result: CheckResult) -> Iterator[str]:
    if result.stale:
        fails = ", and `--strict` fails on them" if result.strict else ""
        number = count(len(result.stale), "entry", "entries")
        yield ""
        yield f"{number} of the baseline paid off: `carveout baseline prune` takes them out{fails}."


def _unseen(result: CheckResult) -> Iterator[str]:
    yield ""
    yield f"Not seen: {prose(blind_spots(result.graph, 6))}."
    missing = unread(result.graph)
    if missing:
        first = ", ".join(code(at(result, problem.place)) for problem in missing[:3])
        yield f"Not read, and so not checked: {count(len(missing), 'file')} ({first})."


report = ViolationsMarkdown()
