"""Columns and constraints as they are written: in classes, in `Table(...)` and in migrations alike."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator

from ...model.facts import Json
from ...model.world import Syntax
from ...python.expressions import summands
from ...python.nodes import last_name
from ...python.patterns import parts_of

COLUMN = re.compile(r"(?:.*\.)?(?:\w*Column|(?:\w+_)?mapped_column|\w+_column)\Z")
TABLE = re.compile(r"(?:.*\.)?Table\Z")
_KEY = re.compile(r"(?:.*\.)?\w*ForeignKey\Z")
_NO_TYPE = re.compile(
    r"(?:.*\.)?(?:Sequence|Identity|Computed|FetchedValue|DefaultClause|CheckConstraint|text)\Z"
)
_HOLE = re.compile(r"\{\}|%[sd(]")
_MOST = 5_000
_FLAGS = {"nullable": "null", "primary_key": "primary_key", "unique": "unique", "index": "indexed"}


def column(syntax: Syntax, name: str, call: ast.Call, annotation: ast.expr | None = None) -> list[Json]:
    """[name, type, [[target, line, on delete], ...], line, flags, attribute] of a column.

    A target is "table.column", "=code" for an attribute of a class or a column of a table, or "~parts" (in
    JSON) for a text that is put together.
    """
    words = {keyword.arg: keyword.value for keyword in call.keywords}
    first = syntax.string(call.args[0]) if call.args else None
    explicit = first or syntax.string(words.get("name"))
    type_name, optional = _annotated(syntax, annotation)
    keys: list[Json] = []
    given = ""
    for argument in [*call.args[1 if first else 0 :], *([words["type_"]] if "type_" in words else ())]:
        dotted = syntax.dotted(argument)
        plain = dotted.removesuffix("()")
        if isinstance(argument, ast.Call) and _KEY.match(plain):
            keys.append([_target(syntax, argument), argument.lineno, _on_delete(syntax, argument)])
        elif dotted and not given and not _NO_TYPE.match(plain):
            given = plain.rpartition(".")[2]
    flags = {flag for word, flag in _FLAGS.items() if _is(words.get(word), True)}
    flags.update(_sequence(syntax, [*call.args, words.get("default"), words.get("server_default")]))
    if "nullable" not in words and "primary_key" not in flags and (annotation is None or optional):
        flags.add("null")
    return [explicit or name, given or type_name, keys, call.lineno, sorted(flags), name or explicit or ""]


def _sequence(syntax: Syntax, nodes: Iterable[ast.expr | None]) -> Iterator[str]:
    """`sequence=name` where a column has `Sequence("name")`, itself or as its next value."""
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func.value if node.func.attr == "next_value" else node
        made = syntax.bound(node, "")
        if isinstance(made, ast.Call) and syntax.dotted(made.func).rpartition(".")[2] == "Sequence":
            name = syntax.string(made.args[0]) if made.args else None
            inside = schema(syntax, made.keywords)
            if name and "{}" not in name:
                yield f"sequence={inside}.{name}" if inside else f"sequence={name}"


def bare_column(syntax: Syntax, name: str, annotation: ast.expr, line: int) -> list[Json]:
    """The column that `name: Mapped[int]` alone makes."""
    type_name, optional = _annotated(syntax, annotation)
    return [name, type_name, [], line, ["null"] if optional else [], name]


def model_field(syntax: Syntax, name: str, annotation: ast.expr, value: ast.expr | None) -> list[Json] | None:
    """The column that a field of SQLModel makes once its class, or one below it, is a table."""
    call = value if isinstance(value, ast.Call) else None
    made = syntax.dotted(call.func).rpartition(".")[2] if call is not None else ""
    type_name, optional = _type_of(syntax, annotation)
    if made == "Relationship" or type_name == "ClassVar" or name.startswith("_") or name == "model_config":
        return None
    words = {k.arg: k.value for k in call.keywords} if call is not None and made == "Field" else {}
    given = column_call(syntax, words.get("sa_column"))
    if given is not None:
        return column(syntax, name, given)
    flags = {flag for word, flag in _FLAGS.items() if word != "nullable" and _is(words.get(word), True)}
    if "primary_key" not in flags and (optional if "nullable" not in words else _is(words["nullable"], True)):
        flags.add("null")
    target = syntax.string(words.get("foreign_key"))
    keys = (
        [[target, annotation.lineno, (syntax.string(words.get("ondelete")) or "").lower()]] if target else []
    )
    return [name, type_name, keys, annotation.lineno, sorted(flags), name]


def column_call(syntax: Syntax, node: ast.AST | None, depth: int = 3) -> ast.Call | None:
    """The call that makes a column, also inside `deferred(...)` and the like."""
    if not isinstance(node, ast.Call) or depth <= 0:
        return None
    if COLUMN.match(syntax.dotted(node.func)):
        return node
    first = node.args[0] if node.args else None
    return column_call(syntax, first, depth - 1) if isinstance(first, ast.Call) else None


def is_mapped(syntax: Syntax, annotation: ast.expr | None) -> bool:
    """`Mapped[int]`; without a value it cannot be a relationship."""
    return (
        isinstance(annotation, ast.Subscript)
        and syntax.dotted(annotation.value).rpartition(".")[2] == "Mapped"
    )


def _annotated(syntax: Syntax, annotation: ast.expr | None) -> tuple[str, bool]:
    """(name of the type, whether it may be None) of `Mapped[int | None]`."""
    return _type_of(syntax, annotation.slice) if isinstance(annotation, ast.Subscript) else ("", False)


def _type_of(syntax: Syntax, inner: ast.expr) -> tuple[str, bool]:
    """(name of a type, whether it may be None)."""
    if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
        try:
            inner = ast.parse(inner.value.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return "", False
    optional = False
    if isinstance(inner, ast.Subscript) and syntax.dotted(inner.value).rpartition(".")[2] == "Optional":
        inner, optional = inner.slice, True
    while isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.BitOr):
        sides = [s for s in (inner.left, inner.right) if not _is(s, None)]
        optional = optional or len(sides) < 2
        inner = sides[0] if sides else inner.left
    if isinstance(inner, ast.Subscript):
        inner = inner.value
    return syntax.dotted(inner).rpartition(".")[2], optional


def _is(node: ast.expr | None, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _target(syntax: Syntax, call: ast.Call) -> str:
    argument = (
        call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "column"), None)
    )
    if argument is None:
        return ""
    text = syntax.string(argument)
    if text is None or not _HOLE.search(text):
        return text if text is not None else f"={syntax.express(argument, '')}"
    return f"~{json.dumps(parts_of(syntax, argument, ''))}"


def _on_delete(syntax: Syntax, call: ast.Call) -> str:
    value = next((keyword.value for keyword in call.keywords if keyword.arg == "ondelete"), None)
    return (syntax.string(value) or "").lower()


def parts(syntax: Syntax, arguments: Iterable[ast.expr], scope: str = "") -> dict[str, Json]:
    """What the arguments of a table, or `__table_args__`, say: columns, keys, indexes, unique, schema."""
    found: dict[str, Json] = {"columns": [], "keys": [], "indexes": [], "unique": []}
    for node in _flat(syntax, arguments, scope):
        if isinstance(node, ast.Dict):
            for key, item in zip(node.keys, node.values, strict=True):
                if syntax.string(key) == "schema":
                    found["schema"] = syntax.string(item) or ""
        made = column_call(syntax, node)
        if made is not None:
            row = column(syntax, "", made)
            if row[0]:
                found["columns"].append(row)
        elif isinstance(node, ast.Call):
            _constraint(syntax, node, found)
            if inside := schema(syntax, node.keywords):  # `table_args(cls, schema="x")`
                found["schema"] = inside
    return found


def _constraint(syntax: Syntax, call: ast.Call, found: dict[str, Json]) -> None:
    kind = syntax.dotted(call.func).rpartition(".")[2]
    if kind == "ForeignKeyConstraint" and len(call.args) > 1:
        own, other = (texts(syntax, argument) for argument in call.args[:2])
        if own and other:
            target = other[0].rpartition(".")[0]
            found["keys"].append([own, target, call.lineno, _on_delete(syntax, call)])
        elif own:
            elements = call.args[1].elts if isinstance(call.args[1], ast.List | ast.Tuple) else []
            code = f"={syntax.express(elements[0], '').rpartition('.')[0]}" if elements else ""
            found["keys"].append([own, code, call.lineno, _on_delete(syntax, call)])
    elif kind == "PrimaryKeyConstraint":
        named = {syntax.string(argument) for argument in call.args}
        for row in found["columns"]:
            if row[0] in named:
                row[4] = sorted({"primary_key", *row[4]} - {"null"})
    elif kind in ("Index", "UniqueConstraint"):
        names = [text for text in map(syntax.string, call.args[1 if kind == "Index" else 0 :]) if text]
        unique = kind != "Index" or any(k.arg == "unique" and _is(k.value, True) for k in call.keywords)
        if names:
            found["unique" if unique else "indexes"].append(names)


def _flat(syntax: Syntax, nodes: Iterable[ast.expr], scope: str) -> list[ast.expr]:
    """The elements of tuples, lists, sums of them, and of variables that hold one."""
    stack, found = list(reversed(list(nodes))), []
    left = _MOST

    def made() -> dict[str, ast.expr]:
        return syntax.once(_returned)

    while stack and left:
        left -= 1
        node = stack.pop()
        bound = syntax.bound(node, scope)
        if isinstance(node, ast.Name) and isinstance(bound, ast.List | ast.Tuple | ast.BinOp):
            stack.append(bound)
        elif isinstance(node, ast.Tuple | ast.List):
            stack.extend(reversed(node.elts))
        elif isinstance(node, ast.BinOp):
            stack.extend(part for part in reversed(summands(node)) if not isinstance(part, ast.BinOp))
        elif isinstance(node, ast.Starred):
            stack.append(node.value)
        elif isinstance(node, ast.Call) and syntax.dotted(node.func) in ("tuple", "list"):
            stack.extend(reversed(node.args))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in made():
            stack.append(made()[node.func.id])
        else:
            found.append(node)
    return found


def _returned(syntax: Syntax) -> dict[str, ast.expr]:
    """What functions of the module return, where that is all they do: columns that several tables have."""
    return {
        node.name: node.body[-1].value
        for node, scope in syntax.find(ast.FunctionDef)
        if isinstance(node, ast.FunctionDef)
        and not scope
        and isinstance(node.body[-1], ast.Return)
        and isinstance(node.body[-1].value, ast.Tuple | ast.List | ast.Call)
        and not any(isinstance(each, ast.If | ast.Try | ast.Match | ast.Return) for each in node.body[:-1])
    }


def texts(syntax: Syntax, node: ast.expr | None) -> list[str]:
    """The texts of a list that is written out."""
    elements = node.elts if isinstance(node, ast.List | ast.Tuple) else []
    return [text for text in (syntax.string(element) for element in elements) if text]


def schema(syntax: Syntax, keywords: Iterable[ast.keyword]) -> str:
    """What `schema=` says."""
    return next((syntax.string(k.value) or "" for k in keywords if k.arg == "schema"), "")


def bound_in_class(statement: ast.stmt) -> tuple[str, ast.expr | None, ast.expr | None]:
    """(name, value, declared type) of what a statement of a class binds, also by a declared method."""
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id, statement.value, None
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target.id, statement.value, statement.annotation
    if isinstance(statement, ast.FunctionDef) and any(map(_declares, statement.decorator_list)):
        given = statement.body[-1]  # what the method returns, as if it stood in the class
        return statement.name, given.value if isinstance(given, ast.Return) else None, statement.returns
    return "", None, None


def _declares(node: ast.expr) -> bool:
    """Whether that is `@declared_attr`, `@orm.declared_attr` or `@declared_attr.directive`."""
    named = isinstance(node, ast.Attribute) and last_name(node.value) == "declared_attr"
    inner = node.value if isinstance(node, ast.Attribute) and named else node
    return last_name(inner) == "declared_attr"
