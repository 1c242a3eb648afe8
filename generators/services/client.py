"""The typed client of a service, for consumers beside the monolith: a method for each function."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ...analyzer.model.interface import Offered, Passed
from ...analyzer.model.plan import Step
from ..quoting import Quoted, dotted
from .layout import crossing, target

_NAME = re.compile(r"[A-Za-z_][\w.]*\.\w+")
_PARTS = (
    ast.Expression, ast.Name, ast.Attribute, ast.Subscript, ast.BinOp, ast.BitOr, ast.Tuple, ast.Constant,
    ast.Load, ast.UnaryOp, ast.USub,
)  # fmt: skip
_ANY = Quoted("Any")


def client_context(step: Step) -> dict[str, Any]:
    """What the template of the client is told."""
    modules = {
        target(step, path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for path in step.texts
    }
    functions = crossing(step)
    names = _names(functions)
    return {
        "methods": [_method(each, names[each.dotted]) for each in functions],
        "imports": sorted({dotted(name) for each in functions for name in _imports(each, modules)}),
    }


def _names(functions: list[Offered]) -> Mapping[str, str]:
    """Method by function: its own name, or the whole where two would have one."""
    own = {each.dotted: each.name.replace(".", "_") for each in functions}
    times = Counter(own.values())
    return {name: short if times[short] == 1 else name.replace(".", "_") for name, short in own.items()}


def _method(function: Offered, name: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    open_kind = ""
    for each in function.parameters:
        if open_kind == "position" and each.kind != "position":
            rows.append({"mark": Quoted("/")})
        if each.kind == "keyword" and open_kind not in ("keyword", "*"):
            rows.append({"mark": Quoted("*")})
        open_kind = each.kind
        rows.append(_parameter(each))
    if open_kind == "position":
        rows.append({"mark": Quoted("/")})
    return {
        "name": dotted(name),
        "function": function.dotted,
        "raises": list(function.raises),
        "rows": rows,
        "result": _annotation(function.result),
    }


def _parameter(passed: Passed) -> dict[str, Any]:
    own = "self_" if passed.name == "self" else passed.name
    stars = passed.kind if passed.kind in ("*", "**") else ""
    return {
        "mark": None,
        "own": dotted(own),
        "name": passed.name,
        "stars": Quoted(stars),
        "type": _annotation(passed),
        "optional": passed.optional and not stars,
        "wrapped": Quoted({"*": "Each", "**": "Named"}.get(passed.kind, "")),
    }


def _annotation(passed: Passed) -> Quoted:
    """A declared type as it may be written; what else crosses is Any."""
    if passed.how != "declared":
        return _ANY
    try:
        tree = ast.parse(passed.type, mode="eval")
    except (SyntaxError, ValueError):
        return _ANY
    return Quoted(passed.type) if all(isinstance(each, _PARTS) for each in ast.walk(tree)) else _ANY


def _imports(function: Offered, modules: set[str]) -> Iterator[str]:
    """The modules that the annotations of a method name."""
    for passed in (*function.parameters, function.result):
        for name in _NAME.findall(_annotation(passed)):
            module = name
            while module and module not in modules:
                module = module.rpartition(".")[0]
            yield module or name.rpartition(".")[0]
