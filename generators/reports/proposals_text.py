"""Proposals side by side, then each with its services and the heaviest of what it cuts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from ...analyzer.graph.access import in_database
from ...analyzer.graph.cut import Membership
from ...analyzer.graph.order import order
from ...analyzer.graph.roles import role_of
from ...analyzer.model.boundary import AGREED, SHARED, Proposal
from ...analyzer.model.graph import Graph
from ...analyzer.model.measures import MEASURES, Measure
from ...analyzer.model.results import ProposalsResult
from .plain import WIDTH, cells, clean, columns, count, encode, listed, pad, shorten, wrap
from .unseen import blind_spots, missing_libraries

_DATA = frozenset({"reads", "writes", "joins", "references"})
_SERVICES, _EDGES, _ACROSS, _TOLD = 12, 5, 4, 3
_MANY = 8
"""From here on it is said which services to begin with, and how to get fewer."""
_SMALL = 0.1
"""Figures below this are told with one more digit."""
_NAMES = 40
"""Columns for the two names of a cut."""


class ProposalsText:
    """A table of all proposals, what the figures mean, and a block for each proposal."""

    name = "text"
    accepts = ProposalsResult

    def render(self, result: ProposalsResult) -> bytes:
        """Lines of at most 80 columns."""
        if not result.proposals:
            nothing = f"{clean(result.project)}: {result.nothing or 'no proposals'}"
            return encode([*wrap("", nothing, 0), *wrap("not seen:", blind_spots(result.graph, 6), 10)])
        head = f"{clean(result.project)}: {count(len(result.proposals), 'way')} to cut it into services"
        lines = [head, *missing_libraries(result.graph), ""]
        views = [
            _View(number, each, result.graph)
            for number, each in enumerate(result.proposals, 1)
            if not each.left_out
        ]
        for start in range(0, len(views), _ACROSS):
            lines += [*_side_by_side(views[start : start + _ACROSS]), ""]
        lines += _meanings(views)
        lines += _left_out(result)
        for view in views:
            lines += [*_block(view), ""]
        lines += wrap("not seen:", blind_spots(result.graph, 6), 10)
        return encode([*lines, *_next(result)])


def _next(result: ProposalsResult) -> list[str]:
    """What to type: services that are agreed already are only replaced when that is said."""
    if not result.agreed:
        fewer = "      carveout propose --granularity 0.2    fewer services, larger ones"
        many = any(len(each.boundary.services) > _MANY for each in result.proposals)
        return [
            "next: carveout propose --show 1      all of proposal 1, and what each cut costs",
            "      carveout report                all of them as one page, with maps",
            "      carveout propose --accept 1    writes these services to carveout.toml",
            *([fewer] if many else []),
        ]
    agreed = f"{count(result.agreed, 'service')} agreed in carveout.toml"
    lines = [f"next: carveout check    holds the code to the {agreed}"]
    number = next((n for n, each in enumerate(result.proposals, 1) if each.strategy != AGREED), 0)
    if number:
        accept = f"      carveout propose --accept {number}"
        lines += [
            f"{accept}          shows what proposal {number} would change there",
            f"{accept} --yes    replaces them by those of proposal {number}",
        ]
    return lines


class _View:
    """One proposal with the figures that are shown of it."""

    def __init__(self, number: int, proposal: Proposal, graph: Graph) -> None:
        self.proposal, self.graph = proposal, graph
        self.number = number
        self.title = f"{number} {clean(proposal.strategy)}"
        self.membership = Membership(graph, proposal.boundary)
        self.code = [
            node.name for node in graph.nodes("module") if node.path and role_of(node.path) == "code"
        ]
        self.modules = self._owned("module")
        self.tables = self._owned("table")
        self.routes = self._owned("route")
        self.names = [service.name for service in proposal.boundary.services]

    def _owned(self, kind: str) -> Counter[str]:
        nodes = self.graph.nodes(kind)
        if kind == "module":
            nodes = iter([node for node in nodes if node.path and role_of(node.path) == "code"])
        return Counter(self.membership.of(node.id) or "" for node in nodes)

    @property
    def across(self) -> Counter[tuple[str, str]]:
        """How many edges cross, by (from, to)."""
        return Counter((crossing.origin, crossing.owner) for crossing in self.proposal.cut)


def _side_by_side(views: Sequence[_View]) -> list[str]:
    figures: list[tuple[str, Callable[[_View], str]]] = [
        ("services", lambda view: f"{len(view.names):,}"),
        ("modules in services", lambda view: f"{sum(view.modules[name] for name in view.names):,}"),
        ("  in the largest one", lambda view: f"{max((view.modules[n] for n in view.names), default=0):,}"),
        ("  in the shared kernel", lambda view: f"{view.modules[SHARED]:,}"),
        ("tables with an owner", lambda view: f"{sum(view.tables[name] for name in view.names):,}"),
        ("edges that are cut", lambda view: f"{len(view.proposal.cut):,}"),
        (
            "  of them to tables",
            lambda v: f"{sum(c.edge.kind in _DATA and in_database(c.edge.target) for c in v.proposal.cut):,}",
        ),
    ]
    rows = [["", *(view.title for view in views)]]
    rows += [[label, *(figure(view) for view in views)] for label, figure in figures]
    for measure in _measures(views):
        values = [view.proposal.metrics.get(measure.name) for view in views]
        rows.append([measure.name, *(figure(measure, value) for value in values)])
    width = max(11, min(18, 53 // len(views) - 2))
    return columns(rows, (24, *(-width for _ in views)))


def figure(measure: Measure, value: float | None) -> str:
    """A metric as one reads it; `-` for what was not measured."""
    if value is None:
        return "-"
    if measure.whole or measure.name.startswith("MoJoFM"):
        return f"{value:,.0f}"
    value = round(value, 3) + 0.0  # 0 has no sign
    return f"{value:.3f}" if 0 < abs(value) < _SMALL else f"{value:,.2f}"


def _measures(views: Sequence[_View]) -> list[Measure]:
    """What was measured; what is counted above is left out."""
    known = {name for view in views for name in view.proposal.metrics}
    return [measure for measure in MEASURES if measure.name in known and measure.name != "services"]


def _meanings(views: Sequence[_View]) -> list[str]:
    """What each metric says, in a line."""
    found = _measures(views)
    indent = max((len(measure.name) for measure in found), default=0) + 2
    lines = []
    for measure in found:
        good = f" ({measure.better})" if measure.better else ""
        lines += wrap(measure.name, measure.sentence + good, indent)
    if any(measure.name == "IFN" for measure in found):
        lines += wrap("", "a unit is a class, or a module for its code outside classes", indent)
    return [*lines, ""] if lines else []


def _left_out(result: ProposalsResult) -> list[str]:
    """The proposals that are not shown, each with its number and why."""
    lines = [
        line
        for number, each in enumerate(result.proposals, 1)
        if each.left_out
        for line in wrap("", f"not shown: {number} {clean(each.strategy)}, as {each.left_out}", 0)
    ]
    return [*lines, ""] if lines else []


def _block(view: _View) -> Iterator[str]:
    yield view.title
    for reason in view.proposal.reasons:
        yield from wrap("  -", reason, 4)
    rows = [["  service", "modules", "tables", "routes", "cut in", "cut out"]]
    into: Counter[str] = Counter()
    out: Counter[str] = Counter()
    for (origin, owner), number in view.across.items():
        into[owner] += number
        out[origin] += number
    sized = sorted(view.names, key=lambda name: (-view.modules[name], name))
    for name in sized[:_SERVICES]:
        figures = (view.modules[name], view.tables[name], view.routes[name], into[name], out[name])
        rows.append([f"  {clean(name)}", *(f"{figure:,}" for figure in figures)])
    yield from columns(rows, (32, -7, -7, -7, -7, -7))
    if len(sized) > _SERVICES:
        rest = sum(view.modules[name] for name in sized[_SERVICES:])
        yield f"  and {count(len(sized) - _SERVICES, 'smaller one')} with {count(rest, 'module')}"
    if len(view.names) > _MANY:
        yield from _first(view)
    if view.across:
        yield "  heaviest cuts"
        heaviest = sorted(view.across.items(), key=lambda item: (-item[1], item[0]))[:_EDGES]
        wide = max(cells(_arrow(*pair)) for pair, _ in heaviest)
        for pair, number in heaviest:
            yield from _cut(view.proposal, pair, number, max(28, wide))
    yield from _told(view, "shared kernel", view.proposal.boundary.shared.reasons, SHARED)
    yield from _told(view, "in no service", view.proposal.aside, "")


def _first(view: _View) -> Iterator[str]:
    """Where to begin: nobody carries out as many services, and most can stay what they are together."""
    turns = order(view.graph, view.proposal.boundary, view.proposal.cut)[:_TOLD]
    rows = [
        [f"    {clean(each.name)}", f"{each.effort[0]}-{each.effort[1]} days", f"{each.risk} risk"]
        for each in turns
    ]
    yield f"  carry out first, and leave the other {len(view.names) - len(turns)} together"
    yield from columns(rows, (32, -12, 14))


def _told(view: _View, title: str, reasons: Mapping[str, str], owner: str) -> Iterator[str]:
    """The largest of what belongs to no service, each with its reason."""
    counts: Counter[str] = Counter()
    for name in view.code:
        if (view.membership.of_module(name) or "") == owner:
            place = name
            while place and place not in reasons:
                place = place.rpartition(".")[0]
            counts[place] += 1
    counts.pop("", None)
    if not counts:
        return
    yield f"  {title}"
    ranked = sorted(counts, key=lambda name: (-counts[name], name))
    for name in ranked[:_TOLD]:
        yield from wrap("    -", f"{name} ({count(counts[name], 'module')}): {reasons[name]}", 6)
    if len(ranked) > _TOLD:
        rest = sum(counts[name] for name in ranked[_TOLD:])
        yield f"    and {count(rest, 'more module')}, each with its reason: --show {view.number}"


def _arrow(origin: str, owner: str) -> str:
    """`orders -> billing`; each name loses its own middle when it is too long, never the arrow."""
    left, right = cells(clean(origin)), cells(clean(owner))
    left = min(left, _NAMES - min(_NAMES // 2, right))
    return f"{shorten(origin, left)} -> {shorten(owner, _NAMES - left)}"


def _cut(proposal: Proposal, pair: tuple[str, str], number: int, wide: int) -> list[str]:
    kinds = Counter(c.edge.kind for c in proposal.cut if (c.origin, c.owner) == pair)
    label = f"    {pad(_arrow(*pair), wide)} {number:>5,}"
    texts = [listed(kinds.items(), limit) for limit in (3, 2, 1)]
    # As many kinds as stand on one line.
    text = next((text for text in texts if cells(text) <= WIDTH - wide - 12), texts[-1])
    return wrap(label, text, wide + 12)


report = ProposalsText()
