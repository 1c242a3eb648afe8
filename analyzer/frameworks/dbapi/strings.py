"""The strings of a file that may be SQL: who binds them, what is added to them, who is given them."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator

from ...model.facts import Fact
from ...model.world import Syntax
from .fillings import filled_text, shown_text
from .lists import added_parts, joined_lists, joined_parts

_RUNS_SQL = frozenset(
    "execute executemany executescript text raw exec_driver_sql read_sql read_sql_query "
    "fetch fetchrow fetchval mogrify RunSQL".split()
)
VERB = re.compile(
    r"\b(?:SELECT|INSERT|UPDATE|DELETE|MERGE|REPLACE|TRUNCATE|CREATE|ALTER|CALL|LOCK|COPY|WITH)\b",
    re.IGNORECASE,
)
_PROSE = frozenset(
    "description example examples help help_text label message placeholder summary title".split()
)
_TELLING = frozenset(
    "critical debug echo error exception fail info log print secho skip warn warning".split()
)
_SHORTEST = 12
_LINE = frozenset({ast.Constant, ast.JoinedStr, ast.BinOp})
_LINES = 400


def has_sql(syntax: Syntax) -> bool:
    """Whether a verb of SQL stands in a text: in prose and in code they stand everywhere."""
    return any(
        isinstance(node, ast.Constant)
        and node.value.__class__ is str
        and VERB.search(node.value) is not None
        and not syntax.is_docstring(node)
        for node, _ in syntax.find(ast.Constant)
    )


def run_and_pieces(syntax: Syntax) -> tuple[set[ast.AST], set[str]]:
    """The expressions that are given to something that runs SQL; the names that texts are built from."""
    run: set[ast.AST] = set()
    for node, _, _ in syntax.called(_RUNS_SQL):
        run.update(arguments(node))
    pieces = {
        part.id
        for node, _ in syntax.once(_outermost)
        if not isinstance(node, ast.Constant)
        for part in ast.walk(node)
        if isinstance(part, ast.Name)
    }
    return run, pieces


def arguments(node: ast.Call) -> list[ast.expr]:
    """What a call is given, by place or by name."""
    return [*node.args, *(keyword.value for keyword in node.keywords)] if node.keywords else node.args


def _outermost(syntax: Syntax) -> list[tuple[ast.expr, str]]:
    """(expression, scope) of every string expression that no larger one contains."""
    found: list[tuple[ast.expr, str]] = []
    covered: set[ast.AST] = set()
    for node, scope in syntax.find(ast.BinOp, ast.JoinedStr, ast.Constant, ast.List, ast.Tuple, ast.Call):
        if node in covered or syntax.is_docstring(node) or not isinstance(node, ast.expr):
            continue
        if isinstance(node, ast.Call):
            if _fills_constant(syntax, node):
                found.append((node, scope))
        elif node.__class__ is ast.Constant:
            if getattr(node, "value", None).__class__ is str:
                found.append((node, scope))
        elif (
            node in syntax.once(joined_lists)[0] or lines_of(syntax, node) or syntax.string(node) is not None
        ):
            covered.update(ast.walk(node))
            found.append((node, scope))
        else:
            covered.update(_left(node))
    return found


def _left(node: ast.expr) -> Iterator[ast.expr]:
    """The sums that a sum goes on from: where it holds no text, they hold none."""
    while isinstance(node, ast.BinOp) and isinstance(node.left, ast.BinOp):
        if not (isinstance(node.op, ast.Add) and isinstance(node.left.op, ast.Add)):
            return
        node = node.left
        yield node


def _fills_constant(syntax: Syntax, node: ast.Call) -> bool:
    """`COUNT.format("orders")`: a text of its own, made of one that is kept elsewhere in the file."""
    function = node.func
    kept = isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name | ast.Call)
    return kept and filled_text(syntax, node) is not None


def strings(syntax: Syntax) -> Iterator[tuple[ast.expr, str, str, str]]:
    """(expression, scope, text, name) of every string that no larger string contains.

    `name` is the constant of the module or a class that the text is bound to, "" for none. What a function
    adds to a text before it binds the name anew (`sql += " JOIN ..."`) is part of the text.
    """
    names, bound, added = _assignments(syntax)
    classes = {syntax.name_of(node, scope) for node, scope in _classes(syntax)}
    found: list[tuple[ast.expr, str, str, str]] = []
    pieces: set[ast.AST] = set()
    for node, scope in syntax.once(_outermost):
        text = shown_text(syntax, node) or "\n".join(lines_of(syntax, node))
        name, is_global = names.get(node, ("", False))
        if name:
            line = node.lineno
            until = min((at for at in bound[scope, name] if at > line), default=sys.maxsize)
            for at, more, piece in added.get((scope, name), ()):
                if line <= at < until:
                    text += f" {more}"
                    pieces.add(piece)
        if len(text) >= _SHORTEST:
            constant = name if is_global else f"{scope}.{name}" if name and scope in classes else ""
            found.append((node, scope, text, constant))
    pieces |= _told(syntax)
    yield from (row for row in found if row[0] not in pieces)


def _classes(syntax: Syntax) -> Iterator[tuple[ast.ClassDef, str]]:
    for node, scope in syntax.find(ast.ClassDef):
        assert isinstance(node, ast.ClassDef)
        yield node, scope


def _told(syntax: Syntax) -> set[ast.AST]:
    """Texts for people: examples, descriptions, messages. What they say is not run."""
    found: set[ast.AST] = set()
    for node, _ in syntax.find(ast.Dict):
        assert isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value in _PROSE:
                found.add(value)
    for call, _, name in syntax.calls():
        found.update(keyword.value for keyword in call.keywords if keyword.arg in _PROSE)
        if name in _TELLING or name.endswith(("Error", "Exception", "Warning")):
            found.update(call.args)
    return found


def lines_of(syntax: Syntax, node: ast.AST) -> list[str]:
    """The texts of a list that are one statement: one leaves a parenthesis open, or they are joined."""
    if node in syntax.once(joined_lists)[0]:
        return joined_parts(syntax, node)
    if not isinstance(node, ast.List | ast.Tuple) or not 2 <= len(node.elts) <= _LINES:
        return []
    if not all(item.__class__ in _LINE for item in node.elts):
        return []
    texts = [syntax.string(item) for item in node.elts]
    lines = [text for text in texts if text is not None]
    open_ = any(line.count("(") != line.count(")") for line in lines)
    return lines if open_ and len(lines) == len(texts) and VERB.match(lines[0].lstrip()) else []


_Places = dict[tuple[str, str], list[int]]
_Added = dict[tuple[str, str], list[tuple[int, str, ast.AST]]]


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
            added.setdefault((scope, target.id), []).append((target.lineno, text, node.value))  # type: ignore[attr-defined]
    for row, scope, name in added_parts(syntax):
        added.setdefault((scope, name), []).append(row)
    return names, bound, {key: sorted(rows, key=lambda row: row[0]) for key, rows in added.items()}


def mentions(syntax: Syntax) -> Iterator[Fact]:
    """Constants that functions give to calls: `execute(queries.SELECT_ORDER)`, `run(sql=FIND)`."""
    for node, scope, name in syntax.calls():
        if not scope:
            continue
        runs = name in _RUNS_SQL
        for argument in arguments(node):
            if isinstance(argument, ast.Name):
                last = argument.id
            elif isinstance(argument, ast.Attribute):
                last = argument.attr
            else:
                continue
            if not (runs or last.isupper()):
                continue
            code = ast.unparse(argument)
            if len(code) < 120:
                yield Fact("mention", scope, argument.lineno, argument.col_offset, {"code": code})
    for text, scope in syntax.once(_outermost):
        first = _begun_with(text)
        if scope and first is not None and syntax.string(first) is None:
            yield Fact("mention", scope, first.lineno, first.col_offset, {"code": first.id})


def _begun_with(node: ast.expr) -> ast.Name | None:
    """The name that a text begins with: `FIND + " LIMIT 1"`, `f"{FIND} LIMIT 1"`."""
    while isinstance(node, ast.BinOp):
        node = node.left
    if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.FormattedValue):
        node = node.values[0].value
    return node if isinstance(node, ast.Name) else None
