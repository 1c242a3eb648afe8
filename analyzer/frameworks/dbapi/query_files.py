"""Queries in `.sql` files that are loaded by name: `open("find.sql")`, `aiosql.from_path("queries.sql")`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...model.evidence import Evidence, Place
from ...model.facts import Fact, SourceFile
from ...model.graph import Edge
from ...model.world import Syntax, World
from ...sql.edges import Known, use_edges

_LONGEST = 200
_PATHS = frozenset("join joinpath Path PurePath str fspath resolve absolute files".split())


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
    for node, scope in syntax.find(ast.Assign, ast.AnnAssign):
        assert isinstance(node, ast.Assign | ast.AnnAssign)
        target, value = node.targets[0] if isinstance(node, ast.Assign) else node.target, node.value
        loads = isinstance(value, ast.Call) and syntax.dotted(value.func).endswith("from_path")
        if isinstance(value, ast.Call) and loads and (given := _argument(value)) is not None:
            name = "/".join(_path(syntax, given, scope)).replace("\\", "/").lstrip("./").rstrip("/")
            if isinstance(target, ast.Name):
                yield Fact("queries", scope, node.lineno, 0, {"name": target.id, "file": name})
            elif isinstance(target, ast.Attribute) and syntax.dotted(target.value) in ("self", "cls"):
                owner = scope.rpartition(".")[0]
                yield Fact("queries", owner, node.lineno, 0, {"name": target.attr, "file": name, "own": True})


def _argument(call: ast.Call) -> ast.expr | None:
    """The path that is given to `from_path`."""
    return call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "sql_path"), None)


def _path(syntax: Syntax, node: ast.AST | None, scope: str, left: int = 8) -> list[str]:
    """The last parts of a path, as far as they are texts: `Path(__file__).parent / "sql"` ends in `sql`."""
    node = syntax.bound(node, scope)
    text = syntax.string(node)
    if text is not None:
        return [text]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and left:
        ends = syntax.string(syntax.bound(node.right, scope))
        return [*_path(syntax, node.left, scope, left - 1), ends] if ends is not None else []
    if isinstance(node, ast.Call) and left:
        function = syntax.dotted(node.func).rpartition(".")[2]
        if function in _PATHS:
            owner = node.func.value if isinstance(node.func, ast.Attribute) else None
            starts = owner is not None and function in ("joinpath", "resolve", "absolute")
            every: list[str] = []
            for part in [owner, *node.args] if starts else node.args:
                told = _path(syntax, part, scope, left - 1)
                every = [*every, *told] if told else []
            return every
    return []


def _named(file: SourceFile, syntax: Syntax) -> Iterator[Fact]:
    """Calls on what is called `queries` or the like: whether it holds queries, all files tell."""
    if "queries" not in file.text.lower():
        return
    for call, scope, name in syntax.calls():
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        code = ast.unparse(owner) if isinstance(owner, ast.Name | ast.Attribute) else ""
        if "queries" in code.lower() and len(code) < _LONGEST:
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
    holders = _Holders(world, facts)
    for path, fact in facts:
        if fact.kind == "query_file" and fact.scope:
            wanted, found = "", _nearest(path, str(fact.data["file"]), scripts)
        elif fact.kind == "query" and (where := holders.of(path, fact)) is not None:
            wanted = str(fact.data["name"])
            known = where[1].endswith(".sql")
            found = _nearest(*where, scripts) if known else _below(*where, scripts)
        else:
            continue
        source = world.scope_id(path, fact.scope)
        called = Evidence(Place(path, fact.line, fact.column))
        for script in found:
            last = world.files[script].lines
            for statement in statements.get(script, ()):
                if not wanted or statement.data.get("named") == wanted:
                    for edge in use_edges(statement.data, source, script, (1, last), names, "likely"):
                        yield replace(edge, evidence=(called, *edge.evidence))


class _Holders:
    """The objects that hold named queries: names of modules, and attributes of a class's own."""

    def __init__(self, world: World, facts: Sequence[tuple[str, Fact]]) -> None:
        self._world = world
        self._held: dict[tuple[str, str], tuple[str, str]] = {}
        self._own: dict[tuple[str, str, str], tuple[str, str]] = {}
        for path, fact in (row for row in facts if row[1].kind == "queries"):
            name, where = str(fact.data["name"]), (path, str(fact.data["file"]))
            if fact.data.get("own"):
                self._own[path, fact.scope, f"self.{name}"] = where
            else:
                self._held[world.module_of(path), name] = where

    def of(self, path: str, fact: Fact) -> tuple[str, str] | None:
        """The file that loads what a query is called on, and the script or folder that it names."""
        code = str(fact.data["code"])
        own = self._own.get((path, fact.scope.rpartition(".")[0], code))
        return own or self._held.get(self._world.locate(path, fact.scope, code))


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


def _below(path: str, folder: str, scripts: dict[str, list[str]]) -> list[str]:
    """The scripts below a folder, named as the code names it: beside the file, if there are such."""
    every = sorted(script for paths in scripts.values() for script in paths)
    found = [script for script in every if f"/{folder}/" in f"/{script}"] if folder else []
    beside = path.rpartition("/")[0]
    return [script for script in found if f"{beside}/{folder}/" in script] or found
