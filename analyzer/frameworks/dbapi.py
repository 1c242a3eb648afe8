"""SQL in strings: constants, concatenations, f-strings, wherever they are kept and whoever runs them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from ..model.evidence import BlindSpot
from ..model.facts import Fact, Problem, SourceFile
from ..model.graph import Edge, Node
from ..model.protocols import Framework, Syntax, TypeRule, World
from ..sql.edges import statement_data, statement_items, views

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
    version = 1
    triggers = ()  # any file may run what another one holds

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is None:
            return
        yield from _mentions(syntax)
        if not _VERB.search(file.text):
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

    def types(self) -> Iterable[TypeRule]:
        return ()

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        known = views(world)
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
            users = sorted(mentions.get((world.module_of(path), str(fact.data["name"])), ()))
            if not users and not fact.data["piece"]:
                users = [world.scope_id(path, fact.scope)]
            for source in users:
                lines = (fact.line, int(fact.data["end"]))
                yield from statement_items(fact.data, source, path, lines, known, str(fact.data["text"]))


def _run_and_pieces(syntax: Syntax) -> tuple[set[ast.AST], set[str]]:
    """The expressions that are given to something that runs SQL; the names that texts are built from."""
    run: set[ast.AST] = set()
    for node, _ in syntax.find(ast.Call):
        assert isinstance(node, ast.Call)
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if name in _RUNS_SQL:
            run.update(node.args)
    pieces: set[str] = set()
    for node, _ in syntax.find(ast.JoinedStr, ast.BinOp):
        for part in ast.walk(node) if syntax.string(node) is not None else ():
            if isinstance(part, ast.Name):
                pieces.add(part.id)
    return run, pieces


def _strings(syntax: Syntax) -> Iterator[tuple[ast.expr, str, str, str]]:
    """(expression, scope, text, name) of every string that no larger string contains.

    `name` is the module's constant that the text is bound to, "" when there is none. What a function
    adds to a text afterwards (`sql += " JOIN ..."`) is part of the text.
    """
    names, added = _assignments(syntax)
    covered: set[ast.AST] = set()
    for node, scope in syntax.find(ast.BinOp, ast.JoinedStr, ast.Constant):
        if node in covered or syntax.is_docstring(node) or not isinstance(node, ast.expr):
            continue
        text = syntax.string(node)
        if text is None:
            continue
        if not isinstance(node, ast.Constant):
            covered.update(ast.walk(node))
        name, is_global = names.get(node, ("", False))
        text += "".join(f" {more}" for more in added.get((scope, name), ()) if name)
        if len(text) >= _SHORTEST:
            yield node, scope, text, name if is_global else ""


def _assignments(syntax: Syntax) -> tuple[dict[ast.AST, tuple[str, bool]], dict[tuple[str, str], list[str]]]:
    names: dict[ast.AST, tuple[str, bool]] = {}
    added: dict[tuple[str, str], list[str]] = {}
    for node, scope in syntax.find(ast.Assign, ast.AnnAssign):
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        # `QUERY = text("SELECT ...")` binds the text as well.
        while isinstance(value, ast.Call) and len(value.args) == 1:
            value = value.args[0]
        if isinstance(target, ast.Name) and value is not None:
            names[value] = (target.id, scope == "")
    for node, scope in syntax.find(ast.AugAssign):
        if (
            isinstance(node, ast.AugAssign)
            and isinstance(node.target, ast.Name)
            and isinstance(node.op, ast.Add)
        ):
            text = syntax.string(node.value)
            if text is not None:
                added.setdefault((scope, node.target.id), []).append(text)
    return names, added


def _mentions(syntax: Syntax) -> Iterator[Fact]:
    """Constants that functions give to calls: `execute(queries.SELECT_ORDER)`."""
    seen: set[tuple[str, str]] = set()
    for node, scope in syntax.find(ast.Call):
        assert isinstance(node, ast.Call)
        for argument in node.args:
            last = argument.attr if isinstance(argument, ast.Attribute) else getattr(argument, "id", "")
            if not isinstance(argument, ast.Name | ast.Attribute) or not last.isupper() or len(last) < 3:
                continue
            code = ast.unparse(argument)
            if scope and (scope, code) not in seen and len(code) < 120:
                seen.add((scope, code))
                yield Fact("mention", scope, node.lineno, node.col_offset, {"code": code})


framework = DbApi()
