"""Functions, lambdas and classes -> scopes of their own, and the instructions that make them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..nodes import bases_of, last_name
from .by_use import TYPE, sessions
from .code import ABSTRACT, ASYNC, CALL, CLASS, FUNCTION, IMPORT_FROM, OF_CLASS, RETURN, STATIC

if TYPE_CHECKING:
    from .environment import Environment
    from .lowering import Lowering

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Functions:
    """Lowers definitions. Bodies of functions wait until the scope around them is read: its names count."""

    def __init__(self, lowering: Lowering) -> None:
        self._lowering = lowering
        self._waiting: list[tuple[Environment, Function | ast.Lambda]] = []

    def finish(self) -> None:
        """Reads the bodies of all functions, in the order of their definitions."""
        done = 0
        while done < len(self._waiting):
            scope, node = self._waiting[done]
            done += 1
            self._lowering.scope = scope
            if isinstance(node, ast.Lambda):
                scope.code.append((RETURN, self._lowering.expressions.lower(node.body)))
            else:
                self._lowering.block(node.body)

    def lambda_(self, node: ast.Lambda) -> int:
        return self._make(node, self._lowering.own_name(node), "lambda")

    def function(self, node: Function) -> None:
        decorators = [(self._lowering.expressions.lower(d), d) for d in node.decorator_list]
        made = self._make(node, self._lowering.own_name(node) or self._inside(node.name), "function")
        self._lowering.assign_name(node.name, self._decorate(made, decorators))

    def class_(self, node: ast.ClassDef) -> None:
        lowering, scope = self._lowering, self._lowering.scope
        lower = lowering.expressions.lower
        decorators = [(lower(decorator), decorator) for decorator in node.decorator_list]
        handed_on = bases_of(node)
        for base in node.bases:
            if base not in handed_on:  # the call that hands them on runs as well
                lower(base)
        bases = [lower(base.value if isinstance(base, ast.Subscript) else base) for base in handed_on]
        given = [lower(argument) for base in node.bases for argument in _type_arguments(base)]
        named = [(keyword.arg, lower(keyword.value)) for keyword in node.keywords]
        inner = lowering.open("class", self._inside(node.name), node.lineno)
        fields = [name for item in node.body for name in _field(item)]
        inner.signature = (fields, "", [], "")
        lowering.scope = inner
        lowering.block(node.body)
        lowering.scope = scope
        made = scope.emit(
            CLASS,
            inner.index,
            bases,
            [scope.names[name] for name, _ in named if name],
            [register for name, register in named if name],
            self._lowering.places.at(node),
            given,
        )
        lowering.assign_name(node.name, self._decorate(made, decorators))

    def _inside(self, name: str) -> str:
        scope = self._lowering.scope
        return name if scope.kind == "module" else f"{scope.name}.{name}"

    def _decorate(self, made: int, decorators: list[tuple[int, ast.expr]]) -> int:
        for register, node in reversed(decorators):
            number = 0 if isinstance(node, ast.Call) else self._lowering.number(node)
            made = self._lowering.scope.emit(
                CALL, register, [made], self._lowering.places.at(node), number, 1
            )
        return made

    def _make(self, node: Function | ast.Lambda, name: str, kind: str) -> int:
        lowering, arguments = self._lowering, node.args
        inner = lowering.open(kind, name, node.lineno)
        inner.flags |= _flags(node)
        _parameters(inner, arguments)
        positional, lower = len(arguments.posonlyargs) + len(arguments.args), lowering.expressions.lower
        first = positional - len(arguments.defaults)
        defaults = [(first + index, lower(value)) for index, value in enumerate(arguments.defaults)]
        defaults += [
            (positional + index, lower(value))
            for index, value in enumerate(arguments.kw_defaults)
            if value is not None
        ]
        types: list[tuple[int, int]] = []
        returned = 0
        if not isinstance(node, ast.Lambda):
            named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            by_use = sessions(node)
            for index, argument in enumerate(named):
                if argument.annotation is not None:
                    types.append((index, lowering.types.lower(argument.annotation)))
                elif argument.arg in by_use:
                    types.append((index, lowering.scope.emit(IMPORT_FROM, 0, *TYPE)))
            returned = lowering.types.lower(node.returns)
        self._waiting.append((inner, node))
        return lowering.scope.emit(
            FUNCTION,
            inner.index,
            [pair for pair in defaults if pair[1]],
            [pair for pair in types if pair[1] > 0],
            max(returned, 0),
        )


def _field(node: ast.stmt) -> Iterator[str]:
    """The name of a field that the body of a class declares: `x: int`, `x = attr.ib()`."""
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
        name = node.targets[0]
        if isinstance(name, ast.Name) and last_name(node.value.func) in ("ib", "attrib"):
            yield name.id


def _parameters(scope: Environment, arguments: ast.arguments) -> None:
    """Parameters come in the first registers: positional, by keyword alone, *args, **kwargs."""
    positional = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    keywords = [argument.arg for argument in arguments.kwonlyargs]
    vararg = arguments.vararg.arg if arguments.vararg else ""
    kwarg = arguments.kwarg.arg if arguments.kwarg else ""
    scope.signature = (positional, vararg, keywords, kwarg)
    for index, name in enumerate((*positional, *keywords)):
        scope.parameters[name] = index
        if _NAMES_GROUP.match(name):
            scope.keys.add(index)
    for name in (*positional, *keywords, vararg, kwarg):
        if name:
            register = scope.new()
            scope.registers[name] = register
            scope.versions[name] = [register]


_NAMES_GROUP = re.compile(r"(?:\w+_)?(?:group|namespace|entry_?points?)(?:_name)?\Z")
"""Parameters that are handed on to what looks for plug-ins: constants must flow into these as into keys."""
_CLASS_METHODS = frozenset({"classmethod", "declared_attr"})
"""SQLAlchemy gives the class to what `declared_attr` decorates."""
_OF_CLASS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})


def _flags(node: Function | ast.Lambda) -> int:
    flags = ASYNC if isinstance(node, ast.AsyncFunctionDef) else 0
    if isinstance(node, ast.Lambda):
        return flags
    names = {
        decorator.attr if isinstance(decorator, ast.Attribute) else getattr(decorator, "id", "")
        for decorator in node.decorator_list
    }
    if "abstractmethod" in names or _is_left_to_others(node.body):
        flags |= ABSTRACT
    if "staticmethod" in names:
        return flags | STATIC
    return flags | OF_CLASS if names & _CLASS_METHODS or node.name in _OF_CLASS else flags


def _is_left_to_others(body: list[ast.stmt]) -> bool:
    """Whether a function does nothing but raise NotImplementedError: classes below have what is meant."""
    last = body[-1]
    if not isinstance(last, ast.Raise) or last.exc is None or len(body) > 2:
        return False
    error = last.exc.func if isinstance(last.exc, ast.Call) else last.exc
    first = body[0]
    told = len(body) == 1 or (isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant))
    return told and last_name(error) == "NotImplementedError"


def _type_arguments(base: ast.expr) -> list[ast.expr]:
    """The names in the brackets of a base: `Repository[Order]`."""
    if not isinstance(base, ast.Subscript):
        return []
    arguments = base.slice.elts if isinstance(base.slice, ast.Tuple) else [base.slice]
    return [argument for argument in arguments if isinstance(argument, ast.Name | ast.Attribute)]
