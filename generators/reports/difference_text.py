"""What a change adds and takes away, for a terminal: new edges of the cut first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...analyzer.model.boundary import CutEdge
from ...analyzer.model.difference import Difference, PairChange
from .plain import WIDTH, clean, count, encode, shorten, wrap

_PAIRS, _EDGES, _NAMES = 12, 4, 6


class DifferenceText:
    """By pair of services, each new edge with its place; then what else is new and gone."""

    name = "text"
    accepts = Difference

    def render(self, result: Difference) -> bytes:
        """Lines of at most 80 columns."""
        lines = wrap("", f"{result.project}: {result.base} -> {result.head}", 0)
        lines += [*wrap("", verdict(result), 2), ""]
        for pair in result.pairs[:_PAIRS]:
            lines += [*_pair(pair), ""]
        if len(result.pairs) > _PAIRS:
            lines += [f"{len(result.pairs) - _PAIRS:,} more pairs: --format json", ""]
        lines += _rest(result)
        return encode(lines)


def verdict(result: Difference) -> str:
    """One sentence: how many edges cross now that did not, and how many do not any more."""
    return verdict_of(result.pairs, f"{result.groups}s")


def verdict_of(pairs: Sequence[PairChange], groups: str) -> str:
    """As `verdict`, of the changes between any groups."""
    added, removed = sum(len(pair.added) for pair in pairs), sum(len(pair.removed) for pair in pairs)
    if not added and not removed:
        return f"nothing crosses between {groups} that did not before"
    new = sum(bool(pair.added) and not pair.before for pair in pairs)
    told = f", {count(new, 'pair')} for the first time" if new else ""
    crosses = "crosses" if added == 1 else "cross"
    return f"{count(added, 'new edge')} {crosses} between {groups}{told}; {removed:,} gone"


def _pair(pair: PairChange) -> Iterator[str]:
    first = ", for the first time" if pair.added and not pair.before else ""
    last = ", nothing crosses any more" if not pair.after else ""
    numbers = f"+{len(pair.added):,} -{len(pair.removed):,}, {pair.before:,} before"
    yield from wrap("", f"{pair.origin} -> {pair.owner}  {numbers}{first}{last}", 0)
    for sign, edges in (("+", pair.added), ("-", pair.removed)):
        for edge in edges[:_EDGES]:
            yield from _edge(sign, edge)
        if len(edges) > _EDGES:
            yield f"  {sign} {len(edges) - _EDGES:,} more"


def _edge(sign: str, edge: CutEdge) -> Iterator[str]:
    source, target = (id.partition(":")[2] for id in (edge.edge.source, edge.edge.target))
    line = f"  {sign} {edge.edge.kind} {clean(source)} -> {clean(target)}"
    if len(line) <= WIDTH:
        yield line
    else:
        yield f"  {sign} {edge.edge.kind} {shorten(source, 66)}"
        yield f"      -> {shorten(target, 66)}"
    if sign == "+" and edge.edge.evidence:
        yield f"      {shorten(str(edge.edge.evidence[0].place), 72)}"
        yield from wrap("      ", edge.consequence, 6)


def _rest(result: Difference) -> Iterator[str]:
    for change in result.nodes:
        told = f"{change.kind}: +{len(change.added):,} -{len(change.removed):,}"
        names = [f"+{name}" for name in change.added] + [f"-{name}" for name in change.removed]
        more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
        yield from wrap("", f"{told}  {', '.join(shorten(name, 60) for name in names[:_NAMES])}{more}", 2)
    kinds = [f"{kind} +{added:,} -{removed:,}" for kind, (added, removed) in result.edges.items()]
    if kinds:
        yield from wrap("edges: ", ", ".join(kinds), 7)
    before, after = result.blind_spots
    if before != after:
        yield f"blind spots: {before:,} -> {after:,}"
    if not result.nodes and not kinds and before == after:
        yield "no difference"


report = DifferenceText()
