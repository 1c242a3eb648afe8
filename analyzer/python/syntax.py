"""The one walk of a Python file, and the index that it leaves for all who read the file."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, TypeVar

from .bound_names import BoundNames
from .children import push
from .expressions import Expressions
from .nodes import last_name
from .redefined import own_name
from .scopes import Scope

Made = TypeVar("Made")
_OPENING = frozenset({ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda})
"""What has a scope of its own."""
_CONDITIONAL = frozenset({ast.If, ast.Try, ast.TryStar, ast.ExceptHandler, ast.Match})
_BINDING = frozenset({
    ast.Import, ast.ImportFrom, ast.Expr, ast.AnnAssign, ast.Assign, ast.NamedExpr, ast.AugAssign, ast.For,
    ast.AsyncFor, ast.comprehension, ast.With, ast.AsyncWith, ast.ExceptHandler, ast.MatchAs, ast.MatchStar,
    ast.MatchMapping,
})  # fmt: skip


class PythonSyntax(BoundNames):
    """Nodes by type, each with its scope; names bound in each scope; path expressions.

    `tree` is that of the text, where it was parsed already (see `recovery/`). Without it, raises SyntaxError,
    ValueError, RecursionError or MemoryError when `ast` cannot parse the text.
    """

    def __init__(self, text: str, tree: ast.Module | None = None) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.tree = ast.parse(text) if tree is None else tree
        super().__init__()
        self.scopes: dict[str, Scope] = {"": Scope("", "module", None, self.tree, "")}
        self._by_type: dict[type[ast.AST], tuple[list[tuple[ast.AST, str]], list[int]]] = {}
        self._merged: dict[tuple[type[ast.AST], ...], list[tuple[ast.AST, str]]] = {}
        self._calls: list[tuple[ast.Call, str, str]] | None = None
        self._named: dict[str, list[int]] = {}
        self._made: dict[Callable[[Any], Any], Any] = {}
        self.own_scopes: dict[ast.AST, str] = {}
        """Lambdas, and functions that share their name with others (`redefined.py`) -> their scopes."""
        self._lambdas: dict[str, int] = {}
        self._walk()
        self.expressions = Expressions(self)

    def close(self) -> None:
        """Lets go of what holds each other, so that the tree of a file goes before the next one comes.

        Nobody may ask anything afterwards. The collector, which would see to it, is off while files are read.
        """
        vars(self.expressions).clear()
        self._made.clear()

    # What readers ask -----------------------------------------------------------------------------

    def find(self, *kinds: type[ast.AST]) -> Iterator[tuple[ast.AST, str]]:
        """Nodes of these types in source order, each with the dotted name of its scope ("" = module)."""
        if len(kinds) == 1:
            return iter(self._by_type[kinds[0]][0] if kinds[0] in self._by_type else ())
        found = self._merged.get(kinds)
        if found is None:
            rows: dict[int, tuple[ast.AST, str]] = {}
            for kind in kinds:
                if kind in self._by_type:
                    of_kind, positions = self._by_type[kind]
                    rows.update(zip(positions, of_kind, strict=True))
            found = self._merged[kinds] = [rows[position] for position in sorted(rows)]
        return iter(found)

    def calls(self) -> Sequence[tuple[ast.Call, str, str]]:
        """The calls in source order, each with its scope and the last name of what is called ("" = none)."""
        if self._calls is None:
            found = self.find(ast.Call)
            self._calls = [(n, scope, last_name(n.func)) for n, scope in found if isinstance(n, ast.Call)]
            for position, (_, _, name) in enumerate(self._calls):
                self._named.setdefault(name, []).append(position)
        return self._calls

    def called(self, names: Collection[str] | Callable[[str], bool]) -> Sequence[tuple[ast.Call, str, str]]:
        """The calls of what bears one of these names, as `calls()` has them; `names` may be a question."""
        calls = self.calls()
        wanted = filter(names, self._named) if callable(names) else self._named.keys() & names
        positions = [position for name in wanted for position in self._named[name]]
        return [calls[position] for position in sorted(positions)]

    def once(self, make: Callable[[PythonSyntax], Made]) -> Made:
        """What is made of the file for all who ask for it."""
        if make not in self._made:
            self._made[make] = make(self)
        found: Made = self._made[make]
        return found

    def dotted(self, node: ast.AST | None) -> str:
        """The path expression of an expression with imported names spelt out; "" when it has none."""
        return self.expressions.dotted(node)

    def express(self, node: ast.AST | None, scope: str) -> str:
        """The path expression of an expression as it stands in a scope."""
        return self.expressions.express(node, scope)

    def string(self, node: ast.AST | None) -> str | None:
        """The text of a constant string, also concatenated, or named by a constant of the module."""
        return self.expressions.string(node)

    def bound(self, node: ast.AST | None, scope: str) -> ast.AST | None:
        """The one expression that a name is bound to in a scope or in the module, else the node itself."""
        if not isinstance(node, ast.Name):
            return node
        for place in (scope, ""):
            stores = self.stores.get(place, {}).get(node.id, ())
            if stores:
                return stores[0].value if len(stores) == 1 and stores[0].how == "value" else node
        return node

    def name_of(self, node: ast.AST, scope: str) -> str:
        """The name of the scope that a definition in another one opens."""
        name: str = getattr(node, "name", "")
        return self.own_scopes.get(node) or (f"{scope}.{name}" if scope else name)

    def is_docstring(self, node: ast.AST) -> bool:
        """Whether a string is a docstring or otherwise a statement of its own."""
        return node in self._docstrings

    # The walk -------------------------------------------------------------------------------------

    def _walk(self) -> None:
        """Visits every node once, in source order, without recursion (nesting may be deep).

        Between the nodes on the stack lies, as (scope, mark), what holds for those below it.
        """
        stack: list[Any] = [self.tree]
        scope, mark, name = self.scopes[""], "", ""
        pop, by_type, bound = stack.pop, self._by_type, self.stores[""]
        position = 0
        while stack:
            node = pop()
            kind = node.__class__
            found = by_type.get(kind)
            if found is None:
                if kind is tuple:
                    scope, mark = node
                    name = scope.name
                    bound = self.stores[name]
                    continue
                found = by_type[kind] = ([], [])
            position += 1
            found[0].append((node, name))
            found[1].append(position)
            if kind is ast.Name:
                if node.ctx.__class__ is ast.Store and node.id not in bound:
                    self._store(scope, node.id, None, "value", node.lineno)
                continue
            if kind is ast.Constant:
                continue
            if kind is ast.Attribute:
                stack.append(node.value)
                continue
            if kind is ast.Call:
                stack += reversed(node.keywords)
                stack += reversed(node.args)
                stack.append(node.func)
                continue
            if kind in _BINDING:
                self._record(node, scope, mark)
            if kind in _OPENING:
                self._inside(node, scope, mark, stack)
            elif kind in _CONDITIONAL:
                stack.append((scope, mark))
                push(node, stack)
                stack.append((scope, self._deeper_mark(node, mark)))
            else:
                push(node, stack)

    def _inside(self, node: ast.AST, scope: Scope, mark: str, stack: list[Any]) -> None:
        """Puts the children of a node with a scope of its own on the stack."""
        inner = self._enter(node, scope, mark)
        body = getattr(node, "body", None)
        deeper = mark if isinstance(node, ast.ClassDef) else "function"
        stack.append((scope, mark))
        stack += reversed(getattr(node, "type_params", ()))
        stack += reversed(body) if isinstance(body, list) else [body]
        stack.append((inner, deeper))
        stack += reversed(self._children_outside(node))

    def _enter(self, node: ast.AST, scope: Scope, mark: str) -> Scope:
        """The scope of what stands inside a node."""
        if isinstance(node, ast.ClassDef):
            return self._open(node.name, "class", scope, node)
        if isinstance(node, ast.Lambda):
            count = self._lambdas[scope.name] = self._lambdas.get(scope.name, 0) + 1
            inner = self._open(f"<lambda{count}>", "function", scope, node)
            self.own_scopes[node] = inner.name
            self._parameters(node.args, inner)
            return inner
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        name = own_name(node, self.scopes, scope, mark)
        inner = self._open(name, "function", scope, node)
        if name != node.name:
            self.own_scopes[node] = inner.name
        self._parameters(node.args, inner)
        return inner

    def _open(self, name: str, kind: str, parent: Scope, node: ast.AST) -> Scope:
        full = f"{parent.name}.{name}" if parent.name else name
        owner = parent.name if parent.kind == "class" else parent.owner if kind == "function" else ""
        scope = Scope(full, kind, parent, node, owner)
        self.scopes.setdefault(full, scope)
        self.stores.setdefault(full, {})
        return scope

    def _children_outside(self, node: ast.AST) -> tuple[ast.AST, ...]:
        """Decorators, defaults, annotations and bases are evaluated in the scope around."""
        if isinstance(node, ast.ClassDef):
            return (*node.decorator_list, *node.bases, *node.keywords)
        if isinstance(node, ast.Lambda):
            return (node.args,)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            returns = (node.returns,) if node.returns is not None else ()
            return (*node.decorator_list, node.args, *returns)
        return ()

    def _deeper_mark(self, node: ast.AST, mark: str) -> str:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in (
            getattr(node.test, "id", ""),
            getattr(node.test, "attr", ""),
        ):
            return "type-checking"
        return mark or "conditional"
