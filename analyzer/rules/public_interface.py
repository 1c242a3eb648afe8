"""Others use a service through its public interface only.

What it does
    When a service declares `public`, imports and calls from other services (and from the shared
    kernel) must end at what is listed there: a module, a package with all below it, a class, a
    function. A name that a public module imports from inside the service and hands on counts as
    public, too. A service without `public` restricts nothing: every name of it is public. Tests and
    code that belongs to no service do not count.

Why it matters
    What is imported from outside becomes a network call when the service is carried out. A small
    agreed interface is something one can version, secure and put a facade in front of; a service
    that is entered at forty places cannot be moved, and none of the forty knows that it is one.

Example
    carveout.toml:

        [services.billing]
        modules = ["shop.billing"]
        public = ["shop.billing.api"]

    shop/orders/service.py:

        from shop.billing.models import Invoice

    CO101 orders must not use billing past its public interface

How to fix it
    Call a function of the public interface that returns plain values. If there is none that does
    it, add one to the owner's interface: the owner decides what others may rely on. If others are
    meant to use the name, add it to `public`. What is not about the service's own business
    (formatting, base classes) belongs to the shared kernel.

Options
    public = []                  # under [services.NAME]; empty: nothing is restricted

    [[ignore]]
    rule = "public-interface"    # or CO101
    source = "shop.reports.*"
    target = "shop.billing.models"
    reason = "monthly report, moves in step 4"
    until = 2027-03-01           # optional; afterwards the violation is back
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..graph.interfaces import Advisor, is_public, name_of, public_patterns
from ..model.boundary import Boundary, CutEdge, Level, Service
from ..model.findings import Violation
from ..model.graph import Graph
from . import relationships, speaker, violation


class PublicInterface:
    """Imports and calls that enter a service past its `public`."""

    id = "public-interface"
    code = "CO101"
    group = "public-interface"
    level: Level = "error"

    def check(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Violation]:
        """One violation per (source, target)."""
        advisor = Advisor(graph, boundary)
        imports = _Imports(graph)
        doors = {s.name: _Door(graph, imports, s) for s in boundary.services if s.public}
        for found in relationships(cut, "imports", "calls"):
            door = doors.get(found.owner)
            if door is None or door.admits(found.source, found.target):
                continue
            verb = "calls" if "calls" in found.kinds else "imports"
            source, target = name_of(found.source), name_of(found.target)
            yield violation(
                found,
                rule=self,
                title=f"{speaker(found.origin)} must not use {found.owner} past its public interface",
                why=f"{source} {verb} {target}, which {found.owner} keeps to itself",
                help=advisor.instead(found.owner, found.source, found.target, "calls"),
                boundary=boundary,
            )


class _Imports:
    """Which modules each module imports, at its top or in its functions."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._by_module: dict[str, set[str]] | None = None

    def module_of(self, id: str) -> str:
        """The module that a node lies in; "" when the graph has none."""
        name = name_of(id)
        while name and f"module:{name}" not in self._graph:
            name = name.rpartition(".")[0]
        return name

    def of(self, module: str) -> set[str]:
        """The names of the imported modules."""
        if self._by_module is None:
            self._by_module = {}
            for source, target, _, _ in self._graph.pairs("imports"):
                self._by_module.setdefault(self.module_of(source), set()).add(name_of(target))
        return self._by_module.get(module, set())


class _Door:
    """What one service shows: its public names, and what its public modules hand on."""

    def __init__(self, graph: Graph, imports: _Imports, service: Service) -> None:
        self._graph, self._imports = graph, imports
        self._patterns = public_patterns(service)
        single = [name for name in service.public if f"module:{name}" not in graph and "." in name]
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


rule = PublicInterface()
