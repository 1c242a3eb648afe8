"""What the project itself has for opening transactions: context managers, decorators, functions."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import Definition, Fact
from ...model.world import World

_ROUNDS = 4
"""How many context managers may be wrapped in one another."""
_EXITS = ("__exit__", "__aexit__")


class Wrappers:
    """`opened` tells how a `with` opens a transaction, `decorated` what decorators of the project do."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._how: dict[str, str] = {}
        self._decorators: dict[str, str] = {}
        self.around: set[tuple[str, int]] = set()
        """(path, line) of what is a transaction of others alone: it holds what they run in it."""
        waiting: list[tuple[str, Fact]] = []
        for path, fact in world.facts("transactions"):
            if fact.kind not in ("block", "commit", "gives"):
                continue
            how = str(fact.data["how"])
            if not how:
                if fact.data.get("yields"):
                    waiting.append((path, fact))
                continue
            name = f"{world.module_of(path)}.{fact.scope}"
            if fact.kind == "gives" or fact.data.get("yields"):
                self._how.setdefault(name, how)
                self.around.add((path, fact.line))
            elif fact.kind == "commit" and fact.scope.rpartition(".")[2] in _EXITS:
                self._how.setdefault(name.rpartition(".")[0], how)
            else:
                self._decorator(path, fact, how)
        for _ in range(_ROUNDS if self._how else 0):
            more = {
                f"{world.module_of(path)}.{fact.scope}": how
                for path, fact in waiting
                if (how := self.opened(path, fact))
            }
            if not more.keys() - self._how.keys():
                break
            self._how = {**more, **self._how}

    def _decorator(self, path: str, fact: Fact, how: str) -> None:
        """A function inside another one calls, in a transaction, what the outer one is given."""
        runs = set(fact.data.get("runs", ()))
        outer = fact.scope.rpartition(".")[0]
        while outer and runs:
            name = f"{self._world.module_of(path)}.{outer}"
            for definition in self._definitions(path):
                if definition.name == outer and not runs.isdisjoint(definition.parameters):
                    self.around.add((path, fact.line))
                    # `@decorator` or, one function further out, `@decorator(argument)`.
                    self._decorators.setdefault(name, how)
                    around = outer.rpartition(".")[0]
                    if around and any(
                        d.name == around and d.kind == "function" for d in self._definitions(path)
                    ):
                        self._decorators.setdefault(f"{self._world.module_of(path)}.{around}", how)
                    return
            outer = outer.rpartition(".")[0]

    def _definitions(self, path: str) -> Iterator[Definition]:
        return (d for d in self._world.files[path].definitions if d.kind == "function")

    def opened(self, path: str, fact: Fact) -> str:
        """How what a `with` enters opens a transaction, else ""."""
        code = str(fact.data["code"])
        usual = "begin" if fact.data.get("usual") else ""
        if not (self._how or usual):
            return ""
        symbol = self._world.resolve(path, fact.scope, code) if not code.startswith("?") else None
        if symbol is None or symbol.kind not in ("function", "class"):
            return usual  # nothing of the project's own, of which its code would tell
        if symbol.kind == "function":
            return self._how.get(symbol.name, "")
        return next(
            (self._how[b.name] for b in self._world.ancestors(symbol.name) if b.name in self._how), ""
        )

    def decorated(self) -> Iterator[tuple[str, Definition, str]]:
        """(path, function, how) of what the project's own decorators put into a transaction."""
        if not self._decorators:
            return
        last = {name.rpartition(".")[2] for name in self._decorators}
        for path, facts in self._world.files.items():
            if self._world.is_test(path):
                continue
            for definition in facts.definitions:
                for decorator in definition.decorators if definition.kind == "function" else ():
                    name = decorator.removesuffix("()")
                    if name.rpartition(".")[2] not in last:
                        continue
                    symbol = self._world.resolve(path, definition.name.rpartition(".")[0], name)
                    how = self._decorators.get(symbol.name, "") if symbol is not None else ""
                    if how:
                        yield path, definition, how
                        break
