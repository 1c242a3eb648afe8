"""Facts about transactions, read from one file."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ...model.facts import Fact, Json
from ...model.world import Syntax
from .known import holds, opens, opens_called, sql_word, usual
from .ranges import Ranges

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_ENDS = frozenset({"commit", "savepoint_commit"})
_STARTS = frozenset({"rollback", "begin", "savepoint", "savepoint_rollback", "set_autocommit"})
_WORDS = _ENDS | _STARTS
_MOST = 20
_NOTHING: Mapping[tuple[str, str], str] = {}


class _Opening(NamedTuple):
    """What a context manager or decorator opens: `how` where names say it, else "" and its code.

    `usual`: libraries call so what opens one.
    """

    how: str
    code: str
    usual: bool = False


def read_transactions(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `block`, `decorated`, `gives`, `commit`, `after`, `requests`, `apart`."""
    functions = [
        (node, syntax.name_of(node, scope))
        for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef)
        if isinstance(node, _Function)
    ]
    yields = sorted(getattr(node, "lineno", 0) for node, _ in syntax.find(ast.Yield, ast.YieldFrom))
    yield from _blocks(syntax, yields)
    yield from _decorated(syntax, functions)
    yield from _given(syntax)
    yield from _commits(syntax, functions, yields)
    yield from _after(syntax)
    yield from _requests(syntax)


def _opening(
    syntax: Syntax, node: ast.expr, scope: str, entered: Mapping[tuple[str, str], str] = _NOTHING
) -> _Opening:
    """What a context manager opens; `entered` is what `with ... as name` entered before."""
    code = syntax.express(node, scope)
    if not isinstance(node, ast.Call):
        how = opens(_written(node)) if isinstance(node, ast.Name | ast.Attribute) else ""
        return _Opening(how, code)
    function = node.func
    holders: tuple[str, ...] = ()
    if isinstance(function, ast.Attribute):
        written = _written(function.value)
        holders = (written, syntax.express(function.value, scope), entered.get((scope, written), ""))
    name = syntax.dotted(function) or (function.attr if isinstance(function, ast.Attribute) else "")
    how = opens_called(name, *holders)
    by_itself = any(word.arg == "autocommit" and _is_on(word.value) for word in node.keywords)
    return _Opening(how, syntax.express(function, scope), not (how or by_itself) and usual(name, *holders))


def _written(node: ast.expr) -> str:
    """Names and attributes of an expression as they stand there; calls without their arguments."""
    parts: list[str] = []
    while True:
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        else:
            return ".".join(reversed([*parts, getattr(node, "id", "")]))


def _blocks(syntax: Syntax, yields: Sequence[int]) -> Iterator[Fact]:
    entered: dict[tuple[str, str], str] = {}
    ends: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for node, scope in syntax.find(ast.With, ast.AsyncWith):
        assert isinstance(node, ast.With | ast.AsyncWith)
        last = node.end_lineno or node.lineno
        for item in node.items:
            opened = syntax.bound(item.context_expr, scope)  # `block = atomic()`, entered later
            opened = opened if isinstance(opened, ast.Call) else item.context_expr
            found = _opening(syntax, opened, scope, entered)
            if isinstance(item.optional_vars, ast.Name):
                entered[scope, item.optional_vars.id] = _written(item.context_expr)
                ends.setdefault((scope, item.optional_vars.id), []).append((node.lineno, last))
            known = not found.code.startswith("?") and isinstance(opened, ast.Call)
            if found.how or found.usual or known:
                yield _block(found, node, scope, item.context_expr, (node.lineno, last), yields)
    for call, scope, _ in syntax.called(("enter_context", "enter_async_context")):
        stack = call.func.value if isinstance(call.func, ast.Attribute) else None
        within = ends.get((scope, stack.id), ()) if isinstance(stack, ast.Name) else ()
        until = next((last for first, last in reversed(within) if first <= call.lineno <= last), 0)
        for manager in call.args[:1] if until else ():  # open until the stack is left
            found = _opening(syntax, manager, scope, entered)
            if found.how or isinstance(manager, ast.Call):
                yield _block(found, call, scope, manager, (call.lineno, until), yields)


