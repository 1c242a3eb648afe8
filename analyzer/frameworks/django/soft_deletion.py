"""Models whose `delete()` deletes nothing: the project's own method sets a flag, and no row goes with it."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.world import Symbol, World

_ENDS = (".delete", "._raw_delete", ".hard_delete")
"""What a method calls that deletes rows after all."""


class SoftDeletion:
    """Tells which deletions the project has made its own."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[tuple[str, bool], bool] = {}

    def is_soft(self, model: str, instance: bool) -> bool:
        """Whether deleting a row (`instance`), or those of a queryset of the model's, keeps them."""
        key = (model, instance)
        if key not in self._known:
            owners = [model] if instance else self._querysets(model)
            self._known[key] = any(self._keeps(owner) for owner in owners)
        return self._known[key]

    def _keeps(self, owner: str) -> bool:
        """Whether a class has a `delete` of the project's that never calls one that deletes."""
        method = self._world.member(owner, "delete")
        if method is None or method.kind != "function":
            return False
        return not any(target.endswith(_ENDS) for target, _ in self._calls(method))

    def _calls(self, method: Symbol) -> Iterator[tuple[str, Symbol | None]]:
        """What a method calls, as it is written and as it is known."""
        owner, _, name = method.name.rpartition(".")
        info = self._world.classes.get(owner)
        if info is not None:
            scope = f"{info.definition.name}.{name}"
            for call, symbol in self._world.calls(info.path):
                if call.scope == scope:
                    yield call.target, symbol

    def _querysets(self, model: str) -> list[str]:
        """The classes of the project that the model's manager, and its querysets, are of."""
        for kin in self._world.ancestors(model):
            info = self._world.classes.get(kin.name)
            held = (
                self._world.binding(info.path, info.definition.name, "objects") if info is not None else None
            )
            if info is None or held is None:
                continue
            code = held.value.removesuffix("()").removesuffix(".as_manager").removesuffix("()")
            symbol = self._world.resolve(info.path, "", code)
            if symbol is None or symbol.kind not in ("class", "instance"):
                return []
            made = self._world.member(symbol.name, "get_queryset")
            found = [symbol.name]
            if made is not None and made.kind == "function":
                found += [s.name for _, s in self._calls(made) if s is not None and s.kind == "class"]
            return found
        return []
