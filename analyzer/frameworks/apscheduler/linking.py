"""Functions that schedules start, and the jobs that do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.evidence import BlindSpot, Confidence, Evidence, Place, Via
from ...model.facts import Fact
from ...model.graph import Edge, Node
from ...model.world import Symbol, World
from ...python.handed_functions import HandedFunctions

_USUAL = re.compile(r"(?:.*[._?])?\w*sched\w*\Z", re.IGNORECASE)
"""What schedulers are called, where nothing tells what they are."""
_OF_TASKS = ("send", "send_with_options", "delay", "apply_async")
_LAMBDA = re.compile(r"<(.*<lambda\d+>)>\Z")


def link_apscheduler(world: World) -> Iterator[Node | Edge | BlindSpot]:
    """Nothing where no code of the project imports the library."""
    if any(True for _ in world.facts("apscheduler")) and _is_used(world):
        yield from _Linking(world).items()


def _is_used(world: World) -> bool:
    return any(
        _is_library(item.module)
        for path, file in world.files.items()
        if not world.is_test(path)
        for item in file.imports
    )


def _is_library(name: str) -> bool:
    return "apscheduler" in name.partition(".")[0].lower()


class _Linking:
    """One linking: jobs are gathered, since a function may be started by several schedules."""

    def __init__(self, world: World) -> None:
        self.world = world
        facts = [(path, fact) for path, fact in world.facts("apscheduler") if not world.is_test(path)]
        self._facts = facts
        self._given = HandedFunctions(world, facts, lambda path, fact: self._trust(path, fact) is not None)
        self._jobs: dict[str, list[tuple[str, Fact, str, Confidence, Via]]] = {}

    def items(self) -> Iterator[Node | Edge | BlindSpot]:
        for path, fact in self._facts:
            if fact.kind == "sent":
                yield from self._sent(path, fact)
            elif fact.kind == "job":
                by = self.world.resolve(path, fact.scope, str(fact.data["by"]))
                trust = self._of(by, str(fact.data["by"]).rpartition(".")[0])
                usual = str(fact.data["by"]).endswith(("scheduled_job", "register_job"))
                if trust == "certain" or (trust is not None and usual):
                    function = f"{self.world.module_of(path)}.{fact.data['handler']}"
                    yield from self._start(path, fact, function, str(fact.data["schedule"]), trust)
            elif fact.kind == "given":
                first = self._given.first.get(self._given.helper(path, fact))
                schedule = str(first.data["schedule"]) if first is not None else ""
                for code, name in self._given.handed(path, fact):
                    for function, _ in self._functions(path, fact, code, name):
                        yield from self._start(path, fact, function, schedule, "likely", "value-flow")
        yield from self._all_jobs()

    # What is a scheduler ---------------------------------------------------------------------------

    def _trust(self, path: str, fact: Fact) -> Confidence | None:
        """How sure it is that something is given to a scheduler; None where it is not."""
        on = str(fact.data["on"])
        if not on:
            return "likely"
        return self._of(self.world.resolve(path, fact.scope, on), on.rpartition(".")[0])

    def _of(self, symbol: Symbol | None, holder: str) -> Confidence | None:
        if symbol is not None and symbol.kind == "function":
            return None  # of the project: what it is given is followed
        if symbol is not None and symbol.kind in ("class", "instance"):
            above = self.world.ancestors(symbol.name)
            return (
                "certain"
                if any(each.kind == "external" and _is_library(each.name) for each in above)
                else None
            )
        if symbol is not None and _is_library(symbol.name):
            return "certain"
        return "likely" if _USUAL.match(holder) else None

    # What is started -------------------------------------------------------------------------------

    def _sent(self, path: str, fact: Fact) -> Iterator[Node | Edge | BlindSpot]:
        trust = self._trust(path, fact)
        if trust is None:
            return
        code, name = str(fact.data["code"]), str(fact.data["name"])
        found = False
        for function, sure in self._functions(path, fact, code, name):
            found = True
            weaker = trust if sure == "certain" and fact.data["whole"] else "likely"
            yield from self._start(path, fact, function, str(fact.data["schedule"]), weaker)
        symbol = self.world.resolve(path, fact.scope, code) if code and not found else None
        outside = (symbol is not None and symbol.kind == "external") or self._is_task(path, fact.scope, code)
        own = code.lstrip("?") in self._given.parameters(path, fact.scope)
        if not found and not outside and not own and fact.data["on"]:
            yield BlindSpot("unknown-task", Place(path, fact.line, fact.column), str(fact.data["text"]))

    def _functions(self, path: str, fact: Fact, code: str, name: str) -> Iterator[tuple[str, Confidence]]:
        written = _LAMBDA.match(code)
        if written is not None:
            yield f"{self.world.module_of(path)}.{written[1]}", "certain"
            return
        yield from self._given.functions(path, fact.scope, code, name)

    def _is_task(self, path: str, scope: str, code: str) -> bool:
        """Whether code is a method by which another queue sends its task (`refresh.delay`)."""
        task, _, method = code.rpartition(".")
        symbol = self.world.resolve(path, scope, task) if method in _OF_TASKS else None
        return symbol is not None and symbol.kind in ("function", "class", "instance")

    def _start(
        self, path: str, fact: Fact, function: str, schedule: str, trust: Confidence, via: Via = "syntax"
    ) -> Iterator[Node | Edge]:
        """A task that a schedule starts; without one, the function that says so does, once."""
        id = f"task:{function}"
        place = self._given.definition(function) or (path, fact.line)
        evidence = (Evidence(Place(path, fact.line, fact.column), via),)
        yield Node(id, *place, place[1], (("framework", "apscheduler"),))
        yield Edge(id, f"function:{function}", "handles", trust, evidence)
        if schedule or not fact.scope:
            self._jobs.setdefault(id, []).append((path, fact, schedule, trust, via))
        else:
            yield Edge(self.world.scope_id(path, fact.scope), id, "enqueues", trust, evidence)

    def _all_jobs(self) -> Iterator[Node | Edge]:
        for id, starts in sorted(self._jobs.items()):
            job = f"job:{id.removeprefix('task:')}"
            path, fact, *_ = starts[0]
            schedule = "; ".join(dict.fromkeys(each[2] for each in starts if each[2]))
            about = {"framework": "apscheduler", "schedule": schedule}
            yield Node(job, path, fact.line, fact.line, tuple(pair for pair in about.items() if pair[1]))
            for path, fact, _, trust, via in starts:
                evidence = (Evidence(Place(path, fact.line, fact.column), via),)
                yield Edge(job, id, "enqueues", trust, evidence)
