"""Flask-Admin: what views expose, where they are added to an admin.

A view stands below `url` of its admin, `/admin` unless that says otherwise, under its endpoint: as it is
given, else the model's name, else the name of its class. What the library's own methods answer is told by the
class.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..model.evidence import BlindSpot, Evidence, Place
from ..model.facts import Fact, Json, Problem, SourceFile
from ..model.graph import Edge, Node
from ..model.protocols import Framework
from ..model.world import Symbol, Syntax, World
from ..python.filled_patterns import Patterns
from ..python.nodes import keyword, last_name, member_name
from ..python.patterns import parts_of
from ..python.variables import Variables

_ADMIN = re.compile(r"flask_admin\.(?:\w+\.)*Admin(?:\(\))?\Z")
_ADDS = ("add_view", "add_views")
_USUAL = "/admin"
_MODEL = re.compile(r"flask_admin\.(?:\w+\.)*\w*ModelView\Z")
_EXPOSED: dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    "ModelView": (
        ("index_view", "/", ("GET",)), ("create_view", "/new/", ("GET", "POST")),
        ("edit_view", "/edit/", ("GET", "POST")), ("details_view", "/details/", ("GET",)),
        ("delete_view", "/delete/", ("POST",)), ("action_view", "/action/", ("POST",)),
        ("export", "/export/<export_type>/", ("GET",)), ("ajax_lookup", "/ajax/lookup/", ("GET",)),
        ("ajax_update", "/ajax/update/", ("POST",)),
    ),
    "AdminIndexView": (("index", "/", ("GET",)),),
}  # fmt: skip
"""(method, path, methods of HTTP) of the library's classes, by the end of their names."""


class FlaskAdmin(Framework):
    """See the module."""

    name = "flask_admin"
    version = 1
    triggers = ("flask_admin", "expose", "add_view")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from _read(syntax)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        if any(fact.kind == "admin" for _, fact in world.facts(self.name)):
            yield from _Views(world).routes()