def _block(
    found: _Opening, node: ast.AST, scope: str, at: ast.expr, lines: tuple[int, int], yields: Sequence[int]
) -> Fact:
    data: dict[str, Json] = {"how": found.how, "code": found.code, "lines": [list(lines)]}
    if found.usual:
        data["usual"] = True
    if _within(yields, *lines):
        data["yields"] = True
    if found.how and "." in scope:
        data["runs"] = _called(node)
    return Fact("block", scope, lines[0], at.col_offset, data)


def _within(numbers: Sequence[int], first: int, last: int) -> bool:
    index = bisect_left(numbers, first)
    return index < len(numbers) and numbers[index] <= last


def _called(node: ast.AST) -> list[Json]:
    """The plain names that are called in a block: a decorator calls what it decorates."""
    names = {
        inner.func.id
        for inner in ast.walk(node)
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name)
    }
    return sorted(names)[:_MOST]


def _decorated(syntax: Syntax, functions: Sequence[tuple[_Function, str]]) -> Iterator[Fact]:
    """Functions, and classes of views through `method_decorator`, that run in a transaction."""
    for node, name in functions:
        scope = name.rpartition(".")[0]
        for decorator in node.decorator_list:
            place = (node.lineno, decorator.col_offset)
            if _opens(syntax, decorator, scope):
                how = _opens(syntax, decorator, scope)
                lines: list[Json] = [[node.lineno, node.end_lineno or node.lineno]]
                yield Fact("decorated", name, *place, {"how": how, "lines": lines})
            elif _written(decorator).rpartition(".")[2] == "non_atomic_requests":
                yield Fact("apart", name, *place, {})
    for class_, scope in syntax.find(ast.ClassDef):
        assert isinstance(class_, ast.ClassDef)
        for decorator in class_.decorator_list:
            how = _opens(syntax, decorator, scope)
            if how:
                name = f"{scope}.{class_.name}" if scope else class_.name
                yield Fact("class", name, class_.lineno, decorator.col_offset, {"how": how})


def _opens(syntax: Syntax, decorator: ast.expr, scope: str) -> str:
    """How a decorator opens a transaction; also below `method_decorator`, in a list."""
    call = decorator if isinstance(decorator, ast.Call) else None
    if call is not None and _written(call).rpartition(".")[2] == "method_decorator" and call.args:
        first = call.args[0]
        inner = first.elts if isinstance(first, ast.List | ast.Tuple) else [first]
        return next((how for how in (_opens(syntax, node, scope) for node in inner) if how), "")
    if call is not None:
        return _opening(syntax, call, scope).how
    if not isinstance(decorator, ast.Name | ast.Attribute):
        return ""
    # `@transaction.atomic` is the same as `@transaction.atomic()`.
    how = opens_called(syntax.dotted(decorator))
    return how if how == "atomic" else ""


def _given(syntax: Syntax) -> Iterator[Fact]:
    """Functions that give a transaction to be entered: `return transaction.atomic(using="x")`."""
    for node, scope in syntax.find(ast.Return):
        value = getattr(node, "value", None)
        if scope and isinstance(value, ast.Call):
            how = _opening(syntax, value, scope).how
            if how and how != "connection":
                yield Fact("gives", scope, value.lineno, value.col_offset, {"how": how})


def _commits(
    syntax: Syntax, functions: Sequence[tuple[_Function, str]], yields: Sequence[int]
) -> Iterator[Fact]:
    ends: dict[str, dict[int, str]] = {}
    starts: dict[str, set[int]] = {}

    def may_end(name: str) -> bool:
        """Whether a call of that name may start or end a transaction, imported under another name too."""
        return (
            name in _WORDS
            or name.startswith("execute")
            or syntax.dotted(ast.Name(name)).rpartition(".")[2] in _WORDS
        )

    for node, scope, _ in syntax.called(may_end):
        word = _word(syntax, node, scope)
        if word in _ENDS:
            ends.setdefault(scope, {})[node.lineno] = "savepoint" if "savepoint" in word else "commit"
        elif word:
            starts.setdefault(scope, set()).add(node.lineno)
    if not ends:
        return
    roots: list[tuple[ast.AST, str]] = [(syntax.tree, ""), *functions]
    for root, scope in roots:
        if scope not in ends or _is_bare(root):
            continue
        first, last = (getattr(root, "lineno", 0), getattr(root, "end_lineno", 0) or 0) if scope else (0, 0)
        own = [line for line in ends[scope] if not scope or first <= line <= last]
        for line, lines in Ranges(root, own, starts.get(scope, ())):
            data: dict[str, Json] = {"how": ends[scope][line], "lines": lines}
            if any(_within(yields, *pair) for pair in lines):
                data["yields"] = True
            if "." in scope:
                data["runs"] = _called(root)
            yield Fact("commit", scope, line, 0, data)


