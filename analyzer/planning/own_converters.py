"""Converters of the application's own in rules of Django and Flask, read off their classes.

A class says what its converter matches by `regex`. What it makes of a match counts only where it may refuse
one: then the framework goes on to the next rule, which a proxy would not. So `to_python` has to be one that
cannot, such as `return value` or `return unquote(value)`, or `int(value)` of digits; all others are left
unknown, and why is kept.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from ..model.graph import Graph
from .declarations import Declarations, File
from .languages import language_prefix
from .regexes import Unportable, portable

_HOPS = 4
_DIGITS = re.compile(r"(?:\[0-9\]|\\d)(?:\+|\{\d+(?:,\d*)?\})?\Z")
_TOTAL = frozenset({"str", "urllib.parse.unquote", "urllib.parse.unquote_plus"})
"""Functions that take any text."""
_METHODS = frozenset(
    {"casefold", "lower", "lstrip", "removeprefix", "removesuffix", "replace", "rstrip", "strip", "upper"}
)
_BASES = {
    "object": (None, False),
    "django.urls.converters.StringConverter": ("[^/]+", True),
    "django.urls.converters.SlugConverter": ("[-a-zA-Z0-9_]+", True),
    "django.urls.converters.PathConverter": (".+", True),
    "django.urls.converters.IntConverter": ("[0-9]+", True),
    "werkzeug.routing.BaseConverter": ("[^/]+", True),
    "werkzeug.routing.converters.BaseConverter": ("[^/]+", True),
}
"""Classes to inherit from: what they match, and whether they have a `to_python` that takes all of it."""
_NUMBER = "django.urls.converters.IntConverter"
_SAID = ("regex", "weight", "part_isolating")
_ASKED = ("__init__", "__new__", "__init_subclass__")


class Converter(NamedTuple):
    """What a converter matches; `why` says why it is not known."""

    regex: str = ""
    weight: int = 100
    isolating: bool = True
    why: str = ""


Converters = Mapping[str, Converter]
LANGUAGE = "<language>/"
"""Stands among converters for what `i18n_patterns` puts before its patterns."""
NONE: Converters = MappingProxyType({})


class _Class(NamedTuple):
    """What a class says, with what it inherits."""

    regex: str | None
    total: bool
    """Whether its `to_python` takes all that matches."""
    number: bool
    weight: int = 100
    isolating: bool | None = None


class _Unknown(Exception):
    """Why a class is not known."""


def own_converters(graph: Graph, texts: Mapping[str, str]) -> Converters:
    """The converters that the project registers, by the names that rules call them."""
    declarations = Declarations(graph, texts)
    found: dict[str, Converter] = {}
    for node in graph.nodes("module"):
        text = texts.get(node.path or "", "")
        if "register_converter" not in text and ".converters" not in text:
            continue
        for name, dotted in _registered(declarations, node.name):
            converter = _converter(declarations, dotted)
            if found.setdefault(name, converter) != converter:
                found[name] = Converter(why=f"the converter {name!r} is registered twice")
    if any("i18n_patterns" in texts.get(node.path or "", "") for node in graph.nodes("module")):
        regex, why = language_prefix(texts)
        found[LANGUAGE] = Converter(regex, why=why)
    return found


def _registered(declarations: Declarations, module: str) -> Iterator[tuple[str, str]]:
    """(name, class) of the converters that a module registers."""
    file = declarations.file(module)
    if file is None:
        return
    for call, _ in file.syntax.find(ast.Call):
        assert isinstance(call, ast.Call)
        called = file.syntax.dotted(call.func)
        if called.rpartition(".")[2] == "register_converter" and called.startswith("django.urls."):
            given = dict(zip(("converter", "type_name"), call.args, strict=False))
            given |= {each.arg: each.value for each in call.keywords if each.arg}
            name = file.syntax.string(given.get("type_name"))
            if name is not None and "converter" in given:
                yield name, declarations.absolute(file, given["converter"])
        elif called.endswith(".url_map.converters.update"):
            for pair in _pairs(call):
                name = file.syntax.string(pair[0])
                if name is not None:
                    yield name, declarations.absolute(file, pair[1])
    for assigned, _ in file.syntax.find(ast.Assign):
        assert isinstance(assigned, ast.Assign)
        for target in assigned.targets:
            if isinstance(target, ast.Subscript) and file.syntax.dotted(target.value).endswith(
                ".url_map.converters"
            ):
                name = file.syntax.string(target.slice)
                if name is not None:
                    yield name, declarations.absolute(file, assigned.value)


def _pairs(call: ast.Call) -> Iterator[tuple[ast.expr | None, ast.expr]]:
    for argument in call.args:
        if isinstance(argument, ast.Dict):
            yield from zip(argument.keys, argument.values, strict=True)
    for keyword in call.keywords:
        if keyword.arg:
            yield ast.Constant(keyword.arg), keyword.value


def _converter(declarations: Declarations, dotted: str) -> Converter:
    label = dotted.rpartition(".")[2] or "a class that is not known"
    try:
        found = _class(declarations, dotted)
        if found.regex is None:
            raise _Unknown("does not say what it matches")
        if not found.total:
            raise _Unknown("may refuse what its expression matches")
        if found.number and not _DIGITS.match(found.regex):
            raise _Unknown("makes a number of more than digits")
        regex = portable(found.regex)
        if regex.first or regex.last:
            raise _Unknown("marks an end of the path")
    except (_Unknown, Unportable) as error:
        return Converter(why=f"the converter {label} {error}")
    isolating = "/" not in found.regex if found.isolating is None else found.isolating
    return Converter(f"(?:{regex.text})", found.weight, isolating)


def _class(declarations: Declarations, dotted: str, hops: int = 0) -> _Class:
    """Raises _Unknown."""
    if dotted in _BASES:
        return _Class(*_BASES[dotted], number=dotted == _NUMBER)
    where = declarations.class_of(dotted) if hops < _HOPS else None
    if where is None:
        raise _Unknown("is of no class that is known")
    file, node = where
    if node.decorator_list or node.keywords or len(node.bases) > 1:
        raise _Unknown("is made by more than its class")
    base = declarations.absolute(file, node.bases[0]) if node.bases else "object"
    found = _class(declarations, base, hops + 1)
    for line in node.body:
        if isinstance(line, ast.FunctionDef | ast.AsyncFunctionDef):
            if line.name in _ASKED:
                raise _Unknown("says what it matches when it is made")
            if line.name == "to_python":
                total, number = _total(_Function(declarations, file, line))
                found = found._replace(total=total, number=number)
            elif line.name in _SAID:
                raise _Unknown("says what it matches when it runs")
        elif isinstance(line, ast.Assign | ast.AnnAssign):
            targets = line.targets if isinstance(line, ast.Assign) else [line.target]
            for target in targets:
                found = _said(found, target, line.value)
        elif not isinstance(line, ast.Expr | ast.Pass):
            raise _Unknown("has a body with conditions")
    return found


def _said(found: _Class, target: ast.expr, value: ast.expr | None) -> _Class:
    """The class with what one line of its body says. Raises _Unknown."""
    name = target.id if isinstance(target, ast.Name) else ""
    if name not in (*_SAID, "to_python") or value is None:
        return found
    said = value.value if isinstance(value, ast.Constant) else None
    if name == "regex" and isinstance(said, str):
        return found._replace(regex=said)
    if name == "part_isolating" and isinstance(said, bool):
        return found._replace(isolating=said)
    if name == "weight" and isinstance(said, int):
        return found._replace(weight=said)
    raise _Unknown(f"has a {name} that is no literal")


class _Function(NamedTuple):
    declarations: Declarations
    file: File
    node: ast.FunctionDef | ast.AsyncFunctionDef

    def called(self, value: ast.expr | None) -> str:
        """The dotted name of what is called with one argument, "" for all else."""
        if not isinstance(value, ast.Call) or value.keywords or len(value.args) != 1:
            return ""
        return self.declarations.absolute(self.file, value.func)


def _total(function: _Function) -> tuple[bool, bool]:
    """(whether it takes all that its expression matches, whether that has to be digits)."""
    parameters = [each.arg for each in function.node.args.args]
    body = [line for line in function.node.body if not _is_text(line)]
    if function.node.decorator_list or len(parameters) != 2 or len(body) != 1:
        return False, False
    value = body[0].value if isinstance(body[0], ast.Return) else None
    if function.called(value) == "int":
        assert isinstance(value, ast.Call)
        return _takes_all(function, value.args[0], parameters[1]), True
    return _takes_all(function, value, parameters[1]), False


def _is_text(line: ast.stmt) -> bool:
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)


def _takes_all(function: _Function, value: ast.expr | None, given: str) -> bool:
    """Whether an expression of what was matched cannot fail."""
    if isinstance(value, ast.Name):
        return value.id == given
    if function.called(value) in _TOTAL:
        assert isinstance(value, ast.Call)
        return _takes_all(function, value.args[0], given)
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in _METHODS:
        plain = all(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in value.args)
        return plain and not value.keywords and _takes_all(function, value.func.value, given)
    return False
