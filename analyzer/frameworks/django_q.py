"""Django Q (also Django Q2): functions that are given to a cluster, and schedules that start them.

Any function can be a task: `async_task(f, 1)`, `AsyncTask("shop.bill").run()`, `Chain().append(f)`, a
`hook=`. Functions of the project that hand on what they are given (`def offload(name): async_task(name)`)
are followed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..model.evidence import BlindSpot
from ..model.facts import Fact, Problem, SourceFile
from ..model.graph import Edge, Node
from ..model.protocols import Framework
from ..model.world import Syntax, World
from ..python.handed_functions import named_function, read_given
from ..python.handed_tasks import HandedTasks
from ..python.libraries import imports_any, is_of
from ..python.nodes import last_name, shown

_PACKAGES = frozenset({"django_q"})
_SENDS = frozenset({"async_task", "async_iter", "AsyncTask", "Iter", "schedule", "append"})
_STARTS = frozenset({"schedule", "create", "get_or_create", "update_or_create"})
"""What makes a schedule; the last three are asked of `Schedule.objects`."""
_WHEN = ("cron", "schedule_type", "minutes")
_HANDS = re.compile(
    r"\w*(?:async|enqueue|queue|schedule|launch|background|defer|dispatch|offload|job|task)\w*\Z",
    re.IGNORECASE,
)
_CHAIN = "async_chain"
_SHOWN = 120


class DjangoQ(Framework):
    """See the module."""

    name = "django_q"
    version = 1
    triggers = ("django_q", "async_task", "AsyncTask", "task", "schedule")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        """Facts of kinds `sent` and `given`."""
        if syntax is None:
            return
        for call, scope, last in syntax.called(_asked):
            if last in _SENDS or last in _STARTS:
                yield from _sent(syntax, call, scope, last)
            elif last == _CHAIN and call.args and isinstance(call.args[0], ast.List | ast.Tuple):
                for item in call.args[0].elts:
                    if isinstance(item, ast.Tuple) and item.elts:
                        yield _fact(syntax, call, scope, item.elts[0], "")
            if _HANDS.match(last):
                yield from read_given(syntax, call, scope)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        """Nothing where no code of the project imports the library."""
        if not imports_any(world, _PACKAGES):
            return

        def knows(path: str, fact: Fact) -> bool:
            return is_of(world, world.resolve(path, fact.scope, str(fact.data["on"])), _PACKAGES)

        facts = [(path, fact) for path, fact in world.facts(self.name) if not world.is_test(path)]
        yield from HandedTasks(world, self.name, facts, knows, knows).items()


@lru_cache(maxsize=65536)
def _asked(name: str) -> bool:
    return name in _SENDS or name in _STARTS or name == _CHAIN or _HANDS.match(name) is not None


def _sent(syntax: Syntax, call: ast.Call, scope: str, last: str) -> Iterator[Fact]:
    """What is given to the cluster: a function, its dotted name, and what is called once that is done."""
    words = {word.arg: word.value for word in call.keywords}
    if isinstance(words.get("defaults"), ast.Dict):
        held = words["defaults"]
        assert isinstance(held, ast.Dict)
        for key, value in zip(held.keys, held.values, strict=True):
            words.setdefault(syntax.string(key), value)
    first = (
        call.args[0] if call.args and last not in ("create", "get_or_create", "update_or_create") else None
    )
    what = first if first is not None else words.get("func")
    when = ""
    if last in _STARTS:
        told = next((words[each] for each in _WHEN if each in words), None)
        when = shown(told) if told is not None else "once" if last == "schedule" else ""
        if last != "schedule" and "func" not in words:
            return
    for item in (what, words.get("hook")):
        if item is not None and not isinstance(item, ast.Starred):
            yield _fact(syntax, call, scope, item, when)
            when = ""


def _fact(syntax: Syntax, call: ast.Call, scope: str, item: ast.expr, when: str) -> Fact:
    code, name = named_function(syntax, item, scope)
    data = {
        "on": syntax.express(call.func, scope),
        "code": code,
        "name": name,
        "schedule": "" if when == "once" else when,
        "text": f"{last_name(call.func)}({shown(item)})"[:_SHOWN],
    }
    return Fact("sent", scope, call.lineno, call.col_offset, data)


framework = DjangoQ()
