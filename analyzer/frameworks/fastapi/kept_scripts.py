"""The scripts of a project, by where what they say is looked for."""

from __future__ import annotations

from collections.abc import Sequence

from ...model.facts import Fact, Json
from ...model.world import World
from .running_statements import flat


class KeptScripts:
    """Functions by name, fields of classes, what variables are assigned; calls and children by place."""

    def __init__(self, world: World, facts: Sequence[tuple[str, Fact]]) -> None:
        self._world = world
        self.functions: dict[str, tuple[str, Fact]] = {}
        self.fields: dict[str, tuple[str, Fact]] = {}
        self.assigned: dict[tuple[str, str, str], Json] = {}
        self.children: dict[tuple[str, int, int], Json] = {}
        self.calls: dict[tuple[str, int, int], Json] = {}
        self.tops: list[tuple[str, Fact]] = []
        for path, fact in facts:
            if fact.kind == "script":
                self._keep(path, fact)

    def _keep(self, path: str, fact: Fact) -> None:
        name = f"{self._world.module_of(path)}.{fact.scope}"
        if "fields" in fact.data:
            self.fields.setdefault(name, (path, fact))
            return
        if fact.scope:
            self.functions.setdefault(name, (path, fact))
        self.tops.append((path, fact))
        for statement in flat(fact.data["body"]):
            if statement[0] == "set" and statement[1][0] == "name":
                self.assigned[path, fact.scope, statement[1][1]] = statement[2]
            elif statement[0] == "add":
                for entry, child in zip(statement[2], statement[3], strict=True):
                    self.children[path, entry["line"], entry["column"]] = child
            if statement[0] in ("set", "do") and statement[-1][0] == "call":
                self.calls[path, statement[-1][4], statement[-1][5]] = statement[-1]
