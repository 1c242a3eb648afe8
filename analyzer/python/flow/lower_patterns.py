"""The patterns of `match` -> instructions: what the names in them are bound to."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .code import ATTRIBUTE, DECLARE, ITEM, UNPACK, UNPACK_REST

if TYPE_CHECKING:
    from .lowering import Lowering


class Patterns:
    """Lowers patterns in the scope that `lowering` is in."""

    def __init__(self, lowering: Lowering) -> None:
        self._lowering = lowering

    def lower(self, pattern: ast.pattern, subject: int) -> None:
        if isinstance(pattern, ast.MatchAs):
            if pattern.pattern is not None:
                self.lower(pattern.pattern, subject)
            self._name(pattern.name, subject)
        elif isinstance(pattern, ast.MatchStar):
            self._name(pattern.name, subject)
        elif isinstance(pattern, ast.MatchOr):
            for choice in pattern.patterns:
                self.lower(choice, subject)
        elif isinstance(pattern, ast.MatchSequence):
            self._sequence(pattern.patterns, subject)
        elif isinstance(pattern, ast.MatchMapping):
            self._mapping(pattern, subject)
        elif isinstance(pattern, ast.MatchClass):
            self._class(pattern, subject)
        elif isinstance(pattern, ast.MatchValue):
            self._lowering.expressions.lower(pattern.value)

    def _name(self, name: str | None, register: int) -> None:
        if name:
            self._lowering.assign_name(name, register)

    def _emit(self, operation: int, register: int, *operands: int) -> int:
        return self._lowering.scope.emit(operation, register, *operands) if register > 0 else 0

    def _sequence(self, patterns: list[ast.pattern], subject: int) -> None:
        count, starred = len(patterns), False
        for index, item in enumerate(patterns):
            if isinstance(item, ast.MatchStar):
                starred = True
                place = self._lowering.scope.display()
                self.lower(item, self._emit(UNPACK_REST, subject, index, count - index - 1, place))
            else:
                self.lower(item, self._emit(UNPACK, subject, index - count if starred else index))

    def _mapping(self, pattern: ast.MatchMapping, subject: int) -> None:
        for key, item in zip(pattern.keys, pattern.patterns, strict=True):
            register = self._lowering.expressions.lower(key)
            self.lower(item, self._emit(ITEM, subject, register, 0, self._lowering.places.at(key)))
        self._name(pattern.rest, subject)

    def _class(self, pattern: ast.MatchClass, subject: int) -> None:
        scope = self._lowering.scope
        kind = self._lowering.expressions.lower(pattern.cls)
        known = scope.emit(DECLARE, kind, subject) if kind > 0 else subject
        for item in pattern.patterns:
            self.lower(item, 0)
        for name, item in zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True):
            self.lower(
                item, self._emit(ATTRIBUTE, known, scope.names[name], 0, self._lowering.places.at(item))
            )
