"""What goes, and what is read, when rows of a model are deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .models import Models

if TYPE_CHECKING:
    from .relations import Relations

_MOST_CASCADES = 40
"""Models whose rows are followed when one row is deleted."""


class Deletions:
    """Follows the keys that cascade."""

    def __init__(self, relations: Relations, models: Models) -> None:
        self._relations, self._models = relations, models
        self._told: frozenset[str] | None = None

    def fetched(self, name: str) -> bool:
        """Whether rows of a model are read before they are deleted: others depend on them, or are told."""
        if self._told is None:
            self._told = self._told_of_deletions()
        if not self._told.isdisjoint(("", name)):
            return True
        return any(r.reverse or r.between for r in self._relations.attributes.get(name, {}).values())

    def _told_of_deletions(self) -> frozenset[str]:
        """The models whose deletions the project is told of by signals; "" stands for any."""
        found = set()
        for path, fact in self._models.world.facts("signals"):
            signals = [str(code) for code in fact.data["signals"]] if fact.kind == "receive" else []
            if not any(code.endswith(("pre_delete", "post_delete")) for code in signals):
                continue
            sender = fact.data["sender"]
            symbol = self._models.world.resolve(path, fact.scope, str(sender[0])) if sender else None
            found.add(symbol.name if symbol is not None else "")
        return frozenset(found)

    def cascade(self, name: str) -> Iterator[tuple[str, bool, bool]]:
        """Rows that go with one of a model: their table, whether they point to it, whether they are read."""
        seen, stack = {name}, [(name, True)]
        while stack:
            owner, direct = stack.pop()
            for _, relation in sorted(self._relations.attributes.get(owner, {}).items()):
                if relation.between:
                    yield relation.between, direct, False
                elif relation.cascades:
                    yield relation.table, direct, self.fetched(relation.target)
                    if relation.target not in seen and len(seen) < _MOST_CASCADES:
                        seen.add(relation.target)
                        stack.append((relation.target, False))

    def cascade_order(self, name: str) -> list[str]:
        """The tables that put the rows in order that are read because they go with one of a model."""
        found: dict[str, None] = {}
        for _, relation in sorted(self._relations.attributes.get(name, {}).items()):
            if relation.cascades and self.fetched(relation.target):
                found.update(dict.fromkeys(self._relations.ordered(relation.target)))
        return list(found)
