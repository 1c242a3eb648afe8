"""A difference as Markdown for a pull request: a small picture of what changed, then the new edges."""

from __future__ import annotations

from collections.abc import Iterator

from ...analyzer.model.boundary import CutEdge
from ...analyzer.model.difference import Difference, PairChange
from ..diagrams.draw import render
from ..diagrams.picture import Arrow, Box, Picture
from .difference_text import verdict
from .markdown import LARGEST, code, fitting, prose
from .plain import count

_ARROWS = 40
_HEAD = ("| | kind | from | to | where | what it becomes |", "|---|---|---|---|---|---|")


class DifferenceMarkdown:
    """Affected services alone are drawn; rows that do not fit are counted."""

    name = "markdown"
    accepts = Difference

    def render(self, result: Difference) -> bytes:
        """At most 60,000 characters."""
        lines = [f"## carveout: {prose(verdict(result))}", ""]
        if result.pairs:
            lines += ["```mermaid", *_picture(result), "```", ""]
        foot = [*_rest(result)]
        room = LARGEST - sum(len(line) + 1 for line in (*lines, *foot)) - 500
        rows = list(_rows(result))
        body, left = fitting([([], rows, len(rows))], room)
        lines += [*_HEAD, *body] if body else []
        if left:
            lines += ["", f"{count(left, 'more edge')}: `carveout diff --format json`"]
        return ("\n".join([*lines, *foot]) + "\n").encode("utf-8")


def _picture(result: Difference) -> list[str]:
    pairs = result.pairs[:_ARROWS]
    names = sorted({name for pair in pairs for name in (pair.origin, pair.owner)})
    boxes = tuple(Box(name, name, kind="shared" if name == "shared" else "service") for name in names)
    arrows = tuple(sorted((_arrow(pair) for pair in pairs), key=lambda arrow: (arrow.source, arrow.target)))
    hidden = len(result.pairs) - len(pairs)
    title = f"{result.base} to {result.head}: edges that cross"
    return render(Picture(title, boxes, arrows, hidden), "mermaid").decode("utf-8").splitlines()


def _arrow(pair: PairChange) -> Arrow:
    new = " new" if pair.added and not pair.before else ""
    label = f"+{len(pair.added)} -{len(pair.removed)}{new}"
    return Arrow(pair.origin, pair.owner, label, len(pair.added) + len(pair.removed))


def _rows(result: Difference) -> Iterator[str]:
    for sign in ("new", "gone"):
        for pair in result.pairs:
            for edge in pair.added if sign == "new" else pair.removed:
                yield _row(sign, edge)


def _row(sign: str, edge: CutEdge) -> str:
    where = code(str(edge.edge.evidence[0].place)) if edge.edge.evidence else ""
    ends = (edge.edge.source.partition(":")[2], edge.edge.target.partition(":")[2])
    becomes = prose(edge.consequence) if sign == "new" else ""
    return f"| {sign} | {edge.edge.kind} | {code(ends[0])} | {code(ends[1])} | {where} | {becomes} |"


def _rest(result: Difference) -> Iterator[str]:
    if not result.nodes:
        return
    yield ""
    yield "<details><summary>what else is new and gone</summary>"
    yield ""
    for change in result.nodes:
        names = [f"+{name}" for name in change.added[:8]] + [f"-{name}" for name in change.removed[:8]]
        more = len(change.added) + len(change.removed) - len(names)
        told = ", ".join(code(name) for name in names) + (f" and {more:,} more" if more else "")
        yield f"- {change.kind} +{len(change.added):,} -{len(change.removed):,}: {told}"
    yield ""
    yield "</details>"


report = DifferenceMarkdown()
