"""What the source declares: signatures of functions and kinds of classes, with dotted names spelt out."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping
from contextlib import suppress
from typing import Literal, NamedTuple

from ..model.graph import Graph
from ..model.interface import Binding
from ..python.recovery.parse import parse
from ..python.syntax import PythonSyntax
from .bodies import Function, is_plain, own_nodes, yields
from .definitions import Unit, units_of

Kind = Literal[
    "model", "dataclass", "enum", "named-tuple", "typed-dict", "new-type", "pydantic", "object", ""
]
"""What a class of the project is; "" for what is no class of it."""

_HOPS = 6
"""How many re-exports and aliases are followed."""
_BINDINGS: Mapping[str, Binding] = {"staticmethod": "static", "classmethod": "class"}
_ENUMS = frozenset(
    {"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "TextChoices", "IntegerChoices", "Choices"}
)
_PROPERTIES = frozenset({"property", "cached_property", "hybrid_property"})


class Declared(NamedTuple):
    """A parameter as it is declared; `kind` as in `Passed`, `optional` with a default."""

    name: str
    kind: str
    type: str
    optional: bool = False


class Signature(NamedTuple):
    """What a `def` says. `decorators` are dotted names, without `staticmethod` and `classmethod`."""

    line: int
    parameters: tuple[Declared, ...]
    returns: str
    binding: Binding
    asynchronous: bool
    generator: bool
    decorators: tuple[str, ...]
    nested: bool
    plain: bool = False
    """Whether all that it returns is plainly a number, a text or a truth value."""

    @property
    def is_property(self) -> bool:
        """Whether it is read like an attribute, not called."""
        return any(name.rpartition(".")[2] in _PROPERTIES for name in self.decorators)


_NEW_TYPES = frozenset({"typing.NewType", "typing_extensions.NewType"})


class File(NamedTuple):
    """A file of the project, parsed."""

    module: str
    package: str
    syntax: PythonSyntax


class Declarations:
    """The declarations of a project's files, read when asked for."""

    def __init__(self, graph: Graph, texts: Mapping[str, str]) -> None:
        self._graph, self._texts = graph, texts
        self._files: dict[str, File | None] = {}
        self._units: dict[str, list[Unit]] = {}
        self._models = {node.name for node in graph.nodes("model")}
        self._models |= {edge.source.partition(":")[2] for edge in graph.edges("maps")}

    def file(self, module: str) -> File | None:
        """The file of a module, None for one that is not of the project or cannot be read in full.

        What this Python does not parse (newer syntax) is read as the analysis reads it.
        """
        if module not in self._files:
            node = self._graph.node(f"module:{module}")
            text = self._texts.get(node.path) if node is not None and node.path else None
            self._files[module] = None
            if node is not None and node.path and text is not None:
                package = module if node.path.endswith("__init__.py") else module.rpartition(".")[0]
                tree, problems = parse(text)
                if not problems or problems[-1].kind == "rewritten":
                    with suppress(ValueError, RecursionError, MemoryError):
                        self._files[module] = File(module, package, PythonSyntax(text, tree))
        return self._files[module]

    def units(self, module: str) -> list[Unit]:
        """The statements at the top of a module; none for one that is not of the project."""
        if module not in self._units:
            file = self.file(module)
            self._units[module] = list(units_of(file.syntax.tree)) if file is not None else []
        return self._units[module]

    def split(self, dotted: str) -> tuple[str, str] | None:
        """(module, name inside of it) of a dotted name of the project."""
        module, name = dotted, ""
        while module:
            node = self._graph.node(f"module:{module}")
            if node is not None and node.path is not None:
                return module, name
            module, _, last = module.rpartition(".")
            name = f"{last}.{name}" if name else last
        return None

    def signature(self, dotted: str) -> Signature | None:
        """The signature of a function by its dotted name; the last definition of the name counts."""
        found = self._defined(dotted)
        return self._signature(*found) if found is not None else None

    def function(self, dotted: str) -> tuple[File, Function, str] | None:
        """(file, definition, dotted name of the class or function around) of a function."""
        found = self._defined(dotted)
        return (*found[:2], f"{found[0].module}.{found[2]}") if found is not None else None

    def _defined(self, dotted: str) -> tuple[File, Function, str] | None:
        where = self.split(dotted)
        file = self.file(where[0]) if where else None
        found = None
        for node, scope in file.syntax.find(ast.FunctionDef, ast.AsyncFunctionDef) if file else ():
            assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            if where and file and file.syntax.name_of(node, scope) == where[1]:
                found = file, node, scope
        return found

    def _signature(self, file: File, node: Function, scope: str) -> Signature:
        around = file.syntax.scopes.get(scope)
        decorators = [file.syntax.dotted(_called(d)) or "?" for d in node.decorator_list]
        binding = next((_BINDINGS[name] for name in decorators if name in _BINDINGS), None)
        in_class = around is not None and around.kind == "class"
        parent = around
        while parent is not None and parent.kind == "class":
            parent = parent.parent
        return Signature(
            node.lineno,
            tuple(self._parameters(file, node.args)),
            self.type(file, node.returns),
            (binding or "instance") if in_class else "function",
            isinstance(node, ast.AsyncFunctionDef),
            yields(node),
            tuple(self._absolute(file, name) for name in decorators if name not in _BINDINGS),
            parent is not None and parent.kind == "function",
            all(is_plain(each.value) for each in own_nodes(node) if isinstance(each, ast.Return)),
        )

    def _parameters(self, file: File, arguments: ast.arguments) -> list[Declared]:
        rows = [(each, "position") for each in arguments.posonlyargs]
        rows += [(each, "either") for each in arguments.args]
        rows += [(arguments.vararg, "*")] if arguments.vararg else []
        rows += [(each, "keyword") for each in arguments.kwonlyargs]
        rows += [(arguments.kwarg, "**")] if arguments.kwarg else []
        by_place = [*arguments.posonlyargs, *arguments.args]
        optional = {each.arg for each in by_place[len(by_place) - len(arguments.defaults) :]}
        keywords = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        optional |= {each.arg for each, default in keywords if default is not None}
        return [
            Declared(each.arg, kind, self.type(file, each.annotation), each.arg in optional)
            for each, kind in rows
        ]

    def type(self, file: File, node: ast.expr | None, hops: int = 0) -> str:
        """An annotation with all its names spelt out; "" without one, or where it is no plain type."""
        if node is None:
            return ""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                node = ast.parse(node.value, mode="eval").body
            except (SyntaxError, ValueError):
                return ""
        if isinstance(node, ast.Name | ast.Attribute):
            return self._named_type(file, file.syntax.dotted(node) or ast.unparse(node), hops)
        if isinstance(node, ast.BinOp):
            left, right = (self.type(file, each, hops) for each in (node.left, node.right))
            return f"{left} | {right}" if left and right and isinstance(node.op, ast.BitOr) else ""
        if isinstance(node, ast.Subscript):
            outer = self.type(file, node.value, hops)
            if outer.rpartition(".")[2] in ("Literal", "Annotated"):
                return f"typing.{outer.rpartition('.')[2]}[{ast.unparse(node.slice)}]"
            inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            takes = "..."  # the parameters of a Callable; elsewhere a list is no type
            parts = [takes if isinstance(each, ast.List) else self.type(file, each, hops) for each in inner]
            return f"{outer}[{', '.join(parts)}]" if outer and all(parts) else ""
        if isinstance(node, ast.Constant):
            return {"None": "None", "Ellipsis": "..."}.get(repr(node.value), "")
        return ""

    def _named_type(self, file: File, name: str, hops: int) -> str:
        """A dotted name; an alias (`Cents = int`) and a `NewType` are spelt out, as they are at run time."""
        full = self._absolute(file, name)
        where = self.split(full)
        if where is None or not where[1] or hops > _HOPS:
            return full
        home = self.file(where[0])
        stores = home.syntax.stores[""].get(where[1], ()) if home is not None else ()
        if home is not None and len(stores) == 1 and stores[0].how == "value" and stores[0].value is not None:
            value = stores[0].value
            if isinstance(value, ast.Call) and home.syntax.dotted(value.func) in _NEW_TYPES:
                value = value.args[1] if len(value.args) > 1 else value
            if isinstance(value, ast.Name | ast.Attribute | ast.Subscript | ast.BinOp | ast.Constant):
                return self.type(home, value, hops + 1) or full
        return full

    def absolute(self, file: File, node: ast.expr) -> str:
        """The dotted name of an expression of a file, from the top; "" where it has none."""
        name = file.syntax.dotted(node)
        return self._absolute(file, name) if name else ""

    def _absolute(self, file: File, name: str) -> str:
        """A path expression of a file as a dotted name from the top, re-exports followed."""
        head = name.partition(".")[0]
        if name.startswith("."):
            level = len(name) - len(name.lstrip("."))
            base = file.package.split(".")
            name = ".".join([*base[: len(base) - level + 1], name.lstrip(".")])
        elif head in file.syntax.scopes or (
            head in file.syntax.stores[""] and head not in file.syntax.aliases.get("", {})
        ):
            return f"{file.module}.{name}"
        elif hasattr(builtins, head):
            return name
        return self.canonical(name)

    def canonical(self, dotted: str) -> str:
        """Where a name of the project is defined, when other modules hand it on."""
        for _ in range(_HOPS):
            where = self.split(dotted)
            file = self.file(where[0]) if where and where[1] else None
            if file is None or where is None:
                break
            head, dot, rest = where[1].partition(".")
            origin = file.syntax.aliases.get("", {}).get(head)
            if origin is None or head in file.syntax.scopes:
                break
            if origin.startswith("."):
                level = len(origin) - len(origin.lstrip("."))
                base = file.package.split(".")
                origin = ".".join([*base[: len(base) - level + 1], origin.lstrip(".")])
            if origin + dot + rest == dotted:
                break
            dotted = origin + dot + rest
        return dotted

    # Classes --------------------------------------------------------------------------------------

    def kind(self, dotted: str, hops: int = 0) -> Kind:
        """What a class of the project is, by its decorators and bases."""
        if dotted in self._models:
            return "model"
        found = self.class_of(dotted)
        if found is None:
            return ""
        file, node = found
        for decorator in node.decorator_list:
            if file.syntax.dotted(_called(decorator)).rpartition(".")[2] in ("dataclass", "define", "frozen"):
                name = self._absolute(file, file.syntax.dotted(_called(decorator)))
                return "dataclass" if name.startswith("dataclasses.") else "object"
        for base in node.bases:
            name = self._absolute(file, file.syntax.dotted(_called(base)))
            last = name.rpartition(".")[2]
            if last in _ENUMS:
                return "enum"
            if last in ("NamedTuple", "TypedDict"):
                return "named-tuple" if last == "NamedTuple" else "typed-dict"
            if name in ("pydantic.BaseModel", "pydantic.main.BaseModel"):
                return "pydantic"
            inherited = self.kind(name, hops + 1) if hops < _HOPS else ""
            if inherited in ("model", "enum", "typed-dict", "dataclass", "pydantic"):
                return inherited
        return "object"

    def fields(self, dotted: str, hops: int = 0) -> tuple[Declared, ...]:
        """The annotated fields of a class, after those that it inherits from others of the project."""
        found = self.class_of(dotted)
        if found is None or hops > _HOPS:
            return ()
        file, node = found
        bases = (self._absolute(file, file.syntax.dotted(_called(base))) for base in node.bases)
        inherited = [field for base in bases for field in self.fields(base, hops + 1)]
        own = [
            Declared(line.target.id, "either", self.type(file, line.annotation))
            for line in node.body
            if isinstance(line, ast.AnnAssign)
            and isinstance(line.target, ast.Name)
            and not file.syntax.dotted(_called(line.annotation)).endswith("ClassVar")
        ]
        return tuple({field.name: field for field in (*inherited, *own)}.values())

    def class_of(self, dotted: str) -> tuple[File, ast.ClassDef] | None:
        """(file, definition) of a class of the project, by its dotted name."""
        where = self.split(dotted)
        file = self.file(where[0]) if where and where[1] else None
        scope = file.syntax.scopes.get(where[1]) if file is not None and where else None
        if file is None or scope is None or not isinstance(scope.node, ast.ClassDef):
            return None
        return file, scope.node


def _called(node: ast.expr) -> ast.expr:
    return (
        node.func if isinstance(node, ast.Call) else node.value if isinstance(node, ast.Subscript) else node
    )
