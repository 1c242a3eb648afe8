"""An architecture decision record (MADR 4) for carrying one service out: what is known, what it costs.

The decision stays the reader's: status is `proposed`, and the consequences are those that the cut shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ...analyzer.model.boundary import CutEdge, Service
from ...analyzer.model.errors import UsageError
from ...analyzer.model.results import ReviewResult
from .groupings import Grouping, first_grouping
from .markdown import code, prose
from .plain import count

_PLACES = 12


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
        return ("\n".join(_lines(service, first)).rstrip() + "\n").encode("utf-8")


def _lines(service: Service, grouping: Grouping) -> Iterator[str]:
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
    yield (
        f"{prose(service.name)} holds {count(len(service.modules), 'module pattern')}"
        f" ({', '.join(map(code, service.modules[:8]))}) and {count(len(service.tables), 'table')}"
        f"{' (' + ', '.join(map(code, service.tables[:12])) + ')' if service.tables else ''}."
        f" {count(len(into), 'edge')} of others lead into it, {count(len(out), 'edge')} lead out of it"
        f" ({prose(grouping.title)})."
    )
    yield from ("", "## Considered options", "", "* leave it in the monolith, behind its public interface")
    yield "* carry it out: own process, then own data"
    yield from ("", "## Decision outcome", "", "To be decided. What would follow:", "")
    yield from ("### Consequences", "")
    yield from _consequences("Others would", into)
    yield from _consequences("It would", out)
    yield from (
        "### Confirmation",
        "",
        "`carveout check` holds the boundary in CI; `carveout diff` shows what a change adds.",
    )
    yield from ("", "## More information", "")
    yield from _places("Heaviest ways in", into, inward=True)
    yield from _places("Heaviest ways out", out, inward=False)


def _consequences(who: str, edges: list[CutEdge]) -> Iterator[str]:
    kinds = Counter((edge.edge.kind, edge.consequence, edge.remedy) for edge in edges)
    for (kind, consequence, remedy), number in sorted(kinds.items(), key=lambda item: (-item[1], item[0])):
        often = count(number, "time")
        yield f"* {who} meet this {often} ({kind}): {prose(consequence)}. Way out: {prose(remedy)}."
    yield ""


def _places(title: str, edges: list[CutEdge], *, inward: bool) -> Iterator[str]:
    ends = Counter(
        (edge.origin if inward else edge.owner, edge.edge.target if inward else edge.edge.source)
        for edge in edges
    )
    if not ends:
        return
    yield from (f"{title}:", "")
    for (service, id), number in sorted(ends.items(), key=lambda item: (-item[1], item[0]))[:_PLACES]:
        yield f"* {code(service)}: {code(id.partition(':')[2])}, {count(number, 'edge')}"
    yield ""


report = ReviewAdr()
