"""What stands in an application or router: routes, routers, mounts, and lists of these, as JSON.

`{"kind": "route", "text", "methods", "view" or "handler", "depends", "name"}`,
`{"kind": "join", "text", "ref", "mounts", "depends"}` (a router or application inside),
`{"kind": "sequence", "ref"}` (all of a list elsewhere). Each has its `line` and `column`.
"""

from __future__ import annotations

import ast

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...python.nodes import keyword, member_name
from .dependencies import depended
from .references import References, is_class_like
from .texts import Given

_ROUTES = {"Route": "", "APIRoute": "", "WebSocketRoute": "WEBSOCKET", "APIWebSocketRoute": "WEBSOCKET"}
_DEPTH = 12


class Entries:
    """Reads entries of one file."""

    def __init__(self, syntax: Syntax, references: References) -> None:
        self._syntax = syntax
        self._references, self._pieces = references, references.pieces

    def made(self, call: ast.Call, scope: str, given: Given, depth: int = _DEPTH) -> dict[str, Json]:
        """What a call that may make an application or router says: class, prefix, entries, dependencies."""
        prefix, routes = keyword(call, "prefix"), keyword(call, "routes")
        first = call.args[0] if call.args else keyword(call, "app")
        inner: Json = ["code", "?"]
        if isinstance(first, ast.Name | ast.Attribute):
            inner = self._references.of(first, scope, given)
        elif isinstance(first, ast.Call) and is_class_like(self._syntax, first) and depth > 0:
            inner = ["made", self.made(first, scope, given, depth - 1)]
        if routes is None and isinstance(first, ast.List):
            routes = first
        return {
            "class": self._syntax.express(call.func, scope),
            "text": None if prefix is None else self._pieces.of(prefix, scope, given),
            "entries": self.of(routes, scope, given, depth - 1) if routes is not None else [],
            "depends": self.depends(call, scope),
            "inner": inner,
            "places": len(call.args),
            "folder": self._syntax.string(keyword(call, "directory") or first) or "",
            "line": call.lineno,
            "column": call.col_offset,
        }

    def of(self, node: ast.expr, scope: str, given: Given, depth: int = _DEPTH) -> list[Json]:
        """The entries of a list, a sum of lists, or one item of a list."""
        if depth <= 0:
            return []
        if isinstance(node, ast.List | ast.Tuple):
            return [entry for part in node.elts for entry in self.of(part, scope, given, depth - 1)]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            sides = (node.left, node.right)
            return [entry for part in sides for entry in self.of(part, scope, given, depth - 1)]
        if isinstance(node, ast.Starred):
            return self.of(node.value, scope, given, depth - 1)
        if isinstance(node, ast.Call) and self._kind(node):
            return self._item(node, self._kind(node), scope, given, depth)
        if isinstance(node, ast.Name | ast.Attribute | ast.Call):
            ref = self._references.of(node, scope, given)
            return [{"kind": "sequence", "ref": ref, "line": node.lineno, "column": node.col_offset}]
        return []

    def _kind(self, call: ast.Call) -> str:
        last = self._syntax.dotted(call.func).rpartition(".")[2]
        return last if last in _ROUTES or last in ("Mount", "Host") else ""

    def _item(self, call: ast.Call, kind: str, scope: str, given: Given, depth: int) -> list[Json]:
        """`Route("/x", view)`, `Mount("/x", app)`, `Mount("/x", routes=[...])`, `Host("...", app)`."""
        if kind in ("Mount", "Host"):
            return self.joined(call, kind.lower(), scope, given, depth - 1)
        path = call.args[0] if call.args else keyword(call, "path")
        view = call.args[1] if len(call.args) > 1 else keyword(call, "endpoint")
        methods: list[str] | None = [_ROUTES[kind]]
        if not _ROUTES[kind]:
            methods = self.methods(call, scope, given)
        entry = {
            "kind": "route",
            "text": self._pieces.of(path, scope, given),
            "methods": methods,
            "view": self.view(view, scope, given) if view is not None else "?",
            "depends": self.depends(call, scope),
            "starlette": kind == "Route",
            "name": self.name(call),
            "line": call.lineno,
            "column": call.col_offset,
        }
        return [entry]

    def name(self, call: ast.Call) -> str:
        """The name that a call gives a route, "" for that of its function."""
        return self._syntax.string(keyword(call, "name")) or ""

    def joined(self, call: ast.Call, verb: str, scope: str, given: Given, depth: int = _DEPTH) -> list[Json]:
        """`include_router(router, prefix="/x")`, `mount("/x", app)`, `Mount("/x", routes=[...])`."""
        included = verb == "include_router"
        place = 0 if included else 1
        what = call.args[place] if len(call.args) > place else keyword(call, "router" if included else "app")
        prefix = (
            keyword(call, "prefix") if included else (call.args[0] if call.args else keyword(call, "path"))
        )
        text: list[Json] = [] if prefix is None or verb == "host" else self._pieces.of(prefix, scope, given)
        if isinstance(what, ast.Name) and what.id in given:
            what = given[what.id]
        ref: Json = ["code", "?"]
        routes = keyword(call, "routes")
        if isinstance(what, ast.Call) and is_class_like(self._syntax, what) and depth > 0:
            ref = ["made", self.made(what, scope, given, depth - 1)]
        elif what is not None:
            ref = self._references.of(what, scope, given)
        elif routes is not None:
            entries = self.of(routes, scope, given, depth - 1)
            ref = [
                "made",
                {"class": "", "text": None, "entries": entries, "depends": [], "inner": ["code", "?"]},
            ]
        return [
            {
                "kind": "join",
                "text": text,
                "ref": ref,
                "mounts": not included,
                "host": (self._syntax.string(prefix) or "?") if verb == "host" else "",
                "depends": self.depends(call, scope),
                "line": call.lineno,
                "column": call.col_offset,
            }
        ]

    def methods(self, call: ast.Call, scope: str, given: Given) -> list[str] | None:
        """The methods that a call names; None without any."""
        value = keyword(call, "methods")
        if value is None and len(call.args) > 2 and isinstance(call.args[2], ast.List):
            value = call.args[2]
        if isinstance(value, ast.Name) and value.id in given:
            value = given[value.id]
        bound = self._syntax.bound(value, scope)
        if isinstance(bound, ast.List | ast.Tuple | ast.Set):
            texts = (self._method(e, scope, given) for e in bound.elts)
            return sorted({text.upper() for text in texts if text}) or None
        return None

    def _method(self, node: ast.expr, scope: str, given: Given) -> str:
        if isinstance(node, ast.Name) and node.id in given:
            node = given[node.id]
        return self._syntax.string(node) or member_name(node)

    def view(self, node: ast.expr, scope: str, given: Given) -> str:
        """The path expression of what answers, taken out of what it is wrapped in."""
        for _ in range(_DEPTH):
            if isinstance(node, ast.Name) and node.id in given:
                node = given[node.id]
            elif isinstance(node, ast.Call) and node.args and not is_class_like(self._syntax, node):
                node = node.args[0]
            else:
                break
        return self._syntax.express(node, scope)

    def depends(self, call: ast.Call, scope: str) -> list[Json]:
        """The `dependencies=[Depends(f), ...]` of a call."""
        value = self._syntax.bound(keyword(call, "dependencies"), scope)
        parts = value.elts if isinstance(value, ast.List | ast.Tuple) else []
        return [found for part in parts if (found := depended(self._syntax, part, scope)) is not None]


def last_name(node: ast.AST) -> str:
    """The last of the names of a dotted expression; "" for others."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def shown_join(entry: Json) -> str:
    """How a join is written, in short."""
    ref = entry["ref"]
    name = str(ref[1].get("class", "") if ref[0] == "made" else ref[-1 if ref[0] != "parameter" else 2])
    verb = "mount" if entry.get("mounts") else "include_router"
    return f"{verb}({name.lstrip('?')})"[:120]


def shown(fact: Fact) -> str:
    """How what is added to a router is written, in short."""
    entry = fact.data["entries"][0]
    if entry["kind"] != "route":
        return shown_join(entry)
    text = "".join(str(piece[1]) if piece[0] == "text" else "{...}" for piece in entry["text"])
    return f"{text} -> {entry.get('handler') or entry.get('view', '')}"[:120]
