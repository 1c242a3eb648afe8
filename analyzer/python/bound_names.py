"""What binds names in a file: assignments, imports, parameters and attributes of `self`."""

from __future__ import annotations

import ast

from .children import bindings
from .scopes import Scope, Store


class BoundNames:
    """The names of each scope with what is stored in them, as the walk comes by (`syntax.py`)."""

    def __init__(self) -> None:
        self.stores: dict[str, dict[str, list[Store]]] = {"": {}}
        self.aliases: dict[str, dict[str, str]] = {}
        self.marks: dict[ast.AST, str] = {}
        self._docstrings: set[ast.AST] = set()

    def _record(self, node: ast.AST, scope: Scope, mark: str) -> None:
        """Keeps what binds names, and where strings stand as statements."""
        if isinstance(node, ast.Import | ast.ImportFrom):
            self.marks[node] = mark
            self._alias(node, scope)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            self._docstrings.add(node.value)
        elif isinstance(node, ast.AnnAssign):
            self._annotated(scope, node)
        else:
            for target, value, how in bindings(node):
                if isinstance(target, ast.expr):
                    self._assign(scope, target, value, how)
                elif target is not None:
                    self._store(scope, target, value, how, getattr(node, "lineno", 0))

    def _annotated(self, scope: Scope, node: ast.AnnAssign) -> None:
        """`x: T = value`: the type says more than the value, which is kept for types that say nothing."""
        store = Store(node.annotation, "type", node.lineno, scope.name, node.value)
        target = node.target
        if isinstance(target, ast.Name):
            self.stores[scope.name].setdefault(target.id, []).append(store)
        elif isinstance(target, ast.Attribute) and self._is_receiver(target.value, scope):
            self.stores[scope.owner].setdefault(target.attr, []).append(store)

    def _alias(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        names = self.aliases.setdefault(scope.name, {})
        for alias in node.names:
            if isinstance(node, ast.ImportFrom):
                origin = "." * node.level + (node.module or "")
                names[alias.asname or alias.name] = (
                    f"{origin}{'' if origin.endswith('.') else '.'}{alias.name}"
                )
            else:
                top = alias.name.partition(".")[0]
                names[alias.asname or top] = alias.name if alias.asname else top

    def _assign(self, scope: Scope, target: ast.expr, value: ast.expr | None, how: str) -> None:
        if isinstance(target, ast.Name):
            self._store(scope, target.id, value, how, target.lineno)
        elif isinstance(target, ast.Tuple | ast.List):
            values = value.elts if isinstance(value, ast.Tuple) and how == "value" else ()
            matching = len(values) == len(target.elts)
            for index, element in enumerate(target.elts):
                if matching:
                    self._assign(scope, element, values[index], how)
                else:
                    self._assign(scope, element, value if how == "value" else None, f"item{index}")
        elif isinstance(target, ast.Starred):
            self._assign(scope, target.value, None, "value")
        elif isinstance(target, ast.Attribute) and self._is_receiver(target.value, scope):
            store = Store(value, how, target.lineno, scope.name)
            self.stores[scope.owner].setdefault(target.attr, []).append(store)

    def _is_receiver(self, node: ast.expr, scope: Scope) -> bool:
        return bool(scope.owner) and isinstance(node, ast.Name) and node.id == self.receiver(scope)

    def _store(self, scope: Scope, name: str, value: ast.expr | None, how: str, line: int) -> None:
        self.stores[scope.name].setdefault(name, []).append(Store(value, how, line, scope.name))

    def receiver(self, scope: Scope) -> str:
        """The name of the first parameter of the method that a scope is (or stands in), "" if static."""
        method = scope
        while method.parent is not None and method.parent.kind != "class":
            method = method.parent
        node = method.node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return ""
        if any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in node.decorator_list):
            return ""
        first = [*node.args.posonlyargs, *node.args.args][:1]
        return first[0].arg if first else ""

    def _parameters(self, arguments: ast.arguments, scope: Scope) -> None:
        named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        for argument in named:
            how = "type" if argument.annotation is not None else "parameter"
            self._store(scope, argument.arg, argument.annotation, how, argument.lineno)
        for extra in (arguments.vararg, arguments.kwarg):
            if extra is not None:
                self._store(scope, extra.arg, None, "parameter", extra.lineno)
