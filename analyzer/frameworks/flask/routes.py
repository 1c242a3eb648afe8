"""Routes: blueprints with their prefixes, and the functions and classes that answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ...model.evidence import BlindSpot, Evidence, Place
from ...model.facts import Fact
from ...model.graph import Edge, Node
from ...model.protocols import Symbol, World
from .reading import VERBS

_APPLICATION = re.compile(r"flask\.(?:app\.)?Flask(?:\(\))?\Z|(?:.*\.)?\w*Blueprint(?:\(\))?\Z")
_NESTED = 8
_Registered = dict[str, list[tuple[str, str | None]]]
"""Blueprint -> the (blueprint or application around it, prefix given) of each of its registrations."""


class Blueprint(NamedTuple):
    """A blueprint: the dotted name of its variable, the prefix and the name that it gives itself."""

    name: str
    prefix: str
    called: str


def link_routes(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """Routes under the prefixes of their blueprints; registrations that are not understood are said."""
    blueprints = _find_blueprints(world)
    registered, unknown = _registrations(world, blueprints)
    yield from unknown
    yield from _routes(world, blueprints, _prefixes(blueprints, registered))


def _find_blueprints(world: World) -> dict[str, Blueprint]:
    """Dotted variable -> blueprint."""
    found = {}
    for path, fact in world.facts("flask"):
        if fact.kind == "blueprint":
            name = ".".join(
                part for part in (world.module_of(path), fact.scope, str(fact.data["name"])) if part
            )
            found[name] = Blueprint(name, str(fact.data["prefix"]), str(fact.data["called"]))
    return found


def _variable(world: World, path: str, scope: str, code: str, known: Iterable[str]) -> str:
    """The dotted name of the known variable that code names, followed through imports; "" when unknown."""
    names = set(known)
    module = world.module_of(path)
    place = scope
    while place:
        if f"{module}.{place}.{code}" in names:
            return f"{module}.{place}.{code}"
        place = place.rpartition(".")[0]
    found = ".".join(part for part in world.locate(path, scope, code) if part)
    return found if found in names else ""


def _registrations(world: World, blueprints: dict[str, Blueprint]) -> tuple[_Registered, list[BlindSpot]]:
    registered: _Registered = {}
    unknown: list[BlindSpot] = []
    for path, fact in world.facts("flask"):
        if fact.kind != "register" or world.is_test(path):
            continue
        name = _variable(world, path, fact.scope, str(fact.data["blueprint"]), blueprints)
        parent = _variable(world, path, fact.scope, str(fact.data["on"]), blueprints)
        if name:
            prefix = fact.data["prefix"]
            registered.setdefault(name, []).append((parent, None if prefix is None else str(prefix)))
        else:
            text = f"register_blueprint({fact.data['blueprint']})"
            unknown.append(BlindSpot("dynamic-route", Place(path, fact.line, fact.column), text))
    return registered, unknown


def _prefixes(blueprints: dict[str, Blueprint], registered: _Registered) -> dict[str, list[str]]:
    """Blueprint -> the whole prefixes under which it is registered, through blueprints in blueprints."""

    def whole(name: str, depth: int) -> list[str]:
        found: list[str] = []
        for parent, given in registered.get(name, [("", None)]):
            own = blueprints[name].prefix if given is None else given
            above = whole(parent, depth - 1) if parent and parent != name and depth else [""]
            found.extend(prefix + own for prefix in above)
        return sorted(set(found))

    return {name: whole(name, _NESTED) for name in blueprints}


def _routes(
    world: World, blueprints: dict[str, Blueprint], prefixes: dict[str, list[str]]
) -> Iterator[Node | Edge | BlindSpot]:
    for path, fact in world.facts("flask"):
        if fact.kind != "route":
            continue
        on = str(fact.data["on"])
        name = _variable(world, path, fact.scope, on, blueprints)
        if not name and not _is_application(world, path, fact.scope, on):
            continue
        symbol = _handling(world, path, fact)
        place = Place(path, fact.line, fact.column)
        if symbol is None:
            yield BlindSpot("unknown-view", place, f"{fact.data['text']} -> {fact.data.get('view', '')}")
        for prefix in prefixes.get(name, [""]):
            text = re.sub(r"/{2,}", "/", prefix + str(fact.data["text"])) or "/"
            for method, handler in _methods_of(world, symbol, fact.data["methods"]):
                id = f"route:{method} {text}"
                about = {
                    "blueprint": name,
                    "endpoint": _endpoint(blueprints.get(name), str(fact.data["endpoint"])),
                    "framework": "flask",
                    "method": method,
                    "prefix": prefix,
                    "text": text,
                }
                yield Node(id, path, fact.line, fact.line, tuple(about.items()))
                if handler:
                    yield Edge(id, handler, "handles", evidence=(Evidence(place),))


def _endpoint(blueprint: Blueprint | None, name: str) -> str:
    """What `url_for` calls a route; its blueprint's name comes first."""
    return f"{blueprint.called}.{name}" if blueprint is not None and blueprint.called and name else name


def _is_application(world: World, path: str, scope: str, code: str) -> bool:
    """Whether code names a Flask application: by what it is bound to, or by its usual name."""
    symbol = world.resolve(path, scope, code)
    if symbol is not None and symbol.kind == "external":
        return bool(_APPLICATION.match(symbol.name)) or symbol.name.endswith("Flask()")
    return code.rpartition(".")[2] in ("app", "application", "bp", "blueprint")


def _handling(world: World, path: str, fact: Fact) -> Symbol | None:
    """The function or class that answers a route, None when that cannot be told."""
    if "handler" in fact.data:
        name = str(fact.data["handler"])
        symbol = world.resolve(path, "", name) or world.resolve(path, fact.scope, name.rpartition(".")[2])
    else:
        symbol = world.resolve(path, fact.scope, str(fact.data["view"]))
    return symbol if symbol is not None and symbol.kind in ("function", "class") else None


def _methods_of(world: World, symbol: Symbol | None, given: list[str]) -> list[tuple[str, str]]:
    """(method, node that answers): for a view class its own methods, unless the route names some."""
    if symbol is None or symbol.kind == "function":
        handler = f"function:{symbol.name}" if symbol is not None else ""
        return [(method, handler) for method in given or ["GET"]]
    found = []
    for verb in VERBS:
        member = world.member(symbol.name, verb)
        if member is not None and member.kind == "function" and (not given or verb.upper() in given):
            found.append((verb.upper(), f"function:{member.name}"))
    return found or [(method, f"class:{symbol.name}") for method in given or ["GET"]]
