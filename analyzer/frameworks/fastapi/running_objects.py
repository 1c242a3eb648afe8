"""What scripts work on: objects, methods, calls that run, and what is told of the routers that they find."""

from __future__ import annotations

from typing import NamedTuple

from ...model.facts import Json
from ...model.world import Symbol


class Obj:
    """An object of a class of the project (`cls`), a router or application (`key`), or both."""

    def __init__(self, cls: str = "", key: str = "") -> None:
        self.cls, self.key = cls, key
        self.attributes: dict[str, object] = {}


class Bound(NamedTuple):
    """A method of an object; `text` of a text's method."""

    method: str
    of: object


class Above(NamedTuple):
    """`super()`: what the class of `of` has above the class `cls`."""

    of: Obj
    cls: str


class Frame(NamedTuple):
    """A call that runs, or a scope of which nothing runs (`key` is empty)."""

    path: str
    scope: str
    names: dict[str, object]
    key: str = ""
    me: Obj | None = None
    cls: str = ""


class Holds:
    """What a runner asks of the routers of the project and tells them."""

    def known_as(self, path: str, scope: str, name: str) -> tuple[str, str]:
        """(key, class of the project or "") of a router that a variable of a scope or module holds."""
        raise NotImplementedError

    def make(self, key: str, path: str, scope: str, symbol: Symbol, prefix: str | None, place: Json) -> bool:
        """Makes a router, if the class makes any."""
        raise NotImplementedError

    def text(self, path: str, scope: str, code: str) -> str | None:
        """The text that a constant or setting is."""
        raise NotImplementedError

    def prefixed(self, key: str, prefix: str) -> None:
        """The prefix of a router is known now."""
        raise NotImplementedError

    def add(self, frame: Frame, key: str, entry: Json, child: str) -> None:
        """Adds an entry, with the key of what it joins ("" where that is not known)."""
        raise NotImplementedError


UNKNOWN = object()
Given = tuple[list[object], dict[str, object]]
"""Arguments by place, and by name."""
