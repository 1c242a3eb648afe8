"""The code that a file is lowered to: for each scope a list of instructions over registers.

Registers are assigned once (static single assignment); register 0 is "unknown", negative ones are the
constants of the scope. Instructions are plain tuples `(operation, ...)` so that they can be cached as they
are. A *site* is the number of a position in the file's list of these (0: none), which is kept apart: code
that is only moved stays the same.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from sys import intern
from typing import Any, NamedTuple, TypeGuard

import msgpack

(
    ATTRIBUTE,  # result, object, name, known register or 0, site
    CALL,  # result, callee, arguments, site, number of the call in its scope, is a decorator
    CALL_FULL,  # result, callee, arguments, names, values, *register, **register, site, number
    GLOBAL,  # result, name
    CAPTURED,  # result, scope, name: a variable of an enclosing function
    CAPTURE,  # name, registers: what an inner function may see of a variable
    STORE_NAME,  # name, register: of a module or class
    STORE_GLOBAL,  # name, register: by a `global` statement
    STORE_CAPTURED,  # scope, name, register: by a `nonlocal` statement
    STORE_ATTRIBUTE,  # object, name, register, site
    PHI,  # result, registers: one of them
    BUILD,  # result, container kind, number of the display, (key, register) pairs; key `**` unpacks
    ITEM,  # result, object, key register, known register or 0, site
    STORE_ITEM,  # object, key register, register, site
    SLICE,  # result, object, first index or -1, number
    ITERATE,  # result, object, site, is asynchronous
    UNPACK,  # result, object, index (negative: from the end)
    UNPACK_REST,  # result, object, index, number of targets after it, number
    RETURN,  # register
    YIELD,  # result or 0, register
    DELEGATE,  # result, register: `yield from`
    AWAIT,  # result, register, site
    FUNCTION,  # result, scope, (parameter, default) pairs, (parameter, type) pairs, returned type
    CLASS,  # result, scope, bases, keyword names, keyword registers, site, type arguments of the bases
    IMPORT,  # result, dotted name, whether the whole name is bound
    IMPORT_FROM,  # result, level, module, attribute
    IMPORT_STAR,  # level, module
    RAISE,  # register, site
    ENTER,  # result, manager, site, is asynchronous
    DECLARE,  # result, type register, value register: an annotation, or the type of an `except`
    OPERATE,  # result, method name, left, right, site: operators as calls of special methods
    NARROW,  # result, type register, value register: `isinstance`
    DELETE_ATTRIBUTE,  # object, name, site
    ELEMENT_TYPE,  # result, container kind, type registers, number, whether each has its place: `list[T]`
) = range(34)

OPERATIONS = (
    "ATTRIBUTE", "CALL", "CALL_FULL", "GLOBAL", "CAPTURED", "CAPTURE", "STORE_NAME",
    "STORE_GLOBAL", "STORE_CAPTURED", "STORE_ATTRIBUTE", "PHI", "BUILD", "ITEM", "STORE_ITEM",
    "SLICE", "ITERATE", "UNPACK", "UNPACK_REST", "RETURN", "YIELD", "DELEGATE",
    "AWAIT", "FUNCTION", "CLASS", "IMPORT", "IMPORT_FROM", "IMPORT_STAR", "RAISE",
    "ENTER", "DECLARE", "OPERATE", "NARROW", "DELETE_ATTRIBUTE", "ELEMENT_TYPE",
)  # fmt: skip
"""Their names in order: the machine's methods are found by these."""

_READS: dict[int, tuple[int, ...]] = {
    ATTRIBUTE: (2, 4), CALL: (2, 3), CALL_FULL: (2, 3, 5, 6, 7), CAPTURE: (2,), STORE_NAME: (2,),
    STORE_GLOBAL: (2,), STORE_CAPTURED: (3,), STORE_ATTRIBUTE: (1, 3), PHI: (2,), BUILD: (4,),
    ITEM: (2, 3, 4), STORE_ITEM: (1, 2, 3), SLICE: (2,), ITERATE: (2,), UNPACK: (2,), UNPACK_REST: (2,),
    RETURN: (1,), YIELD: (2,), DELEGATE: (2,), AWAIT: (2,), FUNCTION: (3, 4, 5), CLASS: (3, 5), RAISE: (1,),
    ENTER: (2,), DECLARE: (2, 3), OPERATE: (3, 4), NARROW: (2, 3), DELETE_ATTRIBUTE: (1,), ELEMENT_TYPE: (3,),
}  # fmt: skip
"""Where the registers stand that an instruction reads."""

