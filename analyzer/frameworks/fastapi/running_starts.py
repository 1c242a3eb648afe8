"""Where scripts begin to run: at calls that are given a router, or that make what holds an application."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...model.facts import Json
from ...model.world import Symbol
from .running_objects import Frame, Obj

if TYPE_CHECKING:
    from .running import Runner

_DEPTH, _GLANCE = 24, 3


class Starts:
    """The calls that stand in scripts, as their scopes see them: nothing around them runs."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def body(self, body: Sequence[Json], frame: Frame) -> None:
        """Runs those of the calls in a body of which the routers are known."""
        for statement in body:
            kind = statement[0]
            if kind == "if":
                self.body(statement[2], frame)
                self.body(statement[3], frame)
            elif kind == "for":
                over = self._runner.value(statement[2], frame, _DEPTH)
                for element in over if isinstance(over, list) and over else [None]:
                    names = {statement[1]: element} if element is not None else {}
                    self.body(statement[3], frame._replace(names={**frame.names, **names}))
            elif kind in ("do", "set", "return") and statement[-1][0] == "call":
                self._call(statement[-1], frame)

    def _call(self, call: Json, frame: Frame) -> None:
        if not (call[2] or call[3]) or call[1][0] != "name":
            return
        called = self._runner.value(call[1], frame, _DEPTH)
        if not isinstance(called, Symbol) or called.kind == "external":
            return
        named = [each for name, each in call[3].items() if name != "**"]
        given = [self._runner.value(each, frame, _GLANCE) for each in (*call[2], *named)]
        more = self._runner.value(call[3].get("**"), frame, _DEPTH)
        given += more.values() if isinstance(more, dict) else ()
        routers = any(isinstance(each, Obj) and each.key for each in given)
        if routers or (called.kind == "class" and self._runner.holds.is_holder(called.name)):
            self._runner.value(call, frame, _DEPTH)
