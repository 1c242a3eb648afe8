"""Mounted patterns, and what stands before them that nobody knows: patterns of libraries and of calls."""

from __future__ import annotations

import re
from typing import NamedTuple

from ...model.world import World
from ..conditions import NEVER
from .admin import is_admin
from .leaves import Leaf

_FIXED = re.compile(r"[^<(\[\\^$.*+?{|]*")
_UNSURE = frozenset("*?{|")
"""What may take the character before it away."""
_MOST = 50
"""Unknown ones that are kept apart for one root."""


class Mount(NamedTuple):
    """A leaf under the whole text of its pattern. `sure`: nothing but the root stands above it.

    `order` is the number of its root, then its place among all patterns below that.
    """

    text: str
    leaf: Leaf
    sure: bool
    order: tuple[int, ...] = ()
    likely: bool = True
    """Whether no setting speaks against the condition under which it is there."""
    behind: tuple[Mount, ...] = ()
    """What stands before it, answers what nobody knows, and may begin alike."""


class Unknown:
    """Keeps what is not known of one root, in its order."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._kept: dict[str, Mount] = {}

    def before(self, mount: Mount) -> Mount:
        """The mount with what is known not to be known before it; keeps it, if it is such a one."""
        leaf = mount.leaf
        if leaf.kind in ("view", "page", "router", "api"):
            begins = _begins(mount.text)
            found = (one for text, one in self._kept.items() if _alike(begins, text))
            return mount._replace(behind=tuple(found))
        admin = leaf.kind == "super" and is_admin(self._world, leaf.receiver)
        if leaf.kind != "text" and leaf.when != NEVER and not admin:
            full = len(self._kept) >= _MOST
            kept = mount._replace(leaf=leaf._replace(pieces=(("unknown", ""),))) if full else mount
            self._kept.setdefault("" if full else _begins(mount.text), kept)
        return mount


def _begins(text: str) -> str:
    """The fixed text with which all paths of a pattern begin."""
    found = _FIXED.match(text)
    fixed = found[0] if found is not None else ""
    return fixed[:-1] if text[len(fixed) :][:1] in _UNSURE else fixed


def _alike(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
