"""Queries in `.sql` files that are loaded by name: `open("find.sql")`, `aiosql.from_path("queries.sql")`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from ...model.facts import Fact, SourceFile
from ...model.graph import Edge
from ...model.protocols import Syntax, World
from ...sql.edges import Known, use_edges

_LONGEST = 200


def read_query_files(file: SourceFile, syntax: Syntax) -> Iterator[Fact]:
    """The files that functions name, the objects that hold named queries, and the calls on them."""
    if ".sql" in file.text:
        for node, scope in syntax.find(ast.Constant):
            assert isinstance(node, ast.Constant)
            text = node.value
            if isinstance(text, str) and text.endswith(".sql") and not syntax.is_docstring(node):
                name = text.replace("\\", "/").lstrip("./")
                if len(name) < _LONGEST and not any(sign in name for sign in " \n*{%"):
                    yield Fact("query_file", scope, node.lineno, node.col_offset, {"file": name})
    if "aiosql" in file.text:
        yield from _held(syntax)
    yield from _named(file, syntax)


def _held(syntax: Syntax) -> Iterator[Fact]:
    """`queries = aiosql.from_path("queries.sql", ...)`: the names that such queries are called by."""
    for node, scope in syntax.find(ast.Assign):
        assert isinstance(node, ast.Assign)
        target, value = node.targets[0], node.value
        loads = isinstance(value, ast.Call) and syntax.dotted(value.func).endswith("from_path")
        if isinstance(target, ast.Name) and isinstance(value, ast.Call) and value.args and loads:
            text = syntax.string(value.args[0]) or ""
            name = text.replace("\\", "/").lstrip("./").rstrip("/")
            yield Fact("queries", scope, node.lineno, 0, {"name": target.id, "file": name})


def _named(file: SourceFile, syntax: Syntax) -> Iterator[Fact]:
    """Calls on what is called `queries` or the like: whether it holds queries, all files tell."""
    if "queries" not in file.text.lower():
        return
    seen: set[tuple[str, str, str]] = set()
    for call, scope, name in syntax.calls():
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        code = ast.unparse(owner) if isinstance(owner, ast.Name | ast.Attribute) else ""
        if "queries" in code.lower() and len(code) < _LONGEST and (scope, code, name) not in seen:
            seen.add((scope, code, name))
            yield Fact("query", scope, call.lineno, call.col_offset, {"code": code, "name": name})


def link_query_files(world: World, facts: Sequence[tuple[str, Fact]], names: Known) -> Iterator[Edge]:
    """Edges from functions to the tables of the files, or of the named queries, that they load."""
    scripts: dict[str, list[str]] = {}
    for path in sorted(world.files):
        if path.endswith(".sql"):
            scripts.setdefault(path.rpartition("/")[2], []).append(path)
    if not scripts:
        return
    statements: dict[str, list[Fact]] = {}
    for path, fact in (row for row in world.facts("sql_files") if row[1].kind == "statement"):
        statements.setdefault(path, []).append(fact)
    held = {
        (world.module_of(path), str(fact.data["name"])): (path, str(fact.data["file"]))
        for path, fact in facts
        if fact.kind == "queries"
    }
    for path, fact in facts:
        if fact.kind == "query_file" and fact.scope:
            wanted, found = "", _nearest(path, str(fact.data["file"]), scripts)
        elif fact.kind == "query":
            where = held.get(world.locate(path, fact.scope, str(fact.data["code"])))
            if where is None:
                continue
            wanted = str(fact.data["name"])
            known = where[1].endswith(".sql")
            found = _nearest(*where, scripts) if known else _below(where[1], scripts)
        else:
            continue
        source = world.scope_id(path, fact.scope)
        for script in found:
            last = world.files[script].lines
            for statement in statements.get(script, ()):
                if not wanted or statement.data.get("named") == wanted:
                    yield from use_edges(statement.data, source, script, (1, last), names, "likely")


def _nearest(path: str, name: str, scripts: dict[str, list[str]]) -> list[str]:
    """The script of a name that lies nearest to a file."""
    fitting = [
        script for script in scripts.get(name.rpartition("/")[2], ()) if f"/{script}".endswith(f"/{name}")
    ]
    own = path.split("/")[:-1]

    def shared(script: str) -> int:
        pairs = zip(own, script.split("/")[:-1], strict=False)
        return next((index for index, (a, b) in enumerate(pairs) if a != b), min(len(own), script.count("/")))

    return sorted(fitting, key=lambda script: (-shared(script), script))[:1]


def _below(folder: str, scripts: dict[str, list[str]]) -> list[str]:
    """The scripts below a folder, named as the code names it."""
    every = sorted(script for paths in scripts.values() for script in paths)
    return [script for script in every if f"/{folder}/" in f"/{script}"] if folder else []
