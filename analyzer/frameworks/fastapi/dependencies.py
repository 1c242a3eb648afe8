"""Dependencies: what FastAPI calls to fill the parameters of a function."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from ...model.evidence import BlindSpot, Evidence, Place
from ...model.facts import Fact, Json
from ...model.graph import Edge
from ...model.world import Symbol, Syntax, World
from ...python.nodes import with_defaults
from ...python.variables import Variables

_MARKERS = ("Depends", "Security")
_PLAIN_TYPES = frozenset(
    {"str", "int", "float", "bool", "bytes", "dict", "list", "set", "tuple", "Any", "object"}
)


def depended(syntax: Syntax, node: ast.AST | None, scope: str, type_: ast.expr | None = None) -> Json:
    """[path expression, line, column] of what `Depends(f)` names, None for other expressions.

    `Depends()` without anything means the declared type.
    """
    if not isinstance(node, ast.Call):
        return None
    name = syntax.dotted(node.func)
    last = name.rpartition(".")[2]
    if last not in _MARKERS or (last == "Security" and "fastapi" not in name):
        return None
    what = (
        node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "dependency"), type_)
    )
    if isinstance(what, ast.Call) and what.args and syntax.dotted(what.func).rpartition(".")[2] == "partial":
        what = what.args[0]
    return [syntax.express(what, scope) if what is not None else "?", node.lineno, node.col_offset]


def read_dependencies(syntax: Syntax) -> Iterator[Fact]:
    """Facts of kinds `depends` (of a function), `fields` (of a class) and `alias` (of a type)."""
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        items, types = _parameters(syntax, node.args, scope)
        if items or types:
            inner = syntax.name_of(node, scope)
            data: dict[str, Json] = {"items": items, "types": types}
            yield Fact("depends", inner, node.lineno, node.col_offset, data)
    for node, scope in syntax.find(ast.ClassDef):
        assert isinstance(node, ast.ClassDef)
        items = [found for part in node.body for found in _field(syntax, part, scope)]
        if items:
            inner = syntax.name_of(node, scope)
            yield Fact("fields", inner, node.lineno, node.col_offset, {"items": items})
    for node, scope in syntax.find(ast.Assign, ast.AnnAssign, *_TYPE_STATEMENT):
        target, value = _alias(node)
        items = _annotated(syntax, value, scope)
        if target and items:
            name = f"{scope}.{target}" if scope else target
            yield Fact("alias", scope, value.lineno, value.col_offset, {"name": name, "items": items})


_TYPE_STATEMENT: tuple[type[ast.AST], ...] = (ast.TypeAlias,) if hasattr(ast, "TypeAlias") else ()


def _alias(node: ast.AST) -> tuple[str, ast.expr]:
    """(name, value) of `X = Annotated[...]`, `X: TypeAlias = ...` or `type X = ...`."""
    target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
    target = target or getattr(node, "name", None)
    value = getattr(node, "value", None)
    return (
        (target.id, value) if isinstance(target, ast.Name) and value is not None else ("", ast.Constant(None))
    )


def _parameters(syntax: Syntax, arguments: ast.arguments, scope: str) -> tuple[list[Json], list[Json]]:
    """What the parameters of a function depend on, and the names of their types, which may be aliases."""
    items: list[Json] = []
    types: list[Json] = []
    for argument, default in with_defaults(arguments):
        type_ = _read_type(argument.annotation)
        found = depended(syntax, default, scope, type_)
        if found is not None:
            items.append(found)
            continue
        items += _annotated(syntax, type_, scope)
        if isinstance(type_, ast.Name | ast.Attribute) and getattr(type_, "id", "") not in _PLAIN_TYPES:
            types.append([syntax.express(type_, scope), argument.lineno, argument.col_offset])
    return items, types


def _read_type(type_: ast.expr | None) -> ast.expr | None:
    """An annotation, also one that is written as a text."""
    if not isinstance(type_, ast.Constant) or not isinstance(type_.value, str):
        return type_
    try:
        read = ast.parse(type_.value.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for node in ast.walk(read):
        ast.copy_location(node, type_)
    return read


def _annotated(syntax: Syntax, type_: ast.AST | None, scope: str) -> list[Json]:
    """The dependencies in `Annotated[T, Depends(f)]`."""
    if not isinstance(type_, ast.Subscript) or not isinstance(type_.slice, ast.Tuple):
        return []
    if syntax.dotted(type_.value).rpartition(".")[2] != "Annotated":
        return []
    parts = type_.slice.elts
    found = (depended(syntax, part, scope, parts[0]) for part in parts[1:])
    return [item for item in found if item is not None]


def _field(syntax: Syntax, part: ast.stmt, scope: str) -> list[Json]:
    """`session: Session = Depends(get_session)` in a class whose methods answer."""
    if not isinstance(part, ast.Assign | ast.AnnAssign):
        return []
    type_ = part.annotation if isinstance(part, ast.AnnAssign) else None
    found = depended(syntax, part.value, scope, type_)
    return [found] if found is not None else _annotated(syntax, type_, scope)


# Linking --------------------------------------------------------------------------------------------


class Dependencies:
    """Finds what dependencies mean."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._inner: dict[str, str] = {}
        self.fields: dict[str, tuple[str, Fact]] = {}
        """Class -> (path, fact) of what its attributes depend on."""
        for path, fact in world.facts("fastapi"):
            name = f"{world.module_of(path)}.{fact.scope}"
            if fact.kind == "inner":
                self._inner.setdefault(name, f"{name}.{fact.data['name']}")
            elif fact.kind == "fields":
                self.fields.setdefault(name, (path, fact))

    def edges(self, source: str, path: str, scope: str, items: Sequence[Json]) -> Iterator[Edge | BlindSpot]:
        """A function (by its id) is served what these items name."""
        for code, line, column in items:
            place = Place(path, line, column)
            target = self._target(path, scope, str(code))
            if target:
                yield Edge(source, target, "calls", "likely", (Evidence(place, "convention"),))
            elif not self._world.is_test(path):
                yield BlindSpot("unknown-dependency", place, f"Depends({str(code).lstrip('?')})"[:120])

    def of_class(self, source: str, class_name: str) -> Iterator[Edge | BlindSpot]:
        """What the attributes of a class depend on, for one of its methods that answers."""
        for kin in self._world.ancestors(class_name):
            if kin.name in self.fields:
                path, fact = self.fields[kin.name]
                yield from self.edges(source, path, fact.scope, fact.data["items"])

    def meant(self, path: str, scope: str, code: str) -> Symbol | None:
        """What a path expression means; `make()` the function or class of its own that `make` returns."""
        if code.startswith("?"):
            return None
        maker = self._world.resolve(path, scope, code[:-2]) if code.endswith("()") else None
        if maker is not None and maker.kind == "function" and maker.name in self._inner:
            name = self._inner[maker.name]
            return Symbol("class" if name in self._world.classes else "function", name, False, "value-flow")
        return self._world.resolve(path, scope, code)

    def _target(self, path: str, scope: str, code: str) -> str:
        symbol = self.meant(path, scope, code)
        return "" if symbol is None else self._node(symbol)

    def _node(self, symbol: Symbol) -> str:
        if symbol.kind in ("class", "instance"):
            hook = self._world.member(symbol.name, "__init__" if symbol.kind == "class" else "__call__")
            if hook is not None and hook.kind in ("function", "external"):
                return f"function:{hook.name}"
            return f"class:{symbol.name}" if symbol.kind == "class" else ""
        if symbol.kind == "function" or (symbol.kind == "external" and "()" not in symbol.name):
            return f"function:{symbol.name}"
        if symbol.kind == "external":  # an object of a library, which is called
            return f"function:{symbol.name.partition('()')[0]}"
        return (
            f"function:<builtin>.{symbol.name}"
            if symbol.kind == "builtin" and "()" not in symbol.name
            else ""
        )


def link_dependencies(world: World) -> Iterator[Edge | BlindSpot]:
    """`calls` from the functions whose parameters depend on something; aliases of types are followed."""
    known = Dependencies(world)
    aliases: dict[str, tuple[str, Fact]] = {}
    for path, fact in world.facts("fastapi"):
        if fact.kind == "alias":
            aliases.setdefault(f"{world.module_of(path)}.{fact.data['name']}", (path, fact))
    variables = Variables(world, aliases)
    for path, fact in world.facts("fastapi"):
        if fact.kind != "depends":
            continue
        source = world.scope_id(path, fact.scope)
        around = fact.scope.rpartition(".")[0]
        yield from known.edges(source, path, around, fact.data["items"])
        for code, line, column in fact.data["types"] if aliases else ():
            name = variables.find(path, around, str(code))
            if name:
                where, alias = aliases[name]
                here = Evidence(Place(path, line, column), "convention")
                for added in known.edges(source, where, alias.scope, alias.data["items"]):
                    if isinstance(added, Edge):
                        yield Edge(added.source, added.target, "calls", added.confidence, (here,))
