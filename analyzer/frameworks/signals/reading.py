"""Facts about signals, read from one file: what makes, sends and receives them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...python.nodes import last_name, shown

SENDS = ("send", "send_robust", "asend", "asend_robust", "send_async")
_CONNECTS = ("connect", "connect_via")
_SURE = frozenset({"weak", "dispatch_uid", "sender"})
"""Words that only the `connect` of a signal knows."""


def read_signals(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `signal`, `receive`, `send`, and `answered` where what receivers answer is used."""
    for call, scope in _answered(syntax):
        yield Fact("answered", scope, call.lineno, call.col_offset, {})
    for node, scope in syntax.find(ast.Assign, ast.AnnAssign):
        yield from _signal(syntax, node, scope)
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        handler = syntax.name_of(node, scope)
        for decorator in node.decorator_list:
            yield from _decorated(syntax, decorator, scope, handler)
    for node, scope in syntax.find(ast.Call):
        assert isinstance(node, ast.Call)
        yield from _called(syntax, node, scope)


def _signal(syntax: Syntax, node: ast.AST, scope: str) -> Iterator[Fact]:
    """`paid = Signal()`, `paid = signal("paid")`, `paid = namespace.signal("paid")`, `paid = own()`."""
    assert isinstance(node, ast.Assign | ast.AnnAssign)
    if not isinstance(node.value, ast.Call) or "signal" not in last_name(node.value.func).lower():
        return
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        name = _variable(target, scope)
        if name:
            data = {
                "name": name,
                "by": syntax.express(node.value.func, scope),
                "text": _first(syntax, node.value),
            }
            yield Fact("signal", scope, node.lineno, node.col_offset, data)


def _variable(target: ast.expr, scope: str) -> str:
    """The dotted name of a variable within its module; `self.paid` belongs to the class."""
    if isinstance(target, ast.Name):
        return f"{scope}.{target.id}" if scope else target.id
    owner = scope.rpartition(".")[0]
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and owner:
        return f"{owner}.{target.attr}" if target.value.id == "self" else ""
    return ""


def _decorated(syntax: Syntax, decorator: ast.expr, scope: str, handler: str) -> Iterator[Fact]:
    """`@receiver(paid, sender=Order)`, `@paid.connect`, `@paid.connect_via(sender)`."""
    place = (decorator.lineno, decorator.col_offset)
    data: dict[str, Json]
    if isinstance(decorator, ast.Attribute) and decorator.attr == "connect":
        data = {"by": "connect", "signals": [_code(syntax, decorator.value, scope)], "sender": None}
    elif isinstance(decorator, ast.Call) and last_name(decorator.func) in (
        "receiver",
        "connect_via",
        "connect",
    ):
        data = _receiving(syntax, decorator, scope)
    else:
        return
    yield Fact("receive", scope, *place, {**data, "decorated": handler, "text": shown(decorator)})


def _receiving(syntax: Syntax, call: ast.Call, scope: str) -> dict[str, Json]:
    """Which signals a decorator receives, and from which sender."""
    sender = next((k.value for k in call.keywords if k.arg == "sender"), None)
    if isinstance(call.func, ast.Attribute) and call.func.attr in _CONNECTS:
        sender = sender or (call.args[0] if call.args else None)
        signals = [_code(syntax, call.func.value, scope)]
        return {"by": call.func.attr, "signals": signals, "sender": _sender(syntax, sender, scope)}
    given = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "signal"), None)
    bound = syntax.bound(given, scope)
    several = bound.elts if isinstance(bound, ast.List | ast.Tuple | ast.Set) else [given]
    signals = [_code(syntax, item, scope) for item in several if item is not None]
    by = syntax.express(call.func, scope)
    return {"by": by, "signals": signals, "sender": _sender(syntax, sender, scope)}


