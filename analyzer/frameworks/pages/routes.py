"""Routes by their names and by their paths."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ...model.evidence import Confidence
from ...model.graph import Node

_GROUP = re.compile(r"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)[?*+]?")
_CONVERTER = re.compile(r"<[^<>]*>|\{[^{}]*\}")
_REST = re.compile(r"<path:|:path\}|\.\*|\.\+")
_LONGEST = 400
_MOST = 12
"""Routes that a path may lead to; more of them say nothing."""


class Found(NamedTuple):
    """The routes that are meant, and how sure that is; none where nothing is known."""

    routes: Sequence[str]
    trust: Confidence = "certain"


class _Shape(NamedTuple):
    id: str
    pieces: tuple[str, ...]
    open: bool
    """Whether the last piece stands for any number of pieces."""


class Routes:
    """What routes are called, and what their paths look like."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._by_name: dict[str, list[str]] = {}
        self._by_last: dict[str, dict[str, list[str]]] = {}
        self._spaces: set[str] = set()
        self._shapes: dict[str, list[_Shape]] = {}
        for node in nodes:
            about = dict(node.attributes)
            for name in (about.get("endpoint", ""), about.get("name", "")):
                if name and node.id not in self._by_name.setdefault(name, []):
                    self._by_name[name].append(node.id)
                    self._spaces.add(name.rpartition(":")[0])
                    last = _last(name)
                    self._by_last.setdefault(last, {}).setdefault(name, []).append(node.id)
            shape = _shape(node)
            self._shapes.setdefault(shape.pieces[0] if shape.pieces else "", []).append(shape)

    def named(self, name: str) -> Found:
        """The routes of a name; `.name` is that of the blueprint at hand.

        A name is found by its last parts where its namespaces (or blueprints) are not known here and one
        path alone bears it.
        """
        exact = self._by_name.get(name.lstrip("."))
        if exact is not None and not name.startswith("."):
            return Found(exact)
        called = self._by_last.get(_last(name), {})
        space = name.rpartition(":")[0]
        if space and space in self._spaces:
            return Found(())
        fitting = [other for other in sorted(called) if _fits(name, other)]
        found = [id for other in fitting for id in called[other]]
        if len({id.partition(" ")[2] for id in found}) == 1:
            return Found(found, "possible" if space else "likely")
        if name.startswith(".") and len(fitting) <= _MOST:
            return Found(found, "likely" if len(fitting) == 1 else "possible")
        return Found(())

    def at(self, path: str) -> Found:
        """The routes that a path with holes (`{}`) may lead to."""
        path = re.split(r"[?#]", path, maxsplit=1)[0]
        pieces = _pieces(path)
        first = pieces[0] if pieces else ""
        keys = sorted(self._shapes) if "{" in first else sorted({first, "*"})
        shapes = [shape for key in keys for shape in self._shapes.get(key, ())]
        exact = [shape.id for shape in shapes if shape.pieces == pieces and "*" not in pieces]
        if exact:  # of routes for the same path and any method one alone answers
            several = len(exact) > 1 and any(id.startswith("route:ANY ") for id in exact)
            return Found(exact, "possible" if several else "certain")
        fitting = [shape for shape in shapes if _leads(pieces, shape)]
        closed = [shape for shape in fitting if not shape.open] or fitting
        nearest = max((_told(pieces, shape) for shape in closed), default=0)
        found = [shape.id for shape in closed if _told(pieces, shape) == nearest and (nearest or not pieces)]
        holes = any("{" in piece for piece in pieces)
        if len(found) > _MOST:
            return Found(())
        return Found(found, "possible" if holes and len(found) > 4 else "likely")


def _fits(name: str, other: str) -> bool:
    """Whether a name may be the other one, of whose namespaces more or fewer are known."""
    plain = name.lstrip(".").replace(":", ".")
    whole = other.replace(":", ".")
    return whole.endswith(f".{plain}") if name.startswith(".") else plain.endswith(f".{whole}")


def _last(name: str) -> str:
    return re.split(r"[.:]", name)[-1]


def _shape(node: Node) -> _Shape:
    text = node.name.partition(" ")[2][:_LONGEST]
    is_open = bool(_REST.search(text))
    for _ in range(3):
        text = _GROUP.sub("*", text)
    text = _CONVERTER.sub("*", text).replace("^", "").replace("$", "").replace("\\", "")
    pieces = tuple("*" if "*" in piece and piece.strip("*?/") == "" else piece for piece in _pieces(text))
    return _Shape(node.id, pieces, is_open)


def _pieces(path: str) -> tuple[str, ...]:
    return tuple(piece for piece in path.split("/") if piece not in ("", "?"))


def _leads(pieces: tuple[str, ...], shape: _Shape) -> bool:
    if len(pieces) != len(shape.pieces) and not (shape.open and len(pieces) >= len(shape.pieces) > 0):
        return False
    return all(_same(one, two) for one, two in zip(pieces, shape.pieces, strict=False))


def _same(piece: str, other: str) -> bool:
    if piece == other or other == "*":
        return True
    if "{" in piece:
        return _with_holes(piece, other)
    return "*" in other and other.split("*")[0] == piece[: len(other.split("*")[0])]


def _with_holes(piece: str, other: str) -> bool:
    start, end = piece.split("{")[0], piece.rpartition("}")[2]
    known = other.split("*")
    if "*" in other:
        return known[0].startswith(start[: len(known[0])]) and known[-1].endswith(
            end[-len(known[-1]) or None :]
        )
    return len(start) + len(end) <= len(other) and other.startswith(start) and other.endswith(end)


def _told(pieces: tuple[str, ...], shape: _Shape) -> int:
    """How many pieces are the same texts."""
    return sum(one == two and "{" not in one for one, two in zip(pieces, shape.pieces, strict=False))
