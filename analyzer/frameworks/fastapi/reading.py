"""Facts about applications and routers, read from one file: what makes them, what is added to them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...python.nodes import keyword
from .dependencies import depended
from .entries import Entries, last_name
from .methods import DECORATORS, SOCKETS, VERBS, first_path, method_of, read_passing
from .references import References, is_class_like
from .scripts import Added, Scripts
from .texts import Given

_ADDS = ("add_api_route", "add_route", *SOCKETS[2:])
_JOINS = ("include_router", "mount", "host")
_PATHS = ("prefix", "path", "url", "route")
_HELD = ("app", "router", "application", "api", "fastapi_app", "api_router")


def read_routers(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `router`, `add`, `sequence`, `returns`, `inner`, `hands`, `above`, `passes` ..."""
    yield from _Reader(syntax).facts()


class _Reader:
    def __init__(self, syntax: Syntax) -> None:
        self.syntax = syntax
        self.references = References(syntax)
        self.pieces = self.references.pieces
        self.entries = Entries(syntax, self.references)
        self.definitions = {
            f"{scope}.{node.name}"  # type: ignore[attr-defined]
            for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        }

    def facts(self) -> Iterator[Fact]:
        syntax = self.syntax
        for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
            assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call):
                    yield from self._decorated(node, decorator, scope)
        for node, scope in syntax.find(ast.Call):
            assert isinstance(node, ast.Call)
            name = self.references.made.get(node)
            if name:
                made = {"name": name, **self.entries.made(node, scope, {})}
                yield Fact("router", scope, node.lineno, node.col_offset, made)
            yield from self._called(node, scope)
        for node, scope in syntax.find(ast.Assign, ast.AnnAssign, ast.AugAssign):
            yield from self._sequence(node, scope)
        for node, scope in syntax.find(ast.Return):
            assert isinstance(node, ast.Return)
            yield from self._returned(node, scope)
        yield from read_passing(syntax)
        yield from Scripts(syntax, self._adding).facts()

    def _adding(self, node: ast.AST, scope: str) -> list[Added]:
        """All that a call or a decorated definition adds."""
        found: list[Added] = []
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for decorator in node.decorator_list:
                method = method_of(decorator) if isinstance(decorator, ast.Call) else None
                if method is not None and isinstance(decorator, ast.Call):
                    facts = self._decorated(node, decorator, scope)
                    found += [Added(method.verb.value, fact.data["entries"], method.path) for fact in facts]
        elif isinstance(node, ast.Call):
            call = node.func if isinstance(node.func, ast.Call) else node
            if isinstance(call.func, ast.Attribute):
                included = call.func.attr == "include_router"
                path = keyword(call, "prefix") if included else first_path(call)
                facts = (fact for fact in self._called(node, scope) if fact.kind == "add")
                found += [Added(call.func.value, fact.data["entries"], path) for fact in facts]
        return found

    def _add(self, node: ast.expr, scope: str, on: ast.expr, entries: list[Json], given: Given) -> Fact:
        data = {"on": self.references.of(on, scope, given), "entries": entries}
        return Fact("add", scope, node.lineno, node.col_offset, data)

    # Decorators and calls -------------------------------------------------------------------------

    def _decorated(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, decorator: ast.Call, scope: str
    ) -> Iterator[Fact]:
        """`@router.get("/x")`, `@app.api_route("/x", methods=[...])`, `@guarded(router.get, "/x")`."""
        method = method_of(decorator)
        if method is None or method.verb.attr not in DECORATORS:
            return
        function = method.verb
        about: dict[str, Json] = {"handler": self.syntax.name_of(node, scope)}
        about |= {"answers": ""} if _answers_nothing(node) else {}
        if method.places is not None:
            through = self.syntax.express(decorator.func, scope)
            about |= {"through": through, "places": list(method.places)}
        for given in self.references.turns(decorator, scope):
            entry = self._route(decorator, method.path, function.attr, scope, given)
            if entry is not None:
                yield self._add(decorator, scope, function.value, [{**entry, **about}], given)

    def _route(
        self, call: ast.Call, path: ast.expr | None, verb: str, scope: str, given: Given
    ) -> dict[str, Json] | None:
        if path is None:
            return None
        return {
            "kind": "route",
            "text": self.pieces.of(path, scope, given),
            "methods": self._methods(call, verb, scope, given),
            "depends": self.entries.depends(call, scope),
            "name": self.entries.name(call),
            "line": call.lineno,
            "column": call.col_offset,
        }

    def _methods(self, call: ast.Call, verb: str, scope: str, given: Given) -> list[str] | None:
        if verb in VERBS:
            return [verb.upper()]
        return ["WEBSOCKET"] if verb in SOCKETS else self.entries.methods(call, scope, given)

    def _called(self, node: ast.Call, scope: str) -> Iterator[Fact]:
        function = node.func
        if isinstance(function, ast.Call):  # `router.get("/x")(view)`
            inner = function.func
            if isinstance(inner, ast.Attribute) and inner.attr in DECORATORS and node.args:
                yield from self._viewed(node, function, inner, node.args[0], scope)
            return
        if not isinstance(function, ast.Attribute):
            yield from self._handed(node, scope)
            return
        on, verb = function.value, function.attr
        if verb in _ADDS:
            named = keyword(node, "endpoint") or keyword(node, "route")
            yield from self._viewed(
                node, node, function, node.args[1] if len(node.args) > 1 else named, scope
            )
        elif verb in _JOINS:
            for given in self.references.turns(node, scope):
                yield self._add(node, scope, on, self.entries.joined(node, verb, scope, given), given)
        elif verb in ("append", "extend", "insert") and node.args and last_name(on).endswith("routes"):
            yield from self._appended(node, on, scope)
        elif verb == "__init__" and isinstance(on, ast.Call) and last_name(on.func) == "super":
            made = self.entries.made(node, scope, {})
            owner = scope.rpartition(".")[0]
            yield Fact("above", scope, node.lineno, node.col_offset, {**made, "owner": owner})
        else:
            yield from self._handed(node, scope)

    def _viewed(
        self, node: ast.Call, call: ast.Call, function: ast.Attribute, view: ast.expr | None, scope: str
    ) -> Iterator[Fact]:
        """A route that is added by a call: which one says the path, and what answers."""
        for given in self.references.turns(node, scope):
            entry = self._route(call, first_path(call), function.attr, scope, given)
            if entry is not None and view is not None:
                entry["view"] = self.entries.view(view, scope, given)
                yield self._add(node, scope, function.value, [entry], given)

    # Lists, results, arguments --------------------------------------------------------------------

    def _appended(self, node: ast.Call, on: ast.expr, scope: str) -> Iterator[Fact]:
        """`routes.append(Route(...))`, `app.routes.extend([...])`."""
        entries = self.entries.of(node.args[-1], scope, {})
        if not entries:
            return
        if isinstance(on, ast.Attribute):  # of an application, or of the router in it
            owner = on.value
            inner = isinstance(owner, ast.Attribute) and owner.attr == "router"
            yield self._add(node, scope, owner.value if inner else owner, entries, {})  # type: ignore[attr-defined]
        elif isinstance(on, ast.Name):
            name = f"{scope}.{on.id}" if scope else on.id
            data = {"name": name, "entries": entries}
            yield Fact("sequence", scope, node.lineno, node.col_offset, data)

    def _sequence(self, node: ast.AST, scope: str) -> Iterator[Fact]:
        """`routes = [Route(...), ...]`, `ROUTERS = (users.router, ...)`."""
        assert isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign)
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if not isinstance(target, ast.Name) or not isinstance(node.value, ast.List | ast.Tuple | ast.BinOp):
            return
        entries = self.entries.of(node.value, scope, {})
        named = any(word in target.id.lower() for word in ("route", "app", "endpoint", "mount"))
        if named or any(entry["kind"] != "sequence" for entry in entries):
            name = f"{scope}.{target.id}" if scope else target.id
            if entries:
                data = {"name": name, "entries": entries}
                yield Fact("sequence", scope, node.lineno, node.col_offset, data)

    def _returned(self, node: ast.Return, scope: str) -> Iterator[Fact]:
        """Functions that give an application, a router, a list of routes or a function of their own."""
        value = node.value
        if not scope or value is None:
            return
        if isinstance(value, ast.Call) and is_class_like(self.syntax, value):
            ref: Json = ["made", self.entries.made(value, scope, {})]
        elif isinstance(value, ast.Name | ast.Attribute | ast.Call):
            ref = self.references.of(value, scope, {})
        else:
            if isinstance(value, ast.List) and (entries := self.entries.of(value, scope, {})):
                data = {"name": f"{scope}.<returned>", "entries": entries}
                yield Fact("sequence", scope, node.lineno, node.col_offset, data)
            return
        if isinstance(value, ast.Name) and f"{scope}.{value.id}" in self.definitions:
            yield Fact("inner", scope, node.lineno, node.col_offset, {"name": value.id})
        if ref[0] != "code" or ref[1].endswith(("()", "app", "router")):
            yield Fact("returns", scope, node.lineno, node.col_offset, {"ref": ref})

    def _handed(self, node: ast.Call, scope: str) -> Iterator[Fact]:
        """Applications, routers and paths that are given to functions."""
        given: list[Json] = []
        named = [("", argument) for argument in node.args]
        named += [(k.arg, k.value) for k in node.keywords if k.arg]
        for index, (name, argument) in enumerate(named):
            if isinstance(argument, ast.Name | ast.Attribute):
                ref = self.references.of(argument, scope, {})
                if ref[0] == "local" or last_name(argument).lower() in _HELD:
                    given.append([index, name, ref])
                    continue
            text = self.syntax.string(argument)
            if any(word in name for word in _PATHS) or (text is not None and text.startswith("/")):
                given.append([index, name, ["text", self.pieces.of(argument, scope, {})]])
        if given:
            data = {"call": self.syntax.express(node.func, scope), "arguments": given}
            yield Fact("hands", scope, node.lineno, node.col_offset, data)


__all__ = ["depended", "read_routers"]


def _answers_nothing(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """Whether a function gives nothing back, so that its answer holds nothing of its work."""
    waiting: list[ast.AST] = [*node.body]
    while waiting:
        current = waiting.pop()
        if isinstance(current, ast.Return | ast.Yield | ast.YieldFrom) and current.value is not None:
            return False
        if not isinstance(current, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(current))
    return not isinstance(node, ast.ClassDef)
