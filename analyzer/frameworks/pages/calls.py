"""Facts about one Python file: which templates it renders, and which routes it leads to."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...project.sources import TEMPLATE_SUFFIXES
from ...python.assigned import Assigned
from ...python.each_constant import EachConstant
from ...python.holes import UNKNOWN
from ...python.nodes import last_name, shown
from ...python.patterns import is_text, names_in, parts_of
from .words import (
    AMBIGUOUS,
    ATTRIBUTES,
    EITHER,
    KEYWORDS,
    NAMED,
    PATHS,
    RENDERS,
    SECOND,
    TEMPLATE_ATTRIBUTE,
    TEMPLATE_NAME,
    TEMPLATE_WORDS,
)  # fmt: skip

_TELLING = RENDERS | NAMED.keys() | EITHER.keys() | PATHS.keys() | {"static"}
"""The names of all functions that are given a template, or where to go."""
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def read_code(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `renders`, `links`, `mention` (a text that may name a template) and `view`."""
    assigned, scopes = syntax.once(Assigned), _decorating(syntax)
    taken: set[ast.AST] = set()
    names = [(node, scope) for node, scope in syntax.find(ast.Constant) if _names_template(node)]
    named = {node for node, _ in names}
    others = _other_names(syntax)
    for node, scope, word in syntax.calls() if names else syntax.called(_TELLING | others.keys()):
        word = others.get(word, word)
        if word in _TELLING or _is_given(node, named):
            yield from _called(syntax, node, word, scopes.get(node, scope), assigned, taken)
    yield from _attributes(syntax, taken)
    yield from _keywords(syntax)
    yield from _mentions(syntax, names, scopes, taken)


def _other_names(syntax: Syntax) -> dict[str, str]:
    """The names that a file gives to what it imports: `from django.urls import reverse as url`."""
    found: dict[str, str] = {}
    for node, _ in syntax.find(ast.ImportFrom):
        assert isinstance(node, ast.ImportFrom)
        found.update((a.asname, a.name) for a in node.names if a.asname and a.name in _TELLING)
    return {name: word for name, word in found.items() if name not in _TELLING}


def _decorating(syntax: Syntax) -> dict[ast.AST, str]:
    """What stands in decorators -> the function that is decorated: it is the function that renders."""
    found: dict[ast.AST, str] = {}
    for node, scope in syntax.find(*_FUNCTIONS):
        assert isinstance(node, _FUNCTIONS)
        name = syntax.name_of(node, scope)
        for decorator in node.decorator_list:
            for call in (decorator, getattr(decorator, "func", None)):
                if isinstance(call, ast.Call):
                    found[call] = name
                    given = [*call.args, *(keyword.value for keyword in call.keywords)]
                    found.update((item, name) for item in given)
    return found


def _called(
    syntax: Syntax, node: ast.Call, word: str, scope: str, assigned: Assigned, taken: set[ast.AST]
) -> Iterator[Fact]:
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    if word in RENDERS:
        asked = _asked(syntax, node, word, scope)
        for item in _alternatives(syntax, asked, scope, assigned):
            parts = parts_of(syntax, item, scope)
            taken.add(item)
            names = sorted(set(names_in(parts))) if not is_text(parts) else []
            data: dict[str, Json] = {"parts": parts, "code": shown(node), "given": names}
            yield Fact("renders", scope, node.lineno, node.col_offset, data)
    else:
        yield from _leading(syntax, node, word, scope, assigned)
    texts = [item for item in given if _names_template(item) and item not in taken]
    for item in texts:
        assert isinstance(item, ast.Constant)
        taken.add(item)
        to = syntax.express(node.func, scope)
        yield Fact("mention", scope, item.lineno, item.col_offset, {"text": str(item.value), "to": to})


def _asked(syntax: Syntax, node: ast.Call, word: str, scope: str) -> ast.expr | None:
    """The argument that names the template."""
    words = {keyword.arg: keyword.value for keyword in node.keywords}
    named = next((words[name] for name in TEMPLATE_WORDS if name in words), None)
    if named is None and word == "TemplateResponse":
        named = words.get("name") or words.get("template")
    second = syntax.dotted(node.func) in SECOND
    if named is not None and (second or word not in AMBIGUOUS or _is_name(syntax, named, scope)):
        return named
    first = [item for item in node.args[:2] if not isinstance(item, ast.Starred)]
    if second:
        return first[1] if len(first) == 2 else None
    likely = next((item for item in first if _is_name(syntax, item, scope)), None)
    if likely is not None or not first or word in AMBIGUOUS:
        return likely
    if word == "TemplateResponse" and len(first) == 2 and not isinstance(first[1], ast.Dict):
        return first[1]
    return first[0]


def _is_name(syntax: Syntax, node: ast.expr, scope: str) -> bool:
    """Whether an argument gives a text that ends as names of templates do."""
    if isinstance(node, ast.List | ast.Tuple):
        return any(_is_name(syntax, item, scope) for item in node.elts[:10])
    if isinstance(node, ast.IfExp):
        return _is_name(syntax, node.body, scope) or _is_name(syntax, node.orelse, scope)
    parts = parts_of(syntax, node, scope)
    last = parts[-1] if parts else ""
    return isinstance(last, str) and TEMPLATE_NAME.match(f"x{last}") is not None