def _word(syntax: Syntax, node: ast.Call, scope: str) -> str:
    """`commit` for what ends a transaction, another word for what starts one, else ""."""
    function = node.func
    if not isinstance(function, ast.Attribute):
        name = syntax.dotted(function).rpartition("transaction.")
        return name[2] if name[1] and name[2] in _WORDS else ""
    if function.attr.startswith("execute") and len(node.args) == 1:
        text = syntax.string(_text_of(node.args[0]))
        return sql_word(text) if text is not None else ""
    if function.attr not in _WORDS or (function.attr == "commit" and node.args):
        return ""
    return function.attr if holds(_written(function.value), syntax.express(function.value, scope)) else ""


def _text_of(node: ast.expr) -> ast.expr:
    return node.args[0] if isinstance(node, ast.Call) and len(node.args) == 1 else node


def _is_bare(root: ast.AST) -> bool:
    """Whether a function does nothing but commit: what it commits is its callers'."""
    body = [
        s
        for s in getattr(root, "body", ())
        if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
    ]
    return isinstance(root, _Function) and len(body) == 1 and isinstance(body[0], ast.Expr | ast.Return)


def _after(syntax: Syntax) -> Iterator[Fact]:
    """What runs once the transaction is committed: `transaction.on_commit(f)`."""
    for node, scope, _ in syntax.called(("on_commit", "")):
        if _written(node).rpartition(".")[2] != "on_commit":
            continue
        given = [*node.args[:1], *(k.value for k in node.keywords if k.arg in ("func", "f", "callback"))][:1]
        for value in given:
            if isinstance(value, ast.Call) and _written(value).rpartition(".")[2] == "partial" and value.args:
                value = value.args[0]
            data: dict[str, Json] = {"what": syntax.express(value, scope)}
            if isinstance(value, ast.Lambda):
                data["what"] = _scope_of(syntax, value)
                data["lambda"] = True
            yield Fact("after", scope, node.lineno, node.col_offset, data)


def _scope_of(syntax: Syntax, node: ast.Lambda) -> str:
    """The scope that a lambda opens, told by a call or name in its body."""
    inside = set(ast.walk(node.body))
    return next((scope for inner, scope in syntax.find(ast.Call, ast.Name) if inner in inside), "")


def _requests(syntax: Syntax) -> Iterator[Fact]:
    """`ATOMIC_REQUESTS` of a database is set."""
    for node, scope in syntax.find(ast.Dict, ast.Assign, ast.keyword):
        values: list[ast.expr] = []
        if isinstance(node, ast.Dict):
            values = [v for k, v in zip(node.keys, node.values, strict=True) if _names_requests(k)]
        elif isinstance(node, ast.keyword):
            values = [node.value] if node.arg == "ATOMIC_REQUESTS" else []
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            values = [node.value] if _names_requests(node.targets[0].slice) else []
        for value in values:
            if _is_on(value):
                yield Fact("requests", scope, value.lineno, 0, {})


def _names_requests(key: ast.expr | None) -> bool:
    return key.__class__ is ast.Constant and getattr(key, "value", None) == "ATOMIC_REQUESTS"


def _is_on(node: ast.AST) -> bool:
    """`True`, or something like `env.bool("ATOMIC", default=True)`."""
    values = [*node.args, *(k.value for k in node.keywords)] if isinstance(node, ast.Call) else [node]
    return any(isinstance(value, ast.Constant) and value.value is True for value in values)
