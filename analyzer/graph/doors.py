"""Doors: what of a service others may use, and whether an edge comes in through it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fnmatch import translate

from ..model.boundary import Service
from ..model.graph import Graph
from .cut import Membership, Patterns
from .imports import Imports
from .interfaces import is_public, name_of


class Door:
    """What some names open: these names, all below them, and what the modules among them hand on."""

    def __init__(self, graph: Graph, imports: Imports, names: Sequence[str]) -> None:
        self._graph, self._imports = graph, imports
        self._patterns = Patterns((name, name) for name in names)
        single = [name for name in names if f"module:{name}" not in graph and "." in name]
        self._handed_on = {id for name in single for id in self._named(*name.rpartition(".")[::2])}
        # One imports the module `billing.api` to use `billing.api.charge`.
        self._holders = {imports.module_of(f":{name}") for name in single}

    def admits(self, source: str, target: str) -> bool:
        """Whether an edge from `source` may end at `target`."""
        if is_public(self._patterns, target) or target.removesuffix(".__init__") in self._handed_on:
            return True
        if target.startswith("module:"):
            return name_of(target) in self._holders
        return self._through_a_public_module(source, target)

    def _named(self, module: str, last: str) -> Iterable[str]:
        """The function or class that `module` imports under the name `last`."""
        for inside in sorted(self._imports.of(module)):
            for kind in ("function", "class"):
                if f"{kind}:{inside}.{last}" in self._graph:
                    yield from (f"{other}:{inside}.{last}" for other in ("function", "class"))

    def _through_a_public_module(self, source: str, target: str) -> bool:
        """Whether the caller got a top-level name from a public module that imports its module.

        The graph tells which modules a caller imports, not which names: a caller that imports the
        defining module, too, did not need the public one.
        """
        home = self._imports.module_of(target)
        if "." in name_of(target).removesuffix(".__init__").removeprefix(f"{home}."):
            return False
        imported = self._imports.of(self._imports.module_of(source))
        doors = (name for name in imported if is_public(self._patterns, f"module:{name}"))
        return home not in imported and any(home in self._imports.of(name) for name in doors)


def granted(graph: Graph, membership: Membership, service: Service, caller: str) -> tuple[str, ...]:
    """The dotted names of what a service lets another one use, sorted; whether they are public is not asked.

    An entry of `callers` is a dotted name, the end of one, or a glob; "*" is everything.
    """
    entries = service.callers.get(caller, ())
    if "*" in entries:
        return tuple(sorted({*service.public, *service.modules, *service.functions}))
    if not entries:
        return ()
    wanted = re.compile("|".join(translate(text) for entry in entries for text in (entry, f"*.{entry}")))
    found = {
        node.name
        for node in graph.nodes("module", "class", "function")
        if wanted.match(node.name) and membership.of(node.id) == service.name
    }
    # What public modules import from others bears no name of theirs in the graph.
    found |= {f"{name}.{entry}" for name in service.public if f"module:{name}" in graph for entry in entries}
    return tuple(sorted(found))
