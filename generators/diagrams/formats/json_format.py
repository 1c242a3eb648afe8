"""The picture as versioned JSON, for programs that draw it their own way."""

from __future__ import annotations

import json

from ..picture import Picture, Rendering

SCHEMA = "carveout/picture/0"


class JsonFormat:
    """`{"schema": "carveout/picture/0", "title", "level", "boxes", "arrows", "hidden", "notes"}`."""

    name = "json"
    suffix = ".json"

    def render(self, picture: Picture) -> Rendering:
        """The picture with its names as they are; ASCII, so that any name survives."""
        document = {
            "schema": SCHEMA,
            "title": picture.title,
            "level": picture.level,
            "boxes": [
                {
                    "id": box.id,
                    "title": box.title,
                    "kind": box.kind,
                    "group": box.group,
                    "weight": box.weight,
                    "figures": list(box.figures),
                    "lines": list(box.lines),
                }
                for box in picture.boxes
            ],
            "arrows": [
                {
                    "source": arrow.source,
                    "target": arrow.target,
                    "label": arrow.label,
                    "weight": arrow.weight,
                    "kinds": dict(arrow.kinds),
                }
                for arrow in picture.arrows
            ],
            "hidden": picture.hidden,
            "notes": list(picture.notes),
        }
        return Rendering((json.dumps(document, indent=1) + "\n").encode("ascii"), self.suffix)


format = JsonFormat()
