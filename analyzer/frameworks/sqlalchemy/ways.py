"""Which way a relation between two classes leads that have keys of each other: the keys it names say."""

from __future__ import annotations

import ast
import re

from ...model.world import Syntax
from ...python.nodes import last_name

_COLUMN = re.compile(r"(\w+)\.\w+")


def way_by_keys(syntax: Syntax, given: ast.expr | None, own: str, target: str) -> str:
    """`many` for `foreign_keys=[Line.order_id]` of the other class, `one` for its own, "" for neither."""
    if given is None:
        return ""
    text = syntax.string(given)
    if text is not None:
        owners = {found[1] for found in _COLUMN.finditer(text)}
    else:
        columns = given.elts if isinstance(given, ast.List | ast.Tuple) else [given]
        owners = {last_name(c.value) if isinstance(c, ast.Attribute) else "" for c in columns}
    other = target.rpartition(".")[2]
    if len(owners) != 1 or other == own:
        return ""
    owner = owners.pop()
    return "many" if owner == other else "one" if owner in ("", own) else ""


def is_key(node: ast.AST) -> bool:
    """Whether that is a foreign key of one column."""
    return isinstance(node, ast.Call) and last_name(node.func) == "ForeignKey"


def is_constraint(node: ast.AST) -> bool:
    """Whether that is a foreign key of several columns."""
    return (
        isinstance(node, ast.Call) and last_name(node.func) == "ForeignKeyConstraint" and len(node.args) > 1
    )


def key_of_several(syntax: Syntax, node: ast.AST, scope: str) -> str:
    """As `_key`, of a constraint of several columns."""
    columns = node.args[1] if isinstance(node, ast.Call) else None
    first = columns.elts[:1] if isinstance(columns, ast.List | ast.Tuple) else []
    return key_of(syntax, ast.Call(ast.Name("ForeignKey"), first, []), scope)


def key_of(syntax: Syntax, node: ast.AST, scope: str) -> str:
    """The table or, after `=`, the code that a foreign key names."""
    argument = node.args[0] if isinstance(node, ast.Call) and node.args else None
    text = syntax.string(argument)
    if text is not None:
        return text.rpartition(".")[0].lower()
    return f"={syntax.express(argument, scope).rpartition('.')[0]}" if argument is not None else ""
