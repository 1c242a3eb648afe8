"""Facts about registries, read from one file: what is put in, taken out and called, and by whose means."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...python.nodes import last_name
from .origins import Origin, Origins

_PUTS = {"append": 0, "add": 0, "appendleft": 0, "insert": 1}
_REGISTERS = (
    r"regist|subscri|listen|connect|hook|handle|callback|observ|bind|attach|add|on(?:_|\Z)|when|plug|receiv"
)
_PUBLISHES = (
    r"emit|fire|trigger|notif|publish|dispatch|send|call|run|invoke|exec|hook|process|apply|handle|get"
)
_MEANS = re.compile(rf"_*(?:\w*_)?(?:{_REGISTERS}|{_PUBLISHES})\w*\Z", re.IGNORECASE)
_SENDS = re.compile("emit|fire|trigger|notif|publish|dispatch", re.IGNORECASE)
"""Names that alone say that something is sent, whatever they are given."""
_PLAIN = frozenset(
    "property staticmethod classmethod cached_property abstractmethod contextmanager setter wraps override "
    "overload dataclass lru_cache cache fixture parametrize patch skipif total_ordering".split()
)
_MOST = 8
"""Arguments of a call that is still told."""


def read_registries(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `put`, `called`, `gives`, `use` and `decorated`."""
    origins = Origins(syntax)
    for call, scope, name in syntax.calls():
        if name in _PUTS:
            yield from _put(origins, call, scope)
        if scope and (call.func.__class__ is not ast.Attribute):
            yield from _called(origins, call, scope)
        if (_may_be_means(name) or any(item.__class__ is ast.Lambda for item in call.args)) and (
            0 < len(call.args) + len(call.keywords) <= _MOST
        ):
            yield from _used(syntax, origins, call, scope)
    for node, scope in syntax.find(ast.Assign):
        assert isinstance(node, ast.Assign)
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                origin = origins.of(target, scope)
                yield from _putting(origins, node, scope, origin, node.value)
    for node, scope in syntax.find(ast.Return):
        assert isinstance(node, ast.Return)
        origin = origins.of(node.value, scope) if scope else None
        if origin is not None and origin.taken and origin.call is None:
            yield _fact("gives", node, scope, origin)
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        item = syntax.name_of(node, scope)
        for decorator in node.decorator_list:
            yield from _decorated(syntax, origins, decorator, scope, item)


def _fact(kind: str, node: ast.expr | ast.stmt, scope: str, origin: Origin, **more: Json) -> Fact:
    data = {"code": origin.code, "key": origin.key, "call": origin.call, **more}
    return Fact(kind, scope, node.lineno, node.col_offset, data)


def _put(origins: Origins, node: ast.Call, scope: str) -> Iterator[Fact]:
    """`HANDLERS.append(f)`, `HANDLERS[key].append(f)`, `HANDLERS.setdefault(key, []).append((f, 1))`."""
    function = node.func
    position = _PUTS.get(function.attr, -1) if isinstance(function, ast.Attribute) else -1
    if isinstance(function, ast.Attribute) and 0 <= position < len(node.args):
        item = node.args[position]
        if isinstance(item, ast.Name | ast.Attribute | ast.Lambda | ast.Tuple):
            yield from _putting(origins, node, scope, origins.of(function.value, scope), item)


def _putting(
    origins: Origins, node: ast.Call | ast.Assign, scope: str, origin: Origin | None, item: ast.expr
) -> Iterator[Fact]:
    if origin is None or origin.call is not None:
        return
    for part in item.elts if isinstance(item, ast.Tuple) else [item]:
        if isinstance(part, ast.Name | ast.Attribute | ast.Lambda):
            spec = origins.spec(part, scope)
            if spec[0] in ("parameter", "code"):
                yield _fact("put", node, scope, origin, item=spec)


def _called(origins: Origins, node: ast.Call, scope: str) -> Iterator[Fact]:
    """A call of something that was taken out of a container: `for f in HANDLERS[key]: f()`."""
    function = node.func
    if isinstance(function, ast.Name):
        if not origins.is_bound(function.id, scope):
            return
    elif not isinstance(function, ast.Subscript | ast.Call) or not scope:
        return
    origin = origins.of(function, scope)
    if origin is not None and origin.taken:
        yield _fact("called", node, scope, origin)


@lru_cache(maxsize=65536)
def _may_be_means(name: str) -> bool:
    """Whether registries' functions have such names: which ones are is not known before linking."""
    return _MEANS.match(name) is not None


def _used(syntax: Syntax, origins: Origins, node: ast.Call, scope: str) -> Iterator[Fact]:
    """A call with a key or a function given."""
    arguments = origins.arguments(node, scope)
    told = any(spec[0] != "computed" for _, spec in arguments)
    if told or _SENDS.search(last_name(node.func)):
        data = {"by": syntax.express(node.func, scope), "arguments": arguments}
        yield Fact("use", scope, node.lineno, node.col_offset, data)


def _decorated(
    syntax: Syntax, origins: Origins, decorator: ast.expr, scope: str, item: str
) -> Iterator[Fact]:
    call = decorator if isinstance(decorator, ast.Call) else None
    function = call.func if call is not None else decorator
    if last_name(function) in _PLAIN or not isinstance(function, ast.Name | ast.Attribute):
        return
    data: dict[str, Json] = {
        "by": syntax.express(function, scope),
        "arguments": origins.arguments(call, scope) if call is not None else None,
        "item": item,
    }
    yield Fact("decorated", scope, decorator.lineno, decorator.col_offset, data)
