"""What patterns say once all files are known: constants of other modules, results of functions, settings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ..model.facts import Json
from ..model.world import World
from .holes import fill
from .patterns import given_by_position
from .settings_read import is_settings_class, is_settings_module
from .variables import Variables

_DEPTH, _LONGEST = 5, 300
_SETTING = re.compile(r"\{(?:settings|env)\.(\w+)\}")


class Patterns:
    """What parts say, once all files are known. `texts` are those that the framework `constants` read.

    With `through`, constants of modules that hold settings are what they are bound to, not named holes.
    """

    def __init__(self, world: World, through: bool = False) -> None:
        self._world, self._through = world, through
        self._texts: dict[str, tuple[str, str, Sequence[Json]]] = {}
        self._returned: dict[str, tuple[str, str, Sequence[Json]]] = {}
        for path, fact in world.facts("constants"):
            for name, scope, parts in fact.data["texts"]:
                self._texts.setdefault(f"{world.module_of(path)}.{name}", (path, scope, parts))
            for name, parts in fact.data["returned"]:
                self._returned.setdefault(f"{world.module_of(path)}.{name}", (path, name, parts))
        first = next(iter(world.files), "")
        self._texts.update((name, (first, "", [text])) for name, text in world.project.values.items())
        self._variables = Variables(world, self._texts)
        self._made: dict[str, Mapping[str, str]] | None = None
        self.settings: Mapping[str, str] | None = None
        """What settings hold, for who needs texts as they are; None: holes tell the names of settings."""

    def text(self, path: str, scope: str, parts: Sequence[Json], given: Mapping[str, str] = {}) -> str:
        """The pattern that parts give; `{}` for holes, `{settings.X}` and `{env.X}` for what settings hold.

        `given` says what names of parameters stand for.
        """
        return "".join(self._pieces(path, scope, parts, given, _DEPTH))[:_LONGEST]

    def known(self, path: str, scope: str, parts: Sequence[Json]) -> str | None:
        """The text that parts give, None where a part of it is not known."""
        text = self.text(path, scope, parts)
        return None if "{}" in text or "{settings." in text or "{env." in text else text

    def _pieces(
        self, path: str, scope: str, parts: Sequence[Json], given: Mapping[str, str], depth: int
    ) -> Iterator[str]:
        for part in parts:
            if isinstance(part, str):
                yield part
                continue
            kind, value = part[0], str(part[1])
            if kind == "joined":
                yield given.get(f"**{part[2]}", "{}")
            elif kind in ("call", "made"):
                arguments = ["".join(self._pieces(path, scope, item, given, depth - 1)) for item in part[2]]
                made = self._call(path, scope, value, arguments, depth)
                if made == "{}" and kind == "made" and depth > 0:
                    made = "".join(self._pieces(path, scope, part[3], given, depth - 1))
                yield made
            elif kind == "method":
                text = "".join(self._pieces(path, scope, part[3], given, depth - 1)) if depth > 0 else "{}"
                yield self._after(text, value, part[2])
            elif kind == "fill":
                yield self._filled(path, scope, part, given, depth)
            elif kind == "if":
                known = value in given and "{" not in given[value]
                chosen: Sequence[Json] = part[2 if given[value] else 3] if known else [["code", "?"]]
                yield from self._pieces(path, scope, chosen, given, depth - 1)
            elif kind in ("env", "config"):
                name = given.get(value[1:], "{}") if value.startswith("?") else value
                yield "{}" if "{" in name else f"{{{'settings' if kind == 'config' else kind}.{name}}}"
            elif value.startswith("?"):
                told = self._world.project.values.get(f"{self._world.module_of(path)}.{value[1:]}", "{}")
                yield given.get(value[1:], told)
            else:
                yield self._code(path, scope, value, depth)

    def _after(self, text: str, method: str, given: Sequence[str]) -> str:
        """A text after a method of texts; where a part is not known the text as it is, or a hole."""
        told = self.settings
        if told is not None:
            text = _SETTING.sub(lambda hole: told.get(hole[1], "{}"), text)
            return "{}" if "{" in text else str(getattr(text, method)(*given))
        return text if "{" in text else str(getattr(text, method)(*given))

    def _filled(
        self, path: str, scope: str, part: Sequence[Json], given: Mapping[str, str], depth: int
    ) -> str:
        """A pattern of another place with its holes filled here."""
        _, how, pattern, values, names = part
        if depth <= 0:
            return "{}"
        text = "".join(self._pieces(path, scope, pattern, given, depth - 1))
        return "".join(self._pieces(path, scope, fill(how, text, values, names), given, depth - 1))

    def _call(self, path: str, scope: str, code: str, arguments: Sequence[str], depth: int) -> str:
        """What a call of a function of the project gives."""
        function = self._world.resolve(path, scope, code) if depth > 0 else None
        if function is None or function.kind != "function" or function.name not in self._returned:
            return "{}"
        where, name, parts = self._returned[function.name]
        known = self._world.files[where].parameters(name)
        given = given_by_position(known, arguments, parts)
        return "".join(self._pieces(where, name, parts, given, depth - 1))

    def _code(self, path: str, scope: str, code: str, depth: int) -> str:
        """What a path expression holds."""
        if depth <= 0 or not code or code.startswith("?"):
            return "{}"
        code = code.removesuffix(".value")
        said = self._said(path, scope, code)
        if said:
            return said
        told = self._world.project.values.get(self._variables.find(path, scope, code))
        if told is not None:
            return told
        symbol = self._world.resolve(path, scope, code)
        if symbol is not None and symbol.kind == "external":
            name = symbol.name.removeprefix("django.conf.settings.")
            if name != symbol.name:
                return f"{{settings.{name}}}" if name.isidentifier() else "{}"
        variable = self._variables.find(path, scope, code) or self._setting(path, scope, code)
        module, _, name = variable.rpartition(".")
        held = name.isupper() and is_settings_module(module) and not self._through
        if held or variable.startswith("settings."):
            return f"{{settings.{name}}}"
        found = self._texts[variable] if variable else self._property(path, scope, code)
        if found is None:
            return "{}"
        handed = self._constructed(variable.rpartition(".")[0]) if found[1].endswith(".__init__") else {}
        return "".join(self._pieces(*found, handed, depth - 1))

    def _said(self, path: str, scope: str, code: str) -> str:
        """What a class of rows says of itself: `Order._meta.db_table`, `self._meta.app_label`."""
        owner, found, attribute = code.partition("._meta.")
        if not found or not owner:
            return ""
        symbol = self._world.resolve(path, scope, owner)
        return self._world.told_of(symbol.name, f"{found}{attribute}") if symbol is not None else ""

    def _constructed(self, name: str) -> Mapping[str, str]:
        """What the constructor of a class is given for its parameters where that is plain, if all agree."""
        if self._made is None:
            self._made = {}  # what is asked for while it is made up is not known
            self._made = self._all_constructed()
        return self._made.get(name, {})

    def _all_constructed(self) -> dict[str, Mapping[str, str]]:
        found: dict[str, dict[str, set[str]]] = {}
        for path, fact in self._world.facts("constants"):
            for code, scope, texts, named in fact.data["made"] if not self._world.is_test(path) else ():
                symbol = self._world.resolve(path, scope, code)
                init = self._world.member(symbol.name, "__init__") if symbol is not None else None
                if symbol is None or symbol.kind != "class" or init is None or init.kind != "function":
                    continue
                info = self._world.classes[init.name.rpartition(".")[0]]
                local = f"{info.definition.name}.__init__"
                known = self._world.files[info.path].parameters(local)
                given = {**dict(zip(known[1:], texts, strict=False)), **named}
                for parameter, parts in given.items():
                    told = found.setdefault(info.name, {}).setdefault(parameter, set())
                    told.add(self.text(path, scope, parts))
        return {
            name: {parameter: next(iter(texts)) for parameter, texts in given.items() if len(texts) == 1}
            for name, given in found.items()
        }

    def _setting(self, path: str, scope: str, code: str) -> str:
        """`settings.x` for an attribute of an object that holds settings, else ""."""
        owner, _, attribute = code.rpartition(".")
        symbol = self._world.resolve(path, scope, owner) if owner and attribute.isidentifier() else None
        if symbol is None or not attribute.isidentifier():
            return ""
        if symbol.kind == "module" and attribute.isupper() and is_settings_module(symbol.name):
            return f"settings.{attribute}"
        held = symbol.kind in ("class", "instance") and is_settings_class(symbol.name)
        return f"settings.{attribute}" if held else ""

    def _property(self, path: str, scope: str, code: str) -> tuple[str, str, Sequence[Json]] | None:
        """What a property of an object returns."""
        owner, _, attribute = code.rpartition(".")
        symbol = self._world.resolve(path, scope, owner) if owner and attribute.isidentifier() else None
        if symbol is None or symbol.kind != "instance":
            return None
        names = (f"{ancestor.name}.{attribute}" for ancestor in self._world.ancestors(symbol.name))
        return next((self._returned[name] for name in names if name in self._returned), None)
