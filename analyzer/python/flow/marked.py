"""Methods that code finds by a mark: of all that `dir(x)` names, those that have what `hasattr` asks for.

Which of an object's methods have the mark is told where they are: a decorator has set it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..nodes import last_name
from .classes import ClassValue
from .code import STORE_ATTRIBUTE
from .units import Cell, Unit
from .values import FUNCTION, INSTANCE, Value, Values

if TYPE_CHECKING:
    from .environment import Environment
    from .machine import Machine

_FIRST = 1
"""The register of the first parameter."""
MARK = "\2"
"""Begins a constant that stands for the names of methods with a mark: the rest is its name."""


def listed(target: ast.expr, items: ast.expr, scope: Environment) -> None:
    """A loop goes over the names of an object's attributes, or over the attributes as well."""
    if not (isinstance(items, ast.Call) and items.args and isinstance(items.args[0], ast.Name)):
        return
    called, owner = last_name(items.func), items.args[0].id
    if called == "dir" and isinstance(target, ast.Name):
        scope.listed[target.id] = owner
    elif called == "getmembers" and isinstance(target, ast.Tuple) and isinstance(target.elts[-1], ast.Name):
        scope.members[target.elts[-1].id] = owner


def taken(target: str, value: ast.expr, scope: Environment) -> None:
    """A variable is assigned: one of the attributes, or something else."""
    scope.members.pop(target, None)
    owner, name = _two(value, ("getattr",))
    if isinstance(owner, ast.Name) and isinstance(name, ast.Name) and scope.listed.get(name.id) == owner.id:
        scope.members[target] = owner.id


def asked(test: ast.expr, scope: Environment) -> tuple[str, str, str]:
    """The variable, the object that it is an attribute of, and the mark that a test asks it for."""
    name, mark = _two(test, ("hasattr", "getattr"))
    asked_for = mark.value if isinstance(mark, ast.Constant) else None
    if not isinstance(name, ast.Name) or not isinstance(asked_for, str) or name.id not in scope.members:
        return "", "", ""
    return name.id, scope.members[name.id], MARK + asked_for


def _two(node: ast.expr, called: tuple[str, ...]) -> tuple[ast.expr | None, ast.expr | None]:
    """The first two arguments of a call of some function."""
    if isinstance(node, ast.Call) and last_name(node.func) in called and len(node.args) > 1:
        return node.args[0], node.args[1]
    return None, None


def names_with(mark: str, value: Value, unit: Unit) -> Iterator[str]:
    """The names of a value's methods that have a mark."""
    line = value.a.order if value.kind == INSTANCE else value.order if isinstance(value, ClassValue) else ()
    for kin in line:
        for name, cell in list(kin.own.items()) if isinstance(kin, ClassValue) else ():
            for function in cell.read(unit):
                if function.kind == FUNCTION and function.a.namespace.setdefault(mark, Cell()).read(unit):
                    yield name


def mark(machine: Machine, callee: Values, decorated: Values, unit: Unit) -> None:
    """What a decorator sets of what it is given is set of each: also `True`, of which nothing flows, and also
    where these are too many for it."""
    for value in callee:
        if value.kind == FUNCTION and value.a.parameters:
            for i in value.a.code:
                if i[0] == STORE_ATTRIBUTE and i[1] == _FIRST:
                    many = machine.pool.saturated in value.a.parameters[0].read(unit)
                    if many or (value.a.registers and not value.a.registers[i[3]]):
                        _set(machine, value.a.names[i[2]], decorated)


def _set(machine: Machine, name: str, functions: Values) -> None:
    for each in functions:
        if each.kind == FUNCTION:
            machine.work.add(each.a.namespace.setdefault(name, Cell()), machine.pool.text.one)
