"""The edges of one call: what its names say beside the values that flow to it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.evidence import Confidence
from ..model.facts import Call
from ..model.graph import Edge
from ..model.world import Symbol
from ..python.flow.sites import Site
from .evidence import at, trust, via
from .world import LinkedWorld

_OF_ITSELF = re.compile(r"<[^>]*>\.\w+\Z")
"""`self.method`."""


def edges_of(
    world: LinkedWorld, path: str, call: Call, symbol: Symbol | None, target: str | None, site: Site | None
) -> Iterator[Edge]:
    """One edge for each function that a call may reach.

    What the names say evidently stands; what they only suggest gives way to the values that flow.
    """
    source = world.scope_id(path, call.scope)
    flowing = internal(site)
    if (
        symbol is not None
        and target is not None
        and (symbol.evident or target in flowing or not (is_resolved(site) if symbol.internal else flowing))
        and not (is_resolved(site) and target not in flowing and _comes_later(world, path, call, symbol))
    ):
        evidence = (at(path, call.line, call.column, via(symbol)),)
        sure = trust(symbol) if _holds(world, call, symbol, target, site) else "possible"
        yield Edge(source, target, "calls", sure, evidence, call.order)
    outside = symbol is not None and symbol.evident and not symbol.internal
    for id in flowing:
        # What a library's object holds may be the project's: `g.shop.open()`.
        if id != target and site is not None and not (outside and not _held(call.target, id)):
            evidence = (at(path, call.line, call.column, "value-flow"),)
            sure = trust_of(site)
            if sure == "possible" and _is_listed(world, path, call, id):
                sure = "likely"
            yield Edge(source, id, "calls", sure, evidence, call.order)


def _held(target: str, id: str) -> bool:
    """Whether a function is called by its own name on an attribute of something: `g.shop.open`."""
    holder, _, name = target.rpartition(".")
    return "." in holder and id.endswith(f".{name}")


def _is_listed(world: LinkedWorld, path: str, call: Call, id: str) -> bool:
    """Whether the file has or imports a function to choose it among others: `HANDLERS[kind](order)`."""
    if call.target.startswith("?") or not id.startswith("function:"):
        return False
    if call.target == "getattr()":  # all that a module has is no choice that anybody wrote down
        return False
    module, _, last = id[9:].rpartition(".")
    if module not in world.modules:
        return False
    names = world.resolver.names[path]
    if module == names.module:
        return True
    for item in names.imports.values():
        origin = world.resolver.places.absolute(names, item.module)
        if (origin, item.attribute) in ((module, last), (module, "")):
            return True
        if item.attribute not in ("", ".") and f"{origin}.{item.attribute}" == module:
            return True
    return False


def _comes_later(world: LinkedWorld, path: str, call: Call, symbol: Symbol) -> bool:
    """Whether the module calls a name before the definition that bears it: then it was something else."""
    if call.scope or not symbol.internal:
        return False
    place, definition = world.resolver.definition(symbol.name)
    return definition is not None and place == path and definition.line > call.line


def _holds(world: LinkedWorld, call: Call, symbol: Symbol, target: str, site: Site | None) -> bool:
    """Whether what the names say stands beside what flows.

    A wrapper stands for what it wraps, an abstract method for those that it may be where there are several;
    not where an object asks itself, which is of none of the classes that leave it open. What stands above a
    class is told by whatever is below it.
    """
    flowing = internal(site)
    if not symbol.evident:
        return len(flowing) < 2
    if target in flowing and len(flowing) > 1 and call.target.startswith("{super "):
        return False
    if target in flowing or not symbol.internal or not is_resolved(site):
        return True
    definition = world.resolver.definition(symbol.name)[1]
    decorators = definition.decorators if definition is not None else ()
    alone = len(flowing) == 1 or _OF_ITSELF.match(call.target) is not None
    return bool(decorators) and not (alone and any(map(_is_abstract, decorators)))


def _is_abstract(decorator: str) -> bool:
    return decorator.rpartition(".")[2] == "abstractmethod"


def trust_of(site: Site) -> Confidence:
    """Where several functions meet, each is a mere possibility: traces saw two in three of them."""
    kinds = [kind for kind, _ in site.targets]
    sure = kinds.count("function") + kinds.count("class") == 1 and not {"saturated", "attribute"} & {*kinds}
    return "likely" if sure else "possible"


def is_resolved(site: Site | None) -> bool:
    """Whether anything is known of what a site reaches."""
    return site is not None and any(kind != "saturated" for kind, _ in site.targets)


def internal(site: Site | None) -> list[str]:
    """The ids of the project's own functions and classes that a site reaches."""
    if site is None:
        return []
    return [f"{kind}:{name}" for kind, name in site.targets if kind in ("function", "class")]


def called(world: LinkedWorld, symbol: Symbol) -> str | None:
    """The node that a call of a symbol reaches; None for results of outside code, whose name is unknown."""
    if symbol.kind == "class":
        init = world.member(symbol.name, "__init__")
        return (
            f"function:{init.name}"
            if init is not None and init.kind == "function"
            else f"class:{symbol.name}"
        )
    if symbol.kind == "instance":
        call = world.member(symbol.name, "__call__")
        return f"function:{call.name}" if call is not None and call.kind in ("function", "external") else None
    if symbol.kind == "function":
        return f"function:{symbol.name}"
    if symbol.kind == "builtin":
        return None if "()" in symbol.name else f"function:<builtin>.{symbol.name}"
    if symbol.kind == "external":
        return None if "()" in symbol.name else f"function:{symbol.name}"
    return None
