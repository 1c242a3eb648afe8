"""One picture for each step of the ladder: what runs, and what passes, once that step is released.

Every step can be taken back alone. Drawn are one service and the rest of the monolith around it: the other
services, agreed or not, are part of the monolith until their own turn comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ...analyzer.model.boundary import Boundary
from ...analyzer.model.errors import UsageError
from ...analyzer.model.graph import Graph
from .picture import Arrow, Box, Picture, blind_spot_note, counted, titled
from .target import BROKER, CLIENTS, MONOLITH, PROXY, Target, process

STEPS = {
    "seam": "callers reach it through a facade, still in the monolith's process.",
    "service": "it runs as a process of its own, on the monolith's database; the facade calls it.",
    "routes": "the proxy sends it its own routes.",
    "data": "its tables are in a database of its own; what others read becomes a call or a copy.",
    "clean": "the moved code and the toggles have left the monolith.",
}
"""The steps in their order, with what each makes true."""
_SHARED = f"database:{MONOLITH}"


def draw_step(graph: Graph, boundary: Boundary, service: str, step: str, project: str = "") -> Picture:
    """What runs once `step` of carrying `service` out is released. Raises UsageError for unknown ones."""
    if step not in STEPS:
        raise UsageError(f'--step "{step}" is unknown', help=f"--step {'|'.join(STEPS)}")
    names = sorted(each.name for each in boundary.services)
    if service not in names:
        help = f"--service with one of: {', '.join(names)}" if names else "carveout propose --accept 1"
        raise UsageError(f'no service is called "{service}"', help=help)
    target = Target(graph, boundary, (service,))
    drawn = _Step(target, service, list(STEPS).index(step))
    boxes = tuple(drawn.boxes())
    known = {box.id for box in boxes}
    arrows = [arrow for arrow in drawn.arrows() if known.issuperset((arrow.source, arrow.target))]
    linked = {end for arrow in arrows for end in (arrow.source, arrow.target)}
    shown = tuple(box for box in boxes if box.id in linked or box.kind == "service")
    number = list(STEPS).index(step)
    notes = [f"Step {number} of {len(STEPS) - 1}, {step}: {STEPS[step]}", blind_spot_note(graph)]
    title = titled(project, f"{service}, step {number}: {step}")
    arrows.sort(key=lambda arrow: (arrow.source, arrow.target))
    return Picture(title, shown, tuple(arrows), 0, tuple(note for note in notes if note), "architecture")


class _Step:
    """What stands and what runs at step `number`."""

    def __init__(self, target: Target, service: str, number: int) -> None:
        self.target, self.name, self.number = target, service, number
        self.apart, self.routed, self.moved, self.clean = (number >= least for least in (1, 2, 3, 4))

    def boxes(self) -> Iterator[Box]:
        target = self.target
        yield from target.clients()
        if self.routed:
            yield target.proxy()
        monolith = target.monolith("without it" if self.clean else "and the moved code" if self.apart else "")
        if monolith is not None:
            yield replace(monolith, figures=tuple(filter(None, (*monolith.figures, *self._inside()))))
        yield target.service(self.name, *(() if self.apart else ("inside the monolith",)))
        yield target.broker()
        if self.moved:
            own, rest = target.database(self.name), target.database(MONOLITH)
            yield from (box for box in (own, rest) if box is not None)
        else:
            yield from self._one_database()
        yield from target.outside()

    def _inside(self) -> Iterator[str]:
        """The seam, where there is one: where others call the service."""
        into = (arrow for arrow in self.target.between() if arrow.target == process(self.name))
        if not self.clean and any(kind == "calls" for arrow in into for kind, _ in arrow.kinds):
            yield "seam: in-process" if not self.apart else "seam: local, shadow or remote"

    def _one_database(self) -> Iterator[Box]:
        """The one database, the tables that will move first."""
        own, rest = self.target.database(self.name), self.target.database(MONOLITH)
        lines = tuple(line for box in (own, rest) if box is not None for line in box.lines[:4])
        total = len(self.target.tables[self.name]) + len(self.target.tables[MONOLITH])
        if total:
            named = [line for line in lines if not (line.startswith("+") and line.endswith(" more"))]
            more = [f"+{total - len(named)} more"] if total > len(named) else []
            figures = (f"{counted(len(self.target.tables[self.name]), 'table')} will move",)
            yield Box(_SHARED, "the one database", (*named, *more), "database", figures=figures)

    def arrows(self) -> Iterator[Arrow]:
        target, own = self.target, process(self.name)
        yield from target.entering(PROXY if self.routed else process(MONOLITH))
        if self.routed:
            yield from target.routed()
        elif not self.target.monolith():
            yield Arrow(CLIENTS, own, firm=True)
        yield from self._between()
        if self.moved:
            yield from target.stored()
        else:
            yield from _onto_one(target.stored())
            if not self.apart:
                return
        yield from target.leaving()

    def _between(self) -> Iterator[Arrow]:
        """In-process at first; then calls over the network, and so is access to tables once these moved."""
        for arrow in self.target.between():
            kinds = arrow.kinds
            if not self.moved:
                kinds = tuple(pair for pair in kinds if pair[0] not in ("reads", "writes", "joins"))
            number = sum(count for _, count in kinds)
            if number and (self.apart or BROKER not in (arrow.source, arrow.target)):
                label = str(number) if self.apart else f"{number} in-process"
                yield replace(arrow, label=label, weight=number, kinds=kinds)


def _onto_one(arrows: Iterable[Arrow]) -> Iterator[Arrow]:
    """All that is stored goes to the one database."""
    for arrow in arrows:
        yield replace(arrow, target=_SHARED) if arrow.target.startswith("database:") else arrow
