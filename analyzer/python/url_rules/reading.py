"""What one file says of URL rules: calls in loops unrolled, texts in parts, arguments handed to wrappers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import NamedTuple

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ..nodes import keyword, member_name
from ..patterns import names_in, parts_of
from ..urlconf.substitution import fill
from .rows import Rows, rows_of
from .turns import Turns
from .views import plain, view_code, view_name

_APPLICATIONS = frozenset({"app", "application", "self", "cls"})
_HOLDER = re.compile(r"(?:blueprint|bp|api|namespace|ns|routes|urls|url_rules|endpoints)\Z", re.IGNORECASE)
_VARIABLE = re.compile(r"<[^>]*>")
"""In a rule: `<any(file, blob):kind>` has blanks of its own."""
_MOST = 500
_NESTED_LOOPS = 3
_ADDING = ("route", "add_url_rule", "register_blueprint", "add_resource", "add_namespace")


class Call(NamedTuple):
    """A call as it stands, or as it runs in one round of a loop over a literal; `loops` over what is unknown.

    `loops` maps the variable of a loop to what it goes through. `rows` is set where each round takes a row
    apart, of a list that stands in another module.
    """

    node: ast.Call
    scope: str
    line: int
    column: int
    loops: dict[str, ast.expr]
    rows: Rows | None = None


def calls(syntax: Syntax) -> Iterator[Call]:
    """All calls of a file; those in loops once for each round that the file tells."""
    unrolled: dict[ast.Call, list[Call]] = {}
    done: set[ast.For] = set()
    for loop, scope in syntax.find(ast.For):
        assert isinstance(loop, ast.For)
        if loop in done:
            continue
        inner = [part for part in _below(loop.body) if isinstance(part, ast.Call) and _adds(part)]
        if not inner:
            continue
        turns = Turns(syntax, loop, scope, frozenset(inner))
        done |= turns.inner
        for call in inner:
            place = (scope, call.lineno, call.col_offset)
            before = unrolled.get(call, [Call(call, *place, {})])
            rows = rows_of(loop, call) if not turns.known else None
            if rows is not None:
                unrolled[call] = [each._replace(node=rows.call, rows=rows) for each in before]
            elif not turns.known:
                over = {loop.target.id: loop.iter} if isinstance(loop.target, ast.Name) else {}
                unrolled[call] = [each._replace(loops={**each.loops, **over}) for each in before]
            elif len(before) * len(turns.names.get(call, ())) <= _MOST:
                with suppress(RecursionError):  # code that nobody wrote by hand: left as it stands
                    unrolled[call] = [
                        each._replace(node=fill(each.node, names))
                        for each in before
                        for names in turns.names.get(call, ())
                    ]
    for node, scope in syntax.find(ast.Call):
        assert isinstance(node, ast.Call)
        yield from (
            unrolled[node]
            if node in unrolled
            else [Call(_at_once(node), scope, node.lineno, node.col_offset, {})]
        )


def _at_once(node: ast.Call) -> ast.Call:
    """`partial(app.register_blueprint, api, url_prefix="/api")` as the call that it will be."""
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    first = node.args[0] if name == "partial" and node.args else None
    if not isinstance(first, ast.Attribute) or not first.attr.endswith(_ADDING):
        return node
    return ast.copy_location(ast.Call(first, node.args[1:], node.keywords), node)


def _below(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """What stands in the body of a loop, functions that are defined there apart."""
    stack: list[ast.AST] = list(reversed(body))
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            stack.extend(reversed(list(ast.iter_child_nodes(node))))


def _adds(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr.endswith(_ADDING)


class Texts:
    """The texts that arguments give, and the functions around them whose callers hand them in."""

    def __init__(self, syntax: Syntax) -> None:
        self._syntax = syntax

    @cached_property
    def _functions(self) -> dict[str, tuple[list[str], str, set[str]]]:
        """Function -> (its parameters by place, the name after `*`, those by name alone)."""
        found = {}
        for node, scope in self._syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
            assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            given = node.args
            places = [a.arg for a in (*given.posonlyargs, *given.args)]
            star = given.vararg.arg if given.vararg is not None else ""
            named = {a.arg for a in given.kwonlyargs}
            found[self._syntax.name_of(node, scope)] = (places, star, named)
        return found

    def wrapper(
        self, scope: str, found: Sequence[Json], view: ast.expr | None, on: ast.expr | None = None
    ) -> list[Json]:
        """[function, parameters by place, name after `*`] where a rule is made of what it is given, or []."""
        needed = {name for text in found if text[0] == "text" for name in names_in(text[1])}
        needed |= {str(text[1]) for text in found if text[0] == "each"}
        needed |= {part.id for part in (view, on) if isinstance(part, ast.Name)} - _APPLICATIONS
        while scope and needed:
            places, star, _ = self._functions.get(scope, ([], "", set()))
            mine, outer = needed & self._taken(scope), scope.rpartition(".")[0]
            # A decorator that a function makes takes what it decorates, the function all else.
            decorates = isinstance(view, ast.Name) and mine == {view.id}
            if mine and not (decorates and (needed - mine) & self._taken(outer)):
                return [scope, places, star]
            scope = outer
        return []

    def _taken(self, function: str) -> set[str]:
        places, star, named = self._functions.get(function, ([], "", set()))
        return {*places, star, *named} - {"self", "cls", ""}

    @cached_property
    def _lists(self) -> dict[tuple[str, str], ast.expr]:
        """What names of each scope are last given, where that is a list."""
        return {
            (scope, node.targets[0].id): node.value
            for node, scope in self._syntax.find(ast.Assign)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
            if isinstance(node.value, ast.ListComp | ast.List | ast.Tuple)
        }

    def of(self, nodes: Sequence[ast.expr], scope: str, loops: Mapping[str, ast.expr]) -> list[Json]:
        """Each as `["text", parts]`, or `["each", variable]` for those of a parameter.

        `*urls` and `for url in urls` go through all elements; `[f(url) for url in urls]` counts as `urls`.
        """
        found: list[Json] = []
        for node in nodes:
            over = node.value if isinstance(node, ast.Starred) else None
            if isinstance(node, ast.Name) and node.id in loops:
                over = loops[node.id]
            if over is None:
                found.append(["text", parts_of(self._syntax, node, scope)])
                continue
            over = self._through(over, scope)
            if isinstance(over, ast.List | ast.Tuple):
                found += [["text", parts_of(self._syntax, element, scope)] for element in over.elts]
            else:
                found.append(["each", plain(over)])
        return found

    def _through(self, node: ast.expr, scope: str) -> ast.expr:
        """What a list is made of."""
        seen: set[str] = set()
        for _ in range(_NESTED_LOOPS):
            if isinstance(node, ast.ListComp) and len(node.generators) == 1:
                node = node.generators[0].iter
            elif isinstance(node, ast.Name):
                held = self._lists.get((scope, node.id)) or self._syntax.bound(node, scope)
                if not isinstance(held, ast.expr) or held is node or node.id in seen:
                    break
                seen.add(node.id)
                node = held
        return node


def methods(syntax: Syntax, call: ast.Call, scope: str) -> list[str] | None:
    """The methods that a call names, None when it names none."""
    value = keyword(call, "methods")
    return None if value is None else verbs(syntax, value, scope) or ["GET"]


def verbs(syntax: Syntax, node: ast.expr, scope: str) -> list[str]:
    """Methods of HTTP in a literal list."""
    held = syntax.bound(node, scope)
    elements = held.elts if isinstance(held, ast.List | ast.Tuple | ast.Set) else []
    found = {str(syntax.string(element) or member_name(element)).upper() for element in elements}
    return sorted(found - {"", "HEAD", "OPTIONS"})


def host_of(syntax: Syntax, call: ast.Call) -> str:
    """The host or subdomain that a call gives rules, `?` where it is not plain; "" for all hosts."""
    given = keyword(call, "host") or keyword(call, "subdomain")
    if given is None or (isinstance(given, ast.Constant) and given.value is None):
        return ""
    return syntax.string(given) or "?"


def taken_apart(call: Call) -> Json:
    """`[list, names of a row's parts, name of all after the first, that of methods]`, None without rows."""
    if call.rows is None:
        return None
    given = keyword(call.node, "methods")
    named = given.id if isinstance(given, ast.Name) and given.id in call.rows.names else ""
    return [plain(call.rows.over), list(call.rows.names), call.rows.rest, named]


def argument(syntax: Syntax, name: str, value: ast.expr, scope: str) -> list[Json]:
    """What `wrappers.Argument` is made of, with the argument's name before it."""
    held = syntax.bound(value, scope)
    many = held.elts if isinstance(held, ast.List | ast.Tuple) else [value]
    return [
        name, plain(value), view_code(syntax, value, scope),
        [parts_of(syntax, element, scope) for element in many],
        verbs(syntax, value, scope) if name == "methods" or _is_verbs(many) else [],
        view_name(syntax, value, scope),
    ]  # fmt: skip


