"""Carries out the statements of scripts: what they bind, add to routers and give back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ...model.facts import Json
from .running_objects import UNKNOWN, Frame, Obj

if TYPE_CHECKING:
    from .running import Runner

_OWN = re.compile(r"<[\w.]+>\.(\w+)\Z")


class Statements:
    """The bodies of functions and loops, one statement after the other."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def body(self, body: Sequence[Json], frame: Frame, depth: int, sure: bool = True) -> Iterator[object]:
        """Carries statements out; gives what they may return."""
        for statement in body if depth > 0 and not self._runner.is_tired else ():
            kind = statement[0]
            if kind == "return":
                yield self._runner.value(statement[1], frame, depth)
                if sure:
                    return
            elif kind == "for":
                over = self._runner.value(statement[2], frame, depth)
                for element in over if isinstance(over, list) else [UNKNOWN]:
                    frame.names[statement[1]] = element
                    yield from self.body(statement[3], frame, depth - 1, False)
            elif kind == "if":
                test = self._runner.value(statement[1], frame, depth)
                if test is UNKNOWN or test:
                    yield from self.body(statement[2], frame, depth - 1, sure and test is not UNKNOWN)
                if test is UNKNOWN or not test:
                    yield from self.body(statement[3], frame, depth - 1, sure and test is not UNKNOWN)
            else:
                self._plain(statement, frame, depth, sure)

    def _plain(self, statement: Json, frame: Frame, depth: int, sure: bool) -> None:
        """A statement that holds no others."""
        kind = statement[0]
        if kind == "set":
            self._set(statement[1], self._runner.value(statement[2], frame, depth), frame, depth, sure)
        elif kind == "put":
            self._put(statement, frame, depth, sure)
        elif kind == "add":
            self._add(statement, frame, depth)
        else:
            self._runner.value(statement[1], frame, depth)

    def _set(self, target: Json, value: object, frame: Frame, depth: int, sure: bool) -> None:
        """Binds a name or an attribute; what is known stays known where it is not sure that this runs."""
        names, name = frame.names, target[1]
        if target[0] == "attr":
            of = self._runner.value(target[1], frame, depth)
            if not isinstance(of, Obj):
                return
            names, name = of.attributes, target[2]
        if sure or names.get(name, UNKNOWN) is UNKNOWN:
            names[name] = value

    def _put(self, statement: Json, frame: Frame, depth: int, sure: bool) -> None:
        """Gives a table an item."""
        table, key, value = (self._runner.value(part, frame, depth) for part in statement[1:])
        if isinstance(table, dict) and isinstance(key, str) and (sure or key not in table):
            table[key] = value

    def _add(self, statement: Json, frame: Frame, depth: int) -> None:
        on = self._runner.value(statement[1], frame, depth)
        if not isinstance(on, Obj) or not on.key:
            return
        more = self._runner.value(statement[4], frame, depth)
        prefix = more.get("prefix") if isinstance(more, dict) else None
        path = self._runner.value(statement[5], frame, depth)
        for entry, code in zip(statement[2], statement[3], strict=True):
            child = self._runner.value(code, frame, depth) if entry["kind"] == "join" else None
            key = child.key if isinstance(child, Obj) else ""
            told = self._told(entry, frame)
            if isinstance(path, str):
                told["text"] = [["text", path]]
            if prefix is not None:
                told["text"] = [["text", prefix] if isinstance(prefix, str) else ["unknown", ""]]
            self._runner.holds.add(frame, on.key, told, key)

    def _told(self, entry: Json, frame: Frame) -> Json:
        """An entry with the texts and the method that it has in this call."""
        told = {**entry, "text": [self._piece(piece, frame) for piece in entry.get("text") or ()]}
        own = _OWN.match(str(entry.get("view", "")))
        member = self._runner.member(frame.me.cls, own[1]) if own is not None and frame.me is not None else ""
        return {**told, "answered": member} if member else told

    def _piece(self, piece: Json, frame: Frame) -> Json:
        """A piece of a text, known where this call tells it."""
        kind, value = piece
        found: object = UNKNOWN
        if kind == "parameter" and value[0] == frame.scope:
            found = frame.names.get(value[1], UNKNOWN)
        own = _OWN.match(str(value)) if kind == "code" else None
        if own is not None and frame.me is not None:
            found = frame.me.attributes.get(own[1], UNKNOWN)
        return ["text", found] if isinstance(found, str) else piece


def flat(body: Sequence[Json]) -> Iterator[Json]:
    """The statements of a body, those in branches and loops too."""
    for statement in body:
        yield statement
        if statement[0] == "if":
            yield from flat(statement[2])
            yield from flat(statement[3])
        elif statement[0] == "for":
            yield from flat(statement[3])
