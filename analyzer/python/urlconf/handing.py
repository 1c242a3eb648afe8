"""What a call hands to a function that makes URL patterns: texts, flags, modules whose views it names.

`crud(views, "Order", delete=False)` may add `path("new/", getattr(views, f"Create{name}").as_view())`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ...model.facts import Json
from ...model.world import World
from ..conditions import NEVER, named
from .holders import Holders
from .leaves import Key
from .objects import Objects
from .standing import At, Handed
from .texts import Texts
from .trees import NOTHING, Tree


class Given(NamedTuple):
    """What the parameters of a function hold in one call."""

    handed: Mapping[str, Handed]
    flags: Mapping[str, bool]


class Handing:
    """Tells what parameters hold."""

    def __init__(
        self, world: World, holders: Holders, objects: Objects, texts: Texts, framework: str
    ) -> None:
        self._world, self._holders, self._objects, self._texts = world, holders, objects, texts
        self._defaults: dict[tuple[str, str], dict[str, str | bool]] = {
            (path, fact.scope): fact.data["values"]
            for path, fact in world.facts(framework)
            if fact.kind == "defaults"
        }

    def given(
        self, key: Key, receiver: str, handed: Sequence[Json], constants: Sequence[Json], at: At
    ) -> Given:
        """What a call with these arguments gives a function."""
        names = self._holders.parameters(key[0], key[1])[1 if receiver else 0 :]

        def name_of(place: Json) -> str:
            known = not isinstance(place, int) or place < len(names)
            return str(names[place] if isinstance(place, int) and known else place if known else "")

        found = {name_of(place): Handed(text, inner, at) for place, text, inner in handed}
        flags = {name_of(place): value for place, value in constants if isinstance(value, bool)}
        if found or flags:
            for name, value in self._defaults.get((key[0], key[1]), {}).items():
                if isinstance(value, bool) and name not in found:
                    flags[name] = value
                elif isinstance(value, str):
                    found.setdefault(name, Handed(value, NOTHING, at))
        return Given({name: value for name, value in found.items() if name}, flags)

    def text(self, parts: Sequence[Json], at: At, above: bool) -> tuple[str | None, bool]:
        """The text of a pattern (None when it is not known), and whether that is all of it."""
        given = {name: handed.text for name, handed in at.handed.items() if handed.text is not None}
        return self._texts.text(at.path, at.scope, parts, above, given)

    def view(self, tree: Tree, at: At) -> str:
        """The dotted name of a view that `getattr` gets out of a module or class, "" for all others."""
        if len(tree) < 6 or not tree[5]:
            return ""
        expression, code, parts = tree[5][0]
        text, whole = self.text(parts, at, False)
        if not whole or not text or not text.isidentifier():
            return ""
        handed = at.handed.get(code)
        if handed is not None and handed.tree[0] == "view":
            expression, at = handed.tree[2], handed.at
        symbol = self._objects.symbol(at.path, at.scope, str(expression), at.receiver)
        if symbol is None or symbol.kind not in ("module", "class"):
            return ""
        ending = ".as_view" if str(tree[2]).endswith(".as_view") else ""
        return f"{symbol.name}.{text}{ending}"


def under_flags(when: str, flags: Mapping[str, bool]) -> str:
    """A condition where parameters are known: "" where it holds, NEVER where it does not."""
    name = named(when) if flags and when not in ("", NEVER) else ""
    if name not in flags:
        return when
    return "" if flags[name] == when.startswith(f"{name} (") else NEVER
