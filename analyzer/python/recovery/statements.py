"""The statements of a file that `ast` refuses, each parsed by itself: what parses is kept as it stands.

tree-sitter says where statements are. One that `ast` accepts becomes its nodes, at their true lines. Of a
compound one the header and each block are read apart; of what is left the names that it defines, imports and
calls are kept.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from tree_sitter import Node

from .rewrites import Edit, edits

_DEPTH = 60
"""How deep blocks are looked into; what lies deeper is left out if it does not parse."""
_LONGEST_CALL = 2_000
"""Bytes of a call that is tried by itself; each of a long chain of calls holds all before it."""
_CLAUSES = frozenset({"else_clause", "elif_clause", "except_clause", "except_group_clause", "finally_clause",
                      "case_clause", "function_definition", "class_definition", "block"})  # fmt: skip
_PLAIN_SPACE = re.compile(rb"[ \t\f]*\Z")
_BEGINS = frozenset({"def", "class", "from", "import"})
_BEGUN = re.compile(
    rb"(?:def|class)\s+\w+|import\s+[\w.]+|from\s+[\w.]+\s+import\s*[\s(]\s*(?:\*|\w+(?:\s*,\s*\w+)*)"
)
_SKIPPED = frozenset({"comment", "identifier", "parameters", "argument_list", "type", "line_continuation"})
_REFUSED = (SyntaxError, ValueError, RecursionError, MemoryError)


class Statements:
    """Reads one file; `rewritten` and `lost` are the lines of statements that were not kept as they stand."""

    def __init__(self, text: bytes, root: Node) -> None:
        self._text, self._root = text, root
        self._edits = edits(root)
        self._starts = [edit.start for edit in self._edits]
        self.kept = 0
        self.rewritten: list[int] = []
        self.lost: list[int] = []

    def module(self) -> ast.Module:
        """The file as a module."""
        return ast.Module(self._many(self._root.children, 0), [])

    # Lists of statements --------------------------------------------------------------------------

    def _many(self, nodes: Iterable[Node], depth: int) -> list[ast.stmt]:
        """Statements one after the other; below a broken header, columns say what belongs to it."""
        found: list[ast.stmt] = []
        opened: list[tuple[int, list[ast.stmt]]] = []
        for node in _flattened(nodes):
            column = node.start_point.column
            while opened and column <= opened[-1][0]:
                opened.pop()
            target = opened[-1][1] if opened else found
            if node.is_named:
                target.extend(self._one(node, depth))
                continue
            header = self._begun(node)
            if header is not None:
                self.lost.append(header.lineno)
                target.append(header)
                if isinstance(header, ast.FunctionDef | ast.ClassDef):
                    opened.append((column, header.body))
        return found

    def _one(self, node: Node, depth: int) -> list[ast.stmt]:
        line = node.start_point.row + 1
        parsed = self._parse(node)
        if parsed is not None:
            changed = self._changed(node)
            self.kept += not changed
            self.rewritten.extend([line] if changed else [])
            return parsed
        blocks = list(_blocks(node)) if depth < _DEPTH else []
        return self._compound(node, blocks, depth)

    def _compound(self, node: Node, blocks: Sequence[Node], depth: int) -> list[ast.stmt]:
        """The header with its blocks read apart; where it does not parse, its name with the blocks."""
        bodies = [self._many(block.children, depth + 1) for block in blocks]
        parsed = self._parse(node, [_placeholder(block) for block in blocks]) if blocks else None
        if parsed is not None and _fill(parsed, bodies):
            return parsed
        self.lost.append(node.start_point.row + 1)
        inner = [statement for body in bodies for statement in body]
        definition = node.child_by_field_name("definition") or node
        header = self._begun(definition.children[0]) if definition.children else None
        if isinstance(header, ast.FunctionDef | ast.ClassDef):
            header.end_lineno = node.end_point.row + 1
            header.body.extend(inner)
            return [header]
        return [header] if header is not None else [*self._names(node), *inner]

    # One statement --------------------------------------------------------------------------------

    def _changed(self, node: Node, *, needed: bool = False) -> bool:
        """Whether a node has edits (with `needed`: such as only some Pythons need)."""
        first, last = (bisect_left(self._starts, place) for place in (node.start_byte, node.end_byte))
        return any(edit.only_if_needed or not needed for edit in self._edits[first:last])

    def _parse(self, node: Node, blocks: Sequence[Edit] = ()) -> list[ast.stmt] | None:
        """A node as `ast` reads it, at its place, with its blocks replaced; None when `ast` refuses it."""
        parsed = self._parsed(node, blocks, needed=False)
        if parsed is None and self._changed(node, needed=True):
            parsed = self._parsed(node, blocks, needed=True)
        return parsed

    def _parsed(self, node: Node, blocks: Sequence[Edit], *, needed: bool) -> list[ast.stmt] | None:
        start, row, column = node.start_byte, node.start_point.row, node.start_point.column
        text = b"".join(self._edited(start, node.end_byte, blocks, needed))
        if column:
            indent = self._text[start - column : start]
            indent = indent if _PLAIN_SPACE.match(indent) else b" " * column
            text = b"if 1:\n" + indent + text
        try:
            body = ast.parse(text).body
        except _REFUSED:
            return None
        if column:
            holder = body[0]
            if len(body) != 1 or not isinstance(holder, ast.If) or holder.orelse:
                return None
            body, row = holder.body, row - 1
        for statement in body if row else ():
            ast.increment_lineno(statement, row)
        return body

    def _edited(self, start: int, end: int, blocks: Sequence[Edit], needed: bool) -> Iterator[bytes]:
        """The text from `start` to `end` with its edits, and `blocks` as the edits that they are."""
        first = bisect_left(self._starts, start)
        last = bisect_left(self._starts, end + 1)
        own = [
            edit
            for edit in self._edits[first:last]
            if edit.end <= end and (needed or not edit.only_if_needed)
        ]
        at = start
        for edit in sorted([*own, *blocks]):
            if edit.start >= at:
                yield self._text[at : edit.start]
                yield edit.text
                at = edit.end
        yield self._text[at:end]

    def _names(self, node: Node) -> list[ast.stmt]:
        """Of a statement that nothing can read: the calls that stand in it, outside its blocks."""
        found: list[ast.stmt] = []
        stack = [node]
        while stack:
            inner = stack.pop()
            short = inner.end_byte - inner.start_byte <= _LONGEST_CALL
            if inner.type == "call" and short and not inner.has_error:
                parsed = self._parse(inner)
                if parsed is not None:
                    found.extend(parsed)
                    continue
            stack.extend(child for child in reversed(inner.children) if child.type != "block")
        return found

    def _begun(self, word: Node) -> ast.stmt | None:
        """What can be told of a statement by its first words alone: which name it defines or imports."""
        match = _BEGUN.match(self._text, word.start_byte) if word.type in _BEGINS else None
        if match is None:
            return None
        text = b" ".join(match[0].replace(b"(", b" ").split())
        if word.type in ("def", "class"):
            text += b"(): pass"
        try:
            made = ast.parse(text).body[0]
        except _REFUSED:
            return None
        for inner in ast.walk(made):
            if isinstance(inner, ast.stmt | ast.alias):
                inner.lineno, inner.end_lineno = word.start_point.row + 1, word.end_point.row + 1
                inner.col_offset = word.start_point.column
        return made


def _flattened(nodes: Iterable[Node]) -> Iterator[Node]:
    """Statements, and the words `def` and `class` of headers that are broken, in source order."""
    stack = list(reversed(list(nodes)))
    while stack:
        node = stack.pop()
        if node.type in ("ERROR", "block"):
            stack.extend(reversed(node.children))
        elif node.type in _BEGINS or (node.is_named and node.type not in _SKIPPED):
            yield node


def _blocks(node: Node) -> Iterator[Node]:
    """The blocks of a compound statement, those of its clauses included, in source order."""
    for child in node.children:
        if child.type == "block":
            if child.end_byte > child.start_byte:
                yield child
        elif child.type in _CLAUSES:
            yield from _blocks(child)


def _placeholder(block: Node) -> Edit:
    """`pass`, and as many lines as the block has."""
    lines = block.end_point.row - block.start_point.row
    return Edit(block.start_byte, block.end_byte, b"pass" + b"\n" * lines)


def _fill(parsed: Sequence[ast.stmt], bodies: Sequence[list[ast.stmt]]) -> bool:
    """Puts the blocks where their placeholders stand; False when these are not all there."""
    places: list[tuple[int, list[ast.stmt]]] = []
    for statement in parsed:
        for node in ast.walk(statement):
            for name in ("body", "orelse", "finalbody"):
                block = getattr(node, name, None)
                if isinstance(block, list) and len(block) == 1 and isinstance(block[0], ast.Pass):
                    places.append((block[0].lineno, block))
    if len(places) != len(bodies):
        return False
    for (_, block), body in zip(sorted(places, key=lambda place: place[0]), bodies, strict=True):
        block[:] = body or block
    return True
