"""An architecture decision record (MADR 4) for carrying one service out: what is known, what it costs.

The decision stays the reader's: status is `proposed`, and the consequences are those that the cut shows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from ...analyzer.graph.order import order
from ...analyzer.model.assessment import Candidate
from ...analyzer.model.boundary import CutEdge, Service
from ...analyzer.model.errors import UsageError
from ...analyzer.model.results import ReviewResult
from .groupings import Grouping, first_grouping
from .markdown import code, prose
from .plain import count

_PLACES, _NAMES = 12, 12


class ReviewAdr:
    """The record of `result.service`."""

    name = "adr"
    accepts = ReviewResult

    def render(self, result: ReviewResult) -> bytes:
        """UTF-8 Markdown. Raises UsageError without a service that is known."""
        first = first_grouping(result)
        service = first.boundary.service(result.service)
        if service is None:
            known = ", ".join(each.name for each in first.boundary.services)
            raise UsageError(
                f'there is no service "{result.service}" to decide on'
                if result.service
                else "a decision record is about one service",
                help=f"--service NAME; known are {known}",
            )
        ranked = order(result.graph, first.boundary, first.cut)
        return ("\n".join(_lines(service, first, ranked)).rstrip() + "\n").encode("utf-8")


def _lines(service: Service, grouping: Grouping, ranked: Sequence[Candidate]) -> Iterator[str]:
    into = [edge for edge in grouping.cut if edge.owner == service.name]
    out = [edge for edge in grouping.cut if edge.origin == service.name]
    yield from (
        "---",
        "status: proposed",
        "---",
        "",
        f"# Carry {prose(service.name)} out as a service of its own",
        "",
    )
    yield from ("## Context and problem statement", "")
    turn = next(number for number, each in enumerate(ranked, 1) if each.name == service.name)
    figures = ranked[turn - 1]
    tables = f" ({_some(service.tables)})" if service.tables else ""
    yield (
        f"{prose(service.name)} has {count(figures.modules, 'module')} ({_some(service.modules)}),"
        f" {count(figures.entries, 'entry point')} and {count(figures.tables, 'table')}{tables}."
        f" {count(len(into), 'edge')} of others lead into it, {count(len(out), 'edge')} lead out of it"
        f" ({prose(grouping.title)})."
    )
    yield from ("", "## Decision drivers", "", *_drivers(figures, turn, len(ranked)))
    yield from ("", "## Considered options", "", "* leave it in the monolith, behind its public interface")
    yield "* carry it out: own process, then own data"
    yield from ("", "## Decision outcome", "", "To be decided. What would follow:", "")
    yield from ("### Consequences", "")
    yield from _consequences("of others into it", into)
    yield from _consequences("of its own to others", out)
    yield from (
        "",
        "### Confirmation",
        "",
        "`carveout check` holds the boundary in CI; `carveout diff` shows what a change adds.",
    )
    yield from ("", "## More information", "")
    yield from _places("Heaviest ways in", into, inward=True)
    yield from _places("Heaviest ways out", out, inward=False)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return ", ".join(map(code, names[:_NAMES])) + more


def _drivers(figures: Candidate, turn: int, turns: int) -> Iterator[str]:
    """Its turn in the order of extraction, and what it costs then."""
    yield f"* turn {turn} of {turns} in the order of extraction (`carveout assess` says why)"
    if turn == turns:
        yield "* it is what stays once all others are out"
        return
    low, high = figures.effort
    yield f"* {low} to {high} days of one person, risk {figures.risk}: an assumption, not measured"
    spans = count(figures.transactions, "transaction")
    calls = f"{count(figures.calls_in, 'function')} called by others, {figures.calls_out:,} of others called"
    yield f"* {calls}; {count(figures.shared_tables, 'table')} and {spans} across its border"
    if figures.depends_on:
        yield f"* it goes on using {', '.join(map(code, figures.depends_on))}"


def _consequences(who: str, edges: list[CutEdge]) -> Iterator[str]:
    kinds = Counter((edge.edge.kind, edge.consequence, edge.remedy) for edge in edges)
    for (kind, consequence, remedy), number in sorted(kinds.items(), key=lambda item: (-item[1], item[0])):
        yield f"* {number:,} `{kind}` {who}: {prose(consequence)}. Way out: {prose(remedy)}."


def _places(title: str, edges: list[CutEdge], *, inward: bool) -> Iterator[str]:
    """What is tied most across the border, each with one of its places."""
    ends: dict[tuple[str, str], list[CutEdge]] = defaultdict(list)
    for edge in edges:
        side = (edge.origin, edge.edge.target) if inward else (edge.owner, edge.edge.source)
        ends[side].append(edge)
    if not ends:
        return
    yield from (f"{title}:", "")
    for (service, id), held in sorted(ends.items(), key=lambda item: (-len(item[1]), item[0]))[:_PLACES]:
        places = sorted({item.place for edge in held for item in edge.edge.evidence[:1]})
        at = f", e.g. {code(str(places[0]))}" if places else ""
        yield f"* {code(service)}: {code(id.partition(':')[2])}, {count(len(held), 'edge')}{at}"
    yield ""


report = ReviewAdr()
