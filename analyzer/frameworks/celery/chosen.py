"""Tasks of which one is chosen: `(add if fresh else change).delay()`, `TASKS[kind].delay()`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...model.facts import Fact
from ...model.world import Syntax
from ...python.assigned import Assigned

_MOST = 50


def read_chosen(syntax: Syntax, methods: frozenset[str]) -> Iterator[Fact]:
    """Facts of kind `chosen`: the tasks of which a call of one of these methods sends one."""
    assigned = syntax.once(Assigned)
    for call, scope, _ in syntax.called(methods):
        if not isinstance(call.func, ast.Attribute):
            continue
        values = list(_values(syntax, call.func.value, scope, assigned))
        if 1 < len(values) <= _MOST:
            codes = [syntax.express(value, scope) for value in values]
            yield Fact("chosen", scope, call.lineno, call.col_offset, {"codes": codes})


def _values(syntax: Syntax, node: ast.expr, scope: str, assigned: Assigned) -> Iterator[ast.expr]:
    """The expressions of which a receiver is one."""
    held = syntax.bound(node, scope)
    asked = held.func.value if isinstance(held, ast.Call) and _is_get(held) else None  # type: ignore[attr-defined]
    holder = held.value if isinstance(held, ast.Subscript) else asked
    table = syntax.bound(holder, scope) if holder is not None else None
    if isinstance(table, ast.Dict):
        yield from table.values
    elif isinstance(table, ast.List | ast.Tuple):
        yield from table.elts
    elif isinstance(held, ast.IfExp):
        yield from (held.body, held.orelse)
    elif isinstance(node, ast.Name):
        yield from assigned.values(node, scope)


def _is_get(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "get"
