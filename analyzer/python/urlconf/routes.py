"""Routes of mounted patterns: the node, and the edge to what handles it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ...model.evidence import Confidence, Evidence, Place
from ...model.facts import Json
from ...model.graph import Edge, Node
from ..conditions import NEVER
from .unknown import Mount
from .views import Answer


def route(
    mount: Mount, text: str, answer: Answer, evident: bool, framework: str, name: str
) -> Iterator[Node | Edge]:
    """A route of `framework`; `evident` where names alone tell what answers.

    Its attribute `tried` is JSON: its order (texts that sort) and the patterns that lead to it as they are
    written; `apart`, that settings name a root, but none that leads to it; `behind`, in the form of `tried`,
    what stands before it and is not known, with its text, condition, path and line. Of several routes, the
    one that is tried first is kept.
    """
    leaf = mount.leaf
    if leaf.when == NEVER:
        return
    tried = _tried(mount)
    behind = [
        [*_tried(one), one.leaf.shown, one.leaf.when, one.leaf.path, one.leaf.line] for one in mount.behind
    ]
    text = re.sub(r"/{2,}", "/", f"/{text}")
    named = f"{leaf.space}{name}" if name else ""
    attributes = (
        ("framework", framework), ("method", answer.verb), ("name", named), ("text", text),
        ("tried", json.dumps(tried)), ("view", answer.view), ("when", leaf.when),
        ("apart", "" if mount.sure else "yes"), ("behind", json.dumps(behind) if behind else ""),
    )  # fmt: skip
    id = f"route:{answer.verb} {text}"
    yield Node(id, leaf.path, leaf.line, leaf.line, tuple(pair for pair in attributes if pair[1]))
    if answer.handler:
        evident = evident and answer.own
        trust: Confidence = (
            "possible" if not (mount.sure and mount.likely) else "certain" if evident else "likely"
        )
        evidence = Evidence(Place(leaf.path, leaf.line, leaf.column), "syntax" if evident else "convention")
        yield Edge(id, answer.handler, "handles", trust, (evidence,))


def _tried(mount: Mount) -> list[Json]:
    """Its order, and the patterns that lead to it."""
    return [[f"{number:06d}" for number in mount.order], [list(piece) for piece in mount.leaf.pieces]]
