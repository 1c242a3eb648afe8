"""Functions without a declared result that plainly return rows of an ORM.

Followed within the function: through variables, loops, conditions and query chains, and into functions of the
project that it returns the result of. What ends in a number, a text or plain values (`count()`, `values()`)
is no row.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .bodies import Function, own_nodes
from .declarations import Declarations

_ROWS = frozenset(
    """first one one_or_none one_or_404 first_or_404 get get_or_404 get_one all filter filter_by order_by
    limit offset options join outerjoin distinct where select_from with_for_update execution_options unique
    scalars scalar scalar_one scalar_one_or_none exclude select_related prefetch_related
    latest earliest last create get_or_create update_or_create merge populate_existing yield_per reverse
    annotate using""".split()
)
"""Methods of queries, managers and sessions that lead to rows, if what they are called on does."""
_ASKS = frozenset({"query", "select", "get", "get_one", "scalars", "scalar", "execute", "merge"})
"""Methods and functions that are told by an argument which class's rows are meant."""
_SAME = frozenset({"list", "sorted", "tuple", "set", "next", "iter", "reversed"})
_MANAGERS = frozenset({"query", "objects", "_default_manager", "_base_manager"})
_GIVES = ("django.shortcuts.get_object_or_404", "django.shortcuts.get_list_or_404")
_HOPS = 4
_NOTHING: Mapping[str, str] = {}


def returned_row(
    dotted: str, declarations: Declarations, hops: int = 0, given: Mapping[str, str] = _NOTHING
) -> str:
    """The dotted name of a mapped class of which a function returns rows; "" where none is plain to see.

    `given` are parameters that are mapped classes themselves: `get_or_create(session, Payment)`.
    """
    found = declarations.function(dotted)
    if found is None or hops > _HOPS:
        return ""
    file, node, owner = found
    reading = _Reading(declarations, file, owner, hops, given)
    reading.assign(node)
    returned = (each.value for each in own_nodes(node) if isinstance(each, ast.Return) and each.value)
    return reading.first(returned)


class _Reading:
    """Expressions of one function, by what its variables were given."""

    def __init__(
        self, declarations: Declarations, file: Any, owner: str, hops: int, given: Mapping[str, str]
    ) -> None:
        self._declarations, self._file, self._owner, self._hops = declarations, file, owner, hops
        self._given = given
        self._values: dict[str, list[ast.expr]] = defaultdict(list)
        self._asked: set[str] = set()

    def assign(self, function: Function) -> None:
        """Take note of what each variable was given; a loop's has an element, which is as good."""
        for node in own_nodes(function):
            pairs: Sequence[tuple[ast.expr, ast.expr | None]] = []
            if isinstance(node, ast.Assign):
                pairs = [pair for target in node.targets for pair in _unpacked(target, node.value)]
            elif isinstance(node, ast.AnnAssign | ast.NamedExpr):
                pairs = [(node.target, node.value)]
            elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
                pairs = [(node.target, node.iter)]
            elif isinstance(node, ast.Call) and _adds_to(node):
                assert isinstance(node.func, ast.Attribute)
                pairs = [(node.func.value, node.args[0])]
            for target, value in pairs:
                if isinstance(target, ast.Name) and value is not None:
                    self._values[target.id].append(value)

    def first(self, nodes: Iterable[ast.expr]) -> str:
        """The class of the first expression that gives rows."""
        return next(filter(None, map(self.rows, nodes)), "")

    def rows(self, node: ast.expr) -> str:
        """The mapped class of which an expression gives rows, or collections of them."""
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.Name):
            if node.id in self._asked:
                return ""
            self._asked.add(node.id)
            found = self.first(self._values.get(node.id, ()))
            self._asked.discard(node.id)
            return found
        if isinstance(node, ast.Attribute):
            return self._model(node.value) if node.attr in _MANAGERS else ""
        return self.first(_inner(node))

    def _call(self, node: ast.Call) -> str:
        called = node.func
        if model := self._model(called):
            return model
        if isinstance(called, ast.Name) and called.id in _SAME and node.args:
            return self.rows(node.args[0])
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if name in _ASKS:
            models = [self._model(each) or self.rows(each) for each in node.args[:2]]
            if found := next(filter(None, models), ""):
                return found
        if isinstance(called, ast.Attribute) and name in _ROWS and (found := self.rows(called.value)):
            return found
        target = self._declarations.type(self._file, called)
        if target in _GIVES and node.args:
            return self._model(node.args[0]) or self.rows(node.args[0])
        return self._of_function(target, node)

    def _of_function(self, target: str, node: ast.Call) -> str:
        """What a function of the project gives, as it declares or as it plainly returns."""
        signature = self._declarations.signature(target) if target else None
        if signature is None:
            return ""
        if signature.returns:
            names = signature.returns.replace("[", " ").replace("]", " ").replace("|", " ").split()
            return next((name for name in names if self._declarations.kind(name) == "model"), "")
        names = [each.name for each in signature.parameters if each.kind in ("position", "either")]
        arguments = [
            *zip(names, node.args, strict=False),
            *((each.arg, each.value) for each in node.keywords),
        ]
        given = {name: model for name, value in arguments if name and (model := self._model(value))}
        return returned_row(target, self._declarations, self._hops + 1, given)

    def _model(self, node: ast.expr) -> str:
        """A mapped class that is named by an expression; `cls` is the class around."""
        if isinstance(node, ast.Name) and node.id in self._given:
            return self._given[node.id]
        if isinstance(node, ast.Name) and node.id == "cls":
            name = self._owner
        elif isinstance(node, ast.Name | ast.Attribute):
            name = self._declarations.type(self._file, node)
        else:
            return ""
        return name if name and self._declarations.kind(name) == "model" else ""


def _unpacked(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """What goes where; of a call that gives several, the first is the row: `item, made = get_or_create()`."""
    if not isinstance(target, ast.Tuple | ast.List):
        return [(target, value)]
    if isinstance(value, ast.Tuple | ast.List):
        return list(zip(target.elts, value.elts, strict=False))
    return [(target.elts[0], value)] if target.elts and isinstance(value, ast.Call) else []


def _adds_to(node: ast.Call) -> bool:
    return (
        isinstance(node.func, ast.Attribute) and node.func.attr in ("append", "add") and len(node.args) == 1
    )


def _inner(node: ast.expr) -> Iterator[ast.expr]:
    """The expressions of which one is what a wider one gives."""
    if isinstance(node, ast.IfExp):
        yield from (node.body, node.orelse)
    elif isinstance(node, ast.BoolOp):
        yield from node.values
    elif isinstance(node, ast.Await | ast.Subscript | ast.Starred | ast.NamedExpr):
        yield node.value
    elif isinstance(node, ast.List | ast.Tuple | ast.Set):
        yield from node.elts
    elif isinstance(node, ast.Dict):
        yield from node.values
    elif isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
        yield node.elt
    elif isinstance(node, ast.DictComp):
        yield node.value
