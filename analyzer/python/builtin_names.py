"""What Python's builtins are and give."""

from __future__ import annotations

import builtins

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


def has(builtin: str, attribute: str) -> bool:
    """Whether a builtin type has an attribute; what is no type is not asked."""
    return hasattr(getattr(builtins, builtin, None), attribute)
