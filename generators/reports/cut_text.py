"""Crossing edges in words: what each becomes, what solves it, and where it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ...analyzer.model.boundary import CutEdge
from ...analyzer.model.graph import Edge
from .plain import WIDTH, cells, clean, count, shorten, wrap

_PAIRS, _EXAMPLES = 12, 2


def cut_lines(cut: Sequence[CutEdge], every: bool) -> Iterator[str]:
    """Pairs of services with most edges first; a few edges of each consequence unless `every` is set."""
    pairs = Counter((crossing.origin, crossing.owner) for crossing in cut)
    ordered = sorted(pairs, key=lambda pair: (-pairs[pair], pair))
    shown = ordered if every else ordered[:_PAIRS]
    hidden = False
    for origin, owner in shown:
        yield f"{clean(origin)} -> {clean(owner)}: {count(pairs[origin, owner], 'edge')}"
        found = [crossing for crossing in cut if (crossing.origin, crossing.owner) == (origin, owner)]
        kinds = Counter((crossing.consequence, crossing.remedy) for crossing in found)
        for consequence, remedy in sorted(kinds, key=lambda each: (-kinds[each], each)):
            edges = [c for c in found if (c.consequence, c.remedy) == (consequence, remedy)]
            yield from wrap(f"  {len(edges):,} x", f"{consequence}: {remedy}", 8)
            some = edges if every else edges[:_EXAMPLES]
            for crossing in some:
                yield from _edge(crossing)
            hidden |= len(some) < len(edges)
    if len(shown) < len(ordered):
        rest = sum(pairs[pair] for pair in ordered[len(shown) :])
        yield f"and {count(rest, 'edge')} between {len(ordered) - len(shown):,} other pairs of services"
        hidden = True
    if hidden:
        yield "all of them: the same command with --all, or --format json"


def _edge(crossing: CutEdge) -> Iterator[str]:
    edge = crossing.edge
    places = sorted({item.place for item in edge.evidence})
    more = f" and {len(places) - 1} more" if len(places) > 1 else ""
    place = f"{clean(str(places[0]))}{more}" if places else "(no place)"
    yield f"        {place}"
    yield "          " + relation(edge, WIDTH - 10)


def relation(edge: Edge, width: int) -> str:
    """`orders.views.show reads invoice` in at most `width` columns; long names lose their beginnings."""
    source, target = spoken(edge.source), spoken(edge.target)
    room = width - len(edge.kind) - 2
    left = min(cells(source), max(room // 2, room - cells(target)))
    target = tail(target, room - left)
    return f"{tail(source, room - cells(target))} {edge.kind} {target}"


def spoken(id: str) -> str:
    """A node by its name; what is neither code nor a table with its kind."""
    kind, _, name = id.partition(":")
    return clean(name if kind in ("module", "class", "function", "table") else f"{kind} {name}")


def tail(name: str, width: int) -> str:
    """The last components of a dotted name that fit: `..views.show`."""
    if cells(name) <= width:
        return name
    at = -1 if " " in name else name.find(".")
    while at >= 0:
        if cells(name) - at + 1 <= width:
            return f".{name[at:]}"
        at = name.find(".", at + 1)
    return shorten(name, width)
