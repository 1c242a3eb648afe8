"""Facts about caches, read from one file: calls that take a key, decorators that keep results."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...python.assigned import Assigned
from ...python.each_constant import EachConstant
from ...python.holes import UNKNOWN
from ...python.nodes import last_name, shown
from ...python.patterns import parts_of
from .words import DECORATORS, FORGETS, KEY_WORDS, METHODS, NAMED, SEVERAL, WRAPS

_HEAD = re.compile(r"(?:([A-Za-z_]\w*)|<[\w.]+>)[.(]?")
"""What a path expression begins with: a name, or an instance of a class of the file."""


def read_caches(syntax: Syntax, told: bool = True) -> Iterator[Fact]:
    """Facts of kinds `use`, `keeps` and `forgets`.

    Unless the file is `told` to be about caches, only those of what is imported, and given a key that was put
    together: `store.get(f"cart:{id}")`.
    """
    if not told:
        yield from _imported(syntax)
        return
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for decorator in node.decorator_list:
            yield from _decorated(syntax, decorator, scope, syntax.name_of(node, scope))
    assigned = syntax.once(Assigned)
    for node, scope, name in syntax.calls():
        if name:
            yield from _called(syntax, node, node.func, name, scope, assigned)
        elif isinstance(node.func, ast.Call) and last_name(node.func.func) == "cache_page" and node.args:
            data: dict[str, Json] = {
                "by": syntax.express(node.func.func, scope),
                "view": syntax.express(node.args[0], scope),
                "key": [],
            }
            yield Fact("keeps", scope, node.lineno, node.col_offset, data)


def _imported(syntax: Syntax) -> Iterator[Fact]:
    """Uses of what may be a cache that another file made."""
    assigned = syntax.once(Assigned)
    for node, scope, name in syntax.called(METHODS):
        if not isinstance(node.func, ast.Attribute) or not (node.args or node.keywords):
            continue
        head = _HEAD.match(syntax.express(node.func.value, scope))
        if head is None or (head[1] and syntax.dotted(ast.Name(head[1])) == head[1]):
            continue
        for fact in _called(syntax, node, node.func, name, scope, assigned):
            if any(_is_telling(key) for key in fact.data.get("keys", ())):
                yield fact


def _is_telling(key: list[Json]) -> bool:
    """Whether a key is a text that was put together, or a constant: no dictionary's nor a query's."""
    texts = [part for part in key if isinstance(part, str)]
    others = [part for part in key if not isinstance(part, str)]
    if texts and (others or ":" in "".join(texts)):
        return True
    return any(
        part[0] == "fill" or (part[0] == "code" and str(part[1]).rpartition(".")[2].isupper())
        for part in others
    )


def _decorated(syntax: Syntax, decorator: ast.expr, scope: str, function: str) -> Iterator[Fact]:
    """`@cache.memoize(60)`, `@cache.cached(key_prefix="all")`, `@method_decorator(cache_page(60))`."""
    call = decorator if isinstance(decorator, ast.Call) else None
    if call is not None and last_name(call.func) == "method_decorator" and call.args:
        yield from _decorated(syntax, call.args[0], scope, function)
        return
    maker = call.func if call is not None else decorator
    if last_name(maker) not in DECORATORS:
        return
    words = {k.arg: k.value for k in call.keywords} if call is not None else {}
    key = words.get("key_prefix") if last_name(maker) == "cached" else None
    parts = parts_of(syntax, key, scope) if key is not None else []
    data = {"by": syntax.express(maker, scope), "function": function, "key": parts}
    yield Fact("keeps", scope, decorator.lineno, decorator.col_offset, data)


def _called(
    syntax: Syntax, node: ast.Call, function: ast.expr, method: str, scope: str, assigned: Assigned
) -> Iterator[Fact]:
    place = (node.lineno, node.col_offset)
    holder = function.value if isinstance(function, ast.Attribute) else None
    if method in FORGETS and holder is not None:
        on = syntax.express(holder, scope)
        for item in node.args[:1]:
            yield Fact("forgets", scope, *place, {"on": on, "function": syntax.express(item, scope)})
        return
    wraps = method in WRAPS and holder is not None and bool(node.args) and _is_text(node.args[0])
    named = _is_named(syntax.dotted(function))
    if not ((method in METHODS or wraps) and holder is not None) and not named:
        return
    several = method in SEVERAL or (named and method not in METHODS)
    keys = list(_keys(syntax, node, scope, several, assigned))
    if keys or method in METHODS:
        data: dict[str, Json] = {
            "on": syntax.express(holder, scope) if holder is not None else "",
            "by": syntax.express(function, scope),
            "method": method,
            "keys": keys or [list(UNKNOWN)],
            "text": shown(node),
        }
        yield Fact("use", scope, *place, data)


def _is_text(node: ast.expr) -> bool:
    """Whether an expression is a text for certain: written out, joined or filled."""
    if isinstance(node, ast.BinOp):
        return _is_text(node.left) or _is_text(node.right)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr == "format"
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


@lru_cache(maxsize=65536)
def _is_named(function: str) -> bool:
    """Whether the name of a function says that it has to do with a cache."""
    return NAMED.search(function) is not None


def _keys(
    syntax: Syntax, node: ast.Call, scope: str, several: bool, assigned: Assigned
) -> Iterator[list[Json]]:
    """The parts of each key that a call is given."""
    given: list[ast.expr] = list(node.args if several else node.args[:1])
    if not given:
        given = [keyword.value for keyword in node.keywords if keyword.arg in KEY_WORDS][:1]
    each = syntax.once(EachConstant)
    for item in _items(syntax, given, scope, several, assigned):
        starred = item.value if isinstance(item, ast.Starred) else None
        if isinstance(starred, ast.Name) and syntax.bound(starred, scope) is starred:
            yield [["code", f"?*{starred.id}"]]  # `*keys`, which callers give
        elif several and isinstance(item, ast.List | ast.Tuple | ast.Set):
            yield from (parts_of(syntax, element, scope) for element in item.elts)
        elif several and isinstance(item, ast.ListComp | ast.SetComp | ast.GeneratorExp):
            yield from (parts_of(syntax, key, scope) for key in each.values(item.elt, scope))
        elif several and isinstance(item, ast.Dict):
            yield from (parts_of(syntax, key, scope) for key in item.keys if key is not None)
        elif several and isinstance(item, ast.DictComp):
            yield parts_of(syntax, item.key, scope)
        elif not isinstance(item, ast.Constant) or isinstance(item.value, str | bytes):
            yield from (parts_of(syntax, key, scope) for key in each.values(item, scope))


def _items(
    syntax: Syntax, given: list[ast.expr], scope: str, several: bool, assigned: Assigned
) -> Iterator[ast.expr]:
    """The expressions that arguments stand for; of a name that holds a list of keys, the list."""
    for node in given:
        for value in assigned.values(node, scope):
            held = syntax.bound(value, scope) if several else value
            yield held if isinstance(held, ast.List | ast.Tuple | ast.Set | ast.ListComp) else value
