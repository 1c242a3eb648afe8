"""pyramid_services: what `request.find_service` gives, and which of its methods are called on that.

A service is registered by the class that it is asked by, or by a name, with the function that makes it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from ...model.evidence import Evidence, Place
from ...model.facts import Fact
from ...model.graph import Edge
from ...model.world import Syntax, World
from ...python.nodes import keyword
from ...python.url_rules.views import plain
from .includes import named

_REGISTERS = frozenset({"register_service_factory", "register_service"})


def read_finding(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `registers`, `finds`, `uses` (of what was found), `gives` (what makes a service)."""
    for call, scope, last in syntax.called(_REGISTERS):
        made = call.args[0] if call.args else keyword(call, "service_factory") or keyword(call, "service")
        if made is not None:
            text = syntax.string(made)
            yield Fact("registers", scope, call.lineno, call.col_offset, {
                "made": text or plain(made), "string": text is not None,
                "plainly": last == "register_service",
                **_asked(syntax, call, scope, 1),
            })  # fmt: skip
    found: dict[int, str] = {}
    for call, scope, _ in syntax.called(frozenset({"find_service"})):
        key = f"{call.lineno}:{call.col_offset}"
        found[id(call)] = key
        about = _asked(syntax, call, scope, 0)
        yield Fact("finds", scope, call.lineno, call.col_offset, {"key": key, **about})
    if found:
        yield from _used(syntax, found)
    yield from _given(syntax)


def _asked(syntax: Syntax, call: ast.Call, scope: str, place: int) -> dict[str, str]:
    """The class and the name that a service goes by."""
    by = call.args[place] if len(call.args) > place else keyword(call, "iface")
    name = call.args[place + 2] if len(call.args) > place + 2 else keyword(call, "name")
    return {"by": plain(by) if by is not None else "", "name": syntax.string(name) or ""}


def _used(syntax: Syntax, found: dict[int, str]) -> Iterator[Fact]:
    """Methods called on what was found: at once, by a name of the scope, or by an attribute of `self`."""
    held: dict[tuple[str, str], str] = {}
    for node, scope in syntax.find(ast.Assign):
        if isinstance(node, ast.Assign) and id(node.value) in found:
            for target in node.targets:
                if isinstance(target, ast.Name):
                    held[scope, target.id] = found[id(node.value)]
                elif isinstance(target, ast.Attribute) and plain(target).startswith("self."):
                    held[scope.rpartition(".")[0], plain(target)] = found[id(node.value)]
    for call, scope, last in syntax.calls():
        if not isinstance(call.func, ast.Attribute) or last == "find_service":
            continue
        on = call.func.value
        key = (
            found.get(id(on))
            or held.get((scope, plain(on)))
            or held.get((scope.rpartition(".")[0], plain(on)))
        )
        if key is not None:
            yield Fact("uses", scope, call.lineno, call.col_offset, {"key": key, "method": last})


def _given(syntax: Syntax) -> Iterator[Fact]:
    """Functions `(context, request)` that give an instance: what may make a service."""
    for node, scope in syntax.find(ast.Return):
        value = node.value if isinstance(node, ast.Return) else None
        if scope and isinstance(value, ast.Call) and isinstance(value.func, ast.Name | ast.Attribute):
            yield Fact("gives", scope, value.lineno, value.col_offset, {"code": plain(value.func)})


class _Service(NamedTuple):
    factory: str
    made: str


def link_found(world: World) -> Iterator[Edge]:
    """Calls of what makes a service, and of the methods that are called on it."""
    gives = {
        f"{world.module_of(path)}.{fact.scope}": (path, fact)
        for path, fact in world.facts("pyramid")
        if fact.kind == "gives"
    }
    services: dict[tuple[str, str], _Service] = {}
    for path, fact in world.facts("pyramid"):
        if fact.kind == "registers" and not world.is_test(path):
            services.setdefault(_key(world, path, fact), _service(world, path, fact, gives))
    made: dict[tuple[str, str], str] = {}
    for path, fact in world.facts("pyramid"):
        if fact.kind != "finds":
            continue
        key = _key(world, path, fact)
        service = services.get(key) or _Service("", key[0] if key[0] in world.classes else "")
        made[path, str(fact.data["key"])] = service.made
        if service.factory:
            yield _call(world, path, fact, service.factory)
    for path, fact in world.facts("pyramid"):
        found = made.get((path, str(fact.data["key"])), "") if fact.kind == "uses" else ""
        member = world.member(found, str(fact.data["method"])) if found else None
        if member is not None and member.kind == "function":
            yield _call(world, path, fact, member.name)


def _call(world: World, path: str, fact: Fact, function: str) -> Edge:
    place = Place(path, fact.line, fact.column)
    return Edge(
        world.scope_id(path, fact.scope),
        f"function:{function}",
        "calls",
        "likely",
        (Evidence(place, "convention"),),
    )


def _key(world: World, path: str, fact: Fact) -> tuple[str, str]:
    by = str(fact.data["by"])
    symbol = world.resolve(path, fact.scope, by) if by and by != "None" else None
    return (symbol.name if symbol is not None else "", str(fact.data["name"]))


def _service(world: World, path: str, fact: Fact, gives: dict[str, tuple[str, Fact]]) -> _Service:
    """The function that makes a registered service, and the class of what it makes; "" where not known."""
    code = str(fact.data["made"])
    if fact.data["string"]:
        name = next(named(world, path, code, ""), "")
    else:
        symbol = world.resolve(path, fact.scope, code)
        name = symbol.name if symbol is not None and symbol.internal else ""
    if name in world.classes:
        made = world.member(name, "__init__")
        return _Service(made.name if made is not None and made.kind == "function" else "", name)
    module, last = _home(world, name)
    if fact.data["plainly"] or not module:
        return _Service("", "")
    member = world.member(name.rpartition(".")[0], last) if name.rpartition(".")[0] in world.classes else None
    factory = member.name if member is not None and member.kind == "function" else name
    if factory not in gives:
        return _Service(factory, "")
    place, given = gives[factory]
    returned = str(given.data["code"])
    if returned == "cls":
        return _Service(factory, name.rpartition(".")[0])
    symbol = world.resolve(place, given.scope, returned)
    return _Service(
        factory, symbol.name if symbol is not None and symbol.kind in ("class", "instance") else ""
    )


def _home(world: World, name: str) -> tuple[str, str]:
    """The module in which a dotted name lies, and the last part of the name; "" outside the project."""
    parts = name.split(".")
    for end in range(len(parts) - 1, 0, -1):
        if (module := ".".join(parts[:end])) in world.modules:
            return module, parts[-1]
    return "", ""
