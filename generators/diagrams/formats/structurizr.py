"""A picture as Structurizr DSL (C4): services, databases and tables are containers, arrows relations.

The DSL knows strings in double quotes and no line breaks inside; a quote or a backslash in one is escaped.
"""

from __future__ import annotations

from ..picture import Picture, Rendering
from ..text import clean

_TAGS = {"table": "Database", "database": "Database", "external": "Database", "broker": "Queue"}
_PEOPLE = frozenset({"outside"})


class Structurizr:
    """A workspace with one software system and one container view."""

    name = "structurizr"
    suffix = ".dsl"

    def render(self, picture: Picture) -> Rendering:
        """UTF-8 bytes."""
        names = {box.id: f"n{number}" for number, box in enumerate(picture.boxes, 1)}
        rows = [f"workspace {_text(picture.title)} {_text(' '.join(picture.notes))} {{", "  model {"]
        for box in picture.boxes:
            if box.kind in _PEOPLE:
                rows.append(
                    f"    {names[box.id]} = softwareSystem {_text(box.title)} {_text('; '.join(box.figures))}"
                )
        rows.append(f"    system = softwareSystem {_text(picture.title)} {{")
        for box in picture.boxes:
            if box.kind in _PEOPLE:
                continue
            told = "; ".join((*box.figures, *((", ".join(box.lines),) if box.lines else ())))
            rows.append(f"      {names[box.id]} = container {_text(box.title)} {_text(told)} {{")
            rows.append(f"        tags {_text(_TAGS.get(box.kind, box.kind.capitalize()))}")
            rows.append("      }")
        rows.append("    }")
        for arrow in picture.arrows:
            kinds = ", ".join(f"{kind} {count}" for kind, count in arrow.kinds)
            told = arrow.label or kinds or "uses"
            rows.append(f"    {names[arrow.source]} -> {names[arrow.target]} {_text(told)} {_text(kinds)}")
        rows += [
            "  }",
            "  views {",
            '    container system "containers" {',
            "      include *",
            "      autoLayout tb",
            "    }",
            "    styles {",
            '      element "Database" {',
            "        shape Cylinder",
            "      }",
            '      element "Queue" {',
            "        shape Pipe",
            "      }",
            "    }",
            "  }",
            "}",
        ]
        return Rendering(("\n".join(rows) + "\n").encode("utf-8"), self.suffix)


def _text(value: str) -> str:
    escaped = clean(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


format = Structurizr()
