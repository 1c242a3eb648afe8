"""Tables that a call names without SQL: `df.to_sql("orders", engine)`, `cursor.copy_from(file, "orders")`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from ...model.facts import Fact, Json
from ...model.world import Syntax


class _Named(NamedTuple):
    """Where a call names its table, and what it does with it.

    `fewest` arguments, or what it is called `on`, tell it from its namesakes.
    """

    place: int
    keyword: str
    mode: str
    action: str
    fewest: int = 2
    on: str = ""


_CURSOR = "cur|conn|cnx|db|raw"
_CALLS = {
    "to_sql": _Named(0, "name", "writes", "insert"),
    "read_sql_table": _Named(0, "table_name", "reads", "select"),
    "read_sql": _Named(0, "sql", "reads", "select"),
    "copy_from": _Named(1, "table", "writes", "copy", on=_CURSOR),
    "copy_to": _Named(1, "table", "reads", "copy", on=_CURSOR),
    "copy_records_to_table": _Named(0, "table_name", "writes", "copy"),
    "copy_to_table": _Named(0, "table_name", "writes", "copy"),
    "copy_from_table": _Named(0, "table_name", "reads", "copy"),
    "callproc": _Named(0, "procname", "calls", "", 1),
}
_SCHEMAS = ("schema", "schema_name")
_NAME = re.compile(r"[A-Za-z_][\w$]*(?:\.[A-Za-z_][\w$]*){0,2}\Z")


def read_named_tables(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kind `statement`, as SQL would give."""
    for node, scope, called in syntax.calls():
        known = _CALLS.get(called)
        if known is None or not isinstance(node.func, ast.Attribute):
            continue
        if known.on and re.search(known.on, syntax.dotted(node.func.value).lower()) is None:
            continue
        words = {str(keyword.arg): keyword.value for keyword in node.keywords}
        placed = node.args[known.place] if known.place < len(node.args) else None
        text = syntax.string(placed if placed is not None else words.get(known.keyword))
        if text is None or not _NAME.match(text) or len(node.args) + len(words) < known.fewest:
            continue
        schema = next((inside for word in _SCHEMAS if (inside := syntax.string(words.get(word)))), "")
        name = f"{schema}.{text}".lower() if schema and _NAME.match(schema) else text.lower()
        uses: list[Json] = [[name, known.mode, [], 1, known.action]] if known.mode != "calls" else []
        data: dict[str, Json] = {
            "problem": "",
            "uses": uses,
            "definitions": [],
            "calls": [] if uses else [name],
            "end": node.end_lineno or node.lineno,
            "name": "",
            "piece": False,
            "text": "",
        }
        yield Fact("statement", scope, node.lineno, node.col_offset, data)
