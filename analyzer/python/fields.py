"""Fields of GraphQL as entry points: what a client asks for by name, at one address for all of them.

A field of the root types is `route:QUERY orders`, `route:MUTATION payOrder` or `route:SUBSCRIPTION paid`, one
of another type with a function of its own `route:FIELD Order.lines`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..model.evidence import BlindSpot, Confidence, Evidence, Place, Via
from ..model.facts import Fact
from ..model.graph import Edge, Node
from ..model.world import Symbol, World

ROOTS = ("query", "mutation", "subscription")
_UNDERSCORE = re.compile(r"(?<=[^_])_+([a-zA-Z0-9])")


class Answer(NamedTuple):
    """What answers a field: the id of a function or class, how sure that is, and whose it is if inherited."""

    handler: str
    trust: Confidence = "certain"
    via: Via = "syntax"
    view: str = ""


def camel(name: str) -> str:
    """The name of a field as clients write it: `order_lines` is `orderLines`."""
    return _UNDERSCORE.sub(lambda found: found[1].upper(), name)


def field(framework: str, operation: str, name: str, answer: Answer, place: Place) -> Iterator[Node | Edge]:
    """The nodes and edges of a field; `operation` is QUERY, MUTATION, SUBSCRIPTION or FIELD."""
    about = {"framework": framework, "method": operation, "text": name, "view": answer.view}
    id = f"route:{operation} {name}"
    yield Node(id, place.path, place.line, place.line, tuple(pair for pair in about.items() if pair[1]))
    if answer.handler:
        yield Edge(id, answer.handler, "handles", answer.trust, (Evidence(place, answer.via),))


class Root(NamedTuple):
    """A root type: what is asked of it, and whether names of its fields are told in camel case."""

    operation: str
    camel: bool


def roots(world: World, facts: Iterator[tuple[str, Fact]]) -> tuple[dict[str, Root], list[BlindSpot]]:
    """Class -> what it is a root of (facts of kind `schema`), with its ancestors; what nothing tells."""
    found: dict[str, Root] = {}
    spots = []
    for path, fact in facts:
        if fact.kind != "schema" or world.is_test(path):
            continue
        for operation in ROOTS:
            code = str(fact.data.get(operation, ""))
            symbol = world.resolve(path, fact.scope, code) if code else None
            if symbol is not None and symbol.kind in ("class", "instance"):
                for kin in world.ancestors(symbol.name):
                    if kin.name in world.classes:
                        found.setdefault(kin.name, Root(operation.upper(), bool(fact.data["camel"])))
            elif code and fact.data.get("sure") and not _is_parameter(world, path, fact.scope, code):
                spots.append(
                    BlindSpot("unknown-field", Place(path, fact.line, fact.column), f"{operation}={code}")
                )
    return found, spots


def types(world: World, framework: str) -> Iterator[tuple[str, Fact, str]]:
    """(path, fact, class) of the classes outside tests that may be types (facts of kind `type`)."""
    for path, fact in world.facts(framework):
        name = f"{world.module_of(path)}.{fact.scope}"
        if fact.kind == "type" and not world.is_test(path) and name in world.classes:
            yield path, fact, name


def _is_parameter(world: World, path: str, scope: str, code: str) -> bool:
    """Whether code names a parameter: who calls the function tells what it is."""
    name = code.lstrip("?").partition(".")[0]
    return any(each.name == scope and name in each.parameters for each in world.files[path].definitions)


def is_below(world: World, name: str, packages: Mapping[str, object] | frozenset[str]) -> bool:
    """Whether a class inherits from one of the libraries."""
    return any(
        kin.kind == "external" and kin.name.partition(".")[0] in packages for kin in world.ancestors(name)
    )


def function_of(symbol: Symbol | None) -> Answer | None:
    """What a name answers with, where it names a function."""
    if symbol is None or symbol.kind != "function":
        return None
    return Answer(
        f"function:{symbol.name}",
        "certain" if symbol.evident else "likely",
        "syntax" if symbol.evident else "value-flow",
    )
