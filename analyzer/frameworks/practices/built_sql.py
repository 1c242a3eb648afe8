"""SQL that is put together from what a function is given: a parameter, or what the request holds.

What was checked against names that are written down, made a number, looked up in a constant, or quoted by a
function does not count, and neither does the name of a table: that is a blind spot of its own.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from string import Formatter

from ...model.facts import Fact
from ...model.world import Syntax
from ...python.nodes import position

_STATEMENT = re.compile(
    r"\bSELECT\s.*\sFROM\b|\bINSERT\s+INTO\b|\bUPDATE\s.*\sSET\b|\bDELETE\s+FROM\b", re.DOTALL
)
_CLAUSE = re.compile(
    r"\b(?:ORDER|GROUP)\s+BY\b|(?:\A|\s)(?:WHERE|AND|OR|HAVING)\s.*(?:=|\bLIKE\b|\bIN\b|<|>)", re.DOTALL
)
"""What is SQL only where it is added to some, or run."""
_ANY_CASE = re.compile(
    r"\A\s*(?:SELECT\s.*\sFROM\b|INSERT\s+INTO\b|UPDATE\s.*\sSET\b|DELETE\s+FROM\b)|\w\s*(?:=|<|>|\bLIKE\b)\s*['\"%]",
    re.DOTALL | re.IGNORECASE,
)
"""What is SQL in small letters, too, or without a word before it, where it is run."""
_RUNS = frozenset({"text", "execute", "raw", "extra", "RawSQL", "exec_driver_sql", "literal_column"})
_COMPARED = re.compile(r"[\"`\]]?\s*(?:=|<|>|!=|\bIN\b|\bLIKE\b|\bIS\b)", re.IGNORECASE)
"""What follows a name of a column, which code gives, not who asks."""
_NAMES_TABLE = re.compile(
    r"(?:\b(?:FROM|JOIN|INTO|UPDATE|TABLE|TRUNCATE|EXISTS|ONLY|VIEW|INDEX|ON)\s+(?:\w+\.)?[\"`\[]?)\Z",
    re.IGNORECASE,
)
_KEEPS = frozenset(
    "lower upper strip lstrip rstrip replace title format join removeprefix removesuffix".split()
)
_OF_REQUEST = frozenset(
    "args form values GET POST query_params json get_json data cookies headers body match_info query "
    "path_params rel_url post".split()
)
"""What of a request comes from outside."""
_CHECKS = frozenset({"isdigit", "isidentifier", "isalnum", "fullmatch", "match"})
_DEEP = 12


def read_built_sql(syntax: Syntax) -> Iterator[Fact]:
    """Facts of the kind `built-sql`; `what` is the name that goes in, in quotes if these stand around it."""
    covered: set[ast.AST] = set()
    functions: dict[str, _Function] = {}
    run = _run(syntax)
    added = run | {node.value for node, _ in syntax.find(ast.AugAssign)}  # type: ignore[attr-defined]
    for node, scope in syntax.find(ast.BinOp, ast.JoinedStr, ast.Call):
        if node in covered or not scope:
            continue
        pieces = list(_pieces(node))
        text = "".join(piece for piece in pieces if isinstance(piece, str))
        is_sql = (
            _STATEMENT.search(text)
            or (_CLAUSE.search(text) and (node in added or not isinstance(pieces[0], str) or pieces[0] == ""))
            or (node in run and _ANY_CASE.search(text))
        )
        if len(pieces) < 2 or not is_sql:
            continue
        covered.update(ast.walk(node))
        if scope not in functions:
            functions[scope] = _Function(syntax, scope)
        for before, hole, after in zip(["", *pieces], pieces, [*pieces[1:], ""], strict=False):
            if not isinstance(hole, ast.expr) or _is_name(before, after):
                continue
            name = functions[scope].given(hole)
            if name and (name == "request" or _may_be_given(syntax, scope, name)):
                quoted = isinstance(before, str) and before.rstrip("%")[-1:] in ("'", '"')
                what = f"'{name}'" if quoted else name
                yield Fact("built-sql", scope, *position(node), {"what": what})
                break


def _is_name(before: str | ast.expr, after: str | ast.expr) -> bool:
    """Whether a hole stands where a table or a compared column is named."""
    named = isinstance(before, str) and _NAMES_TABLE.search(before)
    return bool(named or (isinstance(after, str) and _COMPARED.match(after)))


def _run(syntax: Syntax) -> set[ast.AST]:
    """The expressions that are given to what runs SQL."""
    return {argument for node, _, _ in syntax.called(_RUNS) for argument in node.args}


def _may_be_given(syntax: Syntax, scope: str, name: str) -> bool:
    """Whether a private function of the file is given something from outside; any other may be."""
    own = scope.rpartition(".")[2]
    calls = syntax.called({own})
    if not own.startswith("_") or own.startswith("__") or not calls:
        return True
    place = _Function(syntax, scope).places.get(name)
    for node, around, _ in calls:
        given = [each.value for each in node.keywords if each.arg == name]
        if place is not None and place < len(node.args):
            given.append(node.args[place])
        if around and any(_Function(syntax, around).given(each) for each in given):
            return True
    return False


def _pieces(node: ast.AST) -> Iterator[str | ast.expr]:
    """The texts and holes of an expression that makes a text, in their order; nothing for any other."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.value
    elif isinstance(node, ast.JoinedStr):
        for value in node.values:
            yield from _pieces(value) if isinstance(value, ast.Constant) else [value.value]  # type: ignore[attr-defined]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        for side in (node.left, node.right):
            yield from list(_pieces(side)) or [side]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant):
        template = str(node.left.value)
        if isinstance(node.right, ast.Dict):
            pairs = zip(node.right.keys, node.right.values, strict=True)
            named = {key.value: value for key, value in pairs if isinstance(key, ast.Constant)}
            keys = re.findall(r"%\((\w+)\)[sdr]", template)
            given = [named.get(key, node.left) for key in keys]
        else:
            given = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
        yield from _filled(re.split(r"%(?:\(\w+\))?[sdr]", template), given)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        text = node.func.value.value if isinstance(node.func.value, ast.Constant) else None
        yield from _formatted(text, node) if isinstance(text, str) else ()


