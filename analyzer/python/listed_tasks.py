"""Queues that are alike: functions are listed for the worker, and enqueued by their names.

`class WorkerSettings: functions = [bill, func(mail, name="post")]` with `cron_jobs = [cron(nightly)]`, and
`await redis.enqueue_job("bill", 1)` anywhere. What differs from library to library is data (`Listed`).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from ..model.evidence import BlindSpot, Confidence, Evidence, Place
from ..model.facts import Fact
from ..model.graph import Edge, Node
from ..model.world import Symbol, Syntax, World
from .handed_functions import HandedFunctions, named_function
from .handed_texts import HandedTexts, Told, Trust, Use, read_hands
from .libraries import imports_any, is_of
from .nodes import last_name, shown
from .patterns import parts_of

_LISTS = re.compile(r"\w*(?:functions|tasks|jobs|crons?)\w*\Z", re.IGNORECASE)
_CONTEXT = re.compile(r"_*(?:ctx|context|args)?\w?\Z")
"""What the first parameter of a task is called, where a list does not say that it is the worker's."""
_HOLDERS = re.compile(r"(?:\w*\.)?\w*(?:Settings|Worker|Config)\w*\Z")
_HANDS = re.compile(
    r"\w*(?:enqueue|queue|schedule|launch|background|defer|dispatch|job|task)\w*\Z", re.IGNORECASE
)
_WHEN = ("cron", "schedule")


class Listed(NamedTuple):
    """What a library calls things.

    `sends` are methods of its queue that are given a name first, `alone` those of them that no other library
    has; `wraps` are what stands around a function in a list, `starts` those of them that say when it runs.
    """

    framework: str
    packages: frozenset[str]
    sends: frozenset[str]
    alone: frozenset[str]
    wraps: frozenset[str]
    starts: frozenset[str]


class _Task(NamedTuple):
    function: str
    name: str
    schedule: str
    path: str
    fact: Fact
    trust: Confidence


def read_listed(syntax: Syntax, library: Listed) -> Iterator[Fact]:
    """Facts of kinds `listed` (a function in a list), `use` (a name that is enqueued) and `hands`."""
    for value, name, holder, scope in _lists(syntax):
        if _LISTS.match(name):
            sure = bool(_HOLDERS.match(holder))
            for item in _items(value):
                yield from _listed(syntax, library, item, scope, sure)
    for call, scope, last in syntax.calls():
        if last in library.sends:
            given = call.args[0] if call.args else None
            if given is not None and not isinstance(given, ast.Starred | ast.Call):
                yield Fact("use", scope, call.lineno, call.col_offset, {
                    "kind": "enqueues", "texts": [parts_of(syntax, given, scope)], "text": shown(call),
                    "on": syntax.express(getattr(call.func, "value", None), scope), "method": last,
                    "by": syntax.express(call.func, scope), "code": syntax.express(given, scope),
                })  # fmt: skip
        if _HANDS.match(last):
            yield from read_hands(syntax, call, scope)


def _lists(syntax: Syntax) -> Iterator[tuple[ast.expr, str, str, str]]:
    """(value, name, what holds it, scope) of what may list functions; "" for a variable of a module."""
    for node, scope in syntax.find(ast.Assign, ast.AnnAssign):
        assert isinstance(node, ast.Assign | ast.AnnAssign)
        target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
        if node.value is not None and isinstance(target, ast.Name | ast.Attribute):
            yield node.value, last_name(target), scope.rpartition(".")[2], scope
    for node, scope in syntax.find(ast.AugAssign):
        assert isinstance(node, ast.AugAssign)
        yield node.value, last_name(node.target), "", scope
    for call, scope, last in syntax.calls():
        for word in call.keywords:
            if word.arg:
                yield word.value, word.arg, last, scope
        if last in ("append", "extend") and len(call.args) == 1 and isinstance(call.func, ast.Attribute):
            given = call.args[0]
            items = ast.List([given], ast.Load()) if last == "append" else given
            yield items, last_name(call.func.value), "", scope
    for node, scope in syntax.find(ast.Dict):
        assert isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield value, key.value, "Settings" if key.value in ("functions", "cron_jobs") else "", scope


def _items(value: ast.expr) -> Iterator[ast.expr]:
    """The items of a list, also of lists that are added up or chosen from."""
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        for item in value.elts:
            yield from _items(item.value) if isinstance(item, ast.Starred) else (item,)
    elif isinstance(value, ast.Dict):
        yield from value.values  # `{"bill": bill}`
    elif isinstance(value, ast.BinOp):
        yield from _items(value.left)
        yield from _items(value.right)
    elif isinstance(value, ast.IfExp):
        yield from _items(value.body)
        yield from _items(value.orelse)
    elif isinstance(value, ast.Call) and value.args and last_name(value.func) in ("cast", "list", "tuple"):
        yield from _items(value.args[-1])


