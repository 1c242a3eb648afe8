"""Socket.IO (Flask-SocketIO, python-socketio): functions that answer the events that clients send.

`@sio.on("join")`, `@sio.event`, `sio.on("join", f)`, and methods of namespaces (`on_join`). An event is
`route:EVENT join`, with its namespace before the name where that is not `/`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from ..model.evidence import BlindSpot, Confidence, Evidence, Place, Via
from ..model.facts import Fact, Problem, SourceFile
from ..model.graph import Edge, Node
from ..model.protocols import Framework
from ..model.world import Syntax, World
from ..python.filled_patterns import Patterns
from ..python.holes import is_known
from ..python.libraries import imports_any, is_of
from ..python.nodes import last_name, shown
from ..python.patterns import parts_of

_PACKAGES = frozenset({"flask_socketio", "socketio", "fastapi_socketio"})
_USUAL = re.compile(
    r"(?:.*[._?])?(?:\w*sio|\w*socket_?io|\w*socket_(?:server|manager))(?:\(\))?\Z", re.IGNORECASE
)
_BINDS = frozenset({"on", "event", "on_event"})
_REGISTERS = frozenset({"register_namespace", "on_namespace"})
_NAMESPACE = re.compile(r"\w*socketio\.(?:\w+\.)*\w*Namespace\Z")


class SocketIO(Framework):
    """See the module."""

    name = "socketio"
    version = 1
    triggers = ("socketio", "sio", "socket", "Namespace")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        """Facts of kinds `bound` (a function to an event) and `registered` (a namespace)."""
        if syntax is None:
            return
        for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
            assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            for each in node.decorator_list:
                call = each if isinstance(each, ast.Call) else ast.Call(each, [], [])
                event = call.args[0] if call.args else ast.Constant(node.name)
                if last_name(call.func) in ("on", "event"):
                    yield from _bound(syntax, each, call, scope, event, syntax.name_of(node, scope), "")
        for call, scope, last in syntax.called(_BINDS | _REGISTERS):
            if last in _REGISTERS and call.args and isinstance(call.args[0], ast.Call):
                made = call.args[0]
                name = syntax.string(made.args[0]) if made.args else "/"
                data = {"class": syntax.express(made.func, scope), "namespace": name or ""}
                yield Fact("registered", scope, call.lineno, call.col_offset, data)
            elif last in ("on", "on_event") and len(call.args) > 1:
                handler = syntax.express(call.args[1], scope)
                yield from _bound(syntax, call, call, scope, call.args[0], "", handler)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        """Nothing where no code of the project imports one of the libraries."""
        if not imports_any(world, _PACKAGES):
            return
        patterns = Patterns(world)
        for path, fact in world.facts(self.name):
            if fact.kind == "bound" and not world.is_test(path):
                yield from self._event(world, patterns, path, fact)
        yield from self._namespaces(world)

    def _event(
        self, world: World, patterns: Patterns, path: str, fact: Fact
    ) -> Iterator[Node | Edge | BlindSpot]:
        on = str(fact.data["on"])
        symbol = world.resolve(path, fact.scope, on)
        known = is_of(world, symbol, _PACKAGES)
        if not known and (_USUAL.match(on) is None or (symbol is not None and symbol.internal)):
            return
        place = Place(path, fact.line, fact.column)
        name = patterns.text(path, fact.scope, fact.data["event"])
        if not is_known(name):
            yield BlindSpot("dynamic-route", place, str(fact.data["text"]))
            return
        handler = f"function:{world.module_of(path)}.{fact.data['function']}" if fact.data["function"] else ""
        given = world.resolve(path, fact.scope, str(fact.data["handler"])) if fact.data["handler"] else None
        if given is not None and given.kind == "function":
            handler = f"function:{given.name}"
        sure = known and symbol is not None and symbol.evident
        yield from _told(f"{fact.data['namespace']} {name}".strip(), handler, place, sure)

    def _namespaces(self, world: World) -> Iterator[Node | Edge]:
        """Methods `on_...` of classes that are namespaces, under the names by which they are registered."""
        names: dict[str, str] = {}
        for path, fact in world.facts(self.name):
            symbol = (
                world.resolve(path, fact.scope, str(fact.data["class"]))
                if fact.kind == "registered"
                else None
            )
            if symbol is not None and symbol.kind == "class" and not world.is_test(path):
                names[symbol.name] = str(fact.data["namespace"]).removeprefix("/")
        for name, info in sorted(world.classes.items()):
            kin = world.ancestors(name)
            if world.is_test(info.path) or not any(
                each.kind == "external" and _NAMESPACE.match(each.name) for each in kin
            ):
                continue
            prefix = f"/{names[name]} " if names.get(name) else ""
            for each in world.files[info.path].definitions:
                owner, _, method = each.name.rpartition(".")
                if owner == info.definition.name and method.startswith("on_") and each.kind == "function":
                    place = Place(info.path, each.line, each.column)
                    event = prefix + method.removeprefix("on_")
                    yield from _told(event, f"function:{name}.{method}", place, True)


def _told(event: str, handler: str, place: Place, sure: bool) -> Iterator[Node | Edge]:
    about = (("framework", "socketio"), ("method", "EVENT"), ("text", event))
    yield Node(f"route:EVENT {event}", place.path, place.line, place.line, about)
    if handler:
        how: tuple[Confidence, Via] = ("certain", "syntax") if sure else ("likely", "convention")
        yield Edge(f"route:EVENT {event}", handler, "handles", how[0], (Evidence(place, how[1]),))


def _bound(
    syntax: Syntax, at: ast.expr, call: ast.Call, scope: str, event: ast.expr, function: str, handler: str
) -> Iterator[Fact]:
    if not isinstance(call.func, ast.Attribute):
        return
    given = next((word.value for word in call.keywords if word.arg == "namespace"), None)
    namespace = syntax.string(given) or ""
    yield Fact("bound", scope, at.lineno, at.col_offset, {
        "on": syntax.express(call.func.value, scope), "event": parts_of(syntax, event, scope),
        "namespace": namespace if namespace != "/" else "", "function": function, "handler": handler,
        "text": shown(at),
    })  # fmt: skip


framework = SocketIO()
