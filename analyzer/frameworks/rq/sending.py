"""Tasks of RQ, who enqueues them, and the jobs that schedules start."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.evidence import BlindSpot, Confidence, Evidence, Place
from ...model.facts import Fact
from ...model.graph import Edge, Node
from ...model.world import Symbol, World
from ...python.handed_tasks import HandedTasks
from ...python.libraries import imports_any, is_of
from ...python.variables import Variables

_LIBRARIES = frozenset({"rq", "django_rq", "rq_scheduler", "flask_rq", "flask_rq2", "scheduler"})
_SURE = frozenset({"enqueue", "enqueue_call", "enqueue_in", "enqueue_at"})
"""Names that say what they do, whatever they are called on."""
_OF_TASKS = frozenset({"delay", "queue", "schedule", "cron"})


def link_rq(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """Nothing where no code of the project imports one of the libraries."""
    if any(True for _ in world.facts("rq")) and imports_any(world, _LIBRARIES):
        yield from _Linking(world).items()


class _Linking:
    """One linking: functions that are tasks (`holders`: where that is said), and those that hand on."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.decorated = self._find_decorated()
        facts = [(path, fact) for path, fact in world.facts("rq") if not world.is_test(path)]
        self._tasks = HandedTasks(world, "rq", facts, self._sends, self._knows, self.decorated)

    def items(self) -> Iterator[Node | Edge | BlindSpot]:
        for name, (path, fact, trust) in sorted(self.decorated.items()):
            yield from self._tasks.task(name, path, fact, trust, str(fact.data["queue"]))
        yield from self._tasks.items()
        if self.decorated:
            yield from self._delayed()

    # What is a task --------------------------------------------------------------------------------

    def _find_decorated(self) -> dict[str, tuple[str, Fact, Confidence]]:
        partials = {}
        for path, fact in self.world.facts("rq"):
            if fact.kind == "partial":
                parts = (self.world.module_of(path), fact.scope, str(fact.data["name"]))
                partials[".".join(part for part in parts if part)] = (path, fact)
        variables = Variables(self.world, partials)
        found: dict[str, tuple[str, Fact, Confidence]] = {}
        for path, fact in self.world.facts("rq"):
            if fact.kind != "job":
                continue
            by = str(fact.data["by"])
            held = variables.find(path, fact.scope, by)
            of, place = by, (path, fact.scope)
            if held:
                where, made = partials[held]
                of, place = str(made.data["of"]), (where, made.scope)
            if self._is_rq(self.world.resolve(*place, of)):
                holder = f"{self.world.module_of(path)}.{fact.data['handler']}"
                found[holder] = (path, fact, "likely" if held else "certain")
        return found

    def _is_rq(self, symbol: Symbol | None) -> bool:
        """Whether something is the library's, or of a class that inherits from it."""
        return is_of(self.world, symbol, _LIBRARIES)

    # What enqueues ---------------------------------------------------------------------------------

    def _sends(self, path: str, fact: Fact) -> bool:
        """Whether a call enqueues: on something of the library, or on what nothing tells, by its name."""
        symbol = self.world.resolve(path, fact.scope, str(fact.data["on"]))
        foreign = symbol is None or symbol.kind == "external"  # `current_app.queue`
        return (foreign and fact.data["last"] in _SURE) or self._is_rq(symbol)

    def _knows(self, path: str, fact: Fact) -> bool:
        return self._is_rq(self.world.resolve(path, fact.scope, str(fact.data["on"])))

    def _delayed(self) -> Iterator[Edge]:
        """`task.delay()` of functions that are decorated."""
        for path in sorted(self.world.files):
            for call, _ in self.world.calls(path):
                code, _, method = call.target.rpartition(".")
                if method not in _OF_TASKS or not code:
                    continue
                symbol = self.world.resolve(path, call.scope, code)
                if symbol is not None and symbol.kind == "function" and symbol.name in self.decorated:
                    evident = symbol.evident
                    evidence = (
                        Evidence(Place(path, call.line, call.column), "syntax" if evident else "value-flow"),
                    )
                    trust: Confidence = "certain" if evident else "likely"
                    source = self.world.scope_id(path, call.scope)
                    yield Edge(source, f"task:{symbol.name}", "enqueues", trust, evidence, call.order)
