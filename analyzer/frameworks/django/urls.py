"""URL patterns: `path`, `re_path`, `include` -> routes and the views that handle them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ...model.evidence import BlindSpot, Confidence, Evidence, Place
from ...model.facts import Fact, Problem
from ...model.graph import Edge, Node
from ...model.protocols import Symbol, Syntax, World

_PATHS = re.compile(r"django\.(?:urls|conf\.urls)(?:\.\w+)*\.(?:path|re_path|url)\Z")
_INCLUDE = re.compile(r"django\.(?:urls|conf\.urls)(?:\.\w+)*\.include\Z")
_VERBS = ("get", "post", "put", "patch", "delete")
_GENERIC = (  # what Django's generic views answer, by the end of the class's name
    (("CreateView", "UpdateView", "FormView", "DeleteView", "LoginView"), ("GET", "POST")),
    (("TemplateView", "ListView", "DetailView", "RedirectView", "ArchiveView"), ("GET",)),
)
_NESTED = 12
_MOST = 20
"""Prefixes that are followed for one module; URL configurations may include each other in circles."""


def read_urls(syntax: Syntax) -> Iterator[Fact | Problem]:
    """Facts of kind `url`: one a `path()` call, those inside `include([...])` with their prefix."""
    calls = [(node, scope) for node, scope in syntax.find(ast.Call) if _is_path(syntax, node)]
    inside = {inner for node, scope in calls for inner in _included_list(syntax, node, scope) or ()}
    for node, scope in calls:
        if node not in inside and isinstance(node, ast.Call):
            yield from _url(syntax, node, scope, "", _NESTED)


def _is_path(syntax: Syntax, node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and bool(_PATHS.match(syntax.dotted(node.func)))


def _parts(node: ast.Call) -> tuple[ast.expr | None, ast.expr | None, dict[str | None, ast.expr]]:
    """(pattern, view, keywords) of a `path()` call."""
    words = {keyword.arg: keyword.value for keyword in node.keywords}
    pattern = node.args[0] if node.args else words.get("route") or words.get("regex")
    return pattern, node.args[1] if len(node.args) > 1 else words.get("view"), words


def _include_target(syntax: Syntax, view: ast.AST | None, scope: str) -> ast.AST | None:
    """What an `include(...)` includes; the list itself where it stands in a variable, or in a pair."""
    if not isinstance(view, ast.Call) or not view.args or not _INCLUDE.match(syntax.dotted(view.func)):
        return None
    target = syntax.bound(view.args[0], scope)
    if isinstance(target, ast.Tuple) and target.elts:
        target = syntax.bound(target.elts[0], scope)
    return target


def _included_list(syntax: Syntax, node: ast.AST, scope: str) -> list[ast.expr] | None:
    """The elements of the list that a `path()` call includes, or None."""
    view = _parts(node)[1] if isinstance(node, ast.Call) else None
    target = _include_target(syntax, view, scope)
    return target.elts if isinstance(target, ast.List) else None


def _url(syntax: Syntax, node: ast.Call, scope: str, prefix: str, depth: int) -> Iterator[Fact | Problem]:
    pattern, view, words = _parts(node)
    if pattern is None or view is None or depth <= 0:
        return
    written = syntax.string(pattern)
    place = (node.lineno, node.col_offset)
    if written is None or "{}" in written:
        yield Problem("dynamic-route", node.lineno, _code(pattern))
        return
    kind = syntax.dotted(node.func).rpartition(".")[2]
    text = prefix + (written if kind == "path" else _plain(written))
    target = _include_target(syntax, view, scope)
    if target is None:
        name = syntax.string(words.get("name")) or ""
        yield Fact(
            "url", scope, *place, {"text": text, "view": _code(view), "name": name, "regex": kind != "path"}
        )
    elif isinstance(target, ast.List):
        for inner in target.elts:
            if isinstance(inner, ast.Call) and _is_path(syntax, inner):
                yield from _url(syntax, inner, scope, text, depth - 1)
    else:
        named = syntax.string(target) or ""
        code = "" if named else _code(target)
        if code.endswith(".urls"):  # a router, an admin site, another application's configuration
            yield Problem("dynamic-route", node.lineno, f"include({code})")
        yield Fact("url", scope, *place, {"text": text, "include": named, "code": code})


def _plain(regex: str) -> str:
    return regex.removeprefix("^").removesuffix("$")


def _code(node: ast.AST) -> str:
    """Code as written, without what wraps a view: `login_required(view)` is the view."""
    while isinstance(node, ast.Call) and node.args and getattr(node.func, "attr", "") != "as_view":
        node = node.args[0]
    try:
        return ast.unparse(node)[:200]
    except (ValueError, RecursionError):
        return ""


def link_urls(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """Routes with their prefixes along the includes, and what handles them."""
    facts = [(path, fact) for path, fact in world.facts("django") if fact.kind == "url"]
    prefixes = _prefixes(world, facts)
    for path, fact in facts:
        if "view" not in fact.data:
            continue
        place = Place(path, fact.line, fact.column)
        symbol = _view(world, path, fact.scope, str(fact.data["view"]))
        if symbol is None:
            yield BlindSpot("unknown-view", place, str(fact.data["view"])[:120])
        for prefix, sure in prefixes.get(world.module_of(path), [("", True)]):
            text = re.sub(r"/{2,}", "/", f"/{prefix}{fact.data['text']}")
            for method, handler in _handlers(world, symbol):
                id = f"route:{method} {text}"
                attributes = (
                    ("framework", "django"),
                    ("method", method),
                    ("name", str(fact.data["name"])),
                    ("text", text),
                )
                yield Node(id, path, fact.line, fact.line, tuple(a for a in attributes if a[1]))
                if handler:
                    trust: Confidence = (
                        "certain" if sure and symbol is not None and symbol.evident else "likely"
                    )
                    via = "syntax" if trust == "certain" else "convention"
                    yield Edge(id, handler, "handles", trust, (Evidence(place, via),))  # type: ignore[arg-type]


def _prefixes(world: World, facts: list[tuple[str, Fact]]) -> dict[str, list[tuple[str, bool]]]:
    """Module -> the prefixes under which its patterns are included, through all levels."""
    included: dict[str, list[tuple[str, str]]] = {}
    for path, fact in facts:
        if "include" in fact.data:
            module = str(fact.data["include"]) or _included(world, path, fact)
            if module in world.modules:
                included.setdefault(module, []).append((world.module_of(path), str(fact.data["text"])))

    def of(module: str, above: tuple[str, ...]) -> list[str]:
        if module not in included:
            return [""]
        found: list[str] = []
        for parent, text in included[module]:
            if parent not in above and len(above) < _NESTED and len(found) < _MOST:
                found += [prefix + text for prefix in of(parent, (*above, module))]
        return found[:_MOST] or [""]

    return {module: [(prefix, True) for prefix in sorted(set(of(module, ())))] for module in included}


def _included(world: World, path: str, fact: Fact) -> str:
    """The module that `include(urls)` names by a variable or an attribute, "" when unknown."""
    symbol = world.resolve(path, fact.scope, str(fact.data["code"]).removesuffix(".urlpatterns"))
    if symbol is None:
        return ""
    return (
        symbol.name
        if symbol.kind == "module"
        else symbol.name.rpartition(".")[0]
        if symbol.kind == "variable"
        else ""
    )


def _view(world: World, path: str, scope: str, code: str) -> Symbol | None:
    code = re.sub(r"\.as_view\(.*\Z", "", code, flags=re.DOTALL)
    code = re.sub(r"\([^()]*\)", "()", code)
    if code.startswith("self."):
        owner = scope.rpartition(".")[0]
        return _attribute(world, path, owner, code.removeprefix("self."))
    return world.resolve(path, scope, code)


def _attribute(world: World, path: str, owner: str, attribute: str) -> Symbol | None:
    """`self.view` of an application configuration, assigned anywhere in its class."""
    module = world.module_of(path)
    return world.member(f"{module}.{owner}", attribute) if owner else None


def _handlers(world: World, symbol: Symbol | None) -> list[tuple[str, str]]:
    """(method, node) pairs: the methods of a view class, or the function for any method."""
    if symbol is None or symbol.kind not in ("class", "function"):
        return [
            ("ANY", f"function:{symbol.name}" if symbol is not None and symbol.kind == "external" else "")
        ]
    if symbol.kind == "function":
        return [("ANY", f"function:{symbol.name}")]
    found = []
    for verb in _VERBS:
        member = world.member(symbol.name, verb)
        if member is not None and member.kind == "function":
            found.append((verb.upper(), f"function:{member.name}"))
    if found:
        return found
    for ancestor in world.ancestors(symbol.name):
        for endings, methods in _GENERIC:
            if ancestor.kind != "class" and ancestor.name.endswith(endings):
                return [(method, f"class:{symbol.name}") for method in methods]
    return [("ANY", f"class:{symbol.name}")]