def _read(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `expose` (of a method), `admin` (a variable) and `added` (a view)."""
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for decorator in node.decorator_list if scope else ():
            if isinstance(decorator, ast.Call) and last_name(decorator.func) == "expose":
                url = decorator.args[0] if decorator.args else keyword(decorator, "url")
                given = decorator.args[1] if len(decorator.args) > 1 else keyword(decorator, "methods")
                data: dict[str, Json] = {"name": node.name, "methods": _verbs(syntax, given, scope)}
                data["text"] = parts_of(syntax, url, scope) if url is not None else ["/"]
                yield Fact("expose", scope, decorator.lineno, decorator.col_offset, data)
    for node, scope in syntax.find(ast.Assign):
        assert isinstance(node, ast.Assign)
        made = node.value
        if isinstance(made, ast.Call) and last_name(made.func).endswith("Admin"):
            url, index = keyword(made, "url"), syntax.bound(keyword(made, "index_view"), scope)
            data = {"name": ast.unparse(node.targets[0]), "class": syntax.express(made.func, scope)}
            data["url"] = _parts(syntax, url, scope)
            data["index"] = _view(syntax, index, scope) if isinstance(index, ast.Call) else None
            yield Fact("admin", scope, made.lineno, made.col_offset, data)
    for call, scope, name in syntax.called(lambda name: name in _ADDS):
        if not isinstance(call.func, ast.Attribute):
            continue
        given_views = call.args if name == _ADDS[1] else call.args[:1]
        for view in given_views:
            held = syntax.bound(view, scope)
            if isinstance(held, ast.Call):
                about = {**_view(syntax, held, scope), "on": syntax.express(call.func.value, scope)}
                yield Fact("added", scope, call.lineno, call.col_offset, about)


def _view(syntax: Syntax, made: ast.Call, scope: str) -> dict[str, Json]:
    """What a call says that makes a view: its class, endpoint and address, and its first argument."""
    first = made.args[0] if made.args else keyword(made, "model")
    return {
        "class": syntax.express(made.func, scope),
        "first": syntax.dotted(first) if isinstance(first, ast.Name | ast.Attribute) else "",
        **{name: _parts(syntax, keyword(made, name), scope) for name in ("endpoint", "url")},
    }  # fmt: skip


def _parts(syntax: Syntax, node: ast.expr | None, scope: str) -> list[Json] | None:
    return parts_of(syntax, node, scope) if node is not None else None


def _verbs(syntax: Syntax, node: ast.expr | None, scope: str) -> list[str]:
    held = syntax.bound(node, scope) if node is not None else None
    listed = held.elts if isinstance(held, ast.List | ast.Tuple | ast.Set) else []
    found = {(syntax.string(each) or member_name(each)).upper() for each in listed}
    return sorted(found - {"", "HEAD", "OPTIONS"}) or ["GET"]


class _Views:
    """The views of a project and what they expose."""

    def __init__(self, world: World) -> None:
        self._world, self._patterns = world, Patterns(world, through=True)
        self._exposed: dict[str, list[tuple[str, Fact]]] = {}
        self._by_class: dict[str, set[str]] = {}
        self._admins: dict[str, tuple[str, Fact]] = {}
        self._added: list[tuple[str, Fact]] = []
        for path, fact in world.facts("flask_admin"):
            scope = ".".join(part for part in (world.module_of(path), fact.scope) if part)
            if fact.kind == "expose":
                self._exposed.setdefault(f"{scope}.{fact.data['name']}", []).append((path, fact))
                self._by_class.setdefault(scope, set()).add(str(fact.data["name"]))
            elif fact.kind == "added":
                self._added.append((path, fact))
            elif self._is_admin(world.resolve(path, fact.scope, str(fact.data["class"]))):
                self._admins[f"{scope}.{fact.data['name']}"] = (path, fact)
        self._variables = Variables(world, self._admins)

    def _is_admin(self, symbol: Symbol | None) -> bool:
        kin = self._world.ancestors(symbol.name) if symbol is not None and symbol.kind == "class" else ()
        return any(_ADMIN.match(each.name) for each in (*kin, *([symbol] if symbol is not None else ())))

    def routes(self) -> Iterator[Node | Edge | BlindSpot]:
        """Of all views that are added, and of the pages that admins begin with."""
        for path, fact in self._admins.values():
            if fact.data["index"] and not self._world.is_test(path):
                yield from self._routes(path, fact, fact.data["index"], "", True)
        for path, fact in self._added:
            if not self._world.is_test(path):
                yield from self._routes(path, fact, fact.data, str(fact.data["on"]), False)

    def _routes(
        self, path: str, fact: Fact, view: Mapping[str, Json], on: str, own: bool
    ) -> Iterator[Node | Edge | BlindSpot]:
        symbol = self._world.resolve(path, fact.scope, str(view["class"]))
        kin = self._world.ancestors(symbol.name) if symbol is not None and symbol.kind == "class" else ()
        library = [
            each.name for each in kin if each.kind == "external" and each.name.startswith("flask_admin.")
        ]
        if symbol is None or not library:
            return
        place = Place(path, fact.line, fact.column)
        base = self._base(path, fact, view, symbol.name, library, on, own)
        if base is None:
            yield BlindSpot("dynamic-route", place, f"address of {symbol.name}")
            return
        names = {name for each in kin for name in self._by_class.get(each.name, ())}
        for name in sorted(names):
            member = self._world.member(symbol.name, name)
            for where, exposed in self._exposed.get(member.name, ()) if member is not None else ():
                text = self._patterns.known(where, exposed.scope, exposed.data["text"])
                at = Place(where, exposed.line, exposed.column)
                if text is None or member is None:
                    yield BlindSpot("dynamic-route", at, f"expose of {symbol.name}.{name}")
                    continue
                for verb in exposed.data["methods"]:
                    yield from _route(verb, base, text, f"function:{member.name}", at, True)
        for ending, rows in _EXPOSED.items():
            for name, text, verbs in rows if any(each.endswith(ending) for each in library) else ():
                member = self._world.member(symbol.name, name)
                if name not in names and (member is None or member.kind != "function"):
                    for verb in verbs:
                        yield from _route(verb, base, text, f"class:{symbol.name}", place, False)

    def _base(
        self,
        path: str,
        fact: Fact,
        view: Mapping[str, Json],
        name: str,
        library: Sequence[str],
        on: str,
        own: bool,
    ) -> str | None:
        """The address below which a view stands, None where it is not known."""
        variable = self._variables.find(path, fact.scope, on) if on else ""
        admin = self._admins.get(variable) if on else (path, fact)
        above: str | None = _USUAL
        if admin is not None:
            index = admin[1].data["index"]
            url = admin[1].data["url"] if not own else None
            url = url if url is not None else index["url"] if index else None
            above = self._patterns.known(admin[0], admin[1].scope, url) if url is not None else above
        if own or above is None:  # of the first page: its own
            return above
        if view["url"] is not None:
            url = self._patterns.known(path, fact.scope, view["url"])
            return None if url is None else url if url.startswith("/") else f"{above}/{url}"
        endpoint: str | None = name.rpartition(".")[2].lower()
        if view["endpoint"] is not None:
            endpoint = self._patterns.known(path, fact.scope, view["endpoint"])
        elif any(_MODEL.match(each) for each in library):
            endpoint = str(view["first"]).rpartition(".")[2].lower() or None
        return None if endpoint is None else f"{above.rstrip('/')}/{endpoint}"


def _route(verb: str, base: str, text: str, handler: str, place: Place, own: bool) -> Iterator[Node | Edge]:
    whole = re.sub(r"/{2,}", "/", f"{base}/{text}") or "/"
    id = f"route:{verb} {whole}"
    about = (("framework", "flask_admin"), ("method", verb), ("prefix", base), ("text", whole))
    yield Node(id, place.path, place.line, place.line, about)
    evidence = (Evidence(place, "syntax" if own else "convention"),)
    yield Edge(id, handler, "handles", "certain" if own else "likely", evidence)


framework = FlaskAdmin()
