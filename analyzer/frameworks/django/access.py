"""Access to tables through managers and instances of models."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ...model.evidence import Evidence, Place
from ...model.graph import Edge
from ...model.protocols import Symbol, World
from .models import Model

_MANAGER = re.compile(
    r"(?P<model>[^()\[\]]+?(?:\([^()]*\))?)\.(?P<manager>\w*objects|_default_manager|_base_manager|\w*manager)\.(?P<chain>.+)\Z"
)
_INSTANCE = re.compile(r"(?P<instance>.+)\.(?P<method>save|delete|refresh_from_db)\Z")
_WRITES = frozenset(
    "create bulk_create update bulk_update delete acreate abulk_create aupdate abulk_update adelete".split()
)
_BOTH = frozenset({"get_or_create", "update_or_create", "aget_or_create", "aupdate_or_create"})


def link_access(world: World, models: Mapping[str, Model]) -> Iterator[Edge]:
    """`reads` and `writes` of tables from the functions that call `Model.objects...` or `instance.save()`."""
    if not models:
        return
    for path in world.files:
        for call, _ in world.calls(path):
            source = world.scope_id(path, call.scope)
            place = Place(path, call.line, call.column)
            manager = _MANAGER.match(call.target)
            if manager is not None:
                symbol = world.resolve(path, call.scope, manager["model"])
                method = manager["chain"].rpartition(".")[2]
                kinds = (
                    ("reads", "writes")
                    if method in _BOTH
                    else ("writes",)
                    if method in _WRITES
                    else ("reads",)
                )
                yield from _edges(models, symbol, source, kinds, place, call.order)
                continue
            instance = _INSTANCE.match(call.target)
            if instance is not None:
                symbol = world.resolve(path, call.scope, instance["instance"])
                if symbol is not None and symbol.kind == "instance":
                    kinds = ("reads",) if instance["method"] == "refresh_from_db" else ("writes",)
                    yield from _edges(models, symbol, source, kinds, place, call.order)


def _edges(
    models: Mapping[str, Model],
    symbol: Symbol | None,
    source: str,
    kinds: tuple[str, ...],
    place: Place,
    order: int,
) -> Iterator[Edge]:
    model = models.get(symbol.name) if symbol is not None and symbol.kind in ("class", "instance") else None
    if model is None or not model.table or symbol is None:
        return
    for kind in kinds:
        via = "syntax" if symbol.evident else "value-flow" if symbol.kind == "instance" else "convention"
        trust = "certain" if symbol.evident else "likely"
        yield Edge(source, f"table:{model.table}", kind, trust, (Evidence(place, via),), order)  # type: ignore[arg-type]