def _listed(syntax: Syntax, library: Listed, item: ast.expr, scope: str, sure: bool) -> Iterator[Fact]:
    """A function, its dotted name, a pair of its name and itself, or what wraps it."""
    given, name, when, last = item, "", "", ""
    if isinstance(item, ast.Tuple) and item.elts:
        first = item.elts[0]
        named = isinstance(first, ast.Constant) and "." not in str(first.value) and len(item.elts) > 1
        name = str(first.value) if isinstance(first, ast.Constant) and named else ""
        given = item.elts[1] if named else first
    elif isinstance(item, ast.Call):
        last = last_name(item.func)
        if last not in library.wraps:
            return
        words = {word.arg: word.value for word in item.keywords}
        held = item.args[0] if item.args else words.get("function", words.get("coroutine"))
        name = syntax.string(words.get("name")) or ""
        if held is None:
            return
        given = held
        if last in library.starts:
            told = next((words[each] for each in _WHEN if each in words), None)
            when = shown(told) if told is not None else shown(item)
    code, dotted = named_function(syntax, given, scope)
    if code or dotted:
        data = {"code": code, "dotted": dotted, "name": name, "schedule": when, "sure": sure or bool(last)}
        yield Fact("listed", scope, item.lineno, item.col_offset, data)


def link_listed(world: World, library: Listed) -> Iterator[Node | Edge | BlindSpot]:
    """Tasks, jobs, and who enqueues them; nothing where no code of the project imports the library."""
    if not imports_any(world, library.packages):
        return
    facts = [(path, fact) for path, fact in world.facts(library.framework) if not world.is_test(path)]
    tasks = _tasks(world, facts)
    named = {
        name: task
        for task in tasks.values()
        for name in (task.function.rpartition(".")[2], task.name)
        if name
    }
    for task in tasks.values():
        yield from _items_of(world, library, task)

    def trusts(path: str, fact: Fact) -> Trust | None:
        symbol = world.resolve(path, fact.scope, str(fact.data["on"])) if fact.data["on"] else None
        if is_of(world, symbol, library.packages):
            return (
                ("certain", "syntax") if symbol is not None and symbol.evident else ("likely", "value-flow")
            )
        called = world.resolve(path, fact.scope, str(fact.data["by"]))
        foreign = called is None or not called.internal
        alone = (
            fact.data["method"] in library.alone
            or world.resolve(path, fact.scope, str(fact.data["code"])) in known
        )
        return ("likely", "convention") if foreign and (alone or _is_named(fact, named)) else None

    def tells(use: Use, path: str, fact: Fact) -> Told:
        task = named.get(use.text)
        if task is None and use.text == "{}" and "code" in fact.data:
            symbol = world.resolve(path, fact.scope, str(fact.data["code"]))
            task = tasks.get(symbol.name) if symbol is not None else None
        if task is not None:
            evidence = (Evidence(Place(path, fact.line, fact.column), use.via),)
            source = world.scope_id(path, fact.scope)
            yield Edge(source, f"task:{task.function}", "enqueues", use.trust, evidence)

    known = {Symbol("function", task.function) for task in tasks.values()}
    yield from HandedTexts(world, facts, "unknown-task", trusts, tells).items()


def _is_named(fact: Fact, named: dict[str, _Task]) -> bool:
    """Whether what is enqueued is the name of a task as it stands."""
    return any(
        len(parts) == 1 and isinstance(parts[0], str) and parts[0] in named for parts in fact.data["texts"]
    )


def _tasks(world: World, facts: list[tuple[str, Fact]]) -> dict[str, _Task]:
    """Function -> the task that it is, told best by where it is surely listed."""
    functions = HandedFunctions(world, [], lambda path, fact: False)
    found: dict[str, _Task] = {}
    for path, fact in facts:
        for name, sure in (
            functions.functions(path, fact.scope, str(fact.data["code"]), str(fact.data["dotted"]))
            if fact.kind == "listed"
            else ()
        ):
            if not fact.data["sure"] and not _takes_context(world, functions, name):
                continue
            trust: Confidence = sure if fact.data["sure"] else "likely"
            task = _Task(name, str(fact.data["name"]), str(fact.data["schedule"]), path, fact, trust)
            known = found.get(name)
            if known is not None:
                best = task if (task.trust, known.trust) == ("certain", "likely") else known
                task = best._replace(name=known.name or task.name, schedule=known.schedule or task.schedule)
            found[name] = task
    return found


def _takes_context(world: World, functions: HandedFunctions, name: str) -> bool:
    where = functions.definition(name)
    for each in world.files[where[0]].definitions if where is not None else ():
        if each.line == (where[1] if where is not None else 0) and each.kind == "function":
            return bool(each.parameters) and _CONTEXT.match(each.parameters[0]) is not None
    return False


def _items_of(world: World, library: Listed, task: _Task) -> Iterator[Node | Edge]:
    place = Place(task.path, task.fact.line, task.fact.column)
    evidence = (Evidence(place),)
    about = {"framework": library.framework, "name": task.name}
    id = f"task:{task.function}"
    yield Node(id, place.path, place.line, place.line, tuple(pair for pair in about.items() if pair[1]))
    yield Edge(id, f"function:{task.function}", "handles", task.trust, evidence)
    if task.schedule:
        job = f"job:{task.function}"
        when = (("framework", library.framework), ("schedule", task.schedule))
        yield Node(job, place.path, place.line, place.line, when)
        yield Edge(job, id, "enqueues", task.trust, evidence)