def _formatted(text: str, call: ast.Call) -> Iterator[str | ast.expr]:
    """The pieces of `text.format(...)`, each field with what is given for it by place or by name."""
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    number = 0
    try:
        fields = list(Formatter().parse(text))
    except ValueError:
        return
    for before, field, _, _ in fields:
        yield before
        if field is None:
            continue
        first = re.split(r"[.\[]", field, maxsplit=1)[0]
        place, number = (int(first), number) if first.isdigit() else (number, number + (first == ""))
        given = named.get(first) if first and not first.isdigit() else None
        if given is None and not (first and not first.isdigit()) and place < len(call.args):
            given = call.args[place]
        if given is not None:
            yield given


def _filled(texts: list[str], given: list[ast.expr]) -> Iterator[str | ast.expr]:
    for number, text in enumerate(texts):
        yield text
        if number < len(given) and number < len(texts) - 1:
            yield given[number]


class _Function:
    """What a function is given, and what it checks of that."""

    def __init__(self, syntax: Syntax, scope: str) -> None:
        self._syntax, self._scope = syntax, scope
        known = getattr(syntax, "scopes", {}).get(scope)
        node = known.node if known is not None else None
        self._node = node
        self._parameters: dict[str, bool] = {}
        self.places: dict[str, int] = {}
        """Where a parameter stands among those that a call gives by place."""
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            placed = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
            placed = [each for each in placed if each not in ("self", "cls")]
            self.places = {name: number for number, name in enumerate(placed)}
            for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
                self._parameters[each.arg] = _may_be_text(each.annotation)
        self._stores = getattr(syntax, "stores", {}).get(scope, {})
        self._checked = _checked(node) if node is not None else set()

    def given(self, node: ast.expr, deep: int = 0) -> str:
        """The name of the parameter (or `request`) that a value comes from as it is; "" for none."""
        if deep > _DEEP:
            return ""
        if isinstance(node, ast.Name):
            return self._of_name(node.id, deep)
        if isinstance(node, ast.Attribute | ast.Subscript):
            return self._of_part(node, deep)
        if isinstance(node, ast.Call):
            return self._of_call(node, deep)
        if isinstance(node, ast.BinOp):
            return self._first([node.left, node.right], deep)
        if isinstance(node, ast.JoinedStr):
            return self._first([v.value for v in node.values if isinstance(v, ast.FormattedValue)], deep)
        if isinstance(node, ast.Await):
            return self.given(node.value, deep + 1)
        if isinstance(node, ast.IfExp):
            return self._first([node.body, node.orelse], deep)
        return ""

    def _first(self, nodes: list[ast.expr], deep: int) -> str:
        return next((name for node in nodes if (name := self.given(node, deep + 1))), "")

    def _of_call(self, node: ast.Call, deep: int) -> str:
        function = node.func
        if _is_request(node):
            return "request"
        if isinstance(function, ast.Attribute):
            if function.attr in _KEEPS or _is_request(function.value):
                return self._first([function.value, *node.args], deep)
            if function.attr == "get" and self.given(function.value, deep + 1) == "request":
                return "request"
        elif isinstance(function, ast.Name) and function.id in ("str", "repr"):
            return self._first(node.args, deep)
        return ""

    def _of_part(self, node: ast.Attribute | ast.Subscript, deep: int) -> str:
        if _is_request(node):
            return "request"
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Call | ast.Name | ast.Attribute):
            return self.given(node.value, deep + 1) if not _is_constant(node.value) else ""
        return "request" if _is_request(node.value) else ""

    def _of_name(self, name: str, deep: int) -> str:
        if name in self._checked or name in ("self", "cls"):
            return ""
        stores = [store for store in self._stores.get(name, ()) if store.how not in ("parameter", "type")]
        if not stores:
            return name if self._parameters.get(name) else ""
        values = [store.value for store in stores if store.how == "value" and store.value is not None]
        found = self._first([value for value in values if not _names(value, name)], deep)
        kept = any(_names(value, name) for value in values) and self._parameters.get(name)
        again = kept and all(self._keeps(value) for value in values)
        return found or (name if again else "")

    def _keeps(self, node: ast.expr) -> bool:
        """Whether a value is a text that was only changed a little: `words.lower()`."""
        while (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _KEEPS
        ):
            node = node.func.value
        return isinstance(node, ast.Name)


