"""Tasks that any function can be: what is handed to a queue, as it is, by its name, or through helpers.

For libraries that take functions (RQ, Django Q). Their readers leave the facts of `handed_functions`, with
the `schedule` by which what they `sent` is started again, and the `text` that is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from ..model.evidence import BlindSpot, Confidence, Evidence, Place, Via
from ..model.facts import Fact
from ..model.graph import Edge, Node
from ..model.world import World
from .handed_functions import HandedFunctions


class HandedTasks:
    """The tasks of one framework.

    `sends` says whether a fact of kind `sent` is its own, `knows` whether that is sure; `decorated` are
    functions that are told as tasks by who asks.
    """

    def __init__(
        self,
        world: World,
        framework: str,
        facts: Sequence[tuple[str, Fact]],
        sends: Callable[[str, Fact], bool],
        knows: Callable[[str, Fact], bool],
        decorated: Collection[str] = (),
    ) -> None:
        self.world = world
        self._framework, self._facts, self._sends, self._knows = framework, facts, sends, knows
        self._decorated = decorated
        self._given = HandedFunctions(world, facts, sends)

    def items(self) -> Iterator[Node | Edge | BlindSpot]:
        """What facts of the kinds `sent`, `given` and `entry` tell."""
        for path, fact in self._facts:
            if fact.kind == "sent" and self._sends(path, fact):
                yield from self._sent(path, fact)
            elif fact.kind == "given":
                for code, name in self._given.handed(path, fact):
                    yield from self._enqueued(path, fact, code, name, "likely", "value-flow")
            elif fact.kind == "entry":
                yield from self._scheduled(path, fact, "likely")

    def task(
        self, name: str, path: str, fact: Fact, trust: Confidence, queue: str = ""
    ) -> Iterator[Node | Edge]:
        """The task that a function is."""
        about = {"framework": self._framework, "queue": queue}
        place = self._given.definition(name) or (path, fact.line)
        yield Node(f"task:{name}", *place, place[1], tuple(pair for pair in about.items() if pair[1]))
        evidence = (Evidence(Place(path, fact.line, fact.column)),)
        yield Edge(f"task:{name}", f"function:{name}", "handles", trust, evidence)

    def _sent(self, path: str, fact: Fact) -> Iterator[Node | Edge | BlindSpot]:
        code, name = str(fact.data["code"]), str(fact.data["name"])
        known = self._knows(path, fact)
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
            if function not in self._decorated:
                yield from self.task(function, path, fact, weaker)
            yield Edge(source, f"task:{function}", "enqueues", weaker, evidence)

    def _scheduled(self, path: str, fact: Fact, trust: Confidence) -> Iterator[Node | Edge]:
        code, name = str(fact.data["code"]), str(fact.data["name"])
        for function, sure in self._given.functions(path, fact.scope, code, name):
            weaker: Confidence = trust if sure == "certain" else sure
            about = (("framework", self._framework), ("schedule", str(fact.data["schedule"])))
            if function not in self._decorated:
                yield from self.task(function, path, fact, weaker)
            yield Node(f"job:{function}", path, fact.line, fact.line, about)
            evidence = (Evidence(Place(path, fact.line, fact.column)),)
            yield Edge(f"job:{function}", f"task:{function}", "enqueues", weaker, evidence)
