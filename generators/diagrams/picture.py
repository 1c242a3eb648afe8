"""The records between levels and formats: boxes, arrows, and what the picture leaves out.

Names in a picture are those of the analysed code, raw. Each format escapes them for its language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from ...analyzer.model.boundary import Boundary
from ...analyzer.model.graph import Graph

BoxKind = Literal[
    "service", "shared", "module", "table", "external", "outside", "proxy", "database", "broker"
]


@dataclass(frozen=True, slots=True)
class Box:
    """A thing in the picture.

    `figures` are short texts under the title ("12 modules · 4.1 kLOC"), `lines` what it holds (tables
    of a service, columns of a table), `group` the service it belongs to, `weight` how much it matters.
    """

    id: str
    title: str
    lines: tuple[str, ...] = ()
    kind: BoxKind = "module"
    group: str = ""
    weight: int = 0
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrow:
    """`source` depends on `target` (ids of boxes). `weight` is the number of edges that it stands for.

    `kinds` are these edges by kind, sorted by kind. A `firm` arrow points down: its source is drawn above
    its target. Firm arrows must not form a circle.
    """

    source: str
    target: str
    label: str = ""
    weight: int = 1
    kinds: tuple[tuple[str, int], ...] = ()
    firm: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn. `hidden` counts the arrows that were left out, `notes` are sentences for the reader."""

    title: str
    boxes: tuple[Box, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    hidden: int = 0
    notes: tuple[str, ...] = ()
    level: str = ""


class Level(Protocol):
    """Decides what is drawn. Raises UsageError where it cannot do without a boundary and there is none."""

    name: str

    def draw(self, graph: Graph, boundary: Boundary | None, project: str) -> Picture: ...


@dataclass(frozen=True, slots=True)
class Rendering:
    """A picture in one format; `remarks` are for the person who asked (stderr), not part of the picture."""

    data: bytes
    suffix: str
    remarks: tuple[str, ...] = ()


class Format(Protocol):
    """Writes a picture in one language."""

    name: str
    suffix: str

    def render(self, picture: Picture) -> Rendering: ...


DATABASE_KINDS = frozenset({"reads", "writes", "joins", "references"})
"""Edge kinds that end up in the database."""

CORNERS: Mapping[BoxKind, int] = {
    "service": 8, "shared": 8, "module": 5, "outside": 16, "proxy": 5, "broker": 5,
}  # fmt: skip
"""The radius of a box's corners in pixels, 0 for the kinds that are not here."""


def database_edges(kinds: tuple[tuple[str, int], ...]) -> int:
    """How many of an arrow's edges end up in the database."""
    return sum(number for kind, number in kinds if kind in DATABASE_KINDS)


def strongest(
    counts: Mapping[tuple[str, str], Mapping[str, int]], limit: int, *, labelled: bool = False
) -> tuple[tuple[Arrow, ...], int]:
    """The `limit` heaviest arrows, sorted by their ends, and how many were left out.

    `counts` maps (source, target) to the number of edges by kind. Labels read "34 (8 db)".
    """
    arrows = []
    for (source, target), kinds in counts.items():
        by_kind = tuple(sorted(kinds.items()))
        weight = sum(kinds.values())
        database = database_edges(by_kind)
        label = f"{weight} ({database} db)" if database else str(weight)
        arrows.append(Arrow(source, target, label if labelled else "", weight, by_kind))
    arrows.sort(key=lambda arrow: (-arrow.weight, arrow.source, arrow.target))
    kept = sorted(arrows[:limit], key=lambda arrow: (arrow.source, arrow.target))
    return tuple(kept), max(0, len(arrows) - limit)


def strongest_arrows(picture: Picture, limit: int) -> tuple[tuple[Arrow, ...], int]:
    """At most `limit` of a picture's arrows, in their order, and how many more are left out by that."""
    heavy = sorted(picture.arrows, key=lambda arrow: (-arrow.weight, arrow.source, arrow.target))[:limit]
    kept = set(heavy)
    return tuple(arrow for arrow in picture.arrows if arrow in kept), len(picture.arrows) - len(heavy)


def counted(number: int, noun: str, plural: str = "") -> str:
    """ "1 table", "1,204 tables"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def titled(project: str, what: str) -> str:
    """ "shop: what" with the name of a project, "What" without."""
    return f"{project}: {what}" if project else what[:1].upper() + what[1:]


def hidden_note(hidden: int, what: str = "arrow") -> str:
    """The sentence that says how many lighter arrows are not drawn."""
    return f"{counted(hidden, f'lighter {what}')} not drawn."


def blind_spot_note(graph: Graph) -> str:
    """The sentence that says how much was not understood; "" when everything was."""
    spots = len(graph.blind_spots)
    if not spots:
        return ""
    return f"{counted(spots, 'blind spot')}: what could not be resolved is missing here."
