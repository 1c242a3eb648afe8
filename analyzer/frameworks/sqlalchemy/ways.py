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
