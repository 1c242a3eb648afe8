"""SQL in strings: constants, concatenations, f-strings, wherever they are kept and whoever runs them."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator

from ..model.evidence import BlindSpot
from ..model.facts import Fact, Json, Problem, SourceFile
from ..model.graph import Edge, Node
from ..model.protocols import Framework, Syntax, World
from ..sql.declared import replayed_tables
from ..sql.edges import known, statement_data, statement_items

_RUNS_SQL = frozenset(
    "execute executemany executescript text raw exec_driver_sql read_sql read_sql_query "
    "fetch fetchrow fetchval mogrify RunSQL".split()
)
_VERB = re.compile(
    r"\b(?:SELECT|INSERT|UPDATE|DELETE|MERGE|REPLACE|TRUNCATE|CREATE|ALTER|CALL|LOCK|COPY|WITH)\b",
    re.IGNORECASE,
)
_SHORTEST = 12


class DbApi(Framework):
    """See the module."""

    name = "dbapi"
    version = 2
    triggers = ()  # any file may run what another one holds

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is None:
            return
        yield from _mentions(syntax)
        if not _VERB.search(file.text) or not _has_sql(syntax):
            return
        from ..sql import read_string

        run, pieces = _run_and_pieces(syntax)
        for expression, scope, text, name in _strings(syntax):
            for statement in read_string(text, file.dialect, sure=expression in run):
                data = statement_data(statement)
                data["end"] = expression.end_lineno or expression.lineno
                data["name"] = name
                data["piece"] = name in pieces
                data["text"] = " ".join(text.split())[:100] if statement.problem else ""
                yield Fact("statement", scope, expression.lineno, expression.col_offset, data)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        names = known(world)
        mentions: dict[tuple[str, str], set[str]] = {}
        facts = list(world.facts(self.name))
        named = {(world.module_of(path), str(f.data["name"])) for path, f in facts if f.kind == "statement"}
        for path, fact in facts:
            if fact.kind == "mention":
                place = world.locate(path, fact.scope, str(fact.data["code"]))
                if place in named:
                    mentions.setdefault(place, set()).add(world.scope_id(path, fact.scope))
        for path, fact in facts:
            if fact.kind != "statement":
                continue
            data = {**fact.data, "definitions": _standing(world, path, fact)}
            users = sorted(mentions.get((world.module_of(path), str(fact.data["name"])), ()))
            if not users and not fact.data["piece"]:
                users = [world.scope_id(path, fact.scope)]
            for source in users:
                lines = (fact.line, int(fact.data["end"]))
                yield from statement_items(data, source, path, lines, names, str(fact.data["text"]))


def _standing(world: World, path: str, fact: Fact) -> list[Json]:
    """The definitions of a statement, but for tables of which later migrations tell what becomes of them."""
    found = list(fact.data["definitions"])
    replayed = replayed_tables(world.files[path], fact.scope) if found else frozenset()
    return [d for d in found if d["kind"] != "table" or not (replayed is None or d["name"] in replayed)]


def _has_sql(syntax: Syntax) -> bool:
    """Whether a verb of SQL stands in a text: in prose and in code they stand everywhere."""
    return any(
        isinstance(node, ast.Constant)
        and node.value.__class__ is str
        and _VERB.search(node.value) is not None
        and not syntax.is_docstring(node)
        for node, _ in syntax.find(ast.Constant)
    )


def _run_and_pieces(syntax: Syntax) -> tuple[set[ast.AST], set[str]]:
    """The expressions that are given to something that runs SQL; the names that texts are built from."""
    run: set[ast.AST] = set()
    for node, _, name in syntax.calls():
        if name in _RUNS_SQL:
            run.update(_arguments(node))
    pieces = {
        part.id
        for node, _ in _outermost(syntax)
        if not isinstance(node, ast.Constant)
        for part in ast.walk(node)
        if isinstance(part, ast.Name)
    }
    return run, pieces


def _arguments(node: ast.Call) -> list[ast.expr]:
    return [*node.args, *(keyword.value for keyword in node.keywords)] if node.keywords else node.args


def _outermost(syntax: Syntax) -> Iterator[tuple[ast.expr, str]]:
    """(expression, scope) of every string expression that no larger one contains."""
    covered: set[ast.AST] = set()
    for node, scope in syntax.find(ast.BinOp, ast.JoinedStr, ast.Constant):
        if node in covered or syntax.is_docstring(node) or not isinstance(node, ast.expr):
            continue
        if syntax.string(node) is not None:
            if not isinstance(node, ast.Constant):
                covered.update(ast.walk(node))
            yield node, scope


def _strings(syntax: Syntax) -> Iterator[tuple[ast.expr, str, str, str]]:
    """(expression, scope, text, name) of every string that no larger string contains.

    `name` is the module's constant that the text is bound to, "" when there is none. What a function
    adds to a text before it binds the name anew (`sql += " JOIN ..."`) is part of the text.
    """
    names, bound, added = _assignments(syntax)
    for node, scope in _outermost(syntax):
        text = syntax.string(node) or ""
        name, is_global = names.get(node, ("", False))
        if name:
            line = node.lineno
            until = min((at for at in bound[scope, name] if at > line), default=sys.maxsize)
            pieces = (more for at, more in added.get((scope, name), ()) if line <= at < until)
            text += "".join(f" {more}" for more in pieces)
        if len(text) >= _SHORTEST:
            yield node, scope, text, name if is_global else ""


_Places = dict[tuple[str, str], list[int]]
_Added = dict[tuple[str, str], list[tuple[int, str]]]


def _assignments(syntax: Syntax) -> tuple[dict[ast.AST, tuple[str, bool]], _Places, _Added]:
    """What names texts are bound to, the lines where names are bound, and what is added to them later."""
    names: dict[ast.AST, tuple[str, bool]] = {}
    bound: _Places = {}
    added: _Added = {}
    for node, scope in syntax.find(ast.Assign, ast.AnnAssign):
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        # `QUERY = text("SELECT ...")` binds the text as well.
        while isinstance(value, ast.Call) and len(value.args) == 1:
            value = value.args[0]
        if isinstance(target, ast.Name) and value is not None:
            names[value] = (target.id, scope == "")
            bound.setdefault((scope, target.id), []).append(value.lineno)
    for node, scope in syntax.find(ast.AugAssign):
        target = node.target if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add) else None
        text = syntax.string(getattr(node, "value", None)) if isinstance(target, ast.Name) else None
        if isinstance(target, ast.Name) and text is not None:
            added.setdefault((scope, target.id), []).append((target.lineno, text))
    return names, bound, added


def _mentions(syntax: Syntax) -> Iterator[Fact]:
    """Constants that functions give to calls: `execute(queries.SELECT_ORDER)`, `run(sql=FIND)`."""
    seen: set[tuple[str, str]] = set()
    for node, scope, name in syntax.calls():
        if not scope:
            continue
        for argument in _arguments(node):
            if isinstance(argument, ast.Name):
                last = argument.id
            elif isinstance(argument, ast.Attribute):
                last = argument.attr
            else:
                continue
            if not (last.isupper() or name in _RUNS_SQL):
                continue
            code = ast.unparse(argument)
            if (scope, code) not in seen and len(code) < 120:
                seen.add((scope, code))
                yield Fact("mention", scope, argument.lineno, argument.col_offset, {"code": code})


framework = DbApi()
