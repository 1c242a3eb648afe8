"""Parts of pages that Django keeps: `{% cache 500 sidebar user.id %}` has a key for each user."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.evidence import Evidence, Place
from ...model.facts import Fact
from ...model.graph import Edge, Node
from ...model.world import World

_TAG = re.compile(r"\{%-?\s*cache\s+[^\s%]+\s+[\"']?([\w.-]+)[\"']?(?=[\s%])")


def read_fragments(text: str) -> Iterator[Fact]:
    """Facts of kind `fragment`: {name}."""
    for found in _TAG.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - (text.rfind("\n", 0, found.start()) + 1)
        yield Fact("fragment", "", line, column, {"name": found[1]})


def link_fragments(world: World) -> Iterator[Node | Edge]:
    """The keys, as `make_template_fragment_key` makes them."""
    for path, fact in world.facts("caches"):
        if fact.kind != "fragment":
            continue
        id = f"cache:template.cache.{fact.data['name']}.{{}}"
        yield Node(id, attributes=(("store", "django"),))
        evidence = (Evidence(Place(path, fact.line, fact.column)),)
        for kind in ("reads", "writes"):
            yield Edge(f"template:{path}", id, kind, "certain", evidence)
