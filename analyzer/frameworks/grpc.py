"""gRPC: methods of servicers, which answer the calls of a service that a `.proto` file declares.

A servicer is a class that inherits from one that is generated (`OrdersServicer` of `orders_pb2_grpc`); each
method is `route:RPC shop.Orders/Pay`, with its package where the generated code is there to tell it. Methods
that are generated answer nothing themselves, and what stubs call is not told.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from ..model.evidence import BlindSpot, Evidence, Place
from ..model.facts import Fact, Problem, SourceFile
from ..model.graph import Edge, Node
from ..model.protocols import Framework
from ..model.world import Symbol, Syntax, World

_SERVICER = re.compile(r"(?:.*\.)?(\w+)Servicer\Z")
_GENERATED = re.compile(r"(?:.*\.)?\w+_pb2_grpc\Z")
_CALL = re.compile(r"/((?:\w+\.)*\w+)/\w+\Z")


class Grpc(Framework):
    """See the module."""

    name = "grpc"
    version = 1
    triggers = ("_pb2_grpc", "Servicer")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        """Facts of kind `declared`: the full names of services, in generated code."""
        if syntax is None or "unary" not in file.text:
            return
        found = set()
        for node, _ in syntax.find(ast.Constant):
            call = (
                _CALL.match(node.value)
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
                else None
            )
            if call is not None:
                found.add(call[1])
        if found:
            yield Fact("declared", "", 1, 0, {"services": sorted(found)})

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        """The methods of all servicers of the application."""
        services = {
            f"{world.module_of(path)}.{str(name).rpartition('.')[2]}": str(name)
            for path, fact in world.facts(self.name)
            for name in fact.data["services"]
        }
        for name, info in sorted(world.classes.items()):
            if world.is_test(info.path) or _GENERATED.match(info.module):
                continue
            base = next((each for each in world.ancestors(name)[1:] if _is_generated(each)), None)
            if base is not None:
                yield from _methods(world, services, name, base)


def _is_generated(symbol: Symbol) -> bool:
    return (
        _SERVICER.match(symbol.name) is not None
        and _GENERATED.match(symbol.name.rpartition(".")[0]) is not None
    )


def _methods(world: World, services: dict[str, str], name: str, base: Symbol) -> Iterator[Node | Edge]:
    """What a servicer answers: the methods that are declared, or that are written as such ones are."""
    known = world.classes.get(base.name)
    declared = {
        each.name.rpartition(".")[2]
        for each in (world.files[known.path].definitions if known is not None else ())
        if known is not None and each.name.startswith(f"{known.definition.name}.")
    }
    service = base.name.removesuffix("Servicer")
    shown = services.get(service, service.rpartition(".")[2])
    info = world.classes[name]
    methods = [
        each.name.rpartition(".") for each in world.files[info.path].definitions if each.kind == "function"
    ]
    own = {last for owner, _, last in methods if owner == info.definition.name}
    for method in sorted(declared or {each for each in own if each[:1].isupper()}):
        member = world.member(name, method)
        if member is None or member.kind != "function" or member.name.startswith(f"{base.name}."):
            continue
        where = world.classes[member.name.rpartition(".")[0]]
        line = next(
            (each.line for each in world.files[where.path].definitions
             if each.name == f"{where.definition.name}.{method}"), where.definition.line,
        )  # fmt: skip
        place = Place(where.path, line)
        about = (("framework", "grpc"), ("method", "RPC"), ("text", f"{shown}/{method}"))
        yield Node(f"route:RPC {shown}/{method}", place.path, line, line, about)
        yield Edge(
            f"route:RPC {shown}/{method}", f"function:{member.name}", "handles", evidence=(Evidence(place),)
        )


framework = Grpc()
