"""What an analysis could not see: said by every summary, so that silence is never taken for health."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ...analyzer.model.graph import Graph
from .plain import WIDTH, clean, count, crop, listed, shorten, wrap


def blind_spots(graph: Graph, limit: int = 0) -> str:
    """`312 blind spots: unresolved-call 250, ...`, or that there are none."""
    if not graph.blind_spots:
        return "no blind spots"
    kinds = Counter(spot.kind for spot in graph.blind_spots)
    return f"{count(len(graph.blind_spots), 'blind spot')}: {listed(kinds.items(), limit)}"


def not_read(graph: Graph) -> int:
    """How many files were found but not read."""
    return graph.coverage.files - graph.coverage.read


def diagnostics(graph: Graph, limit: int) -> Iterator[str]:
    """Lines that name the first files that could not be read, wholly or in part."""
    if not graph.diagnostics:
        return
    total = len(graph.diagnostics)
    missing = not_read(graph)
    head = f"{count(total, 'problem')} while reading"
    yield head + (f", {count(missing, 'file')} not read" if missing else "")
    for problem in graph.diagnostics[:limit]:
        place = shorten(str(problem.place), 44)
        yield crop(f"  {place}  {clean(problem.kind)}: {clean(problem.message)}", WIDTH)
    if total > limit:
        yield f"  and {total - limit:,} more (all in: carveout analyze --format blind-spots)"


def unseen(graph: Graph) -> list[str]:
    """The lines that end a check: what was not seen."""
    parts = [blind_spots(graph, 4)]
    if not_read(graph):
        parts.append(f"{count(not_read(graph), 'file')} not read")
    return wrap("not seen:", "; ".join(parts), 10)
