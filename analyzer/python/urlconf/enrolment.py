"""Patterns that a function makes of the views that decorators have put into a list (see `enrolled.py`)."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import lru_cache

from ...model.facts import Fact, Json
from ...model.world import World
from ..app_labels import label_of
from .leaves import Key, Leaf
from .reading import RESULT
from .standing import At
from .told import UNKNOWN, Model, Names, told

_VIEW = "<view>"
"""What stands in an element for the view that is enrolled."""
_Element = tuple[dict[str, object], str, Fact]
"""The fields of an element, and by what it was put there."""


class Enrolment:
    """Knows the lists, and what is in them."""

    def __init__(self, world: World, framework: str) -> None:
        self._world = world
        self._rolls: dict[tuple[str, str], Fact] = {}
        self._makers: dict[str, tuple[str, Fact]] = {}
        self._uses: list[tuple[str, Fact]] = []
        self._labels: dict[str, str] = {}
        self._kept: dict[tuple[object, ...], list[_Element]] | None = None
        for path, fact in world.facts(framework):
            if fact.kind == "rolls":
                self._rolls[path, fact.scope] = fact
            elif fact.kind == "enrols":
                self._makers[f"{world.module_of(path)}.{fact.scope}"] = (path, fact)
            elif fact.kind == "enrolled" and not world.is_test(path):
                self._uses.append((path, fact))
            elif fact.kind == "app" and not world.is_test(path):
                module = world.module_of(path)
                name = str(fact.data.get("name") or module.rpartition(".")[0])
                self._labels[name] = str(fact.data.get("label") or name.rpartition(".")[2])

    def makes(self, key: Key) -> bool:
        """Whether a function makes patterns of such a list."""
        return key[2] == RESULT and key[:2] in self._rolls

    def patterns(self, key: Key, given: list[Json], at: At) -> Iterator[tuple[str, Leaf]]:
        """The patterns of a call, which gives constants: [place or name, value]."""
        path, scope, _ = key
        roll = self._rolls[path, scope]
        names = self._defaults(path, roll)
        for place, value in given:
            named = roll.data["parameters"][place : place + 1] if isinstance(place, int) else [place]
            names.update(dict.fromkeys(map(str, named), value))
        asked = self._place(path, roll, names)
        if UNKNOWN in asked:
            yield "", Leaf("unknown", at.path, at.scope, roll.line, roll.column, str(roll.data["route"]))
            return
        for fields, where, fact in self._all().get(asked, ()):
            element = {**names, **dict.fromkeys(map(str, roll.data["names"]), fields)}
            held = self._lets(path, roll, element)
            if any(self._told(path, scope, test, held) is False for test in roll.data["tests"]):
                continue
            text, name = (self._told(path, scope, roll.data[part], held) for part in ("route", "name"))
            view = str(fields[_VIEW])
            leaf = Leaf("view", where, "", fact.line, fact.column, view, f"{view}.as_view", f"{view}.as_view",
                        name if isinstance(name, str) else "")  # fmt: skip
            if isinstance(text, str):
                yield text, leaf.below("regex" if roll.data["regex"] else "path", text)
            else:
                yield "", leaf.below("unknown", "")

    def _all(self) -> Mapping[tuple[object, ...], list[_Element]]:
        if self._kept is None:
            self._kept = {}
            for path, fact in self._uses:
                for place, element in self._enrolled(path, fact):
                    self._kept.setdefault(place, []).append((element, path, fact))
        return self._kept

    def _enrolled(self, path: str, fact: Fact) -> Iterator[tuple[tuple[object, ...], dict[str, object]]]:
        """(list, element) of a use of what enrols; one for each class that a variable stands for."""
        maker = self._world.resolve(path, fact.scope, str(fact.data["by"])) if self._makers else None
        if maker is None or maker.kind != "function" or maker.name not in self._makers:
            return
        where, made = self._makers[maker.name]
        for known in self._each(path, fact):
            names = self._defaults(where, made)
            words = [
                *zip(made.data["parameters"], fact.data["args"], strict=False),
                *fact.data["words"].items(),
            ]
            for name, code in words:
                names[str(name)] = self._told(path, fact.scope, code, known)
            names = self._lets(where, made, names)
            place = self._place(where, made, names)
            if UNKNOWN not in place:
                fields = made.data["fields"].items()
                element = {str(f): self._told(where, made.scope, code, names) for f, code in fields}
                yield place, {**element, _VIEW: str(fact.data["view"])}

    def _each(self, path: str, fact: Fact) -> Iterator[Names]:
        """What names stand for: with `if issubclass(model, Kind):` around, all classes of that kind."""
        if not fact.data["each"]:
            yield {}
            return
        name, code = fact.data["each"]
        kind = self._world.resolve(path, fact.scope, str(code))
        for cls, info in sorted(self._world.classes.items()) if kind is not None else ():
            kin = [ancestor.name for ancestor in self._world.ancestors(cls)[1:]]
            if kind is not None and kind.name in kin and not self._world.is_test(info.path):
                yield {str(name): Model(cls, self._label(info.module))}

    # Expressions ----------------------------------------------------------------------------------

    def _place(self, path: str, fact: Fact, names: Names) -> tuple[object, ...]:
        """A list: the variable that it is in, and the keys that lead to it."""
        root = self._world.locate(path, fact.scope, str(fact.data["root"]))
        return (root, *(self._told(path, fact.scope, key, names) for key in fact.data["keys"]))

    def _defaults(self, path: str, fact: Fact) -> dict[str, object]:
        """What the parameters hold that nothing is given for."""
        found: dict[str, object] = dict.fromkeys(map(str, fact.data["parameters"]), UNKNOWN)
        defaults = fact.data["defaults"].items()
        return found | {str(name): self._told(path, "", code, {}) for name, code in defaults}

    def _lets(self, path: str, fact: Fact, names: dict[str, object]) -> dict[str, object]:
        """The names with those that are bound by the way."""
        held = dict(names)
        for name, code in fact.data["lets"]:
            held[str(name)] = self._told(path, fact.scope, code, held)
        return held

    def _told(self, path: str, scope: str, code: Json, names: Names) -> object:
        node = _parsed(str(code))
        return UNKNOWN if node is None else told(node, names, lambda n: self._outer(path, scope, n))

    def _outer(self, path: str, scope: str, node: ast.expr) -> object:
        """A class, or the variable that holds a constant; UNKNOWN for other code."""
        code = ast.unparse(node)
        symbol = self._world.resolve(path, scope, code)
        if symbol is not None and symbol.kind == "class":
            info = self._world.classes.get(symbol.name)
            return Model(symbol.name, self._label(info.module)) if info is not None else UNKNOWN
        module, name = self._world.locate(path, scope, code)
        return (module, name) if module and name.isupper() else UNKNOWN

    def _label(self, module: str) -> str:
        """The label of the application that a module is of."""
        return label_of(module, self._labels)


@lru_cache(maxsize=4096)
def _parsed(code: str) -> ast.expr | None:
    try:
        return ast.parse(code, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
