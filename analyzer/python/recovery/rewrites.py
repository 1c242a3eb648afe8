"""What older and newer Pythons write otherwise, as edits that make it text which `ast` accepts.

Edits keep lines, and where they can also columns: `print x` becomes `print(x)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tree_sitter import Node


class Edit(NamedTuple):
    """Bytes from `start` to `end` become `text`; `only_if_needed`: where Python is too old for them."""

    start: int
    end: int
    text: bytes
    only_if_needed: bool = False


_PREFIX = re.compile(rb"[A-Za-z]*")
_FOREIGN = re.compile(rb"[^\w\n]")
_OCTAL = re.compile(rb"0[0-7]+\Z")


def edits(root: Node) -> list[Edit]:
    """All edits of a file, in source order."""
    found: list[Edit] = []
    stack = [root]
    while stack:
        node = stack.pop()
        rewrite = _BY_TYPE.get(node.type)
        if rewrite is not None and not node.has_error:
            found.extend(rewrite(node))
        stack.extend(node.children)
    return sorted(found)


def _statement(node: Node) -> Iterator[Edit]:
    """`print x` and `exec x in y` as calls."""
    word = node.children[0]
    arguments = node.children[1:]
    yield Edit(word.end_byte, word.end_byte + (arguments[0].start_byte > word.end_byte), b"(")
    for child in arguments:
        if child.type == "in":
            yield Edit(child.start_byte, child.end_byte, b", ")
        elif child.type == "chevron":
            yield Edit(child.start_byte, child.start_byte + 2, b"  ")
    yield Edit(node.end_byte, node.end_byte, b")")


def _raise(node: Node) -> Iterator[Edit]:
    """`raise E, "text"` raises `E("text")`."""
    values = node.named_children[0] if node.named_children else None
    if values is not None and values.type == "expression_list":
        comma = next(child for child in values.children if child.type == ",")
        yield Edit(comma.start_byte, comma.end_byte, b"(")
        yield Edit(values.end_byte, values.end_byte, b")")


def _except(node: Node) -> Iterator[Edit]:
    """`except A, e:` binds `e` in Python 2; `except A, B:` names two types in Python 3.14."""
    commas = [child for child in node.children if child.type == ","]
    values = node.children_by_field_name("value")
    if not commas or not values:
        return
    last = values[-1]
    if len(commas) == 1 and last.type == "identifier" and not (last.text or b"A")[:1].isupper():
        yield Edit(commas[0].start_byte, commas[0].end_byte, b" as")
    else:
        yield Edit(values[0].start_byte, values[0].start_byte, b"(")
        yield Edit(last.end_byte, last.end_byte, b")")


def _parameter(node: Node) -> Iterator[Edit]:
    """`def f(a, (b, c))`: one parameter of some name."""
    if node.parent is not None and node.parent.type in ("parameters", "lambda_parameters"):
        yield Edit(node.start_byte, node.end_byte, _FOREIGN.sub(b"_", node.text or b"_"))


def _keyword(node: Node) -> Iterator[Edit]:
    """`async` and `await` were names once."""
    if node.text in (b"async", b"await"):
        yield Edit(node.end_byte, node.end_byte, b"_")


def _not_equal(node: Node) -> Iterator[Edit]:
    for child in node.children:
        if child.type == "<>":
            yield Edit(child.start_byte, child.end_byte, b"!=")


def _number(node: Node) -> Iterator[Edit]:
    text = node.text or b""
    if text[-1:] in (b"l", b"L"):
        text = text[:-1]
    if _OCTAL.match(text) and text.strip(b"0"):
        text = b"0o" + text[1:]
    if text != node.text:
        yield Edit(node.start_byte, node.end_byte, text)


def _string(node: Node) -> Iterator[Edit]:
    """Backticks, `ur""`, t-strings; and f-strings with quotes inside, as `"...".format(...)`."""
    if node.child_count < 2:
        return
    opening, closing = node.children[0], node.children[-1]
    start = opening.text or b""
    prefix = (_PREFIX.match(start) or [b""])[0].lower()
    if start.endswith(b"`"):
        yield Edit(opening.start_byte, opening.end_byte, b"(")
        yield Edit(closing.start_byte, closing.end_byte, b")")
    elif "u" in prefix.decode() and "r" in prefix.decode():
        yield Edit(opening.start_byte, opening.start_byte + len(prefix), b"r")
    elif b"t" in prefix or b"f" in prefix:
        if b"t" in prefix:
            yield Edit(opening.start_byte, opening.start_byte + len(prefix), prefix.replace(b"t", b"f"))
        holes = [child for child in node.children if child.type == "interpolation"]
        inner = [(hole.child_by_field_name("expression"), hole) for hole in holes]
        if holes and all(expression is not None for expression, _ in inner):
            texts = [_edited(e) for e, _ in inner if e is not None]
            literal, at = b"", opening.end_byte
            whole = node.text or b""
            for hole in holes:
                literal += whole[at - node.start_byte : hole.start_byte - node.start_byte] + b"{}"
                at = hole.end_byte
            literal += whole[at - node.start_byte :]
            plain = prefix.replace(b"t", b"").replace(b"f", b"") + start[len(prefix) :]
            text = plain + literal + b".format(" + b", ".join(texts) + b")"
            yield Edit(node.start_byte, node.end_byte, text, only_if_needed=True)


def _edited(node: Node) -> bytes:
    """What a hole holds, with the edits inside of it: f-strings stand in f-strings."""
    text, at, found = node.text or b"0", 0, b""
    for edit in edits(node):
        start, end = edit.start - node.start_byte, edit.end - node.start_byte
        if start >= at:
            found += text[at:start] + edit.text
            at = end
    return found + text[at:]


def _side_by_side(node: Node) -> Iterator[Edit]:
    """Texts that stand side by side are added up: an f-string among them may have become a call."""
    parts = [child for child in node.children if child.type == "string"]
    yield Edit(node.start_byte, node.start_byte, b"(", only_if_needed=True)
    for part in parts[:-1]:
        yield Edit(part.end_byte, part.end_byte, b" +", only_if_needed=True)
    yield Edit(node.end_byte, node.end_byte, b")", only_if_needed=True)


def _type_parameters(node: Node) -> Iterator[Edit]:
    if node.parent is not None and node.parent.type in ("function_definition", "class_definition"):
        yield Edit(node.start_byte, node.end_byte, b"", only_if_needed=True)


def _type_alias(node: Node) -> Iterator[Edit]:
    """`type X = int` as an assignment."""
    left = node.child_by_field_name("left")
    if left is not None:
        yield Edit(node.start_byte, left.start_byte, b"", only_if_needed=True)


_BY_TYPE: dict[str, Callable[[Node], Iterator[Edit]]] = {
    "print_statement": _statement,
    "exec_statement": _statement,
    "raise_statement": _raise,
    "except_clause": _except,
    "tuple_pattern": _parameter,
    "comparison_operator": _not_equal,
    "identifier": _keyword,
    "integer": _number,
    "string": _string,
    "concatenated_string": _side_by_side,
    "type_parameter": _type_parameters,
    "type_alias_statement": _type_alias,
}
