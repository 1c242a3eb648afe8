"""Tornado: rules of applications, `(pattern, handler)` and `url(pattern, handler)`, wherever they are listed.

A rule is a row whose second part is a class that inherits from Tornado's handlers. Rules are kept in lists
all over a project and joined at run time: a prefix that is put before them there is not seen, and patterns
stand as they are written. A handler answers the methods that it or an ancestor in the project defines;
what a library's handler answers is its class.
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
from ..python.filled_patterns import Patterns
from ..python.nodes import last_name
from ..python.patterns import parts_of
from ..python.view_methods import Answers, defined_methods

_RULES = frozenset({"url", "URLSpec", "Rule"})
_HANDLERS = ("tornado.web.", "tornado.websocket.")
_HOLE = re.compile(r"\{\}|\{(?:env|settings)\.")
_STARTS = ("/", ".*", "(")
_SHOWN = 120


class Tornado(Framework):
    """See the module."""

    name = "tornado"
    version = 1
    triggers = ("tornado", "Handler", "handlers", "URLSpec")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        """Facts of kind `rule`: what may be one, by its form."""
        if syntax is None:
            return
        for node, scope in syntax.find(ast.Tuple):
            if isinstance(node, ast.Tuple) and 2 <= len(node.elts) <= 4:
                yield from _rule(syntax, node, node.elts[0], node.elts[1], scope)
        for call, scope, _ in syntax.called(_RULES):
            if len(call.args) > 1:
                pattern = call.args[0]
                inner = isinstance(pattern, ast.Call) and last_name(pattern.func) == "PathMatches"
                given = (
                    pattern.args[0] if isinstance(pattern, ast.Call) and inner and pattern.args else pattern
                )
                yield from _rule(syntax, call, given, call.args[1], scope)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        """Routes of the rules whose handler is Tornado's."""
        patterns = Patterns(world)
        for path, fact in world.facts("tornado"):
            handler = _handler(world, path, fact)
            if handler is None or world.is_test(path) or not _is_handler(world, handler):
                continue
            place = Place(path, fact.line, fact.column)
            text = patterns.text(path, fact.scope, fact.data["text"])
            if _HOLE.search(text):
                yield BlindSpot("dynamic-route", place, str(fact.data["code"]))
            elif text.removeprefix("^").startswith(_STARTS):
                yield from _route(world, place, text, handler)


def _rule(syntax: Syntax, node: ast.expr, pattern: ast.expr, handler: ast.expr, scope: str) -> Iterator[Fact]:
    """A row of a text and a name, which may be a rule."""
    dotted = syntax.string(handler) if isinstance(handler, ast.Constant) else None
    if not isinstance(handler, ast.Name | ast.Attribute) and not dotted:
        return
    if isinstance(pattern, ast.Constant | ast.JoinedStr | ast.BinOp | ast.Call | ast.Name | ast.Attribute):
        plain = syntax.string(pattern) if isinstance(pattern, ast.Constant) else None
        yield Fact("rule", scope, node.lineno, node.col_offset, {
            "text": [plain] if plain is not None else parts_of(syntax, pattern, scope),
            "handler": dotted or syntax.express(handler, scope), "dotted": dotted is not None,
            "code": ast.unparse(node)[:_SHOWN],
        })  # fmt: skip


def _handler(world: World, path: str, fact: Fact) -> Symbol | None:
    code = str(fact.data["handler"])
    if not fact.data["dotted"]:
        return world.resolve(path, fact.scope, code)
    module, _, name = code.rpartition(".")
    return world.resolve(world.modules[module], "", name) if module in world.modules else None


def _is_handler(world: World, symbol: Symbol) -> bool:
    kin = world.ancestors(symbol.name) if symbol.kind == "class" else (symbol,)
    return any(
        each.kind == "external" and each.name.startswith(_HANDLERS) and each.name.endswith("Handler")
        for each in kin
    )


def _route(world: World, place: Place, text: str, handler: Symbol) -> Iterator[Node | Edge]:
    text = text.removeprefix("^").removesuffix("$").removesuffix("/?") or "/"
    for method, target in _answers(world, handler):
        id = f"route:{method} {text}"
        about = (("framework", "tornado"), ("method", method), ("text", text))
        yield Node(id, place.path, place.line, place.line, about)
        yield Edge(id, target, "handles", evidence=(Evidence(place),))


def _answers(world: World, handler: Symbol) -> Answers:
    if handler.kind != "class":
        return [("ANY", f"function:{handler.name}")]
    kin = [each.name for each in world.ancestors(handler.name)]
    if any(name.startswith("tornado.websocket.") for name in kin):
        member = world.member(handler.name, "on_message")
        own = member is not None and member.kind == "function"
        return [("WEBSOCKET", f"function:{member.name}" if own and member else f"class:{handler.name}")]
    return defined_methods(world, handler.name) or [("ANY", f"class:{handler.name}")]


framework = Tornado()
