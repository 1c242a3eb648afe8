"""Lists, dicts and the like, and comprehensions -> instructions that make containers."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .code import BUILD, DICT, ITERATE, KEYS, LIST, SET, TUPLE, UNPACK, is_key
from .holed import ending_asked

if TYPE_CHECKING:
    from .lowering import Lowering

_MOST_ITEMS = 40
"""Elements of a display above which their places are not told apart."""


class Displays:
    """Lowers displays in the scope that `lowering` is in."""

    def __init__(self, lowering: Lowering) -> None:
        self._lowering = lowering

    def build(self, kind: int, items: Sequence[tuple[str | int | None, int]]) -> int:
        return self._lowering.scope.emit(BUILD, kind, self._lowering.scope.display(), items)

    def _elements(self, kind: int, elements: Sequence[ast.expr]) -> int:
        items: list[tuple[str | int | None, int]] = []
        many = len(elements) > _MOST_ITEMS
        for index, element in enumerate(elements):
            register = self._lowering.expressions.lower(element)
            if isinstance(element, ast.Starred):
                many = True
                if register > 0:
                    items.append(
                        (
                            None,
                            self._lowering.scope.emit(
                                ITERATE, register, self._lowering.places.at(element), 0
                            ),
                        )
                    )
            elif register > 0 or (register < 0 and not many and len(elements) < 8):
                items.append((None if many or kind == SET else index, register))
        if kind == SET:
            for _, register in items:
                if register > 0:
                    self._lowering.expressions.operate("__hash__", register, 0, elements[0])
        return self.build(kind, items)

    def tuple_(self, node: ast.Tuple) -> int:
        return self._elements(TUPLE, node.elts)

    def list_(self, node: ast.List) -> int:
        return self._elements(LIST, node.elts)

    def set_(self, node: ast.Set) -> int:
        return self._elements(SET, node.elts)

    def dict_(self, node: ast.Dict) -> int:
        items: list[tuple[str | int | None, int]] = []
        many = len(node.keys) > 2 * _MOST_ITEMS
        for key, value in zip(node.keys, node.values, strict=True):
            name = None
            if isinstance(key, ast.Constant) and is_key(key.value):
                name = key.value
            elif key is not None:
                register = self._lowering.expressions.lower(key)
                if register > 0:
                    items.append((KEYS, register))
            register = self._lowering.expressions.lower(value)
            if key is None:
                if register > 0:
                    items.append(("**", register))
            elif register:
                items.append((None if many else name, register))
        return self.build(DICT, items)

    def list_of(self, node: ast.ListComp | ast.GeneratorExp) -> int:
        return self._comprehension(node.generators, (node.elt,), LIST)

    def set_of(self, node: ast.SetComp) -> int:
        return self._comprehension(node.generators, (node.elt,), SET)

    def dict_of(self, node: ast.DictComp) -> int:
        return self._comprehension(node.generators, (node.key, node.value), DICT)

    def _comprehension(
        self, generators: Sequence[ast.comprehension], parts: Sequence[ast.expr], kind: int
    ) -> int:
        """Its variables are its own: what they hid is seen again afterwards."""
        registers, hidden = self._lowering.scope.registers, dict[str, int | None]()
        scope, known = self._lowering.scope, self._lowering.scope.holed
        for generator in generators:
            values = self._lowering.expressions.lower(generator.iter)
            for part in ast.walk(generator.target):
                if isinstance(part, ast.Name):
                    hidden.setdefault(part.id, registers.get(part.id))
            element = self._lowering.scope.emit(
                ITERATE, values, self._lowering.places.at(generator.iter), int(generator.is_async)
            )
            self._bind_own(generator.target, element)
            for condition in generator.ifs:
                self._lowering.expressions.lower(condition)
                name, holed = ending_asked(condition)
                if name:
                    scope.holed = {**scope.holed, name: holed}
        results = [self._lowering.expressions.lower(each) for each in parts]
        scope.holed = known
        for name_, register in hidden.items():
            if register is None:
                registers.pop(name_, None)
            else:
                registers[name_] = register
        items: list[tuple[str | int | None, int]] = [(None, results[-1])] if results[-1] else []
        if kind == DICT and results[0] > 0:
            items.append((KEYS, results[0]))
        return self.build(kind, items)

    def _bind_own(self, target: ast.expr, register: int) -> None:
        if isinstance(target, ast.Name):
            self._lowering.scope.registers[target.id] = register
        elif isinstance(target, ast.Tuple | ast.List):
            for index, element in enumerate(target.elts):
                inner = element.value if isinstance(element, ast.Starred) else element
                self._bind_own(inner, self._lowering.scope.emit(UNPACK, register, index))
        else:
            self._lowering.bind(target, register)
