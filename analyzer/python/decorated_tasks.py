"""Functions that a decorator of a library makes tasks of: found again wherever code names them.

For queues whose decorators are alike: `@dramatiq.actor(queue_name="mail")`, `@huey.task()`. Functions of the
project that call such a decorator (`def task(**options): ...; return huey.task()(inner)`) make tasks as well.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from ..model.evidence import Confidence, Evidence, Place, Via
from ..model.facts import Fact, Json
from ..model.graph import Edge, Node
from ..model.world import Symbol, Syntax, World
from .nodes import last_name, shown
from .variables import Variables

_ROUNDS = 3
_SCHEDULE = re.compile(r"\w*(?:cron|periodic|schedule)\w*\Z")
"""Options and decorators that say when a task is started, and again: `periodic=cron("0 3 * * *")`."""


class Words(NamedTuple):
    """What a library calls things: its decorators, and their options for a task's name and queue."""

    maker: re.Pattern[str]
    name: str
    queue: str


class Task(NamedTuple):
    """A task: what handles it, where it was made, when it is started, and how sure that is."""

    name: str
    handler: str
    path: str
    line: int
    column: int
    trust: Confidence
    via: Via
    attributes: tuple[tuple[str, str], ...]
    schedule: str = ""

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        return (Evidence(Place(self.path, self.line, self.column), self.via),)

    def items(self) -> Iterator[Node | Edge]:
        """The task with what handles it."""
        id = f"task:{self.name}"
        yield Node(id, self.path, self.line, self.line, self.attributes)
        yield Edge(id, self.handler, "handles", self.trust, self.evidence)


def read_decorated(syntax: Syntax, words: Words) -> Iterator[Fact]:
    """Facts of kinds `task` (functions that are decorated) and `made` (`add = broker.actor(function)`)."""
    for node, scope in syntax.find(ast.FunctionDef, ast.AsyncFunctionDef):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for decorator in node.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            function = call.func if call is not None else decorator
            if words.maker.match(last_name(function)):
                data = {
                    "by": syntax.express(function, scope),
                    "handler": syntax.name_of(node, scope),
                    **_options(syntax, words, call),
                }
                data["schedule"] = data["schedule"] or _scheduled(node.decorator_list, decorator)
                yield Fact("task", scope, decorator.lineno, decorator.col_offset, data)
    for node, scope in syntax.find(ast.Assign):
        assert isinstance(node, ast.Assign)
        target, value = node.targets[0], node.value
        if isinstance(target, ast.Name) and isinstance(value, ast.Call) and value.args:
            inner = value.func if isinstance(value.func, ast.Call) else value
            given = value.args[0]
            if words.maker.match(last_name(inner.func)) and isinstance(given, ast.Name | ast.Attribute):
                data = {
                    "by": syntax.express(inner.func, scope),
                    "item": syntax.express(given, scope),
                    "variable": target.id,
                    **_options(syntax, words, inner),
                }
                yield Fact("made", scope, value.lineno, value.col_offset, data)


def _options(syntax: Syntax, words: Words, call: ast.Call | None) -> dict[str, Json]:
    """What a task is told when it is made: its name, its queue, and when it is started."""
    given = {word.arg: word.value for word in call.keywords if word.arg} if call is not None else {}
    when = next((value for word, value in given.items() if _SCHEDULE.match(word)), None)
    last = last_name(call.func) if call is not None else ""
    if when is None and call is not None and _SCHEDULE.match(last):
        when = next(iter([*call.args, *given.values()]), None)  # `@huey.periodic_task(crontab(minute="0"))`
    name, queue = syntax.string(given.get(words.name)), syntax.string(given.get(words.queue))
    return {
        "name": name if name and "{" not in name else "",
        "queue": queue if queue and "{" not in queue else "",
        "schedule": shown(when) if when is not None and not _is_nothing(when) else "",
    }


