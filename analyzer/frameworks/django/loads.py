"""Rows that attributes load: `order.user`, `request.user`; what was loaded beside, or is not asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ...model.evidence import Confidence
from ...model.world import RowUse
from ...python.row_accesses import Where
from .relations import REQUESTS, Relations


class Load(NamedTuple):
    """A row is loaded: where, from which table, how sure that is, whether once for each turn of a loop."""

    where: Where
    table: str
    trust: Confidence
    again: bool


class Loads:
    """Collects what is read of rows, and tells in the end what that loads."""

    def __init__(self, relations: Relations) -> None:
        self._relations = relations
        self._user = relations.user_class()
        self._read: list[tuple[Where, str, str, Confidence]] = []
        self._asked: set[tuple[str, str]] = set()
        self.beside: set[tuple[str, str]] = set()
        """(model, attribute) of what querysets load beside their rows."""

    def read(self, where: Where, name: str, attribute: str, trust: Confidence) -> None:
        """An attribute of a row is read that leads to one other row."""
        self._read.append((where, name, attribute, trust))

    def asks(self, where: Where, uses: Sequence[RowUse]) -> None:
        """Something is asked of the user: that is when a request loads who it is."""
        for use in uses:
            given = use.given if use.kind == "call" and use.about else ()
            if (use.kind in ("read", "call") and use.about == self._user) or any(
                kind == "instance" and name == self._user for _, kind, name in given
            ):
                self._asked.add((where.path, where.scope))

    def items(self) -> Iterator[Load]:
        """All of them."""
        for where, name, attribute, trust in self._read:
            table = self._relations.attributes[name][attribute].table
            again = (name, attribute) not in self.beside
            handed_on = attribute == "session" or (where.path, where.scope) not in self._asked
            if name in REQUESTS and handed_on:  # what is asked of a session is told by itself
                trust = "possible"
            yield Load(where, table, trust, again)
