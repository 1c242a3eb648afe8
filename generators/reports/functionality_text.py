"""A functionality as text: what an entry point reaches, step by step."""

from __future__ import annotations

from collections.abc import Iterator

from ...analyzer.model.evidence import Place
from ...analyzer.model.functionality import Step
from ...analyzer.model.graph import Graph
from ...analyzer.model.results import FunctionalityResult
from .plain import WIDTH, cells, clean, columns, encode, shorten, wrap

_PLACE = 30
_DEEPEST = 8


class FunctionalityText:
    """A line a step, indented by calls; what runs apart from the request stands below it."""

    name = "text"
    accepts = FunctionalityResult

    def render(self, result: FunctionalityResult) -> bytes:
        """None longer than 80 columns."""
        found, graph = result.functionality, result.graph
        lines = [shorten(found.entry.partition(":")[2], WIDTH), ""]
        within = [_line(graph, step, 0) for step in found.steps if not step.apart or _hands_over(step)]
        lines += within or ["  nothing that the code shows"]
        lines += _apart(graph, [step for step in found.steps if step.apart and not _hands_over(step)])
        lines.append("")
        for label, ids in (("reads:", found.reads), ("writes:", found.writes)):
            lines += wrap(label, ", ".join(id.partition(":")[2] for id in ids) or "none", 8)
        return encode(lines)


def _hands_over(step: Step) -> bool:
    """Whether a step is the place where work is handed to others, and not that work."""
    return step.kind == "enqueues" or step.id.startswith("topic:")


def _apart(graph: Graph, steps: list[Step]) -> Iterator[str]:
    """What others do, below the name of the task or topic that tells them to."""
    above = 0
    if steps:
        yield from ("", "apart from it, by workers or other processes:")
    for step in steps:
        kind, _, name = step.caller.partition(":")
        if kind in ("task", "topic"):
            above = step.depth - 2
            yield shorten(f"  {kind} {clean(name)}", WIDTH)
        yield _line(graph, step, above)


def _line(graph: Graph, step: Step, above: int) -> str:
    """A step, indented by its depth below another one's."""
    indent = "  " * min(step.depth - above, _DEEPEST)
    kind, _, name = step.id.partition(":")
    node = graph.node(step.id)
    place = str(Place(node.path, node.line)) if kind == "function" and node and node.path else ""
    text = clean(name) if kind == "function" else f"{step.kind} {clean(name)}"
    width = WIDTH - len(indent) - (_PLACE + 2 if place else 0)
    if place and cells(text) > width:
        place = place.rpartition("/")[2]
        width = WIDTH - len(indent) - len(place) - 2
        return f"{indent}{shorten(text, width)}  {place}"[:WIDTH].rstrip()
    left = WIDTH - _PLACE - 2 if place else WIDTH
    return columns([[indent + shorten(text, width), place]], [left, -_PLACE])[0]


report = FunctionalityText()
