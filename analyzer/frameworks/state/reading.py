"""Facts about state, read from one file: variables that may hold it, and what functions do with variables."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...model.facts import Fact, Json
from ...model.world import Syntax
from ...python.nodes import last_name
from .once import read_once

_DISPLAYS: dict[type[ast.AST], str] = {
    ast.Dict: "dict", ast.DictComp: "dict", ast.List: "list", ast.ListComp: "list", ast.Set: "set",
    ast.SetComp: "set",
}  # fmt: skip
_COLLECTIONS = frozenset(
    """dict list set defaultdict OrderedDict Counter deque ChainMap WeakValueDictionary WeakKeyDictionary
    WeakSet TTLCache LRUCache LFUCache Queue SimpleQueue LifoQueue PriorityQueue bytearray""".split()
)
OTHER_NAME = "other name"
"""A variable that may be another name for what another one holds: `known = registry.known`."""
MUTATORS = frozenset(
    """append extend insert remove pop popitem clear update setdefault add discard appendleft popleft
    extendleft rotate sort reverse subtract intersection_update difference_update symmetric_difference_update
    move_to_end put put_nowait""".split()
)


def read_state(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `holders`, `uses` and `once`; a use is [path expression, how, line, column].

    `how` is `reads`, `writes` (its contents), `binds` (a name declared global), `sets` (an attribute) or
    `calls` (a method, which stands last in the expression). `once` names what a
    scope merely keeps, with what makes it.
    """
    classes = {
        syntax.name_of(node, scope)
        for node, scope in syntax.find(ast.ClassDef)
        if isinstance(node, ast.ClassDef)
    }
    lasting = {name for name in classes if all(above in classes for above in _around(name))}
    holders, instance = list(_holders(syntax, lasting)), sorted(_instance(syntax, classes))
    if holders or instance:
        yield Fact("holders", "", 0, 0, {"holders": holders, "instance": instance})
    by_scope = _Uses(syntax, classes).by_scope
    for scope, uses in by_scope.items():
        yield Fact("uses", scope, 0, 0, {"uses": [[*use, *place] for use, place in uses.items()]})
    written = {s: {code for code, how in uses if how in ("writes", "binds")} for s, uses in by_scope.items()}
    for scope, made in read_once(syntax, written):
        yield Fact("once", scope, 0, 0, {"made": {name: [*makers] for name, makers in made.items()}})


def _around(scope: str) -> Iterator[str]:
    """The scopes around a scope, the module apart: a class inside a function is made anew by each call."""
    while scope := scope.rpartition(".")[0]:
        yield scope


def _holders(syntax: Syntax, classes: set[str]) -> Iterator[list[Json]]:
    """[name, what it holds, what makes it, line, end line] of variables of the module and of its classes."""
    for node, scope in syntax.find(ast.Assign, ast.AnnAssign):
        assert isinstance(node, ast.Assign | ast.AnnAssign)
        if node.value is None or (scope and scope not in classes):
            continue
        if scope and isinstance(node, ast.AnnAssign) and "ClassVar" not in ast.dump(node.annotation):
            continue  # a field: each instance has its own
        holds, by = _held(syntax, node.value)
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Name) and (holds not in ("", "call", OTHER_NAME) or not scope):
                name = f"{scope}.{target.id}" if scope else target.id
                yield [name, holds, by, node.lineno, node.end_lineno or node.lineno]


def _held(syntax: Syntax, node: ast.expr) -> tuple[str, str]:
    """(what a value is: `dict`, `list` ..., `call`, `OTHER_NAME` or "" for plain values; what makes it)."""
    if type(node) in _DISPLAYS:
        return _DISPLAYS[type(node)], ""
    if isinstance(node, ast.Call):
        name = last_name(node.func)
        return (name, "") if name in _COLLECTIONS else ("call", syntax.express(node.func, ""))
    return (OTHER_NAME, "") if isinstance(node, ast.Name | ast.Attribute) else ("", "")


def _instance(syntax: Syntax, classes: set[str]) -> set[str]:
    """Attributes that methods bind on their instances, as `Class.attribute`."""
    found = set()
    for node, scope in syntax.find(ast.Attribute):
        if isinstance(node, ast.Attribute) and node.ctx.__class__ is ast.Store:
            owner = scope.rpartition(".")[0]
            if owner in classes and syntax.express(node.value, scope)[:1] == "<":
                found.add(f"{owner}.{node.attr}")
    return found