def _names(node: ast.expr, name: str) -> bool:
    return any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(node))


def _is_request(node: ast.AST) -> bool:
    """`request`, or what of it comes from outside."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call | ast.Await):
        if isinstance(node, ast.Attribute) and node.attr in _OF_REQUEST:
            return isinstance(node.value, ast.Name | ast.Attribute) and _ends_in_request(node.value)
        node = node.func if isinstance(node, ast.Call) else node.value
    return False


def _ends_in_request(node: ast.AST) -> bool:
    return (isinstance(node, ast.Name) and node.id == "request") or (
        isinstance(node, ast.Attribute) and node.attr == "request"
    )


def _is_constant(node: ast.AST) -> bool:
    last = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return last.isupper()


def _may_be_text(annotation: ast.expr | None) -> bool:
    """Whether a parameter may hold any text: what is declared to be a number or a choice may not."""
    if annotation is None:
        return True
    return any(isinstance(each, ast.Name) and each.id in ("str", "Any") for each in ast.walk(annotation))


def _checked(node: ast.AST) -> set[str]:
    """Names that the function holds against what is written down: `if order not in SORTS`, `isdigit()`."""
    found: set[str] = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Compare) and any(
            isinstance(op, ast.In | ast.NotIn | ast.Eq) for op in each.ops
        ):
            against = each.comparators[0]
            told = isinstance(against, ast.Tuple | ast.List | ast.Set | ast.Dict) or _is_constant(against)
            if (
                told
                and isinstance(each.left, ast.Name)
                and not any(isinstance(op, ast.Eq) for op in each.ops)
            ):
                found.add(each.left.id)
        elif (
            isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr in _CHECKS
        ):
            found.update(name.id for name in [each.func.value, *each.args] if isinstance(name, ast.Name))
    return found
