"""A PNG as Graphviz draws it; the one format that cannot do without the `dot` binary."""

from __future__ import annotations

from ..dot import dot_text, run_dot
from ..picture import Picture, Rendering


class PngFormat:
    """The picture in pixels."""

    name = "png"
    suffix = ".png"

    def render(self, picture: Picture) -> Rendering:
        """The image. Raises GraphvizError with the line that installs Graphviz when it is missing."""
        return Rendering(run_dot(dot_text(picture), "png"), self.suffix)


format = PngFormat()
