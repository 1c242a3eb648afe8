"""The target architecture: what runs, once each service is a process of its own with its own data.

Clients reach the services through a proxy by the routes that each owns; what crosses between services
becomes a call over the network, but for tasks, signals and topics, which pass through a broker. What nobody
owns stays in the monolith. Tables that no service owns stay in its database.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ....analyzer.model.boundary import Boundary
from ....analyzer.model.errors import UsageError
from ....analyzer.model.graph import Graph
from ..picture import Arrow, Box, Picture, blind_spot_note, counted, hidden_note, titled
from ..target import MONOLITH, Target

_CALLS = 25
_MOST, _MANY = 40, 12
"""The most services that are drawn; more than a few hold their tables in their own boxes, to stay small."""


class ArchitectureLevel:
    """Clients, proxy, monolith, services, databases, broker, buckets, and the hosts that are called."""

    name = "architecture"

    def draw(self, graph: Graph, boundary: Boundary | None, project: str) -> Picture:
        """The picture; UsageError without a boundary that names services."""
        if boundary is None or not boundary.services:
            raise UsageError(
                "the target architecture needs services",
                why="no boundary has been agreed or proposed, so nothing says what will run apart",
                help="carveout propose --accept 1, or: carveout graph --level module",
            )
        target = Target(graph, boundary)
        many = len(target.names) > _MANY
        names = sorted(target.names, key=lambda name: (-target.weight(name), name))[:_MOST]
        boxes = _boxes(target, sorted(names), many)
        calls = list(_ended([*target.between()], boxes))
        calls.sort(key=lambda arrow: (-arrow.weight, arrow.source, arrow.target))
        hidden = len(calls) - len(calls[:_CALLS])
        # What everybody has is never left out: it is the calls that are many.
        kept = [*target.entering(), *target.routed(), *target.stored(), *target.leaving(), *calls[:_CALLS]]
        arrows = tuple(sorted(_ended(kept, boxes), key=lambda arrow: (arrow.source, arrow.target)))
        linked = {end for arrow in arrows for end in (arrow.source, arrow.target)}
        shown = tuple(box for box in boxes if box.id in linked or box.kind == "service")
        data = "own data, the tables in its box" if many else "own data"
        notes = [f"{counted(len(boundary.services), 'service')}, each with its {data}."]
        small = len(target.names) - len(names)
        notes += [f"{counted(small, 'smaller service')} not drawn."] if small else []
        notes += [hidden_note(hidden)] if hidden else []
        notes += [note for note in (blind_spot_note(graph),) if note]
        title = titled(project, "target architecture")
        return Picture(title, shown, arrows, hidden, tuple(notes), self.name)


def _boxes(target: Target, names: Sequence[str], many: bool) -> tuple[Box, ...]:
    found: list[Box | None] = [*target.clients(), target.proxy(), target.monolith()]
    found += [target.service(name, holds=many) for name in names]
    found.append(target.broker())
    found += [target.database(home) for home in ((MONOLITH,) if many else (*names, MONOLITH))]
    found += target.outside()
    return tuple(box for box in found if box is not None)


def _ended(arrows: Sequence[Arrow], boxes: Sequence[Box]) -> Iterator[Arrow]:
    """The arrows whose ends are there."""
    known = {box.id for box in boxes}
    return (arrow for arrow in arrows if known.issuperset((arrow.source, arrow.target)))


level = ArchitectureLevel()
