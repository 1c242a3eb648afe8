"""Queries of a model that only a run tells: `apps.get_model(name).objects.all()`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...graph.roles import PAST, role_of
from ...model.evidence import BlindSpot, Place
from ...model.world import World
from .methods import METHODS

_ASKED = re.compile(r".+?\.(?:objects|_default_manager|_base_manager)\.(?P<method>\w+)\Z")
_GIVES_CLASSES = re.compile(
    r"(?:django\.(?:.*\.)?(?:get_model|model_class|import_string)|builtins\.(?:getattr|type)|typing\.Type)\(\)"
)


def told_later(world: World) -> Iterator[BlindSpot]:
    """Calls that ask the manager of a class of which only its name or its kind is known."""
    for path in world.files:
        if role_of(path) in PAST:
            continue
        for call, symbol in world.calls(path):
            if symbol is None or symbol.kind != "external" or "|" in call.target:
                continue  # `apps.get_model("shop", "Order")`, by its names
            found = _ASKED.match(call.target)
            if found is not None and found["method"] in METHODS and _GIVES_CLASSES.match(symbol.name):
                text = f"{call.target}(): its model is told at run time"
                yield BlindSpot("dynamic-table-name", Place(path, call.line, call.column), text)
