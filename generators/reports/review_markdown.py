"""The review as Markdown: for a wiki, a ticket or a repository. The same figures as the page's."""

from __future__ import annotations

from collections.abc import Iterator

from ...analyzer.graph.order import order
from ...analyzer.model.measures import MEASURES
from ...analyzer.model.results import ReviewResult
from ..diagrams.draw import render
from .assessment_text import why_first
from .difference_text import verdict_of
from .groupings import Grouping, changes, first_grouping, pairs, reached, tables_of
from .markdown import code, prose
from .plain import count
from .proposals_text import figure

_PAIRS, _TABLES, _ENTRIES = 40, 40, 25


class ReviewMarkdown:
    """Services with their picture, what crosses, tables, functionalities, proposals."""

    name = "markdown"
    accepts = ReviewResult

    def render(self, result: ReviewResult) -> bytes:
        """UTF-8 bytes; what does not fit is counted."""
        first = first_grouping(result)
        coverage = result.graph.coverage
        lines = [f"# {prose(result.project)}: review", ""]
        entries = count(len(result.functionalities), "entry point")
        lines += [
            f"{count(coverage.lines, 'line')} of Python in {count(coverage.files, 'file')}"
            f" ({coverage.read:,} read), {count(len(result.tables.tables), 'table')}, {entries},"
            f" {count(len(result.graph.blind_spots), 'blind spot')}.",
            "",
        ]
        lines += [
            *_verdict(result),
            *_difference(result, first),
            *_crossing(first),
            *_services(result, first),
        ]
        lines += _tables(result, first)
        lines += [*_functionalities(result, first), *_proposals(result)]
        return ("\n".join(lines).rstrip() + "\n").encode("utf-8")


def _verdict(result: ReviewResult) -> Iterator[str]:
    if result.check is None:
        return
    new = sum(not each.baseline for each in result.check.violations)
    debt = len(result.check.violations) - new
    paid = len(result.check.stale)
    yield f"**{count(new, 'new violation')}**, {debt:,} accepted as debt, {paid:,} paid off."
    yield ""


def _crossing(grouping: Grouping) -> Iterator[str]:
    yield f"## {prose(grouping.title[:1].upper() + grouping.title[1:])}"
    yield ""
    edges = count(len(grouping.cut), "edge")
    yield f"{count(len(grouping.boundary.services), 'service')}; {edges} cross between them."
    yield ""
    if grouping.picture.boxes:
        yield from (
            "```mermaid",
            *render(grouping.picture, "mermaid").decode("utf-8").splitlines(),
            "```",
            "",
        )
    found = pairs(grouping)
    if found:
        yield from ("| from | into | edges | kinds |", "|---|---|---:|---|")
    for pair in found[:_PAIRS]:
        kinds = ", ".join(f"{kind} {number}" for kind, number in pair.kinds)
        yield f"| {code(pair.origin)} | {code(pair.owner)} | {pair.total} | {kinds} |"
    yield from _more(len(found), _PAIRS, "pair")


def _difference(result: ReviewResult, grouping: Grouping) -> Iterator[str]:
    found = result.difference
    if found is None:
        return
    found_pairs = changes(result, grouping)
    said = verdict_of(found_pairs, f"the services of {grouping.title}")
    yield from (f"## {prose(found.base)} to {prose(found.head)}", "", f"{prose(said)}.", "")
    if found_pairs:
        yield from ("| from | into | before | new | gone |", "|---|---|---:|---:|---:|")
    for pair in found_pairs[:_PAIRS]:
        numbers = f"{pair.before} | {len(pair.added)} | {len(pair.removed)}"
        yield f"| {code(pair.origin)} | {code(pair.owner)} | {numbers} |"
    yield from _more(len(found_pairs), _PAIRS, "pair")
    yield ""


def _services(result: ReviewResult, grouping: Grouping) -> Iterator[str]:
    rows = order(result.graph, grouping.boundary, grouping.cut)
    if not rows:
        return
    yield from ("## Services in the order of extraction", "")
    if len(rows) > 1:
        yield from (f"Carve out first: **{prose(rows[0].name)}**", "")
        yield from (*(f"- {prose(reason)}" for reason in why_first(rows[0])), "")
    yield "| service | entry points | modules | tables | calls | tables across | transactions | days | risk |"
    yield "|---|" + "---:|" * 7 + "---|"
    for number, row in enumerate(rows[:_PAIRS], 1):
        days, risk = f"{row.effort[0]}-{row.effort[1]}", row.risk
        if number == len(rows):
            days, risk = "stays", ""
        calls = row.calls_in + row.calls_out
        numbers = (row.entries, row.modules, row.tables, calls, row.shared_tables, row.transactions, days)
        yield f"| {code(row.name)} | {' | '.join(map(str, numbers))} | {risk} |"
    yield from _more(len(rows), _PAIRS, "service")
    yield ""


def _tables(result: ReviewResult, grouping: Grouping) -> Iterator[str]:
    tables = sorted(
        tables_of(result, grouping).tables, key=lambda t: (-len(t.writers), -len(t.users), t.name)
    )
    if not tables:
        return
    yield from ("## Tables", "", "| table | owner | sharing | writers | users |", "|---|---|---|---:|---:|")
    for table in tables[:_TABLES]:
        owner = code(table.owner) if table.owner else "nobody"
        users = f"{len(table.writers)} | {len(table.users)}"
        yield f"| {code(table.name)} | {owner} | {table.sharing} | {users} |"
    yield from _more(len(tables), _TABLES, "table")


def _functionalities(result: ReviewResult, grouping: Grouping) -> Iterator[str]:
    rows = reached(result, grouping)
    if not rows:
        return
    yield from ("## Functionalities", "", "| entry point | functions | tables | hops | services |")
    yield "|---|---:|---:|---:|---|"
    for row in rows[:_ENTRIES]:
        services = ", ".join(map(code, row.services))
        yield f"| {code(row.entry)} | {row.functions} | {row.tables} | {row.hops} | {services} |"
    yield from _more(len(rows), _ENTRIES, "entry point")


def _proposals(result: ReviewResult) -> Iterator[str]:
    if not result.proposals:
        return
    yield from ("## Proposals", "")
    known = {name for proposal in result.proposals for name in proposal.metrics}
    head = " | ".join(f"{number} {proposal.strategy}" for number, proposal in enumerate(result.proposals, 1))
    yield from (f"| measure | {head} |", "|---|" + "---:|" * len(result.proposals))
    yield f"| services | {' | '.join(str(len(p.boundary.services)) for p in result.proposals)} |"
    yield f"| edges that cross | {' | '.join(str(len(p.cut)) for p in result.proposals)} |"
    for measure in MEASURES:
        if measure.name in known and measure.name != "services":
            cells = (figure(measure, p.metrics.get(measure.name)) for p in result.proposals)
            yield f"| {prose(measure.name)} | {' | '.join(cells)} |"
    yield ""


def _more(number: int, shown: int, noun: str) -> list[str]:
    return ["", f"{count(number - shown, 'more ' + noun)}.", ""] if number > shown else [""]


report = ReviewMarkdown()
