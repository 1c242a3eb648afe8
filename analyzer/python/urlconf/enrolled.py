"""Views that are enrolled by a decorator, and what makes URL patterns of them, read from one file.

@enrol(Order, "edit", detail=True)               # puts the class into a list: `kept["views"][label].append`
class Edit(View): ...
urlpatterns = [path("orders/", include(patterns_of("shop", "order")))]       # a loop over such a list
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from ...model.facts import Fact, Json
from ...model.world import Syntax

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_DEFAULTS = frozenset({"setdefault", "get"})
_LONGEST, _MOST = 300, 30


def read_enrolled(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `enrols` (a decorator) and `enrolled` (a use of one)."""
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, _Function)
        yield from _enrols(syntax, node, syntax.name_of(node, scope))
    yield from _uses(syntax)


def read_rolls(syntax: Syntax, paths: Sequence[tuple[ast.AST, str]]) -> Iterator[Fact]:
    """Facts of kind `rolls`: a loop over what is enrolled, that calls one of `paths`."""
    by_scope: dict[str, list[ast.Call]] = {}
    for call, scope in paths:
        if isinstance(call, ast.Call):
            by_scope.setdefault(scope, []).append(call)
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, _Function)
        name = syntax.name_of(node, scope)
        if name in by_scope:
            yield from _rolls(syntax, node, name, by_scope[name])


def _enrols(syntax: Syntax, outer: _Function, name: str) -> Iterator[Fact]:
    """A decorator that is made with arguments, and puts what it is given into a list."""
    for inner in outer.body:
        if not isinstance(inner, _Function) or not inner.args.args:
            continue
        given = inner.args.args[0].arg
        for node in ast.walk(inner):
            if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") != "append" or not node.args:
                continue
            kept = node.args[0]
            pairs = zip(kept.keys, kept.values, strict=True) if isinstance(kept, ast.Dict) else ()
            fields = {syntax.string(key) or "": _shown(value) for key, value in pairs if key is not None}
            held = next((field for field, text in fields.items() if text == given), "")
            assert isinstance(node.func, ast.Attribute)
            if held:
                data = {**_signature(outer), **_chain(syntax, node.func.value, f"{name}.{inner.name}")}
                data |= {"fields": fields, "lets": [*_lets(outer.body), *_lets(inner.body)]}
                yield Fact("enrols", name, node.lineno, node.col_offset, data)


def _rolls(syntax: Syntax, function: _Function, name: str, paths: list[ast.Call]) -> Iterator[Fact]:
    """A loop over such a list in which `path()` is called."""
    for loop in ast.walk(function):
        if not isinstance(loop, ast.For) or not isinstance(loop.target, ast.Name):
            continue
        call = next((node for node in ast.walk(loop) if node in paths), None)
        over, names, tests = _elements(function, loop)
        if not isinstance(call, ast.Call) or over is None:
            continue
        words = {keyword.arg: keyword.value for keyword in call.keywords}
        route = call.args[0] if call.args else words.get("route") or words.get("regex")
        named = words.get("name")
        data = {**_signature(function), **_chain(syntax, over, name), "names": names, "tests": tests}
        data |= {"route": _shown(route), "name": _shown(named) if named is not None else "''"}
        data |= {"lets": _lets(loop.body), "regex": not syntax.dotted(call.func).endswith(".path")}
        yield Fact("rolls", name, call.lineno, call.col_offset, data)


def _elements(function: _Function, loop: ast.For) -> tuple[ast.expr | None, list[Json], list[Json]]:
    """What a loop goes over, the names of an element, and what must hold of it."""
    assert isinstance(loop.target, ast.Name)
    held = [loop.iter]
    if isinstance(loop.iter, ast.Name):
        held = [
            node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == loop.iter.id
        ]
    for over in held:
        if isinstance(over, ast.ListComp | ast.GeneratorExp):
            part = over.generators[0]
            if isinstance(part.target, ast.Name) and getattr(over.elt, "id", "") == part.target.id:
                return part.iter, [loop.target.id, part.target.id], [_shown(test) for test in part.ifs]
        elif isinstance(over, ast.Subscript | ast.Call | ast.Attribute):
            return over, [loop.target.id], []
    return None, [], []


def _uses(syntax: Syntax) -> Iterator[Fact]:
    """Classes under decorators that are called, and `enrol(...)(View)`."""
    for node, scope in syntax.find(ast.ClassDef):
        assert isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call):
                yield _use(syntax, decorator, scope, syntax.name_of(node, scope), "", "")
    guards: dict[ast.AST, tuple[str, str]] = {}
    for guard, scope in syntax.find(ast.If):
        assert isinstance(guard, ast.If)
        test = guard.test
        if (
            isinstance(test, ast.Call)
            and getattr(test.func, "id", "") == "issubclass"
            and len(test.args) == 2
        ):
            told = (_shown(test.args[0]), syntax.express(test.args[1], scope))
            guards.update((node, told) for part in guard.body for node in ast.walk(part))
    for node, scope in syntax.find(ast.Call):
        assert isinstance(node, ast.Call)
        if isinstance(node.func, ast.Call) and len(node.args) == 1 and not node.keywords:
            text = syntax.string(node.args[0])
            view = text if text is not None else syntax.express(node.args[0], scope)
            yield _use(syntax, node.func, scope, view, *guards.get(node, ("", "")))


def _use(syntax: Syntax, call: ast.Call, scope: str, view: str, name: str, kind: str) -> Fact:
    """`name` is a variable that stands for all classes that inherit from `kind`."""
    data: dict[str, Json] = {
        "by": syntax.express(call.func, scope),
        "args": [_shown(argument) for argument in call.args],
        "words": {word.arg: _shown(word.value) for word in call.keywords if word.arg},
        "view": view,
        "each": [name, kind] if kind else [],
    }
    return Fact("enrolled", scope, call.lineno, call.col_offset, data)


def _signature(function: _Function) -> dict[str, Json]:
    given = function.args
    plain = [*given.posonlyargs, *given.args]
    pairs = [*zip(plain[len(plain) - len(given.defaults) :], given.defaults, strict=True)]
    pairs += [(a, d) for a, d in zip(given.kwonlyargs, given.kw_defaults, strict=True) if d is not None]
    return {
        "parameters": [argument.arg for argument in plain],
        "defaults": {argument.arg: _shown(default) for argument, default in pairs},
    }


def _chain(syntax: Syntax, node: ast.expr, scope: str) -> dict[str, Json]:
    """Where a list is kept: `kept["views"][label]` is the root `kept` and two keys."""
    keys: list[Json] = []
    while True:
        if isinstance(node, ast.Subscript):
            keys.append(_shown(node.slice))
            node = node.value
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in _DEFAULTS and node.args:
            assert isinstance(node.func, ast.Attribute)
            keys.append(_shown(node.args[0]))
            node = node.func.value
        else:
            return {"root": syntax.express(node, scope), "keys": keys[::-1]}


def _lets(body: list[ast.stmt]) -> list[Json]:
    """[name, value] of the plain assignments of a body, in order."""
    return [
        [node.targets[0].id, _shown(node.value)]
        for node in body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    ][:_MOST]


def _shown(node: ast.AST | None) -> str:
    """Code that `told` reads again; "" of what is long."""
    try:
        text = ast.unparse(node) if node is not None else ""
    except (ValueError, RecursionError):
        return ""
    return text if len(text) <= _LONGEST else ""