RESULTS = frozenset(range(34)) - {
    CAPTURE, STORE_NAME, STORE_GLOBAL, STORE_CAPTURED, STORE_ATTRIBUTE, STORE_ITEM, RETURN, IMPORT_STAR,
    RAISE, DELETE_ATTRIBUTE,
}  # fmt: skip
"""Instructions that have a result; its register comes first, 0 where nobody uses what a `yield` gives."""

TUPLE, LIST, SET, DICT = range(4)
KEYS = "\0keys"
"""Stands in a display for a key that is no constant: its register holds the key."""

GENERATOR, ASYNC, LOOPS, STATIC, OF_CLASS, ABSTRACT = 1, 2, 4, 8, 16, 32
"""Flags of a scope: it yields; it is `async def`; a register is read before what assigns it last; it is a
static method; its first parameter is the class; it is an abstract method."""

Instruction = Sequence[Any]
_LONGEST_TEXT = 80


def registers_read(code: Iterable[Instruction]) -> set[int]:
    """The registers that some instruction reads; what is only asked whether it is true is not among them."""
    found: set[int] = set()
    waiting = [i[place] for i in code for place in _READS.get(i[0], ()) if place < len(i)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, int):
            found.add(item)
        elif isinstance(item, (list, tuple)):
            waiting += item
    return found


class ScopeCode(NamedTuple):
    """The code of one scope: `kind` is module, class, function or lambda, `parent` an index or -1.

    `place` is the site of its line, `name` is dotted within the module. `keys` are the parameters that are
    used as keys (constants flow into these alone), `loops` the (register, sources) pairs that decide whether
    the code must be run twice.
    """

    kind: str
    name: str
    parent: int
    place: int
    registers: int
    constants: Sequence[str | int]
    code: Sequence[Instruction]
    positional: Sequence[str]
    vararg: str
    keywords: Sequence[str]
    kwarg: str
    flags: int
    keys: Sequence[int]
    loops: Sequence[Sequence[Any]]


class ModuleCode(NamedTuple):
    """The scopes of a file, the module's own first; `names` are what instructions name by index.

    `places` are the positions of sites, as `line << 12 | column`; columns beyond 4095 are cut.
    """

    names: Sequence[str] = ()
    scopes: Sequence[ScopeCode] = ()
    places: Sequence[int] = ()


def pack(code: ModuleCode) -> bytes:
    """Code without its places, as facts keep it: ten times smaller than its objects, which are millions."""
    packed: bytes = msgpack.packb(code[:2], unicode_errors="surrogatepass")
    return packed


def load(packed: bytes) -> ModuleCode:
    """The opposite of `pack`."""
    if not packed:
        return ModuleCode()
    names, scopes = msgpack.unpackb(packed, use_list=False, unicode_errors="surrogatepass")
    return ModuleCode([*map(intern, names)], [ScopeCode._make(scope) for scope in scopes])


class Places:
    """The positions in a file that its code names, each once."""

    def __init__(self) -> None:
        self._numbers = {0: 0}

    def at(self, node: ast.AST) -> int:
        """The site of a node of the syntax tree."""
        column: int = node.col_offset  # type: ignore[attr-defined]
        position = node.lineno << 12 | (column if column < 4095 else 4095)  # type: ignore[attr-defined]
        return self._numbers.setdefault(position, len(self._numbers))

    def line(self, number: int) -> int:
        """The site of the beginning of a line."""
        return self._numbers.setdefault(number << 12, len(self._numbers))

    def list(self) -> list[int]:
        """The positions by the numbers of their sites."""
        return list(self._numbers)


def pack_places(places: Sequence[int]) -> bytes:
    """The positions of sites, as facts keep them."""
    packed: bytes = msgpack.packb(places)
    return packed


def load_places(packed: bytes) -> Sequence[int]:
    """The opposite of `pack_places`."""
    places: Sequence[int] = msgpack.unpackb(packed) if packed else ()
    return places


def is_key(value: object) -> TypeGuard[str | int]:
    """Whether a constant is kept as the key of a container: texts and numbers that the cache can hold."""
    if isinstance(value, str):
        return len(value) < _LONGEST_TEXT
    return isinstance(value, int) and -(1 << 60) < value < 1 << 60


def position(value: int) -> tuple[int, int]:
    """(line, column) of a place."""
    return value >> 12, value & 4095
