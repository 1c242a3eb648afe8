"""Objects whose methods give URL patterns: application configurations, sites, `self`."""

from __future__ import annotations

import re

from ...model.world import Symbol, World

_BY_LABEL = re.compile(r"(?:.*\.)?get_app_config\(([\w.]+)\)\Z")
_INSTANCE = re.compile(r"<([^>]*)>")
_NESTED = 8


class Objects:
    """Finds the class of what an expression names. `framework` is whose facts `app` tell labels."""

    def __init__(self, world: World, framework: str) -> None:
        self._world = world
        labels: dict[str, list[str]] = {}
        for path, fact in world.facts(framework):
            if fact.kind == "app" and not world.is_test(path):
                module = world.module_of(path)
                name = str(fact.data.get("name") or module.rpartition(".")[0])
                label = str(fact.data.get("label") or name.rpartition(".")[2])
                labels.setdefault(label, []).append(f"{module}.{fact.scope}")
        self._apps = {label: self._most_special(names) for label, names in labels.items()}

    def _most_special(self, names: list[str]) -> str:
        """The class that none of the others inherits from: a project's own one, not what it extends."""
        above = {kin.name for name in names for kin in self._world.ancestors(name)[1:]}
        return next((name for name in sorted(names) if name not in above), names[0])

    def symbol(self, path: str, scope: str, expression: str, receiver: str) -> Symbol | None:
        """What an expression means where `self` is an instance of `receiver`."""
        head = _INSTANCE.match(expression)
        info = self._world.classes.get(receiver)
        if head is not None and info is not None:
            return self._world.resolve(info.path, "", f"<{info.definition.name}>{expression[head.end() :]}")
        return self._world.resolve(path, scope, expression)

    def class_of(
        self, path: str, scope: str, expression: str, receiver: str, depth: int = _NESTED
    ) -> Symbol | None:
        """The class of an object: a class of the project, or an external one; None when unknown."""
        label = _BY_LABEL.match(expression)
        if label is not None:
            found = self._apps.get(label[1], "")
            return Symbol("class", found, False, "convention") if found else None
        head = _INSTANCE.match(expression)
        if head is not None and head.end() == len(expression):
            return Symbol("class", receiver or f"{self._world.module_of(path)}.{head[1]}")
        bound = self._bound(path, scope, expression, receiver) if depth else None
        if bound is not None:
            inner = self.class_of(*bound, receiver if bound[2].startswith("<") else "", depth - 1)
            if inner is not None:
                return inner
        symbol = self.symbol(path, scope, expression, receiver)
        if symbol is not None and symbol.kind in ("instance", "class"):
            return symbol._replace(kind="class")
        return symbol if symbol is not None and symbol.kind == "external" else None

    def _bound(self, path: str, scope: str, expression: str, receiver: str) -> tuple[str, str, str] | None:
        """(path, scope, value) of what an attribute of `self` or a variable is bound to."""
        head = _INSTANCE.match(expression)
        if head is None:
            module, name = self._world.locate(path, scope, expression)
            place = self._world.modules.get(module)
            found = self._world.binding(place, "", name) if place is not None and name else None
            return (place, found.scope, found.value) if found is not None and place is not None else None
        attribute = expression[head.end() + 1 :]
        if "." in attribute or not attribute:
            return None
        owner = receiver or f"{self._world.module_of(path)}.{head[1]}"
        for kin in self._world.ancestors(owner):
            info = self._world.classes.get(kin.name)
            if info is not None:
                found = self._world.binding(info.path, info.definition.name, attribute)
                if found is not None:
                    return info.path, found.scope, found.value
        return None

    def above(self, receiver: str, owner: str) -> list[Symbol]:
        """What comes after a class among the ancestors of the receiver: where `super()` looks."""
        kin = list(self._world.ancestors(receiver))
        names = [symbol.name for symbol in kin]
        return kin[names.index(owner) + 1 :] if owner in names else list(self._world.ancestors(owner))[1:]
