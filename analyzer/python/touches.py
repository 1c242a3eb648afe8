"""What is done with a variable that holds an object of some class: calls, decorators, assignments.

Frameworks have objects to which a program is wired step by step (`app = Flask(...)`, `db.init_app(app)`).
Each statement that touches such a variable is told once, with what is needed to say it again elsewhere.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from ..model.facts import Json
from ..model.world import Syntax
from .nodes import with_defaults

_SHOWN = 80


class Touch(NamedTuple):
    """One statement, decorator or `with` that touches the variable.

    `name` is the variable; `call` is the call that the statement consists of, if it is one; `maker` is
    True for the statement that makes the object. `conditional`: it does not run always, or not once.
    """

    scope: str
    name: str
    node: ast.stmt | ast.expr
    call: ast.Call | None
    maker: bool
    conditional: bool

    @property
    def text(self) -> str:
        """The source on one line, shortened."""
        text = ("@" if isinstance(self.node, ast.expr) else "") + ast.unparse(self.node)
        text = " ".join(text.split())
        return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


def touches(syntax: Syntax, suffix: str, usual: Collection[str]) -> Iterator[Touch]:
    """Touches of variables bound to a call of a name that ends with `suffix`, or that have a usual name.

    Parameters with a usual name are such variables, too.
    """
    variables: dict[str, set[str]] = {}
    for node, scope in syntax.find(ast.Assign, ast.AnnAssign):
        name, value = _binding(node)
        if isinstance(value, ast.Call) and (name in usual or syntax.dotted(value.func).endswith(suffix)):
            variables.setdefault(scope, set()).add(name)
    variables = {scope: names - {""} for scope, names in variables.items()}
    if "" in variables:
        yield from _scope(syntax.tree.body, "", variables[""])
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        inner = syntax.name_of(node, scope)
        given = {arg.arg for arg, _ in with_defaults(node.args)}.intersection(usual)
        if names := variables.get(inner, set()) | given:
            yield from _scope(node.body, inner, names)


def mentions(syntax: Syntax, names: Mapping[str, set[str]]) -> Iterator[Touch]:
    """What is done in scopes with variables of these names."""
    if "" in names:
        yield from _scope(syntax.tree.body, "", names[""])
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        inner = syntax.name_of(node, scope)
        if inner in names:
            yield from _scope(node.body, inner, names[inner])


def arguments(syntax: Syntax, call: ast.Call, function: ast.AST | None, skip: int) -> list[Json] | None:
    """[keyword, "name" or "value", name or value] of each argument after the first `skip`.

    A parameter of `function` stands for its default. None when an argument is neither a dotted name nor a
    plain value.
    """
    given = [("", node) for node in call.args[skip:]] + [(k.arg or "**", k.value) for k in call.keywords]
    defaults = _defaults(function)
    found: list[Json] = []
    for keyword, node in given:
        if isinstance(node, ast.Name) and node.id in defaults:
            default = defaults[node.id]
            if default is None:
                return None
            node = default
        if keyword != "**" and isinstance(node, ast.Constant) and isinstance(node.value, str | int | float):
            found.append([keyword, "value", node.value])
        elif keyword != "**" and dotted_name(node):
            found.append([keyword, "name", dotted_name(node)])
        else:
            return None
    return found


def dotted_name(node: ast.AST) -> str:
    """`a.b.c` of an expression that is nothing but that, else ""."""
    text = ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""
    return text if re.fullmatch(r"[\w.]+", text) else ""


def function_of(syntax: Syntax, scope: str) -> ast.AST | None:
    """The function that is a scope, or None for the module."""
    for node, outer in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if scope == syntax.name_of(node, outer):
            return node
    return None


def _defaults(function: ast.AST | None) -> dict[str, ast.expr | None]:
    """Parameter -> default; None without one, or when the function binds the name again."""
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return {}
    given = function.args
    bound = {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    found = {arg.arg: None if arg.arg in bound else value for arg, value in with_defaults(given)}
    return {**found, **{arg.arg: None for arg in (given.vararg, given.kwarg) if arg is not None}}


def _binding(node: ast.AST) -> tuple[str, ast.expr | None]:
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target: ast.expr = node.targets[0]
    elif isinstance(node, ast.AnnAssign):
        target = node.target
    else:
        return "", None
    return (target.id, node.value) if isinstance(target, ast.Name) else ("", None)


def _scope(body: Sequence[ast.stmt], scope: str, names: set[str]) -> Iterator[Touch]:
    for node, conditional in _statements(body, False):
        name = next((n.id for n in ast.walk(node) if isinstance(n, ast.Name) and n.id in names), "")
        if not name:
            continue
        target, value = _binding(node)
        call = node.value if isinstance(node, ast.Expr) else value
        if isinstance(node, ast.Return) and not any(isinstance(n, ast.Call) for n in ast.walk(node)):
            continue
        made = target in names and isinstance(value, ast.Call)
        yield Touch(scope, name, node, call if isinstance(call, ast.Call) else None, made, conditional)


def _statements(body: Sequence[ast.stmt], conditional: bool) -> Iterator[tuple[ast.stmt | ast.expr, bool]]:
    """Simple statements, decorators and what `with` enters, without the bodies of functions and classes."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from ((decorator, conditional) for decorator in node.decorator_list)
        elif isinstance(node, ast.With | ast.AsyncWith):
            items = ast.With(items=node.items, body=[ast.Expr(ast.Constant(...))])
            yield ast.copy_location(items, node), conditional
            yield from _statements(node.body, conditional)
        elif hasattr(node, "body") or isinstance(node, ast.Match):
            for name in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(node, name, []), True)
            for inner in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
                yield from _statements(inner.body, True)
        else:
            yield node, conditional