def _is_verbs(nodes: Sequence[ast.expr]) -> bool:
    texts = [getattr(node, "value", None) for node in nodes]
    return bool(texts) and all(isinstance(text, str) and text.isupper() and text.isalpha() for text in texts)


def handed(syntax: Syntax, call: ast.Call, scope: str, handler: str) -> Iterator[Fact]:
    """The arguments of a call that may hand URL rules to a function of the project's own."""
    named = [("", argument) for argument in call.args] + [(k.arg or "**", k.value) for k in call.keywords]
    if not any(_is_rule(syntax, value, scope) for _, value in named[:8]):
        return
    arguments: list[Json] = [argument(syntax, name, value, scope) for name, value in named]
    data: dict[str, Json] = {"call": syntax.express(call.func, scope), "arguments": arguments}
    on = call.func.value if isinstance(call.func, ast.Attribute) else None
    data |= {"handler": handler, "receiver": plain(on) if on is not None else ""}
    yield Fact("hands", scope, call.lineno, call.col_offset, data)


def _is_rule(syntax: Syntax, node: ast.expr, scope: str) -> bool:
    """Whether an argument looks like a URL rule, a list of some, a view, or a blueprint."""
    if isinstance(node, ast.List | ast.Tuple) and node.elts:
        node = node.elts[0]
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr == "as_view"
    held = syntax.bound(node, scope) if isinstance(node, ast.Name) else None
    if isinstance(held, ast.Call) and syntax.dotted(held.func).endswith("Blueprint"):
        return True
    if isinstance(node, ast.Name | ast.Attribute) and _HOLDER.search(plain(node)):
        return True
    text = syntax.string(node)
    return text is not None and text.startswith("/") and " " not in _VARIABLE.sub("", text)
