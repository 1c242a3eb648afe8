"""What a user means by a name: a module or package, class, function, table, entry point or service."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import NamedTuple

from ..graph.cut import Membership
from ..model.boundary import Boundary
from ..model.errors import UsageError
from ..model.graph import Graph

ENTRIES = ("route", "task", "command", "job", "topic", "signal")
_CODE = ("module", "class", "function")
_KINDS = (*_CODE, "table", "view", *ENTRIES)
_SHOWN = 4


class Thing(NamedTuple):
    """Something that was named. A `kind` of `service` has no node of its own."""

    kind: str
    name: str

    @property
    def id(self) -> str:
        """The id of its node."""
        return f"{self.kind}:{self.name}"

    @property
    def title(self) -> str:
        """How it is called in a sentence: code by its name, all else with its kind."""
        return self.name if self.kind in _CODE else f"{self.kind} {self.name}"


def thing(graph: Graph, name: str, boundary: Boundary = Boundary()) -> Thing:  # noqa: B008 - frozen
    """What a name means; the end of a dotted name will do where only one has it.

    Raises UsageError when nothing or several things are called so. `table:orders` names the kind as well.
    """
    kind, colon, rest = name.partition(":")
    found: list[Thing] = []
    if colon and kind == "service":
        found = [Thing(kind, rest)] if boundary.service(rest) is not None else []
    elif colon and kind in _KINDS:
        found = [Thing(kind, rest)] if name in graph else []
    else:
        found = _named(graph, name, boundary) or _ending(graph, name)
        lower = name.lower()
        found = found or [Thing(each, lower) for each in ("table", "view") if f"{each}:{lower}" in graph]
    if len(found) == 1:
        return found[0]
    if found:
        shown = ", ".join(each.id for each in found[:_SHOWN]) + (" ..." if len(found) > _SHOWN else "")
        raise UsageError(f'"{name}" is several things', help=f"name one of {shown}")
    known = [node.name for node in graph.nodes("module", "class", "table", "function") if node.path]
    close = get_close_matches(rest or name, known, n=3, cutoff=0.6)
    kinds = "name a module, package, class, function, table, route or service"
    raise UsageError(
        f'nothing is called "{name}"', help=f"did you mean {', '.join(close)}?" if close else kinds
    )


def _named(graph: Graph, name: str, boundary: Boundary) -> list[Thing]:
    """What bears just this name. Beside code of its name, a service is `service:x`."""
    found = [Thing(each, name) for each in _KINDS if f"{each}:{name}" in graph]
    if boundary.service(name) is not None and not any(each.kind in _CODE for each in found):
        found.append(Thing("service", name))
    return found


def _ending(graph: Graph, name: str) -> list[Thing]:
    """What ends with a name; modules before classes, those before functions."""
    for kinds in (("module",), ("class",), ("table", "view"), ("function",)):
        found = [Thing(n.kind, n.name) for n in graph.nodes(*kinds) if n.name.endswith(f".{name}")]
        found = [each for each in found if not _is_outside(graph, each)]
        if found:
            # The outermost is what one means by a short name, where it is one only.
            depth = min(each.name.count(".") for each in found)
            outermost = [each for each in found if each.name.count(".") == depth]
            return outermost if len(outermost) == 1 else found
    return []


def _is_outside(graph: Graph, each: Thing) -> bool:
    node = graph.node(each.id)
    return each.kind in _CODE and (node is None or node.path is None)


def inside(graph: Graph, wanted: Thing, boundary: Boundary = Boundary()) -> Callable[[str], bool]:  # noqa: B008
    """Whether a node's id lies in a thing: below a module or class, a column of a table, of a service."""
    if wanted.kind == "service":
        membership = Membership(graph, boundary)
        return lambda id: membership.of(id) == wanted.name
    below = f"{wanted.name}."

    def holds(id: str) -> bool:
        kind, _, name = id.partition(":")
        if kind == "transaction":
            name = name.rpartition("#")[0]
        if wanted.kind in _CODE:
            return kind in (*_CODE, "model", "state", "transaction") and (
                name == wanted.name or name.startswith(below)
            )
        if wanted.kind in ("table", "view"):
            return id == wanted.id or (kind == "column" and name.startswith(below))
        return id == wanted.id

    return holds
