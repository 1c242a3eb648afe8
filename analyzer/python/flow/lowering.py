"""One file -> the code of its scopes: statements, and what they bind."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .code import (
    DECLARE,
    DELETE_ATTRIBUTE,
    IMPORT,
    IMPORT_FROM,
    IMPORT_STAR,
    RAISE,
    RETURN,
    STORE_ATTRIBUTE,
    STORE_ITEM,
    UNPACK,
    UNPACK_REST,
    ModuleCode,
    Places,
)
from .environment import Environment, Names
from .holed import holed_name
from .lower_branches import Branches
from .lower_expressions import Expressions
from .lower_functions import Functions
from .lower_patterns import Patterns
from .lower_types import Types
from .marked import taken

_PUT_TOGETHER = (ast.BinOp, ast.JoinedStr, ast.Call)
"""What may be a name that code puts together."""
_IN_PLACE = {
    "Add": "__iadd__",
    "Sub": "__isub__",
    "Mult": "__imul__",
    "BitOr": "__ior__",
    "BitAnd": "__iand__",
}


def lower(tree: ast.Module, own: Mapping[ast.AST, str], numbers: Mapping[ast.AST, int]) -> ModuleCode:
    """The code of a file. Raises RecursionError on deep nesting.

    `own` gives the scopes of lambdas and of functions that are not called like them, `numbers` says the how
    many-th call of its scope each call is.
    """
    lowering = Lowering(own, numbers)
    try:
        return lowering.module(tree)
    finally:
        lowering.close()


class Lowering:
    """What the parts share: the scope that is being read, and how things are bound in it."""

    def __init__(self, own: Mapping[ast.AST, str], numbers: Mapping[ast.AST, int]) -> None:
        self._own, self._numbers = own, numbers
        self._names, self.places = Names(), Places()
        self._scopes: list[Environment] = []
        self.expressions = Expressions(self)
        self.types = Types(self)
        self.patterns = Patterns(self)
        self.functions = Functions(self)
        branches = Branches(self)
        self._by_type: dict[type[ast.AST], Callable[[Any], None]] = {
            ast.FunctionDef: self.functions.function, ast.AsyncFunctionDef: self.functions.function,
            ast.ClassDef: self.functions.class_, ast.Assign: self._assign, ast.AnnAssign: self._annotated,
            ast.AugAssign: self._augmented, ast.Expr: self._expression, ast.Return: self._return,
            ast.Raise: self._raise, ast.Delete: self._delete, ast.Assert: self._assert, ast.If: branches.if_,
            ast.For: branches.for_, ast.AsyncFor: branches.for_, ast.While: branches.while_,
            ast.Try: branches.try_, ast.TryStar: branches.try_, ast.With: branches.with_,
            ast.AsyncWith: branches.with_, ast.Match: branches.match_, ast.Global: self._global,
            ast.Nonlocal: self._nonlocal, ast.Import: self._import, ast.ImportFrom: self._import_from,
        }  # fmt: skip

    def module(self, tree: ast.Module) -> ModuleCode:
        self.scope = self.open("module", "", 1)
        self.block(tree.body)
        self.functions.finish()
        for scope in self._scopes:
            scope.resolve_names()
        scopes = [scope.finish() for scope in self._scopes]
        return ModuleCode(self._names.list, scopes, self.places.list())

    def close(self) -> None:
        """Lets go of the parts, which hold this and the tree: the collector is off while files are read."""
        for part in (self.expressions, self.types, self.patterns, self.functions):
            vars(part).clear()
        vars(self).clear()

    def open(self, kind: str, name: str, line: int) -> Environment:
        parent = self.scope if self._scopes else None
        place = self.places.line(line)
        scope = Environment(kind, name, parent, len(self._scopes), place, self._names)
        self._scopes.append(scope)
        return scope

    def own_name(self, node: ast.AST) -> str:
        """The name of a scope that is not called like what opens it; "" for others."""
        return self._own.get(node, "")

    def number(self, node: ast.expr) -> int:
        return self._numbers.get(node, 0)

    def block(self, body: Sequence[ast.stmt]) -> None:
        by_type = self._by_type
        for statement in body:
            lower_statement = by_type.get(statement.__class__)
            if lower_statement is not None:
                lower_statement(statement)

    # Binding --------------------------------------------------------------------------------------

    def assign_name(self, name: str, register: int) -> None:
        self.scope.assign(name, register)

    def bind(self, target: ast.expr, register: int) -> None:
        scope = self.scope
        if isinstance(target, ast.Name):
            scope.assign(target.id, register)
        elif isinstance(target, ast.Attribute):
            value = self.expressions.lower(target.value)
            if value:
                scope.code.append(
                    (STORE_ATTRIBUTE, value, scope.names[target.attr], register, self.places.at(target))
                )
            self._bind_path(target, register)
        elif isinstance(target, ast.Subscript):
            value = self.expressions.lower(target.value)
            key = self.expressions.lower(target.slice)
            self.expressions.note_key(target.slice)
            if value:
                scope.code.append((STORE_ITEM, value, key, register, self.places.at(target)))
            self._bind_path(target, register)
        elif isinstance(target, ast.Tuple | ast.List):
            self._bind_elements(target.elts, register)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, register)

    def _bind_elements(self, elements: Sequence[ast.expr], register: int) -> None:
        count, starred, scope = len(elements), False, self.scope
        for index, element in enumerate(elements):
            part = 0
            if isinstance(element, ast.Starred):
                starred = True
                if register:
                    part = scope.emit(UNPACK_REST, register, index, count - index - 1, scope.display())
                self.bind(element.value, part)
            else:
                if register:
                    part = scope.emit(UNPACK, register, index - count if starred else index)
                self.bind(element, part)

    def _bind_path(self, target: ast.expr, register: int) -> None:
        root = target
        while isinstance(root, ast.Attribute | ast.Subscript):
            root = root.value
        if isinstance(root, ast.Name):
            self.scope.paths.add(root.id)
            path = self.expressions.path(target)
            if path:
                self.scope.set_path(path, register)

    def _assign(self, node: ast.Assign) -> None:
        if len(node.targets) == 1:
            pairs: list[tuple[ast.expr, ast.expr]] = []
            if isinstance(node.targets[0], ast.Tuple | ast.List) and _pairs(
                node.targets[0], node.value, pairs
            ):
                registers = [self.expressions.lower(value) for _, value in pairs]
                for (target, _), register in zip(pairs, registers, strict=True):
                    self.bind(target, register)
                return
        register = self.expressions.lower(node.value)
        for target in node.targets:
            self.bind(target, register)
        target = node.targets[0]
        if isinstance(target, ast.Name):
            value = node.value
            if self.scope.listed or self.scope.members:
                taken(target.id, value, self.scope)
            name = holed_name(value, self.scope.holed) if value.__class__ in _PUT_TOGETHER else ""
            if name:
                self.scope.holed[target.id] = name
            elif target.id in self.scope.holed:
                del self.scope.holed[target.id]

    def _annotated(self, node: ast.AnnAssign) -> None:
        register = self.expressions.lower(node.value)
        declared = self.types.lower(node.annotation)
        if declared > 0:
            register = self.scope.emit(DECLARE, declared, register)
        if node.value is not None or declared > 0:
            self.bind(node.target, register)

    def _augmented(self, node: ast.AugAssign) -> None:
        before = self.expressions.lower(node.target)
        register = self.expressions.lower(node.value)
        method = _IN_PLACE.get(type(node.op).__name__, "__iadd__")
        if before > 0 or register > 0:
            register = self.expressions.operate(method, before, register, node)
        if isinstance(node.target, ast.Name):
            self.scope.assign(node.target.id, register)
        elif register:
            self.bind(node.target, register)

    # Simple statements ----------------------------------------------------------------------------

    def _expression(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Yield):
            self.expressions.only_yielded(node.value)
        else:
            self.expressions.lower(node.value)

    def _return(self, node: ast.Return) -> None:
        register = self.expressions.lower(node.value)
        if register:
            self.scope.code.append((RETURN, register))

    def _raise(self, node: ast.Raise) -> None:
        register = self.expressions.lower(node.exc)
        if register > 0 and not isinstance(node.exc, ast.Call):
            self.scope.code.append((RAISE, register, self.places.at(node)))
        self.expressions.lower(node.cause)

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                value, key = self.expressions.lower(target.value), self.expressions.lower(target.slice)
                if value > 0:
                    self.expressions.operate("__delitem__", value, key, target)
            elif isinstance(target, ast.Attribute):
                value = self.expressions.lower(target.value)
                if value > 0:
                    name = self.scope.names[target.attr]
                    self.scope.code.append((DELETE_ATTRIBUTE, value, name, self.places.at(target)))

    def _assert(self, node: ast.Assert) -> None:
        self.expressions.lower(node.test)
        self.expressions.lower(node.msg)

    def _global(self, node: ast.Global) -> None:
        self.scope.globals.update(node.names)

    def _nonlocal(self, node: ast.Nonlocal) -> None:
        self.scope.nonlocals.update(node.names)

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            register = self.scope.emit(IMPORT, alias.name, int(alias.asname is not None))
            self.assign_name(alias.asname or alias.name.partition(".")[0], register)

    def _import_from(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name == "*":
                self.scope.code.append((IMPORT_STAR, node.level, node.module or ""))
            else:
                register = self.scope.emit(IMPORT_FROM, node.level, node.module or "", alias.name)
                self.assign_name(alias.asname or alias.name, register)


def _pairs(target: ast.expr, value: ast.expr, pairs: list[tuple[ast.expr, ast.expr]]) -> bool:
    """`a, (b, c) = x, (y, z)`: which gets which, without a container; False when it cannot be told."""
    if not isinstance(target, ast.Tuple | ast.List):
        pairs.append((target, value))
        return True
    if not isinstance(value, ast.Tuple | ast.List) or len(target.elts) != len(value.elts):
        return False
    for inner, part in zip(target.elts, value.elts, strict=True):
        if isinstance(inner, ast.Starred) or isinstance(part, ast.Starred) or not _pairs(inner, part, pairs):
            return False
    return True