def _alternatives(
    syntax: Syntax, node: ast.expr | None, scope: str, assigned: Assigned
) -> Iterator[ast.expr]:
    """The expressions of which one names what is asked for."""
    held = syntax.bound(node, scope)
    if isinstance(held, ast.IfExp | ast.List | ast.Tuple):
        node = held
    items = node.elts if isinstance(node, ast.List | ast.Tuple) else [node] if node is not None else []
    each = syntax.once(EachConstant)
    for item in items:
        for value in assigned.values(item, scope):
            yield from each.values(value, scope)


def _leading(syntax: Syntax, node: ast.Call, word: str, scope: str, assigned: Assigned) -> Iterator[Fact]:
    """Calls that are given where to go."""
    dotted = syntax.dotted(node.func)
    if word == "static" and dotted.startswith("django.") and node.args and ".urls." not in dotted:
        yield _link("static", parts_of(syntax, node.args[0], scope), node, scope)
        return
    keywords = NAMED.get(word) or EITHER.get(word) or PATHS.get(word)
    words = {keyword.arg: keyword.value for keyword in node.keywords}
    asked = node.args[0] if node.args else next((words[k] for k in keywords or () if k in words), None)
    if keywords is None:
        return
    django = dotted.startswith(("django.", "rest_framework."))
    if asked is None or isinstance(asked, ast.Starred):
        if (asked is not None or None in words) and (django or dotted.startswith("flask.")):
            yield _link("name", UNKNOWN, node, scope)  # `reverse(**where(...))`
        return
    if word == "reverse" and isinstance(node.func, ast.Attribute) and not django and not _is_string(asked):
        return  # some other method of that name
    how = "name" if word in NAMED else "either" if word in EITHER else "path"
    if word == "redirect" and dotted.startswith(("flask.", "werkzeug.", "quart.")):
        how = "path"
    for item in _alternatives(syntax, asked, scope, assigned):
        parts = parts_of(syntax, item, scope)
        if how == "name" and parts and isinstance(parts[-1], str) and parts[-1].endswith("static"):
            file = next((words[key] for key in ("filename", "path") if key in words), None)
            yield _link("static", parts_of(syntax, file, scope), node, scope)
        elif how == "name" or is_text(parts) or not _comes_from_call(item, parts):
            yield _link(how, parts, node, scope)


def _link(how: str, parts: Sequence[Json], node: ast.expr, scope: str) -> Fact:
    data: dict[str, Json] = {"how": how, "parts": list(parts), "code": shown(node)}
    data["verb"] = "" if how == "name" else "GET"
    return Fact("links", scope, node.lineno, node.col_offset, data)


def _comes_from_call(node: ast.expr, parts: Sequence[Json]) -> bool:
    """Whether where to go is what another call gives, which is read by itself or is an object's own page."""
    return isinstance(node, ast.Call) or any(not isinstance(p, str) and p[0] == "call" for p in parts)


def _attributes(syntax: Syntax, taken: set[ast.AST]) -> Iterator[Fact]:
    """`template_name = "x.html"`, `success_url = "/x"`, `LOGIN_URL = "login"`."""
    for node, scope in syntax.find(ast.Assign, ast.AnnAssign):
        assert isinstance(node, ast.Assign | ast.AnnAssign)
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        name = last_name(target)
        if node.value is None or not name:
            continue
        place = (node.lineno, node.col_offset)
        if name == TEMPLATE_ATTRIBUTE and isinstance(target, ast.Name) and scope:
            parts = parts_of(syntax, node.value, scope)
            if is_text(parts):
                taken.add(node.value)
                yield Fact("view", scope, *place, {"parts": parts})
        elif name in ATTRIBUTES and _is_string(node.value):
            data = {
                "how": ATTRIBUTES[name],
                "parts": parts_of(syntax, node.value, scope),
                "code": shown(node),
            }
            yield Fact("links", scope, *place, data)


def _keywords(syntax: Syntax) -> Iterator[Fact]:
    """`HyperlinkedIdentityField(view_name="api:order-detail")`."""
    for node, scope in syntax.find(ast.keyword):
        assert isinstance(node, ast.keyword)
        how = KEYWORDS.get(node.arg or "")
        if how is not None and _is_string(node.value):
            parts = parts_of(syntax, node.value, scope)
            yield _link(how, parts, node.value, scope)


def _mentions(
    syntax: Syntax, names: list[tuple[ast.AST, str]], scopes: dict[ast.AST, str], taken: set[ast.AST]
) -> Iterator[Fact]:
    """Texts elsewhere: in tables, defaults, lists."""
    for node, scope in names:
        if node in taken or syntax.is_docstring(node):
            continue
        assert isinstance(node, ast.Constant)
        data: dict[str, Json] = {"text": str(node.value), "to": ""}
        yield Fact("mention", scopes.get(node, scope), node.lineno, node.col_offset, data)


def _is_given(node: ast.Call, names: set[ast.AST]) -> bool:
    """Whether an argument of a call may be the name of a template."""
    return not names.isdisjoint(node.args) or any(keyword.value in names for keyword in node.keywords)


def _names_template(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.endswith(TEMPLATE_SUFFIXES)
        and TEMPLATE_NAME.match(node.value) is not None
    )


def _is_string(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
