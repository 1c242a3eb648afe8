"""The door of this folder: a graph becomes a picture, a picture becomes bytes."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Protocol, TypeVar

from ...analyzer.model.boundary import Boundary
from ...analyzer.model.errors import UsageError
from ...analyzer.model.graph import Graph
from ...analyzer.plugins import plugins
from .picture import Format, Level, Picture, Rendering


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_Plugin = TypeVar("_Plugin", bound=_Named)


def levels() -> dict[str, Level]:
    """The levels by name: service, module, table, and what third parties add."""
    return {level.name: level for level in plugins("generators.diagrams.levels", "level")}


def formats() -> dict[str, Format]:
    """The formats by name: dot, svg, png, mermaid, json, and what third parties add."""
    return {format.name: format for format in plugins("generators.diagrams.formats", "format")}


def draw(graph: Graph, boundary: Boundary | None, level: str, project: str = "") -> Picture:
    """What is to be drawn at a level. `project` is the name in the title.

    Raises UsageError for an unknown level, or for one that needs a boundary and gets none.
    """
    return _chosen(levels(), level, "level").draw(graph, boundary, project)


def rendering(picture: Picture, format: str) -> Rendering:
    """The picture in a format, with remarks for the person who asked (for stderr).

    Raises UsageError for an unknown format, GraphvizError for one that cannot do without Graphviz.
    """
    return _chosen(formats(), format, "format").render(picture)


def render(picture: Picture, format: str) -> bytes:
    """The bytes of `rendering`."""
    return rendering(picture, format).data


def _chosen(known: dict[str, _Plugin], name: str, noun: str) -> _Plugin:
    if name in known:
        return known[name]
    close = get_close_matches(name, known, 1)
    hint = f"did you mean {close[0]}? " if close else ""
    raise UsageError(f"no picture {noun} is called {name!r}", help=f"{hint}known: {', '.join(sorted(known))}")
