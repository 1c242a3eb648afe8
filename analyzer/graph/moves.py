"""What bears another name in a later graph: a file that was renamed, a function that moved elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ..model.graph import Graph
from .imports import Imports

_ALIKE = 0.5
"""How much of what two modules define and import has to be the same (git asks half of a file's lines)."""
_MOST = 400
"""Gone or new modules: of more, a project was rebuilt, and none is called a renamed one."""
_MOVING = ("class", "function")


class Moves:
    """Tells what the nodes of an earlier graph are called in a later one."""

    def __init__(self, before: Graph, after: Graph) -> None:
        self._after = after
        self._imports = Imports(before)
        self._modules = dict(_renamed(before, after))
        gone, come = _by_tail(before, after), _by_tail(after, before)
        self._moved = {
            olds[0]: come[tail][0]
            for tail, olds in gone.items()
            if len(olds) == 1 and len(come.get(tail, ())) == 1
        }

    def now(self, id: str) -> str:
        """The id today: another one where its module was renamed, or where it alone moved to another one."""
        if id in self._after:
            return id
        module = self._imports.module_of(id)
        renamed = self._modules.get(module)
        if renamed is not None:
            kind, _, name = id.partition(":")
            today = f"{kind}:{renamed}{name.removeprefix(module)}"
            if today in self._after:
                return today
        return self._moved.get(id, id)


def _by_tail(graph: Graph, other: Graph) -> dict[tuple[str, str], list[str]]:
    """(kind, name within its module) of what `other` has not -> ids, sorted."""
    imports = Imports(graph)
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for node in graph.nodes(*_MOVING):
        module = imports.module_of(node.id) if node.path and node.id not in other else ""
        if module:
            found[node.kind, node.name.removeprefix(module)].append(node.id)
    return found


def _renamed(before: Graph, after: Graph) -> Iterator[tuple[str, str]]:
    """Modules that are gone, each with the new one that is most like it: both define and import the same."""
    old, new = _told(before, after), _told(after, before)
    if max(len(old), len(new)) > _MOST:
        return
    alike = sorted(
        (-len(was & now) / len(was | now), gone, come)
        for gone, was in old.items()
        for come, now in new.items()
        if was & now
    )
    taken: set[str] = set()
    for share, gone, come in alike:
        if -share >= _ALIKE and not {f"-{gone}", f"+{come}"} & taken:
            taken |= {f"-{gone}", f"+{come}"}
            yield gone, come


def _told(graph: Graph, other: Graph) -> dict[str, frozenset[str]]:
    """Modules that `other` has not -> what they define, by its name in them, and import."""
    imports = Imports(graph)
    names = {node.name for node in graph.nodes("module") if node.path and node.id not in other}
    if not names:
        return {}
    told: dict[str, set[str]] = {name: {f"imports {each}" for each in imports.of(name)} for name in names}
    for node in graph.nodes(*_MOVING):
        module = imports.module_of(node.id) if node.path else ""
        if module in told:
            told[module].add(node.name.removeprefix(module))
    return {name: frozenset(words) for name, words in told.items() if words}
