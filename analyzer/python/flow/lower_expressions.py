"""Expressions -> instructions; each gives the register that holds its value (0: unknown)."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..nodes import last_name
from .code import (
    ATTRIBUTE,
    AWAIT,
    CALL,
    CALL_FULL,
    DELEGATE,
    GENERATOR,
    ITEM,
    OPERATE,
    SLICE,
    YIELD,
    is_key,
)
from .holed import holed_name, is_namespace, is_namespace_get
from .lower_displays import Displays
from .lower_texts import evaluated

if TYPE_CHECKING:
    from .environment import Environment
    from .lowering import Lowering

_CONVERSIONS = {ord("r"): "__repr__", ord("a"): "__repr__", ord("s"): "__str__"}
_IMPORTS = frozenset({"import_module", "__import__"})
_TAKES_APART = frozenset({"rsplit", "rpartition", "partition"})
_LAST_INDEX = 1 << 20
SOME_TEXT = "\0"
"""The constant that stands for a text that is not known."""
_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "__add__", ast.Sub: "__sub__", ast.Mult: "__mul__", ast.Div: "__truediv__", ast.Mod: "__mod__",
    ast.FloorDiv: "__floordiv__", ast.Pow: "__pow__", ast.MatMult: "__matmul__", ast.BitAnd: "__and__",
    ast.BitOr: "__or__", ast.BitXor: "__xor__", ast.LShift: "__lshift__", ast.RShift: "__rshift__",
    ast.USub: "__neg__", ast.UAdd: "__pos__", ast.Invert: "__invert__", ast.Not: "__bool__",
    ast.Eq: "__eq__", ast.NotEq: "__ne__", ast.Lt: "__lt__", ast.LtE: "__le__", ast.Gt: "__gt__",
    ast.GtE: "__ge__", ast.In: "__contains__", ast.NotIn: "__contains__",
}  # fmt: skip


class Expressions:
    """Lowers expressions in the scope that `lowering` is in."""

    def __init__(self, lowering: Lowering) -> None:
        self._lowering, displays = lowering, Displays(lowering)
        self._by_type: dict[type[ast.AST], Callable[[Any], int]] = {
            ast.Name: self._name, ast.Constant: self._constant, ast.Attribute: self._attribute,
            ast.Call: self._call, ast.Subscript: self._subscript, ast.JoinedStr: self._joined,
            ast.Lambda: self._lambda, ast.IfExp: self._choice, ast.BoolOp: self._either,
            ast.Await: self._await, ast.NamedExpr: self._walrus, ast.Starred: self._starred,
            ast.BinOp: self._binary, ast.UnaryOp: self._unary, ast.Compare: self._compare,
            ast.Tuple: displays.tuple_, ast.List: displays.list_, ast.Set: displays.set_,
            ast.Dict: displays.dict_, ast.ListComp: displays.list_of,
            ast.GeneratorExp: displays.list_of, ast.SetComp: displays.set_of,
            ast.DictComp: displays.dict_of, ast.Yield: self._yield, ast.YieldFrom: self._delegate,
            ast.Slice: self._slice_parts,
        }  # fmt: skip

    @property
    def scope(self) -> Environment:
        return self._lowering.scope

    def lower(self, node: ast.expr | None) -> int:
        if node is None:
            return 0
        lower = self._by_type.get(node.__class__)
        return lower(node) if lower is not None else 0

    # Names and constants --------------------------------------------------------------------------

    def _name(self, node: ast.Name) -> int:
        scope = self._lowering.scope
        return scope.registers.get(node.id) or scope.load(node.id)

    def _constant(self, node: ast.Constant) -> int:
        value = node.value
        if isinstance(value, str):
            return self._lowering.scope.constant(value if is_key(value) else SOME_TEXT)
        return self._lowering.scope.constant(value) if value.__class__ is int and is_key(value) else 0

    def _joined(self, node: ast.JoinedStr) -> int:
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                value = self.lower(part.value)
                if value > 0:
                    self.operate(_CONVERSIONS.get(part.conversion, "__format__"), value, 0, part.value)
                self.lower(part.format_spec)
        return self.scope.constant(SOME_TEXT)

    def path(self, node: ast.expr) -> str:
        """The path of names, attributes and constant keys whose root has known paths, else ""."""
        if isinstance(node, ast.Name):
            return node.id if node.id in self.scope.paths else ""
        if isinstance(node, ast.Attribute):
            inner = self.path(node.value)
            return f"{inner}.{node.attr}" if inner else ""
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            inner = self.path(node.value) if is_key(node.slice.value) else ""
            return f"{inner}[{node.slice.value!r}]" if inner else ""
        return ""

    def _known(self, node: ast.expr) -> int:
        """The register that was just assigned to an attribute or item, or 0."""
        scope = self._lowering.scope
        path = self.path(node) if scope.paths else ""
        return scope.registers.get(path, 0) if path else 0

    def _attribute(self, node: ast.Attribute) -> int:
        scope, value = self._lowering.scope, self.lower(node.value)
        if not value:
            return 0
        known = self._known(node) if scope.paths else 0
        return scope.emit(ATTRIBUTE, value, scope.names[node.attr], known, self._lowering.places.at(node))

    def _subscript(self, node: ast.Subscript) -> int:
        scope, value = self.scope, self.lower(node.value)
        if isinstance(node.slice, ast.Slice):
            self.lower(node.slice)
            if not value:
                return 0
            return scope.emit(SLICE, value, _first(node.slice), scope.display())
        key = self.lower(node.slice)
        if not value:
            return 0
        if is_namespace(node.value):
            key = self._holed(node.slice) or key
        self.note_key(node.slice)
        return scope.emit(ITEM, value, key, self._known(node), self._lowering.places.at(node))

    def note_key(self, node: ast.expr) -> None:
        """A parameter that is used as a key: constants must flow into it."""
        if isinstance(node, ast.Name) and node.id in self.scope.parameters:
            self.scope.keys.add(self.scope.parameters[node.id])

    def _slice_parts(self, node: ast.Slice) -> int:
        for part in (node.lower, node.upper, node.step):
            self.lower(part)
        return 0

    # Calls ----------------------------------------------------------------------------------------

    def _call(self, node: ast.Call) -> int:
        scope, callee = self._lowering.scope, self.lower(node.func)
        unpacked = unpacked_names = 0
        arguments: list[int] = []
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                unpacked = self.lower(argument.value) or unpacked
            else:
                arguments.append(self.lower(argument))
        called = last_name(node.func)
        if called in _TAKES_APART and isinstance(node.func, ast.Attribute):
            self.note_key(node.func.value)
        elif arguments and called in _IMPORTS:
            self.note_key(node.args[0])
            self._put_together(node.args[0], arguments, 0)
        elif node.func.__class__ is ast.Name:
            self._note_names(node, arguments)
        elif arguments and is_namespace_get(node.func):
            arguments[0] = self._holed(node.args[0]) or arguments[0]
        if not node.keywords and not unpacked:
            result = scope.emit(
                CALL, callee, arguments, self._lowering.places.at(node), self._lowering.number(node), 0
            )
            if node.func.__class__ is ast.Attribute and arguments:
                self._updated(node)
            elif node.func.__class__ is ast.Name and node.func.id == "eval":
                return self.lower(evaluated(node))
            return result
        names, values = [], []
        for keyword in node.keywords:
            value = self.lower(keyword.value)
            if keyword.arg is None:
                unpacked_names = value or unpacked_names
            else:
                names.append(scope.names[keyword.arg])
                values.append(value)
        number = self._lowering.number(node)
        return scope.emit(
            CALL_FULL,
            callee,
            arguments,
            names,
            values,
            unpacked,
            unpacked_names,
            self._lowering.places.at(node),
            number,
        )

    def _note_names(self, node: ast.Call, arguments: list[int]) -> None:
        """The name in `getattr(x, name)` is a key, too, and may have holes."""
        if isinstance(node.func, ast.Name) and node.func.id in ("getattr", "setattr") and len(node.args) > 1:
            self.note_key(node.args[1])
            if node.func.id == "getattr" and len(arguments) > 1:
                self._put_together(node.args[1], arguments, 1)

    def _put_together(self, node: ast.expr, arguments: list[int], place: int) -> None:
        """A name with holes, or what else a variable may hold."""
        name = self._holed(node)
        if name:
            other = arguments[place] if isinstance(node, ast.Name) else 0
            arguments[place] = self.scope.phi([name, other]) if other > 0 else name

    def _holed(self, node: ast.expr) -> int:
        """The constant of a name with holes, or 0."""
        name = holed_name(node, self.scope.holed)
        return self.scope.constant(name) if name else 0

    def set_all(self, target: ast.expr, given: ast.expr) -> None:
        """`setattr(target, key, value)` for each key and value of a dictionary: told with two arguments."""
        setter, owner, values = self.scope.load("setattr"), self.lower(target), self.lower(given)
        if setter > 0 and owner > 0 and values > 0:
            self.scope.emit(CALL, setter, [owner, values], self._lowering.places.at(target), 0, 0)

    def _updated(self, node: ast.Call) -> None:
        """`d.update({"a": x})`: what is read from `d["a"]` next is x."""
        if not (isinstance(node.func, ast.Attribute) and node.func.attr == "update" and len(node.args) == 1):
            return
        name, given, scope = node.func.value, node.args[0], self.scope
        if isinstance(name, ast.Name) and isinstance(given, ast.Dict):
            scope.paths.add(name.id)
            for key, value in zip(given.keys, given.values, strict=True):
                register = scope.registers.get(value.id, 0) if isinstance(value, ast.Name) else 0
                if isinstance(key, ast.Constant) and is_key(key.value):
                    scope.set_path(f"{name.id}[{key.value!r}]", register)

    def _lambda(self, node: ast.Lambda) -> int:
        return self._lowering.functions.lambda_(node)

    def operate(self, method: str, left: int, right: int, node: ast.AST) -> int:
        scope = self.scope
        return scope.emit(OPERATE, scope.names[method], left, right, self._lowering.places.at(node))

    def _binary(self, node: ast.BinOp) -> int:
        left, right = self.lower(node.left), self.lower(node.right)
        if left <= 0 and right <= 0 and not (left and right):
            return left
        return self.operate(_OPERATORS[type(node.op)], left, right, node)

    def _unary(self, node: ast.UnaryOp) -> int:
        value = self.lower(node.operand)
        if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            number = node.operand.value
            return self.scope.constant(-number) if number.__class__ is int and is_key(number) else 0
        if value > 0:
            result = self.operate(_OPERATORS[type(node.op)], value, 0, node)
            return 0 if isinstance(node.op, ast.Not) else result
        return 0

    def _compare(self, node: ast.Compare) -> int:
        left = self.lower(node.left)
        result = 0
        for operator, item in zip(node.ops, node.comparators, strict=True):
            right = self.lower(item)
            method = _OPERATORS.get(type(operator))
            if method == "__contains__":
                if right > 0:
                    self.operate(method, right, left, node)
            elif method is not None and (left > 0 or right > 0):
                result = self.operate(method, left, right, node)
            left = right
        return result

    # Choices --------------------------------------------------------------------------------------

    def test(self, node: ast.expr) -> int:
        """An expression that is asked whether it is true."""
        if isinstance(node, ast.BoolOp):
            return self.scope.phi([self.test(value) for value in node.values])
        register = self.lower(node)
        if register > 0 and isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript):
            self.operate("__bool__", register, 0, node)
        return register

    def _choice(self, node: ast.IfExp) -> int:
        self.test(node.test)
        return self.scope.phi([self.lower(node.body), self.lower(node.orelse)])

    def _either(self, node: ast.BoolOp) -> int:
        asked = [self.test(value) for value in node.values[:-1]]
        return self.scope.phi([*asked, self.lower(node.values[-1])])

    def _await(self, node: ast.Await) -> int:
        value = self.lower(node.value)
        return self.scope.emit(AWAIT, value, self._lowering.places.at(node)) if value > 0 else 0

    def _walrus(self, node: ast.NamedExpr) -> int:
        value = self.lower(node.value)
        self._lowering.assign_name(node.target.id, value)
        return value

    def _starred(self, node: ast.Starred) -> int:
        return self.lower(node.value)

    # Generators -----------------------------------------------------------------------------------

    def _yield(self, node: ast.Yield) -> int:
        self.scope.flags |= GENERATOR
        return self.scope.emit(YIELD, self.lower(node.value))

    def only_yielded(self, node: ast.Yield) -> None:
        """A statement that yields: what is sent is not looked at."""
        self.scope.flags |= GENERATOR
        self.scope.code.append((YIELD, 0, self.lower(node.value)))

    def _delegate(self, node: ast.YieldFrom) -> int:
        self.scope.flags |= GENERATOR
        return self.scope.emit(DELEGATE, self.lower(node.value))


def _first(node: ast.Slice) -> int:
    """The first index of a slice, -1 when it is not known."""
    if node.lower is None:
        return 0
    value = node.lower.value if isinstance(node.lower, ast.Constant) else None
    return value if isinstance(value, int) and 0 <= value <= _LAST_INDEX else -1