class _Uses:
    """What each scope does with variables that are not its own."""

    def __init__(self, syntax: Syntax, classes: set[str]) -> None:
        self._syntax, self._classes = syntax, classes
        self.by_scope: dict[str, dict[tuple[str, str], tuple[int, int]]] = {}
        self._taken: set[ast.AST] = set()
        self._imported = self._imports()
        self._not_own = self._imported | set(self._other_names())
        self._owners = self._imported | classes
        self._candidates = self._imported | {
            target.id
            for node, scope in syntax.find(ast.Assign, ast.AnnAssign)
            if not scope
            for target in (node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)])
            if isinstance(target, ast.Name)
        }
        self._globals: set[tuple[str, str]] = set()
        for node, scope in syntax.find(ast.Global):
            assert isinstance(node, ast.Global)
            self._globals.update((scope, name) for name in node.names)
        for node, scope in syntax.find(ast.Call):
            assert isinstance(node, ast.Call)
            self._call(node, scope)
        for node, scope in syntax.find(ast.Subscript):
            assert isinstance(node, ast.Subscript)
            if not isinstance(node.ctx, ast.Load):
                self._add(_base(node), "writes", scope)
        for node, scope in syntax.find(ast.Attribute):
            assert isinstance(node, ast.Attribute)
            self._attribute(node, scope)
        candidates, declared = self._candidates, {name for _, name in self._globals}
        for node, scope in syntax.find(ast.Name):
            assert isinstance(node, ast.Name)
            if (scope and node.id in candidates) or node.id in declared:
                self._name(node, scope)

    def _imports(self) -> set[str]:
        """Names that imports bind."""
        return {
            alias.asname or alias.name.partition(".")[0]
            for node, _ in self._syntax.find(ast.Import, ast.ImportFrom)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }

    def _other_names(self) -> Iterator[str]:
        """Variables of the module that are other names for what it imports, or for parts of that."""
        for node, scope in self._syntax.find(ast.Assign):
            if scope or not isinstance(node, ast.Assign):
                continue
            value = node.value
            while isinstance(value, ast.Attribute):
                value = value.value
            if isinstance(value, ast.Name) and value.id in self._imported:
                yield from (target.id for target in node.targets if isinstance(target, ast.Name))

    def _call(self, node: ast.Call, scope: str) -> None:
        function = node.func
        self._taken.add(function)
        if isinstance(function, ast.Attribute) and isinstance(
            function.value, ast.Name | ast.Attribute | ast.Subscript
        ):
            if function.attr in MUTATORS:
                self._add(_base(function.value), "writes", scope)
            elif isinstance(function.value, ast.Name | ast.Attribute):
                self._add(function, "calls", scope)

    def _attribute(self, node: ast.Attribute, scope: str) -> None:
        if node.ctx.__class__ is not ast.Load:
            self._add(node, "sets", scope)
        elif scope and scope not in self._classes and node not in self._taken:
            base = node.value
            known = base.__class__ is ast.Name and base.id in self._owners
            if known or self._syntax.express(base, scope)[:1] in "<{":
                self._add(node, "reads", scope)

    def _name(self, node: ast.Name, scope: str) -> None:
        if (scope, node.id) in self._globals and not isinstance(node.ctx, ast.Load):
            self._note(node.id, "binds", node, scope)
        elif node.id in self._candidates and isinstance(node.ctx, ast.Load) and node not in self._taken:
            self._add(node, "reads", scope)

    def _add(self, node: ast.expr, how: str, scope: str) -> None:
        if not isinstance(node, ast.Name | ast.Attribute):
            return
        head: ast.expr = node
        while isinstance(head, ast.Attribute):
            if how != "reads":
                self._taken.update((head, head.value))
            head = head.value
        if how != "reads":
            self._taken.add(head)
        imported = isinstance(head, ast.Name) and head.id in self._not_own
        if (not scope or scope in self._classes) and (how == "reads" or not imported):
            return  # a module that makes its own variables
        code = head.id if isinstance(head, ast.Name) and (scope, head.id) in self._globals else ""
        code = code if isinstance(node, ast.Name) and code else self._syntax.express(node, scope)
        plain = code.partition(".")[0]
        if code.startswith("?") or "(" in code or "[" in code:
            return
        if how == "reads" and plain[:1].isupper() and not plain.isupper() and "." not in code:
            return  # a class
        self._note(code, how, node, scope)

    def _note(self, code: str, how: str, node: ast.expr, scope: str) -> None:
        self.by_scope.setdefault(scope, {}).setdefault((code, how), (node.lineno, node.col_offset))


def _base(node: ast.expr) -> ast.expr:
    """`X` of `X[1][2]`."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node
