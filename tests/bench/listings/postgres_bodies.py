"""What PostgreSQL's own parser finds inside functions and blocks: the tables of each statement.

    python postgres_bodies.py FILE ...

Runs where `postgast` is installed and prints [{file, text, statements: [[[table, mode], ...], ...]}, ...] as its last
line; statements without tables are left out, and so are tables that the body makes as temporary ones.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import postgast  # type: ignore[import-not-found]
from google.protobuf.message import Message  # type: ignore[import-untyped]
from postgast.errors import check_error  # type: ignore[import-not-found]
from postgast.native import lib  # type: ignore[import-not-found]
from postgast.walk import walk  # type: ignore[import-not-found]

_BODY = r"(?:(?P<tag>\$\w*\$)(?P<dollar>.*?)(?P=tag)|(?P<quoted>'(?:[^']|'')*'))"
_FUNCTION = re.compile(
    rf"^[ \t]*create\s+(?:or\s+replace\s+)?(?:function|procedure)\b(?:[^$';]|'[^']*'(?!\s*;))*?\bas\s+{_BODY}[^;]*;",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
_BLOCK = re.compile(
    rf"^[ \t]*do\s+(?:language\s+plpgsql\s+)?{_BODY}[^;]*;", re.IGNORECASE | re.DOTALL | re.MULTILINE
)
_LITERAL = re.compile(_BODY, re.DOTALL)
_VERB = re.compile(r"\s*(?:select|with|insert|update|delete|merge|copy|truncate|explain)\b", re.IGNORECASE)
_TEMPLATE = re.compile(r"(\{\{.*?\}\})|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_HOLE = "carve_hole"
_ASSIGNED = re.compile(r"^.*?:?=", re.DOTALL)
_WRITES = ("InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt")
_READ = frozenset(
    f"{name}_stmt"
    for name in "select insert update delete merge copy truncate explain declare_cursor".split()
)


def parsed(function: str) -> Any:
    """The tree of a function; what its library says of triggers is JSON but for some braces."""
    result = lib.pg_query_parse_plpgsql(function.encode())
    try:
        check_error(result)
        return json.loads(result.plpgsql_funcs.decode().replace("{}},", "{},"))
    finally:
        lib.pg_query_free_plpgsql_parse_result(result)


def expressions(node: Any) -> Iterator[tuple[str, int]]:
    """(text, mode of parsing) of all expressions of a parsed body."""
    if isinstance(node, dict):
        if "query" in node and "parseMode" in node:
            yield str(node["query"]), int(node["parseMode"])
        for value in node.values():
            yield from expressions(value)
    elif isinstance(node, list):
        for value in node:
            yield from expressions(value)


def tables(text: str) -> tuple[list[tuple[str, str]], set[str]]:
    """((table, mode) ..., temporary tables) of one statement."""
    found: list[tuple[str, str]] = []
    temporary: set[str] = set()
    for raw in postgast.parse(text).stmts:
        nodes = list(walk(raw.stmt))
        ctes = {node.ctename for _, node in nodes if type(node).__name__ == "CommonTableExpr"}
        locked = {
            each.range_var.location
            for _, node in nodes
            if type(node).__name__ == "LockingClause"
            for each in node.locked_rels
        }  # FOR UPDATE OF alias
        written = [name(node.relation) for _, node in nodes if type(node).__name__ in _WRITES]
        for _, node in nodes:
            kind = type(node).__name__
            if kind == "CopyStmt" and node.is_from:
                written.append(name(node.relation))
            elif kind == "TruncateStmt":
                written += [name(each.range_var) for each in node.relations]
            elif kind in ("CreateStmt", "IntoClause"):
                made = node.relation if kind == "CreateStmt" else node.rel
                if made.relpersistence == "t" or made.schemaname == "pg_temp":
                    temporary.add(made.relname)
        if raw.stmt.WhichOneof("node") not in _READ:
            continue
        for _, node in nodes:
            if type(node).__name__ != "RangeVar" or not node.relname or node.location in locked:
                continue
            if node.schemaname or node.relname not in ctes:
                table = name(node)
                found.append((table, "writes" if table in written else "reads"))
    return sorted(set(found)), temporary


def name(node: Message) -> str:
    """The name of a table."""
    return f"{node.schemaname}.{node.relname}".lower().removeprefix(".")


def statements(text: str, body: str, is_block: bool) -> Iterator[str]:
    """The statements and expressions of a function or block, as texts that parse by themselves."""
    if is_block:
        text = f"CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $carve$ {body} $carve$"
    if is_block or re.search(r"language\s+'?plpgsql", text, re.IGNORECASE):
        for query, mode in expressions(parsed(text)):
            literal = _LITERAL.fullmatch(query.strip())
            if literal is not None:  # EXECUTE '...'
                run = literal["quoted"] and literal["quoted"][1:-1].replace("''", "'")
                if _VERB.match(literal["dollar"] or run or ""):
                    yield literal["dollar"] or run
            yield query if mode == 0 else f"SELECT {_ASSIGNED.sub('', query, count=1) if mode > 2 else query}"
    elif re.search(r"language\s+'?sql\b", text, re.IGNORECASE):
        yield from postgast.split(body)


def bodies(path: str) -> Iterator[dict[str, Any]]:
    """The functions and blocks of a file that the parser reads."""
    text = Path(path).read_text("utf-8", errors="replace")
    for pattern in (_FUNCTION, _BLOCK):
        for found in pattern.finditer(text):
            raw = found.group().strip()
            found = pattern.match(_TEMPLATE.sub(lambda hole: _HOLE if hole[1] else "", raw)) or found
            whole = found.group()
            body = (
                found["dollar"] if found["dollar"] is not None else found["quoted"][1:-1].replace("''", "'")
            )
            listed, temporary = [], set[str]()
            try:
                for statement in statements(whole, body, pattern is _BLOCK):
                    touched, made = tables(statement)
                    temporary |= made
                    listed.append(touched)
            except Exception:  # what PostgreSQL itself refuses, on purpose or for its templates
                continue
            kept = [
                [pair for pair in each if pair[0] not in temporary and _HOLE not in pair[0]]
                for each in listed
            ]
            yield {"file": path, "text": raw, "statements": [each for each in kept if each]}


if __name__ == "__main__":
    print("\n" + json.dumps([body for path in sys.argv[1:] for body in bodies(path)]))
