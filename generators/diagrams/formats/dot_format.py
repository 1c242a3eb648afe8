"""DOT text for Graphviz and for everything else that reads it; written without the binary."""

from __future__ import annotations

from ..dot import dot_text
from ..picture import Picture, Rendering


class DotFormat:
    """The picture in DOT."""

    name = "dot"
    suffix = ".dot"

    def render(self, picture: Picture) -> Rendering:
        """The text; at most 300 arrows, as Graphviz takes minutes beyond."""
        return Rendering(dot_text(picture).encode("utf-8"), self.suffix)


format = DotFormat()
