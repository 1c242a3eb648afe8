"""Listeners to what happens to rows: `@listens_for(Order, "after_insert")`, `listen(Order.state, "set", f)`.

Each is a signal of the mapped class, as Django's `post_save` of a model is one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from ...model.evidence import Evidence, Place
from ...model.facts import Fact, Json
from ...model.graph import Edge, Node
from ...model.world import Syntax, World

_LISTENS = re.compile(r"sqlalchemy\.(?:\w+\.)*(?:listens_for|listen)\Z")
_OWNER = "sqlalchemy.event"


def read_listeners(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kind `listens`: what is listened to, which event, and who listens."""
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and _listens(syntax, decorator, "listens_for"):
                handler: list[Json] = ["function", syntax.name_of(node, scope)]
                yield from _listening(syntax, decorator, scope, handler)
    for call, scope, _ in syntax.called(("listen",)):
        handlers = [*call.args[2:3], *(word.value for word in call.keywords if word.arg == "fn")][:1]
        if handlers and _listens(syntax, call, "listen"):
            at = (handlers[0].lineno, handlers[0].col_offset)
            yield from _listening(syntax, call, scope, ["code", syntax.express(handlers[0], scope), *at])


def _listens(syntax: Syntax, call: ast.Call, name: str) -> bool:
    dotted = syntax.dotted(call.func)
    return dotted.endswith(f".{name}") and _LISTENS.match(dotted) is not None


def _listening(syntax: Syntax, call: ast.Call, scope: str, handler: list[Json]) -> Iterator[Fact]:
    words = {word.arg: word.value for word in call.keywords}
    target = call.args[0] if call.args else words.get("target")
    event = syntax.string(call.args[1] if len(call.args) > 1 else words.get("identifier"))
    if target is not None and event:
        data = {"target": syntax.express(target, scope), "event": event, "handler": handler}
        yield Fact("listens", scope, call.lineno, call.col_offset, data)


def link_listeners(world: World, mapped: Collection[str]) -> Iterator[Node | Edge]:
    """`subscribes` from who listens to a signal of a mapped class, which publishes it."""
    for path, fact in world.facts("sqlalchemy"):
        if fact.kind != "listens":
            continue
        name = _class(world, path, fact, mapped)
        handler = _handler(world, path, fact)
        info = world.classes.get(name)
        if info is None or not handler:
            continue
        event = str(fact.data["event"])
        id, line = f"signal:{_OWNER}.{event}[{name}]", info.definition.line
        yield Node(id, info.path, line, line, (("sender", name), ("signal", f"{_OWNER}.{event}")))
        place = Place(info.path, line, info.definition.column)
        yield Edge(f"class:{name}", id, "publishes", evidence=(Evidence(place, "convention"),))
        yield Edge(handler, id, "subscribes", evidence=(Evidence(Place(path, fact.line, fact.column)),))


def _class(world: World, path: str, fact: Fact, mapped: Collection[str]) -> str:
    """The mapped class that is listened to, or of which an attribute is."""
    target = str(fact.data["target"])
    for code in (target, target.rpartition(".")[0]):
        symbol = world.resolve(path, fact.scope, code) if code else None
        if symbol is not None and symbol.kind == "class" and symbol.name in mapped:
            return symbol.name
    return ""


def _handler(world: World, path: str, fact: Fact) -> str:
    kind, code, *at = fact.data["handler"]
    if kind == "function":
        return f"function:{world.module_of(path)}.{code}"
    symbol = world.resolve(path, fact.scope, str(code))
    if symbol is not None:
        return f"function:{symbol.name}" if symbol.kind == "function" else ""
    for definition in world.files[path].definitions:  # a lambda
        if [definition.line, definition.column] == at and definition.name.endswith(">"):
            return f"function:{world.module_of(path)}.{definition.name}"
    return ""
