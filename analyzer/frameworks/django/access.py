"""Access to tables through managers and instances of models.

A call such as `Order.objects.filter().first().save` is read from the left: a model, a manager, then the
methods called so far. A method that fetches one object ends the query: what follows acts on an instance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.evidence import Confidence, Evidence, Place, Via
from ...model.graph import Edge
from ...model.protocols import Symbol, World
from .models import Models

_INSTANCE = re.compile(r"(?P<instance>.+)\.(?P<method>a?save|a?delete|a?refresh_from_db)\Z")
_MANAGER_VALUE = re.compile(r"(?:.*\.)?\w*(?:Manager|QuerySet)\w*(?:\(\)|\.|\Z)|.*\.as_manager\(\)")
_MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})
_WRITES = frozenset(
    "create bulk_create update bulk_update delete acreate abulk_create aupdate abulk_update adelete".split()
)
_BOTH = frozenset("get_or_create update_or_create aget_or_create aupdate_or_create".split())
_QUERIES = frozenset(
    "all filter exclude annotate alias order_by reverse distinct values values_list dates datetimes none "
    "union intersection difference select_related prefetch_related extra defer only using raw in_bulk "
    "select_for_update iterator count aggregate exists contains explain aiterator acount aexists "
    "aaggregate".split()
)
_FETCHES = frozenset(
    "get first last latest earliest aget afirst alast alatest aearliest create acreate".split()
)
_SAVES = frozenset({"save", "asave"})


def link_access(world: World, models: Models) -> Iterator[Edge]:
    """`reads` and `writes` of tables from the functions that call `Model.objects...` or `instance.save()`."""
    managers = _MANAGERS | _custom_managers(world, models)
    names = "|".join(sorted(re.escape(name) for name in managers))
    managed = re.compile(rf"(?P<model>.+?)\.(?:{names})\.(?P<chain>.+)\Z")
    for path in world.files:
        for call, _ in world.calls(path):
            found = managed.match(call.target)
            instance = None if found is not None else _INSTANCE.match(call.target)
            if found is not None:
                code, kinds = found["model"], _kinds(found["chain"])
            elif instance is not None:
                code = instance["instance"]
                kinds = ("reads",) if "refresh" in instance["method"] else ("writes",)
            else:
                continue
            symbol = world.resolve(path, call.scope, code) if kinds else None
            if symbol is None or (instance is not None and symbol.kind != "instance"):
                continue
            source, place = world.scope_id(path, call.scope), Place(path, call.line, call.column)
            yield from _edges(models, symbol, source, kinds, place, call.order)


def _custom_managers(world: World, models: Models) -> frozenset[str]:
    """The names under which the project's models hold managers of their own."""
    found = set()
    for model in models.by_class.values():
        for binding in world.files[model.info.path].bindings:
            if binding.scope == model.info.definition.name and _MANAGER_VALUE.match(binding.value):
                found.add(binding.name)
    return frozenset(found)


def _kinds(chain: str) -> tuple[str, ...]:
    """What the last method of a chain does to the model's table; () when that cannot be told."""
    *before, last = re.split(r"\(\)(?:\[\d*\])*\.", chain)
    on_instance = any(method in _FETCHES or method in _BOTH for method in before)
    if any("." in method for method in (*before, last)):
        return ()  # through an attribute: another model's table, or a plain value
    if last in _BOTH:
        return ("reads", "writes")
    if last in _WRITES or last in _SAVES:
        return ("writes",)
    if on_instance:
        return ()
    return ("reads",) if last in _QUERIES or last in _FETCHES or not before else ()


def _edges(
    models: Models, symbol: Symbol, source: str, kinds: tuple[str, ...], place: Place, order: int
) -> Iterator[Edge]:
    table = _table(models, symbol)
    if not table:
        return
    trust: Confidence = "certain" if symbol.evident else "likely"
    via: Via = "syntax" if symbol.evident else "value-flow" if symbol.kind == "instance" else "convention"
    for kind in kinds:
        yield Edge(source, f"table:{table}", kind, trust, (Evidence(place, via),), order)


def _table(models: Models, symbol: Symbol) -> str:
    """The table of one of the project's models, of Django's own, or of the user model; "" for others."""
    if symbol.kind in ("class", "instance"):
        model = models.by_class.get(symbol.name)
        return model.table if model is not None else ""
    if symbol.kind != "external":
        return ""
    named = models.labels.external(symbol.name.removesuffix("()"))
    if named is None and symbol.name.endswith("get_user_model()"):
        named = models.labels.named("get_user_model()")
    if named is None:
        return ""
    label, _, name = named.rpartition(".")
    return models.named(label, name)[0]
