"""Queries nest: which names one of them introduces, and what a name means there."""

from __future__ import annotations

Names = frozenset[str]


class Block:
    """One SELECT (or UPDATE, DELETE, MERGE): the names that its FROM introduces, and the block around it."""

    __slots__ = ("outputs", "parent", "sources", "tables")

    def __init__(self, parent: Block | None) -> None:
        self.parent = parent
        self.sources: list[tuple[str, str | None]] = []
        self.outputs: Names = frozenset()
        self.tables: set[str] = set()

    def lookup(self, name: str) -> str | None:
        """Return the table that an alias or a table's name stands for, here or further out."""
        block: Block | None = self
        while block is not None:
            for alias, table in block.sources:
                if alias == name:
                    return table
            block = block.parent
        return None

    def joined(self) -> bool:
        """Has this block, or one around it, a table already?"""
        return bool(self.tables) or (self.parent is not None and self.parent.joined())

    def others(self, table: str) -> bool:
        """Is there another table than this one?"""
        return bool(self.tables - {table}) or (self.parent is not None and self.parent.others(table))
