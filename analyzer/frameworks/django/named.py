"""Access to tables as far as names tell it.

A call such as `Order.objects.filter().first().save` is read from the left: a model, a manager, then the
methods called so far. A method that fetches one object ends the query: what follows acts on an instance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.evidence import Confidence, Via
from ...model.facts import Call
from ...model.world import Symbol, World
from .methods import METHODS, OF_INSTANCES, Does
from .models import Models
from .relations import Relations

_INSTANCE = re.compile(r"(?P<instance>.+)\.(?P<method>a?save|a?delete|a?refresh_from_db)\Z")
_MANAGER_VALUE = re.compile(r"(?:.*\.)?\w*(?:Manager|QuerySet)\w*(?:\(\)|\.|\Z)|.*\.as_manager\(\)")
_MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})
_READS = Does((("reads", ""),), lazy=True)

NamedCall = tuple[Call, str, str, Does, Confidence, Via]
"""A call, the table and the class that it is about, what it does, how sure that is."""


class NamedCalls:
    """Calls of `Model.objects...` and `instance.save()`."""

    def __init__(self, world: World, models: Models, relations: Relations) -> None:
        self._world, self._models, self._relations = world, models, relations
        managers = _MANAGERS | self._custom_managers()
        names = "|".join(sorted(re.escape(name) for name in managers))
        self._managed = re.compile(rf"(?P<model>.+?)\.(?P<manager>{names})\.(?P<chain>.+)\Z")

    def calls(self, path: str) -> Iterator[NamedCall]:
        """Those of one file."""
        for call, _ in self._world.calls(path):
            found = self._managed.match(call.target)
            instance = None if found is not None else _INSTANCE.match(call.target)
            if found is not None:
                code, does = found["model"], _does(found["chain"])
            elif instance is not None:
                code, does = instance["instance"], OF_INSTANCES[instance["method"]]
            else:
                continue
            symbol = self._world.resolve(path, call.scope, code) if does is not None else None
            if found is not None and does is not None and (between := self._through(path, call.scope, code)):
                yield call, between, "", does, "certain", "syntax"
            if symbol is None or does is None or (instance is not None and symbol.kind != "instance"):
                continue
            if found is not None and found["manager"] in self._relations.attributes.get(symbol.name, ()):
                continue  # a related manager, whatever others have under that name
            table = self._table(symbol)
            if table:
                named = symbol.evident and symbol.name not in self._relations.third_party
                trust: Confidence = "certain" if named else "likely"  # a library may name its tables itself
                trust = (
                    "possible" if does is _READS else trust
                )  # a method of the project's own may do anything
                guessed: Via = "value-flow" if symbol.kind == "instance" else "convention"
                yield call, table, symbol.name, does, trust, "syntax" if symbol.evident else guessed

    def _custom_managers(self) -> frozenset[str]:
        """The names under which the project's models hold managers of their own."""
        found = set()
        for model in self._models.by_class.values():
            for binding in self._world.files[model.info.path].bindings:
                if binding.scope == model.info.definition.name and _MANAGER_VALUE.match(binding.value):
                    found.add(binding.name)
        return frozenset(found)

    def _through(self, path: str, scope: str, code: str) -> str:
        """The table in between that `Order.products.through` names, itself or under another name."""
        if not code.endswith(".through"):
            if "." in code.removeprefix("self.") or "(" in code:
                return ""
            binding = self._world.binding(path, scope, code)
            if binding is None:
                module, name = self._world.locate(path, scope, code)
                path = self._world.modules.get(module, "")
                scope, binding = "", self._world.binding(path, "", name)
            code = binding.value if binding is not None else ""
        owner, _, field = code.removesuffix(".through").rpartition(".")
        if not code.endswith(".through") or not owner:
            return ""
        symbol = self._world.resolve(path, scope, owner)
        relation = self._relations.attributes.get(symbol.name if symbol is not None else "", {}).get(field)
        return relation.between if relation is not None else ""

    def _table(self, symbol: Symbol) -> str:
        """The table of one of the project's models, of Django's own, or of the user model; "" for others."""
        models = self._models
        if symbol.kind in ("class", "instance"):
            model = models.by_class.get(symbol.name)
            return model.table if model is not None else ""
        if symbol.kind != "external":
            return ""
        other = self._relations.third_party.get(symbol.name.removesuffix("()"))
        if other is not None:
            return models.labels.external_table(*other)
        named = models.labels.external(symbol.name.removesuffix("()"))
        if named is None and symbol.name.endswith("get_user_model()"):
            named = models.labels.named("get_user_model()")
        if named is None:
            return ""
        label, _, name = named.rpartition(".")
        return models.named(label, name)[0]


def _does(chain: str) -> Does | None:
    """What the last method of a chain does to the model's table; None when that cannot be told."""
    *before, last = re.split(r"\(\)(?:\[\d*\])*\.", chain)
    on_instance = any(method in METHODS and METHODS[method].fetches for method in before)
    if any("." in method for method in (*before, last)):
        return None  # through an attribute: another model's table, or a plain value
    if on_instance or last in ("save", "asave"):  # nothing but an instance is saved
        return OF_INSTANCES.get(last)
    return METHODS.get(last) or (None if before else _READS)
