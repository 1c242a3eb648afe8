"""A picture as GraphML, for yEd, Gephi and the like: boxes with their figures, arrows with their weights."""

from __future__ import annotations

from xml.etree import ElementTree as xml

from ..picture import Picture, Rendering
from ..text import clean

_KEYS = (
    ("title", "node", "string"), ("kind", "node", "string"), ("group", "node", "string"),
    ("figures", "node", "string"), ("holds", "node", "string"),
    ("label", "edge", "string"), ("weight", "edge", "int"), ("kinds", "edge", "string"),
)  # fmt: skip


class GraphMl:
    """The picture as GraphML; nothing is left out but what the picture leaves out."""

    name = "graphml"
    suffix = ".graphml"

    def render(self, picture: Picture) -> Rendering:
        """UTF-8 bytes; all text passes through ElementTree, which escapes it."""
        root = xml.Element("graphml", {"xmlns": "http://graphml.graphdrawing.org/xmlns"})
        for name, target, type in _KEYS:
            key = {"id": name, "for": target, "attr.name": name, "attr.type": type}
            xml.SubElement(root, "key", key)
        graph = xml.SubElement(root, "graph", {"id": "carveout", "edgedefault": "directed"})
        _data(graph, "desc", " ".join((picture.title, *picture.notes)), tag="desc")
        names = {box.id: f"n{number}" for number, box in enumerate(picture.boxes, 1)}
        for box in picture.boxes:
            node = xml.SubElement(graph, "node", {"id": names[box.id]})
            for key_, value in (
                ("title", box.title), ("kind", box.kind), ("group", box.group),
                ("figures", "; ".join(box.figures)), ("holds", ", ".join(box.lines)),
            ):  # fmt: skip
                _data(node, key_, value)
        for number, arrow in enumerate(picture.arrows, 1):
            ends = {"source": names[arrow.source], "target": names[arrow.target]}
            edge = xml.SubElement(graph, "edge", {"id": f"e{number}", **ends})
            _data(edge, "label", arrow.label)
            _data(edge, "weight", str(arrow.weight))
            _data(edge, "kinds", ", ".join(f"{kind} {count}" for kind, count in arrow.kinds))
        xml.indent(root, " ")
        text: bytes = xml.tostring(root, encoding="utf-8", xml_declaration=True)
        return Rendering(text + b"\n", self.suffix)


def _data(parent: xml.Element, key: str, value: str, tag: str = "data") -> None:
    if value:
        element = xml.SubElement(parent, tag, {"key": key} if tag == "data" else {})
        element.text = clean(value)


format = GraphMl()
