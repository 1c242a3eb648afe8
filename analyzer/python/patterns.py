"""Texts that code puts together: patterns with holes, filled in from all files.

A reader describes a text by its **parts** (plain values, so that facts can hold them): a string stands for
itself, `["code", expression]` for what a path expression means, `["call", expression, arguments]` for what a
call gives, `["env", NAME]` and `["config", NAME]` for what a setting holds. Linking fills in
what constants of other modules hold and what functions return; what stays unknown is a hole, `{}`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from string import Formatter

from ..model.facts import Json
from ..model.protocols import Syntax, World
from .settings_read import setting_read
from .variables import Variables

_DEPTH = 6
_LONGEST = 300
"""Characters of a text, and parts, beyond which nobody would call it a key or an address."""
_ARGUMENTS = 4
_PERCENT = re.compile(r"%(?:\((?P<name>[^)]*)\))?[#0\- +]*(?:\d+|\*)?(?:\.\d+)?[hlL]?(?P<type>[a-zA-Z%])")
_SAME_TEXT = frozenset({"encode", "lower", "strip", "rstrip", "lstrip", "decode", "upper", "removesuffix"})
_TEXT_OF = frozenset({"str", "text_type", "force_str", "force_text", "smart_str", "bytes"})
_HOLES = re.compile(r"\{[^{}]*\}")
UNKNOWN: list[Json] = [["code", "?"]]


def parts_of(syntax: Syntax, node: ast.AST | None, scope: str, depth: int = _DEPTH) -> list[Json]:
    """The parts of the text that an expression gives in a scope; one hole when nothing is known of it."""
    if node is None or depth <= 0:
        return list(UNKNOWN)
    found = _joined(_parts(syntax, node, scope, depth - 1))
    too_long = sum(len(part) if isinstance(part, str) else 1 for part in found) > _LONGEST
    return list(UNKNOWN) if too_long else found


def _parts(syntax: Syntax, node: ast.AST, scope: str, depth: int) -> list[Json]:
    if isinstance(node, ast.Constant):
        return [_plain(node.value)] if isinstance(node.value, str | bytes | int) else list(UNKNOWN)
    if isinstance(node, ast.JoinedStr):
        return [part for value in node.values for part in parts_of(syntax, value, scope, depth)]
    if isinstance(node, ast.FormattedValue):
        return parts_of(syntax, node.value, scope, depth)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*parts_of(syntax, node.left, scope, depth), *parts_of(syntax, node.right, scope, depth)]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return _percent(syntax, node, scope, depth)
    setting = setting_read(syntax, node, scope)
    if setting is not None and setting.form in ("env", "config"):
        return [[setting.form, setting.name]]
    if isinstance(node, ast.Call):
        return _called(syntax, node, scope, depth)
    if isinstance(node, ast.Name):
        value, where = _bound(syntax, node, scope)
        if value is not None:
            return parts_of(syntax, value, where, depth)
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        return parts_of(syntax, node.values[0], scope, depth)
    return [["code", syntax.express(node, scope)]]


def _plain(value: str | bytes | int) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _bound(syntax: Syntax, node: ast.Name, scope: str) -> tuple[ast.AST | None, str]:
    """(the one expression that a name is bound to in a scope around, that scope), else (None, "")."""
    while True:
        value = syntax.bound(node, scope)
        if value is not node or not scope:
            return (value, scope) if value is not None and value is not node else (None, "")
        scope = scope.rpartition(".")[0]


def _called(syntax: Syntax, node: ast.Call, scope: str, depth: int) -> list[Json]:
    function = node.func
    if isinstance(function, ast.Attribute):
        if function.attr in _SAME_TEXT:
            return parts_of(syntax, function.value, scope, depth)
        if function.attr == "format":
            return _formatted(syntax, node, function.value, scope, depth)
        if function.attr == "join" and len(node.args) == 1:
            return _with_separator(syntax, function.value, node.args[0], scope, depth)
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if (name in _TEXT_OF or name == "urljoin") and node.args:
        return [part for item in node.args[:2] for part in parts_of(syntax, item, scope, depth)]
    given = [parts_of(syntax, item, scope, depth) for item in node.args[:_ARGUMENTS]]
    return [["call", syntax.express(function, scope), given]]


def _with_separator(
    syntax: Syntax, separator: ast.expr, items: ast.expr, scope: str, depth: int
) -> list[Json]:
    """`":".join([a, b])`."""
    if not isinstance(items, ast.List | ast.Tuple):
        return list(UNKNOWN)
    between = parts_of(syntax, separator, scope, depth)
    found: list[Json] = []
    for index, item in enumerate(items.elts):
        found += [*(between if index else ()), *parts_of(syntax, item, scope, depth)]
    return found


def _percent(syntax: Syntax, node: ast.BinOp, scope: str, depth: int) -> list[Json]:
    """`"user:%s" % name`, `"%(a)s" % {"a": name}`."""
    pattern = parts_of(syntax, node.left, scope, depth)
    right = node.right
    given: list[ast.expr] = list(right.elts) if isinstance(right, ast.Tuple) else [right]
    named: dict[str, ast.expr] = {}
    if isinstance(right, ast.Dict):
        pairs = zip(right.keys, right.values, strict=True)
        named = {str(key.value): value for key, value in pairs if isinstance(key, ast.Constant)}
    found: list[Json] = []
    for part in pattern:
        if not isinstance(part, str):
            found.append(part)
            continue
        end = 0
        for hole in _PERCENT.finditer(part):
            found.append(part[end : hole.start()])
            end = hole.end()
            if hole["type"] == "%":
                found.append("%")
            elif hole["name"] is not None:
                found += parts_of(syntax, named.get(hole["name"]), scope, depth)
            else:
                found += parts_of(syntax, given.pop(0) if given else None, scope, depth)
        found.append(part[end:])
    return found


def _formatted(syntax: Syntax, call: ast.Call, pattern: ast.expr, scope: str, depth: int) -> list[Json]:
    """`"user:{}".format(name)`; a pattern of another module keeps its own holes."""
    named = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    found: list[Json] = []
    for part in parts_of(syntax, pattern, scope, depth):
        if not isinstance(part, str):
            found.append(part)
            continue
        count = 0
        try:
            pieces = list(Formatter().parse(part))
        except ValueError:
            return [*found, part]
        for text, field, _, _ in pieces:
            found.append(text)
            if field is None:
                continue
            key = re.split(r"[.\[]", field)[0]
            position = int(key) if key.isdigit() else count
            count += not key
            value = named.get(key) if key and not key.isdigit() else None
            if (not key or key.isdigit()) and position < len(call.args):
                value = call.args[position]
            found += parts_of(syntax, value if field == key else None, scope, depth)
    return found


def _joined(parts: Sequence[Json]) -> list[Json]:
    """Neighbouring texts put together."""
    found: list[Json] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        elif part != "":
            found.append(part)
    return found


def is_text(parts: Sequence[Json]) -> bool:
    """Whether parts say anything: a piece of text, or the name of a setting."""
    return any(isinstance(part, str) or part[0] in ("env", "config") for part in parts)


def is_known(text: str) -> bool:
    """Whether a pattern tells more than that there are holes."""
    return bool(re.search(r"\w", _HOLES.sub("", text))) or "{settings." in text or "{env." in text


def names_in(parts: Sequence[Json]) -> Iterator[str]:
    """The names that the parts leave to whoever calls the function: its parameters, if they are any."""
    for part in parts:
        if not isinstance(part, str) and part[0] == "code" and str(part[1]).startswith("?"):
            yield str(part[1])[1:]
        elif not isinstance(part, str) and part[0] == "call":
            for argument in part[2]:
                yield from names_in(argument)


class Patterns:
    """What parts say, once all files are known. `texts` are those that the framework `constants` read."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._texts: dict[str, tuple[str, str, Sequence[Json]]] = {}
        self._returned: dict[str, tuple[str, str, Sequence[Json]]] = {}
        for path, fact in world.facts("constants"):
            for name, scope, parts in fact.data["texts"]:
                self._texts.setdefault(f"{world.module_of(path)}.{name}", (path, scope, parts))
            for name, parts in fact.data["returned"]:
                self._returned.setdefault(f"{world.module_of(path)}.{name}", (path, name, parts))
        self._variables = Variables(world, self._texts)

    def text(self, path: str, scope: str, parts: Sequence[Json], given: Mapping[str, str] = {}) -> str:
        """The pattern that parts give; `{}` for holes, `{settings.X}` and `{env.X}` for what settings hold.

        `given` says what names of parameters stand for.
        """
        return "".join(self._pieces(path, scope, parts, given, _DEPTH))[:_LONGEST]

    def _pieces(
        self, path: str, scope: str, parts: Sequence[Json], given: Mapping[str, str], depth: int
    ) -> Iterator[str]:
        for part in parts:
            if isinstance(part, str):
                yield part
                continue
            kind, value = part[0], str(part[1])
            if kind == "call":
                arguments = ["".join(self._pieces(path, scope, item, given, depth - 1)) for item in part[2]]
                yield self._call(path, scope, value, arguments, depth)
            elif kind in ("env", "config"):
                yield f"{{{'settings' if kind == 'config' else kind}.{value}}}"
            elif value.startswith("?") and value[1:] in given:
                yield given[value[1:]]
            else:
                yield self._code(path, scope, value, depth)

    def _call(self, path: str, scope: str, code: str, arguments: Sequence[str], depth: int) -> str:
        """What a call of a function of the project gives."""
        function = self._world.resolve(path, scope, code) if depth > 0 else None
        if function is None or function.kind != "function" or function.name not in self._returned:
            return "{}"
        where, name, parts = self._returned[function.name]
        known = next((d.parameters for d in self._world.files[where].definitions if d.name == name), ())
        names = [parameter for parameter in known if parameter not in ("self", "cls")]
        given = dict(zip(names, arguments, strict=False))
        return "".join(self._pieces(where, name, parts, given, depth - 1))

    def _code(self, path: str, scope: str, code: str, depth: int) -> str:
        """What a path expression holds."""
        if depth <= 0 or not code or code.startswith("?"):
            return "{}"
        code = code.removesuffix(".value")
        symbol = self._world.resolve(path, scope, code)
        if symbol is not None and symbol.kind == "external":
            name = symbol.name.removeprefix("django.conf.settings.")
            return f"{{settings.{name}}}" if name != symbol.name and name.isidentifier() else "{}"
        variable = self._variables.find(path, scope, code)
        found = self._texts[variable] if variable else self._property(path, scope, code)
        return "".join(self._pieces(*found, {}, depth - 1)) if found is not None else "{}"

    def _property(self, path: str, scope: str, code: str) -> tuple[str, str, Sequence[Json]] | None:
        """What a property of an object returns."""
        owner, _, attribute = code.rpartition(".")
        symbol = self._world.resolve(path, scope, owner) if owner and attribute.isidentifier() else None
        if symbol is None or symbol.kind != "instance":
            return None
        names = (f"{ancestor.name}.{attribute}" for ancestor in self._world.ancestors(symbol.name))
        return next((self._returned[name] for name in names if name in self._returned), None)
