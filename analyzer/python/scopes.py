"""The scopes of one file and what each binds."""

from __future__ import annotations

import ast
from typing import NamedTuple, Protocol


class Scope(NamedTuple):
    """A module, class or function. `owner` is the class that a method belongs to, "" elsewhere."""

    name: str
    kind: str
    parent: Scope | None
    node: ast.AST
    owner: str


class Store(NamedTuple):
    """One place where a name is bound: `value` is what it is bound to, None where that is unknown.

    `how` is `value`, `element` (bound by a loop), `item0`, `item1` ... (unpacked from it), `entered` (by
    `with`), `parameter`, or `type`: `value` is an annotation, `fallback` the value beside it. `scope` is
    where the value is evaluated.
    """

    value: ast.expr | None
    how: str
    line: int
    scope: str
    fallback: ast.expr | None = None


class Scopes(Protocol):
    """What expressions are read against: the scopes by name, what they bind, what imports mean in them."""

    scopes: dict[str, Scope]
    stores: dict[str, dict[str, list[Store]]]
    aliases: dict[str, dict[str, str]]

    def receiver(self, scope: Scope) -> str:
        """The name of the first parameter of the method that a scope is (or stands in), "" if static."""
