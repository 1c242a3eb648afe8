"""Which functions and classes are tasks, and under which names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from ...model.evidence import Confidence
from ...model.facts import Fact, Json
from ...model.graph import Edge, Node
from ...model.world import Symbol, World
from ...python.decorated_tasks import Task, find_makers, is_own_maker
from ...python.filled_patterns import Patterns
from ...python.holes import is_known
from ...python.variables import Variables

_CELERY = r"\w*celery\w*\.(?:\w+\.)*?"
_WRAPPED = re.compile(r"(?:\w+\.)+\w*celery\w*\.task\Z", re.IGNORECASE)
"""The decorator of an application whose class a library has of its own: `vendor.queues.OurCelery.task`."""
_MAKER = re.compile(rf"{_CELERY}(?:(?:shared|periodic)_task|register_task|task)\Z")
_TASK_CLASS = re.compile(rf"{_CELERY}(?:\w*Task)\Z")
_APPLICATION = re.compile(r"(?:.*\.)?\??\w*celery\w*\Z")
_SIGNED = re.compile(r"\.(?:s|si|signature|subtask)\(")


class Tasks:
    """The tasks of a project by what holds them (a function, a class, a variable) and by name."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._makers = find_makers(world, "task", _makes)
        self.by_holder: dict[str, Task] = {}
        variables: dict[str, str] = {}
        for path, fact in world.facts("celery"):
            if fact.kind == "task":
                self._decorated(path, fact)
        self._find_classes()
        for path, fact in world.facts("celery"):
            if fact.kind == "made":
                variables.update(self._made(path, fact))
        self._held = variables
        self._variables = Variables(world, variables)
        self.by_name: dict[str, Task] = {}
        for holder, task in sorted(self.by_holder.items()):
            self.by_name.setdefault(task.name, task)
            self.by_name.setdefault(holder, task)

    def items(self) -> Iterator[Node | Edge]:
        """The tasks with what handles them."""
        for _, task in sorted(self.by_holder.items()):
            yield from task.items()

    # What code means ------------------------------------------------------------------------------

    def find(self, path: str, scope: str, code: str) -> tuple[Task | None, Symbol | None]:
        """The task that a path expression means, a signature of it included; and what it means instead."""
        signed = _SIGNED.search(code)
        code = code[: signed.start()] if signed is not None else code
        symbol = self.world.resolve(path, scope, code)
        if symbol is not None and symbol.kind in ("function", "class", "instance"):
            task = self.by_holder.get(symbol.name)
            if task is not None:
                return task, symbol
        variable = self._variables.find(path, scope, code)
        return (self.by_holder[self._held[variable]] if variable else None), symbol

    def text(self, path: str, scope: str, parts: Sequence[Json]) -> str:
        """The name that parts of a text give, "" where not all of it is known."""
        told = self._patterns.text(path, scope, parts) if parts else ""
        return told if told and is_known(told) and "{" not in told else ""

    @cached_property
    def _patterns(self) -> Patterns:
        return Patterns(self.world)

    def named(self, name: str) -> tuple[Task | None, Confidence]:
        """The task of a name as Celery knows it; import roots may differ, so that its end may decide."""
        if name in self.by_name:
            return self.by_name[name], "certain"
        ending = {task.name: task for known, task in self.by_name.items() if _same_end(known, name)}
        return (next(iter(ending.values())), "likely") if len(ending) == 1 else (None, "certain")

    # Finding them ---------------------------------------------------------------------------------

    def maker(self, path: str, scope: str, code: str) -> Symbol | None:
        """What makes a task of a function, when that is Celery or something that calls it."""
        symbol = self.world.resolve(path, scope, code)
        if symbol is None:
            owner, _, last = code.rpartition(".")
            usual = last in ("task", "periodic_task") and _APPLICATION.match(owner.lower())
            return Symbol("external", code, False, "convention") if usual else None
        if symbol.kind == "external" and _makes(symbol):
            inherited = symbol.via == "convention"  # by a class of the project from Celery's own
            return symbol._replace(evident=True, via="syntax") if inherited else symbol
        if symbol.kind == "external" and _WRAPPED.match(symbol.name.replace("()", "")):
            return symbol._replace(evident=False, via="convention")
        if is_own_maker(self.world, symbol, self._makers):
            return symbol._replace(evident=False, via="value-flow")
        return None

    def _decorated(self, path: str, fact: Fact) -> None:
        maker = self.maker(path, fact.scope, str(fact.data["by"]))
        if maker is not None:
            holder = f"{self.world.module_of(path)}.{fact.data['handler']}"
            self._add(holder, f"function:{holder}", path, fact, maker)

    def _made(self, path: str, fact: Fact) -> dict[str, str]:
        """What `app.task(function)` makes; {variable: holder} when it is bound to one."""
        maker = self.maker(path, fact.scope, str(fact.data["by"]))
        item = self.world.resolve(path, fact.scope, str(fact.data["item"])) if maker is not None else None
        if maker is None or item is None:
            return {}
        if item.kind == "function":
            self._add(item.name, f"function:{item.name}", path, fact, maker)
        elif item.name not in self.by_holder:
            return {}
        parts = (self.world.module_of(path), fact.scope, str(fact.data["variable"]))
        return {".".join(part for part in parts if part): item.name} if fact.data["variable"] else {}

    def _add(self, holder: str, handler: str, path: str, fact: Fact, maker: Symbol) -> None:
        given = str(fact.data["name"]) or self.text(path, fact.scope, fact.data.get("parts") or ())
        about = {"framework": "celery", "queue": str(fact.data.get("queue", ""))}
        trust: Confidence = "certain" if maker.evident else "likely"
        self.by_holder[holder] = Task(
            given or holder, handler, path, fact.line, fact.column, trust, maker.via,  # type: ignore[arg-type]
            tuple(pair for pair in about.items() if pair[1]),
        )  # fmt: skip

    def _find_classes(self) -> None:
        """Classes that inherit from Celery's Task and say what to run; bases of tasks run nothing."""
        for name, info in self.world.classes.items():
            if not any(
                a.kind == "external" and _TASK_CLASS.match(a.name) for a in self.world.ancestors(name)
            ):
                continue
            run = self.world.member(name, "run")
            if run is None or run.kind != "function":
                continue
            self.by_holder[name] = Task(
                self._class_name(name), f"function:{run.name}", info.path, info.definition.line, 0,
                "certain", "syntax", (("framework", "celery"),),
            )  # fmt: skip

    def _class_name(self, name: str) -> str:
        """The name that a task class gives itself, as far as its own file tells, else its own."""
        info = self.world.classes[name]
        for fact in self.world.files[info.path].facts.get("celery", ()):
            if fact.kind == "class" and fact.data["class"] == info.definition.name:
                return str(fact.data["name"])
        return name


def _same_end(known: str, name: str) -> bool:
    return known.endswith(f".{name}") or ("." in known and name.endswith(f".{known}"))


def _makes(symbol: Symbol) -> bool:
    """Whether something is what the library makes tasks by."""
    return _MAKER.match(symbol.name.replace("()", "")) is not None
