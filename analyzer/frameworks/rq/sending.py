"""Tasks of RQ, who enqueues them, and the jobs that schedules start."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.evidence import BlindSpot, Confidence, Evidence, Place, Via
from ...model.facts import Fact
from ...model.graph import Edge, Node
from ...model.world import Symbol, World
from ...python.handed_functions import HandedFunctions
from ...python.variables import Variables

_LIBRARIES = frozenset({"rq", "django_rq", "rq_scheduler", "flask_rq", "flask_rq2", "scheduler"})
_SURE = frozenset({"enqueue", "enqueue_call", "enqueue_in", "enqueue_at"})
"""Names that say what they do, whatever they are called on."""
_OF_TASKS = frozenset({"delay", "queue", "schedule", "cron"})


def link_rq(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """Nothing where no code of the project imports one of the libraries."""
    if any(True for _ in world.facts("rq")) and _is_used(world):
        yield from _Linking(world).items()


def _is_used(world: World) -> bool:
    libraries = {name for name in _LIBRARIES if name not in world.modules}
    return any(
        item.module.partition(".")[0] in libraries
        for path in sorted(world.files)
        if not world.is_test(path)
        for item in world.files[path].imports
    )


class _Linking:
    """One linking: functions that are tasks (`holders`: where that is said), and those that hand on."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.decorated = self._find_decorated()
        self._facts = [(path, fact) for path, fact in world.facts("rq") if not world.is_test(path)]
        self._given = HandedFunctions(world, self._facts, self._sends)

    def items(self) -> Iterator[Node | Edge | BlindSpot]:
        for name, (path, fact, trust) in sorted(self.decorated.items()):
            yield from self._task(name, path, fact, trust, str(fact.data["queue"]))
        for path, fact in self._facts:
            if fact.kind == "sent" and self._sends(path, fact):
                yield from self._sent(path, fact)
            elif fact.kind == "given":
                for code, name in self._given.handed(path, fact):
                    yield from self._enqueued(path, fact, code, name, "likely", "value-flow")
            elif fact.kind == "entry":
                yield from self._scheduled(path, fact, "likely")
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
        if symbol is None:
            return False
        if symbol.kind in ("class", "instance"):
            above = self.world.ancestors(symbol.name)
            return any(each.kind == "external" and self._is_rq(each) for each in above)
        return symbol.kind == "external" and symbol.name.partition(".")[0] in _LIBRARIES

    # What enqueues ---------------------------------------------------------------------------------

    def _sends(self, path: str, fact: Fact) -> bool:
        """Whether a call enqueues: on something of the library, or on what nothing tells, by its name."""
        symbol = self.world.resolve(path, fact.scope, str(fact.data["on"]))
        foreign = symbol is None or symbol.kind == "external"  # `current_app.queue`
        return (foreign and fact.data["last"] in _SURE) or self._is_rq(symbol)

    # Nodes and edges -------------------------------------------------------------------------------

    def _task(
        self, name: str, path: str, fact: Fact, trust: Confidence, queue: str = ""
    ) -> Iterator[Node | Edge]:
        about = {"framework": "rq", "queue": queue}
        place = self._given.definition(name) or (path, fact.line)
        yield Node(f"task:{name}", *place, place[1], tuple(pair for pair in about.items() if pair[1]))
        evidence = (Evidence(Place(path, fact.line, fact.column)),)
        yield Edge(f"task:{name}", f"function:{name}", "handles", trust, evidence)

    def _sent(self, path: str, fact: Fact) -> Iterator[Node | Edge | BlindSpot]:
        code, name = str(fact.data["code"]), str(fact.data["name"])
        known = self._is_rq(self.world.resolve(path, fact.scope, str(fact.data["on"])))
        if fact.data["schedule"]:
            found = [*self._scheduled(path, fact, "certain" if known else "likely")]
        else:
            trust: Confidence = "certain" if known else "likely"
            found = [*self._enqueued(path, fact, code, name, trust, "syntax" if known else "convention")]
        yield from found
        if not found and known and code.lstrip("?") not in self._given.parameters(path, fact.scope):
            yield BlindSpot("unknown-task", Place(path, fact.line, fact.column), str(fact.data["text"]))

    def _enqueued(
        self, path: str, fact: Fact, code: str, name: str, trust: Confidence, via: Via
    ) -> Iterator[Node | Edge]:
        """`enqueues` from the function that does, to the task of each function that is meant."""
        evidence = (Evidence(Place(path, fact.line, fact.column), via),)
        source = self.world.scope_id(path, fact.scope)
        for function, sure in self._given.functions(path, fact.scope, code, name):
            weaker: Confidence = trust if sure == "certain" else sure
            if function not in self.decorated:
                yield from self._task(function, path, fact, weaker)
            yield Edge(source, f"task:{function}", "enqueues", weaker, evidence)

    def _scheduled(self, path: str, fact: Fact, trust: Confidence) -> Iterator[Node | Edge]:
        code, name = str(fact.data["code"]), str(fact.data["name"])
        for function, sure in self._given.functions(path, fact.scope, code, name):
            weaker: Confidence = trust if sure == "certain" else sure
            about = (("framework", "rq"), ("schedule", str(fact.data["schedule"])))
            if function not in self.decorated:
                yield from self._task(function, path, fact, weaker)
            yield Node(f"job:{function}", path, fact.line, fact.line, about)
            evidence = (Evidence(Place(path, fact.line, fact.column)),)
            yield Edge(f"job:{function}", f"task:{function}", "enqueues", weaker, evidence)

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