def _called(syntax: Syntax, node: ast.Call, scope: str) -> Iterator[Fact]:
    """`paid.connect(handler, sender=Order)`, `receiver(paid)(handler)`, `signal("paid").send()`."""
    function, place = node.func, (node.lineno, node.col_offset)
    words = {k.arg: k.value for k in node.keywords}
    if (
        isinstance(function, ast.Call)
        and last_name(function.func) in ("receiver", "connect_via")
        and node.args
    ):
        data = _receiving(syntax, function, scope)
        data |= {"handler": _handler(syntax, node.args[0], scope), "text": shown(node)}
        yield Fact("receive", scope, *place, data)
    elif isinstance(function, ast.Attribute) and function.attr == "connect":
        handler = node.args[0] if node.args else words.get("receiver")
        if handler is None:
            return
        sender = words.get("sender") or (node.args[1] if len(node.args) > 1 else None)
        data = {
            "by": "connect",
            "signals": [_code(syntax, item, scope) for item in _each(syntax, function.value, scope)],
            "sender": _sender(syntax, sender, scope),
            "handler": _handler(syntax, handler, scope),
            "text": shown(node),
            "sure": not _SURE.isdisjoint(words),
        }
        if len(node.args) > 1:  # perhaps a wrapper: `self.connect(paid, self.on_paid)`
            data["wrapped"] = [_code(syntax, handler, scope), _handler(syntax, node.args[1], scope)]
        yield Fact("receive", scope, *place, data)
    elif isinstance(function, ast.Attribute) and function.attr in SENDS and _inline(syntax, function.value):
        yield Fact(
            "send", scope, *place, {"signal": _code(syntax, function.value, scope), "last": function.attr}
        )


def _each(syntax: Syntax, node: ast.expr, scope: str) -> list[ast.expr]:
    """The signals that a loop over a written list goes through, where a name is bound by one alone."""
    named = node.id if isinstance(node, ast.Name) else ""
    loops = (loop for loop, where in syntax.find(ast.For) if named and where == scope)
    bound = [loop.iter for loop in loops if isinstance(loop, ast.For) and _is_called(loop.target, named)]
    several = syntax.bound(bound[0], scope) if len(bound) == 1 else None
    return several.elts if isinstance(several, ast.List | ast.Tuple | ast.Set) else [node]


def _is_called(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _answered(syntax: Syntax) -> Iterator[tuple[ast.Call, str]]:
    """The calls of `.send()` that are no statement of their own."""
    alone = set()
    for node, _ in syntax.find(ast.Expr):
        assert isinstance(node, ast.Expr)
        alone.add(node.value.value if isinstance(node.value, ast.Await) else node.value)
    for call, scope, _ in syntax.called(SENDS):
        if call not in alone:
            yield call, scope


def _inline(syntax: Syntax, node: ast.expr) -> str | None:
    """The name in `signal("name")`."""
    return (
        _first(syntax, node) or None
        if isinstance(node, ast.Call) and last_name(node.func) == "signal"
        else None
    )


def _code(syntax: Syntax, node: ast.expr, scope: str) -> list[str]:
    """[path expression of a signal, or of what makes it; the name given there]."""
    name = _inline(syntax, node)
    made = node.func if name and isinstance(node, ast.Call) else node
    return [syntax.express(made, scope), name or ""]


def _sender(syntax: Syntax, node: ast.expr | None, scope: str) -> Json:
    """[path expression, text] of a sender, None without one."""
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        return None
    return [syntax.express(node, scope), syntax.string(node) or ""]


def _handler(syntax: Syntax, node: ast.expr, scope: str) -> list[Json]:
    """[path expression, line, column] of a handler; `partial(handler, ...)` is the handler."""
    if isinstance(node, ast.Call) and last_name(node.func) == "partial" and node.args:
        node = node.args[0]
    return [syntax.express(node, scope), node.lineno, node.col_offset]


def _first(syntax: Syntax, call: ast.Call) -> str:
    text = syntax.string(call.args[0]) if call.args else None
    return text if text and "{}" not in text else ""
