"""What would be if: changes to a boundary in the words of whoever thinks about it.

    move shop.pricing to catalogue          a module or package, class, function, table or route
    move shop.pricing, price to catalogue   several at once
    move shop.common to shared              into the shared kernel
    merge billing into orders               a whole service

Tables go with the code that declares them, as long as both had one owner.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from typing import NamedTuple

from ..graph.cut import Membership
from ..model.boundary import SHARED, Boundary, Service
from ..model.errors import UsageError
from ..model.graph import Graph
from .survey import survey
from .things import ENTRIES, Thing, inside, thing
from .words import slug

_MOVE = re.compile(r"\s*move\s+(?P<what>.+?)\s+to\s+(?P<to>\S+)\s*", re.IGNORECASE)
_MERGE = re.compile(r"\s*merge\s+(?P<what>\S+)\s+(?:into|with)\s+(?P<to>\S+)\s*", re.IGNORECASE)
_SAYS = 'carveout propose --what-if "move shop.pricing to catalogue" (or "merge billing into orders")'
_KEYS = {
    "module": "modules", "class": "functions", "function": "functions", "table": "tables", "view": "tables",
}  # fmt: skip


class Changed(NamedTuple):
    """A boundary after a change, and what was done, in words."""

    boundary: Boundary
    said: tuple[str, ...]


def change(graph: Graph, boundary: Boundary, wish: str) -> Changed:
    """The boundary after a wish. Raises UsageError for what is not understood or not there."""
    said: list[str] = []
    boundary = _with_handlers(graph, boundary)
    for clause in filter(str.strip, wish.split(";")):
        if found := _MERGE.fullmatch(clause):
            boundary = _merge(boundary, found["what"], found["to"], said)
        elif found := _MOVE.fullmatch(clause):
            names = [name for name in re.split(r"\s*,\s*|\s+and\s+", found["what"]) if name]
            boundary = _move(graph, boundary, names, found["to"], said)
        else:
            raise UsageError(f'"{clause.strip()}" is no change that is understood', help=_SAYS)
    if not said:
        raise UsageError("no change was named", help=_SAYS)
    return Changed(boundary, tuple(said))


def _with_handlers(graph: Graph, boundary: Boundary) -> Boundary:
    """The boundary without the entry points that go with their handlers anyway: these must follow them."""
    bare = replace(boundary, services=tuple(replace(s, entry_points=()) for s in boundary.services))
    membership = Membership(graph, bare)

    def follows(name: str, owner: str) -> bool:
        ids = (f"{kind}:{name}" for kind in ENTRIES)
        return any(id in graph and membership.of(id) == owner for id in ids)

    services = (
        replace(s, entry_points=tuple(e for e in s.entry_points if not follows(e, s.name)))
        for s in boundary.services
    )
    return replace(boundary, services=tuple(services))


def _merge(boundary: Boundary, what: str, to: str, said: list[str]) -> Boundary:
    one, other = _known(boundary, what), _known(boundary, to)
    if one.name == other.name:
        raise UsageError(f"{what} cannot be merged into itself", help=_SAYS)
    merged = replace(
        other,
        modules=_joined(other.modules, one.modules),
        functions=_joined(other.functions, one.functions),
        tables=_joined(other.tables, one.tables),
        entry_points=_joined(other.entry_points, one.entry_points),
        public=_joined(other.public, one.public) if one.public and other.public else (),
        may_use=None,
    )
    said.append(f"{what} is part of {to}")
    services = (merged if each is other else each for each in boundary.services if each is not one)
    return replace(boundary, services=tuple(services))


def _known(boundary: Boundary, name: str) -> Service:
    found = boundary.service(name)
    if found is None:
        names = [service.name for service in boundary.services]
        raise UsageError(f'there is no service "{name}"', help=_nearest(name, names))
    return found


def _nearest(name: str, names: list[str]) -> str:
    near = get_close_matches(name, names, n=1, cutoff=0.5)
    meant = f"did you mean {near[0]}? " if near else ""
    shown = ", ".join(names[:12]) + (" ..." if len(names) > 12 else "")
    return f"{meant}the services are {shown}"


def _joined(one: Iterable[str], other: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))


def _move(graph: Graph, boundary: Boundary, names: list[str], to: str, said: list[str]) -> Boundary:
    if boundary.service(to) is None and to != SHARED:
        if to != slug(to):
            raise UsageError(
                f'"{to}" cannot be the name of a service',
                help=_nearest(to, [service.name for service in boundary.services]),
            )
        boundary = replace(boundary, services=(*boundary.services, Service(to)))
        said.append(f"{to} is a new service")
    membership = Membership(graph, boundary)
    moved: list[Thing] = []
    for name in names:
        what = thing(graph, name, boundary)
        if what.kind == "service":
            boundary = _merge(boundary, what.name, to, said)
            continue
        if to == SHARED and what.kind not in ("module", "table", "view"):
            raise UsageError(
                f"{what.title} cannot be shared alone",
                help="the shared kernel holds whole modules, and tables",
            )
        before = membership.of(what.id)
        if before == to and what.kind not in ("module", "class"):
            said.append(f"{what.title} is in {to} already")
            continue
        follow = _declared(graph, membership, what)
        said.append(f"{what.title} moves from {before or 'no service'} to {to}")
        if follow:
            said.append(f"its tables follow: {', '.join(each.name for each in follow)}")
        moved += [what, *follow]
    for each in dict.fromkeys(moved):
        boundary = put(boundary, each, to)
    kept = tuple(s for s in boundary.services if s.modules or s.functions or s.tables or s.entry_points)
    said += (f"{s.name} has nothing left, and goes" for s in boundary.services if s not in kept)
    return replace(boundary, services=tuple(sorted(kept, key=lambda service: service.name)))


def _declared(graph: Graph, membership: Membership, what: Thing) -> list[Thing]:
    """The tables of the models in what moves, where these have the owner of the code."""
    if what.kind not in ("module", "class"):
        return []
    holds = inside(graph, what)
    tables = {
        target
        for source, target, _, _ in graph.pairs("maps")
        if holds(source) and membership.of(source) == membership.of(target)
    }
    # Many-to-many fields have tables without a class.
    for table, name in survey(graph).declarers.items():
        if holds(f"class:{name}") and membership.of(f"class:{name}") == membership.of(table):
            tables.add(table)
    return [Thing(*id.split(":", 1)) for id in sorted(tables)]


def put(boundary: Boundary, what: Thing, to: str) -> Boundary:
    """The boundary with one thing, and all below it, owned by another."""
    key = _KEYS.get(what.kind, "entry_points")
    services = []
    for service in boundary.services:
        freed = _without(service, key, what.name)
        if service.name == to:
            freed = _set(freed, key, _joined(_get(freed, key), (what.name,)))
        services.append(freed)
    shared = boundary.shared
    added = (what.name,) if to == SHARED else ()
    if key == "modules":
        shared = replace(shared, modules=_joined(_freed(shared.modules, what.name), added))
    elif key == "tables":
        shared = replace(shared, tables=_joined(_freed(shared.tables, what.name), added))
    return replace(boundary, services=tuple(services), shared=shared)


def _without(service: Service, key: str, name: str) -> Service:
    freed = _set(service, key, _freed(_get(service, key), name))
    return replace(freed, functions=_freed(freed.functions, name)) if key == "modules" else freed


def _get(service: Service, key: str) -> tuple[str, ...]:
    found: tuple[str, ...] = getattr(service, key)
    return found


def _set(service: Service, key: str, names: tuple[str, ...]) -> Service:
    if key == "modules":
        return replace(service, modules=names)
    if key == "functions":
        return replace(service, functions=names)
    if key == "tables":
        return replace(service, tables=names)
    return replace(service, entry_points=names)


def _freed(patterns: Iterable[str], name: str) -> tuple[str, ...]:
    """The patterns that name neither a thing nor what is below it."""
    return tuple(each for each in patterns if each != name and not each.startswith(f"{name}."))
