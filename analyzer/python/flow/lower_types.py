"""Annotations -> registers that hold classes, or containers of what their elements are declared to be."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .code import DICT, ELEMENT_TYPE, LIST, SET, TUPLE

if TYPE_CHECKING:
    from .lowering import Lowering

_THE_SAME = frozenset(
    {"Optional", "Union", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "Mapped"}
)
_AWAITED = frozenset({"Awaitable", "Coroutine"})
_CONTAINERS = {
    "list": LIST, "List": LIST, "Sequence": LIST, "Iterable": LIST, "Iterator": LIST, "Collection": LIST,
    "MutableSequence": LIST, "Generator": LIST, "AsyncIterator": LIST, "AsyncIterable": LIST,
    "AsyncGenerator": LIST, "deque": LIST, "Deque": LIST,
    "set": SET, "Set": SET, "frozenset": SET, "FrozenSet": SET, "AbstractSet": SET, "MutableSet": SET,
    "dict": DICT, "Dict": DICT, "Mapping": DICT, "MutableMapping": DICT, "defaultdict": DICT,
    "DefaultDict": DICT, "OrderedDict": DICT, "tuple": TUPLE, "Tuple": TUPLE,
}  # fmt: skip
_NO_VALUES = frozenset({"Callable", "Literal"})
CLASS_ITSELF = -1
"""The kind of `type[T]`."""


class Types:
    """Lowers annotations in the scope that `lowering` is in."""

    def __init__(self, lowering: Lowering) -> None:
        self._lowering = lowering

    def lower(self, node: ast.expr | None) -> int:
        """The register of what an annotation names, 0 when it says nothing."""
        if isinstance(node, ast.Constant):
            return self._text(node.value) if isinstance(node.value, str) else 0
        if isinstance(node, ast.Name | ast.Attribute):
            return self._lowering.expressions.lower(node)
        if isinstance(node, ast.BinOp):
            return self._lowering.scope.phi([self.lower(node.left), self.lower(node.right)])
        return self._subscript(node) if isinstance(node, ast.Subscript) else 0

    def _text(self, text: str) -> int:
        try:
            return self.lower(ast.parse(text.strip(), mode="eval").body)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return 0

    def _subscript(self, node: ast.Subscript) -> int:
        base, inner = node.value, node.slice
        name = base.id if isinstance(base, ast.Name) else base.attr if isinstance(base, ast.Attribute) else ""
        parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        scope = self._lowering.scope
        if name in _THE_SAME:
            return scope.phi([self.lower(part) for part in (parts[:1] if name == "Annotated" else parts)])
        if name in _AWAITED:
            return self.lower(parts[-1])
        if name in ("type", "Type"):
            found = self.lower(parts[0])
            return scope.emit(ELEMENT_TYPE, CLASS_ITSELF, [found]) if found > 0 else 0
        kind = _CONTAINERS.get(name)
        if kind is not None:
            return self._container(kind, parts)
        return 0 if name in _NO_VALUES else self._lowering.expressions.lower(base)

    def _container(self, kind: int, parts: list[ast.expr]) -> int:
        if kind == DICT:
            parts = parts[1:2]
        elif kind != TUPLE:
            parts = parts[:1]
        fixed = kind == TUPLE and not any(isinstance(p, ast.Constant) and p.value is Ellipsis for p in parts)
        found = [self.lower(part) for part in parts]
        if not any(register > 0 for register in found):
            return 0
        return self._lowering.scope.emit(
            ELEMENT_TYPE, kind, found if fixed else [max(found)], self._lowering.scope.display(), int(fixed)
        )
