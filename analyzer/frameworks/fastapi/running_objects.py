"""What scripts work on: objects, methods, and calls that run."""

from __future__ import annotations

from typing import NamedTuple


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


UNKNOWN = object()
Given = tuple[list[object], dict[str, object]]
"""Arguments by place, and by name."""