def _is_nothing(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not isinstance(node.value, str)


def _scheduled(decorators: Sequence[ast.expr], own: ast.expr) -> str:
    """What another decorator says of a start: `@cron("0 3 * * *")`, `@app.periodic(cron=X)`."""
    for each in decorators:
        if each is not own and isinstance(each, ast.Call) and _SCHEDULE.match(last_name(each.func)):
            given = [*each.args, *(word.value for word in each.keywords)]
            if given:
                return shown(given[0])
    return ""


class DecoratedTasks:
    """The tasks of one framework by what holds them (a function, a class, a variable) and by name.

    `maker` matches what its library's decorators are called in full; `hint` stands in their last name.
    `usual` matches code that names them, where nothing tells what it is.
    """

    def __init__(
        self,
        world: World,
        framework: str,
        maker: re.Pattern[str],
        hint: str,
        usual: re.Pattern[str] | None = None,
    ) -> None:
        self.world = world
        self._framework, self._maker, self._usual = framework, maker, usual
        self._makers = find_makers(world, hint, self._is_maker)
        self.by_holder: dict[str, Task] = {}
        self._held: dict[str, str] = {}
        facts = [*world.facts(framework)]
        for path, fact in facts:
            made = self.maker(path, fact.scope, str(fact.data["by"])) if fact.kind == "task" else None
            if made is not None:
                holder = f"{world.module_of(path)}.{fact.data['handler']}"
                self.add(holder, f"function:{holder}", path, fact, made)
        for path, fact in facts:
            if fact.kind == "made":
                self._made(path, fact)
        self._variables = Variables(world, self._held)

    @property
    def by_name(self) -> Mapping[str, Task]:
        return {task.name: task for _, task in sorted(self.by_holder.items())}

    def items(self) -> Iterator[Node | Edge]:
        """The tasks with what handles them, and the jobs that start them."""
        for _, task in sorted(self.by_holder.items()):
            yield from task.items()
            if task.schedule:
                job, about = f"job:{task.name}", (("framework", self._framework), ("schedule", task.schedule))
                yield Node(job, task.path, task.line, task.line, about)
                yield Edge(job, f"task:{task.name}", "enqueues", task.trust, task.evidence)

    def find(self, path: str, scope: str, code: str) -> tuple[Task | None, Symbol | None]:
        """The task that a path expression means, and what the expression means otherwise."""
        symbol = self.world.resolve(path, scope, code)
        if symbol is not None and symbol.kind in ("function", "class", "instance"):
            task = self.by_holder.get(symbol.name)
            if task is not None:
                return task, symbol
        variable = self._variables.find(path, scope, code)
        return (self.by_holder[self._held[variable]] if variable else None), symbol

    def maker(self, path: str, scope: str, code: str) -> Symbol | None:
        """What makes a task of a function, when that is the library's or something that calls it."""
        symbol = self.world.resolve(path, scope, code)
        if symbol is not None and symbol.kind == "external" and self._is_maker(symbol):
            return symbol
        if symbol is None or symbol.kind == "external":
            usual = self._usual is not None and self._usual.match(code)
            return Symbol("external", code, False, "convention") if usual else None
        if is_own_maker(self.world, symbol, self._makers):
            return symbol._replace(evident=False, via="value-flow")
        return None

    def add(self, holder: str, handler: str, path: str, fact: Fact, made: Symbol) -> None:
        """Takes down a task."""
        about = {"framework": self._framework, "queue": str(fact.data.get("queue", ""))}
        trust: Confidence = "certain" if made.evident else "likely"
        self.by_holder[holder] = Task(
            str(fact.data.get("name", "")) or holder, handler, path, fact.line, fact.column, trust,
            made.via,  # type: ignore[arg-type]
            tuple(pair for pair in about.items() if pair[1]), str(fact.data.get("schedule", "")),
        )  # fmt: skip

    def _made(self, path: str, fact: Fact) -> None:
        """`add = broker.actor(function)`, but for what a decorator of the project makes inside."""
        made = self.maker(path, fact.scope, str(fact.data["by"]))
        item = self.world.resolve(path, fact.scope, str(fact.data["item"])) if made is not None else None
        inside = f"{self.world.module_of(path)}.{fact.scope}".rstrip(".")
        if made is None or item is None or item.kind != "function":
            return
        if not (fact.scope and item.name.startswith(f"{inside}.")):
            self.add(item.name, f"function:{item.name}", path, fact, made)
            self._held[f"{inside}.{fact.data['variable']}"] = item.name

    def _is_maker(self, symbol: Symbol) -> bool:
        return self._maker.match(symbol.name.replace("()", "")) is not None


def is_own_maker(world: World, symbol: Symbol, makers: Collection[str]) -> bool:
    """Whether something of the project's own makes tasks: a function, or an object that is called."""
    if symbol.kind == "function":
        return symbol.name in makers
    call = world.member(symbol.name, "__call__") if symbol.kind == "instance" else None
    return call is not None and (call.name in makers or call.name.rpartition(".")[0] in makers)


def find_makers(world: World, hint: str, makes: Callable[[Symbol], bool]) -> frozenset[str]:
    """The project's own functions that call what makes tasks, directly or through each other.

    `hint` stands in lower case in the names of all of these.
    """
    found: frozenset[str] = frozenset()
    calls = [
        (world.module_of(path), call.scope, symbol)
        for path in world.files
        for call, symbol in world.calls(path)
        if call.scope and symbol is not None and hint in symbol.name.lower()
    ]
    for _ in range(_ROUNDS):
        more = set(found)
        for module, scope, symbol in calls:
            external = symbol.kind == "external" and makes(symbol)
            if external or (symbol.kind == "function" and symbol.name in found):
                while scope:
                    more.add(f"{module}.{scope}")
                    scope = scope.rpartition(".")[0]
        if len(more) == len(found):
            break
        found = frozenset(more)
    return found
