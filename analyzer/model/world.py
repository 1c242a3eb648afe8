"""What frameworks read with and are told: a file, the world of all files, and rules that they add as data."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol, Self, TypeVar

from .boundary import Project
from .facts import Binding, Call, Definition, Fact, FileFacts

Result = TypeVar("Result")


class Syntax(Protocol):
    """The index made in the one walk of a Python file. Positions are those of `ast`."""

    tree: ast.Module

    def find(self, *kinds: type[ast.AST]) -> Iterator[tuple[ast.AST, str]]:
        """Nodes of these types in source order, each with the dotted name of its scope ("" = module)."""

    def calls(self) -> Sequence[tuple[ast.Call, str, str]]:
        """The calls in source order, each with its scope and the last name of what is called ("" = none)."""

    def called(self, names: Collection[str] | Callable[[str], bool]) -> Sequence[tuple[ast.Call, str, str]]:
        """The calls of what bears one of these names, as `calls()` has them; `names` may be a question."""

    def once(self, make: Callable[[Self], Result]) -> Result:
        """What is made of the file for all who ask for it."""

    def dotted(self, node: ast.AST | None) -> str:
        """The path expression of an expression with imported names spelt out; "" when it has none.

        `models.CharField` after `from django.db import models` is `django.db.models.CharField`.
        """

    def express(self, node: ast.AST | None, scope: str) -> str:
        """The path expression of an expression as it stands in a scope (see `model/facts.py`)."""

    def string(self, node: ast.AST | None) -> str | None:
        """The text of a constant string, also concatenated, or named by a constant of the module."""

    def bound(self, node: ast.AST | None, scope: str) -> ast.AST | None:
        """The one expression that a name is bound to in a scope or in the module, else the node itself."""

    def name_of(self, node: ast.AST, scope: str) -> str:
        """The name of the scope that a definition in another one opens; not always that of the definition."""

    def is_docstring(self, node: ast.AST) -> bool:
        """Whether a string stands where a docstring stands, or is a statement of its own."""


class Symbol(NamedTuple):
    """What a name means: `kind` is module, class, function, instance, variable, external or builtin.

    `name` is dotted; for an instance it is the class's name. `evident` is False where the meaning was
    inferred from a convention or a value that flowed, and `via` says which.
    """

    kind: str
    name: str
    evident: bool = True
    via: str = "syntax"

    @property
    def internal(self) -> bool:
        return self.kind in ("module", "class", "function", "instance", "variable")


class ClassInfo(NamedTuple):
    """A class of the project: where it is, what it inherits, what it binds."""

    name: str
    module: str
    path: str
    definition: Definition
    bases: tuple[Symbol, ...]


class World(Protocol):
    """All files' facts, joined: what frameworks ask while they link."""

    project: Project
    files: Mapping[str, FileFacts]
    modules: Mapping[str, str]
    """Module name -> path."""
    classes: Mapping[str, ClassInfo]

    def module_of(self, path: str) -> str:
        """The dotted name of the module that a file is."""

    def facts(self, framework: str) -> Iterator[tuple[str, Fact]]:
        """(path, fact) of all facts of one framework, sorted by path."""

    def scope_id(self, path: str, scope: str) -> str:
        """The id of the node for a scope of a file: a function's, or the module's (also for classes)."""

    def resolve(self, path: str, scope: str, expression: str) -> Symbol | None:
        """What a path expression means in a scope of a file, or None."""

    def locate(self, path: str, scope: str, code: str) -> tuple[str, str]:
        """(module, name) of the variable that dotted code names; ("", "") outside the project."""

    def ancestors(self, name: str) -> Sequence[Symbol]:
        """The class itself and all that it inherits from, nearest first (external ones included)."""

    def member(self, class_name: str, attribute: str) -> Symbol | None:
        """What an attribute of a class or of its instances means, looked up along its ancestors."""

    def binding(self, path: str, scope: str, name: str) -> Binding | None:
        """What a module or class binds to a name, or None."""

    def calls(self, path: str) -> Sequence[tuple[Call, Symbol | None]]:
        """The calls of a file with what each one calls."""

    def row_uses(self, path: str) -> Sequence[RowUse]:
        """What the code of a file does with rows, as far as values tell; nothing for tests."""

    def passed(self, path: str) -> Sequence[Passed]:
        """The rows that go into calls of the project's own code and come out of them."""

    def told_of(self, name: str, path: str) -> str:
        """What a class of rows says of itself by a path such as `._meta.db_table`, or ""."""

    def is_test(self, path: str) -> bool:
        """Whether a file belongs to tests."""


class TypeRule(NamedTuple):
    """A type as data: `django.db.models.Manager.filter` -> `queryset[T]`."""

    call: str
    result: str


class RaiseRule(NamedTuple):
    """An exception as data: calling a library's function (`*` matches any text) raises it.

    `T.DoesNotExist` is that of the project's class that the call starts from. `above` is what it inherits.
    """

    call: str
    raises: str
    above: str = ""


class Handed(NamedTuple):
    """A parameter of a function that a framework fills.

    With what `function` gives, where that is named: `gives` are path expressions in its own scope. Else
    `gives` are types of libraries.
    """

    path: str
    scope: str
    parameter: str
    function: str
    gives: tuple[str, ...]


class Row(NamedTuple):
    """A class of which each instance is a row of a table.

    `leads` are attributes that lead to other rows and that no statement gives: (name, type, class). Without
    a type it is an instance of the class, else something of a library about that class. On the class itself
    they are `of_class`, where it is given, a type of the library about what they lead to. A class of a
    library has a `base`, and functions of the library that give it. What has no base, nor is a class of the
    project, is a type of a library that leads to rows (`request.user`). `inherits` is the class of the
    library that the class is at least, whatever else it inherits from. `columns` are, on the class itself,
    `of_column`, a type of the library about the class. `told` is what the class says of itself, by the path
    that asks it: `._meta.db_table`.
    """

    name: str
    leads: tuple[tuple[str, str, str], ...] = ()
    base: str = ""
    given_by: tuple[str, ...] = ()
    of_class: str = ""
    inherits: str = ""
    columns: tuple[str, ...] = ()
    of_column: str = ""
    told: tuple[tuple[str, str], ...] = ()


class RowUse(NamedTuple):
    """What code does with rows.

    `kind` is call (of a library's function `name`, `about` a class; `number` is that of the call in its
    scope), read or assign (of the attribute `name` of an instance), make (as assign, of one that nobody else
    knows yet), iterate (over something of the type `name` about the class, or an item that is read or set) or
    inherited (a call of the project's method `name` on something about the class: what the method may do to
    many tables, the call does to that of the class). `given` are arguments of a call: (place or name, `class`
    or `instance` or a library's type, class of rows). What may be about several classes is told once for
    each. `sure` is false where but classes below that of the code name the rows; `each` is true where the
    code lists several classes itself, and takes each in its turn.
    """

    scope: str
    line: int
    column: int
    number: int
    kind: str
    name: str
    about: str
    given: tuple[tuple[str, str, str], ...] = ()
    sure: bool = True
    each: bool = False


class Passed(NamedTuple):
    """A call of the project's own code into which rows go, or out of which one comes.

    `number` is that of the call in its scope; `takes` and `gives` are classes that are kept in tables.
    """

    scope: str
    number: int
    takes: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
