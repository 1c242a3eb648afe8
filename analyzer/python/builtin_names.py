"""What Python's builtins are and give."""

from __future__ import annotations

import abc
import builtins
import collections
import collections.abc
import enum
import threading

BUILTINS = frozenset(dir(builtins))
TYPES = frozenset(name for name in BUILTINS if isinstance(getattr(builtins, name), type)) - {
    "type", "super", "property", "staticmethod", "classmethod",
}  # fmt: skip
GIVES = {
    "sorted": "list", "dir": "list", "vars": "dict", "globals": "dict", "locals": "dict", "input": "str",
    "repr": "str", "ascii": "str", "chr": "str", "hex": "str", "bin": "str", "format": "str", "len": "int",
    "ord": "int", "hash": "int", "id": "int", "round": "float", "isinstance": "bool", "open": "file",
}  # fmt: skip
"""What builtin functions give. What others give (`getattr`, `next`, `max` ...) is not known."""


_STANDARD: dict[str, type] = {
    **{f"collections.{name}": kind for name, kind in vars(collections).items() if isinstance(kind, type)},
    **{f"abc.{name}": kind for name, kind in vars(abc).items() if isinstance(kind, type)},
    **{f"collections.abc.{n}": k for n, k in vars(collections.abc).items() if isinstance(k, type)},
    **dict.fromkeys(("typing.Generic", "typing.Protocol", "typing_extensions.Protocol"), object),
    "threading.Thread": threading.Thread, "threading.local": threading.local, "enum.Enum": enum.Enum,
}  # fmt: skip


def may_have(base: str, attribute: str) -> bool:
    """Whether instances of a class from outside may have an attribute.

    Of builtins and plain classes of the standard library it is known; of libraries it may be anything.
    """
    kind = _STANDARD.get(base)
    return kind is None or hasattr(kind, attribute)


def has(builtin: str, attribute: str) -> bool:
    """Whether a builtin type has an attribute; what is no type is not asked."""
    return hasattr(getattr(builtins, builtin, None), attribute)
