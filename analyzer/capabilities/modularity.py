"""Modularity: parts can be made, changed and exchanged alone.

What counts
    Packages that import each other in circles, with the lightest set of imports that would break all
    circles; modules and classes that most other packages use and that hold very many functions; tables that
    most other tables refer to.

Why it matters
    What lies on a circle can only be changed, tested and carried out together.

How to fix it
    Turn the imports that are named around: move what is shared below both, or pass it in. Split what is too
    large by who calls what. Keep the id of a row that all refer to, without a foreign key, and let its owner
    answer for the rest.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from ..graph.access import table_of
from ..graph.feedback import lightest_breaking
from ..graph.homes import Homes
from ..graph.roles import ASIDE, PAST, role_of
from ..model.evidence import Evidence, Place
from ..model.findings import Weakness
from ..model.graph import Graph
from . import weakness

_FUNCTIONS, _CALLERS = 40, 5
_METHODS, _TABLES = 20, 5
_REFERRING = 8
_SHOWN = 3


class Modularity:
    """Circles of packages, and god modules."""

    name = "modularity"

    def find(self, graph: Graph) -> Iterable[Weakness]:
        """One weakness for each import to turn around, and for each god module."""
        homes = Homes(graph)
        weights: Counter[tuple[str, str]] = Counter()
        places: dict[tuple[str, str], list[Evidence]] = defaultdict(list)
        callers: dict[str, set[str]] = defaultdict(set)
        for edge in graph.edges("imports"):
            if (
                not edge.evidence
                or role_of(edge.evidence[0].place.path) in ASIDE
                or edge.confidence == "possible"
            ):
                continue
            pair = (homes.of_path(edge.evidence[0].place.path), homes.of(edge.target))
            if all(pair) and not _is_inside(*pair):
                weights[pair] += edge.count
                places[pair] += edge.evidence
                callers[edge.target].add(pair[0])
        for one, other in lightest_breaking(weights):
            yield weakness(
                self.name,
                "package-circle",
                f"{one} imports {other}, which leads back to it",
                places[one, other][:_SHOWN],
                "both can only be changed and carried out together",
                "turn this import around, or move what it needs",
            )
        yield from _god_classes(graph, homes)
        yield from _hubs(graph)
        functions = Counter(node.path for node in graph.nodes("function") if node.path)
        for node in graph.nodes("module"):
            many, used = functions[node.path or ""], len(callers[node.id])
            if node.path and many >= _FUNCTIONS and used >= _CALLERS and role_of(node.path) not in ASIDE:
                yield weakness(
                    self.name,
                    "god-module",
                    f"{node.name} holds {many} functions and {used} packages import it",
                    [Evidence(Place(node.path, 1, 0), "syntax")],
                    "everybody changes it and waits for it",
                    "split it by who calls what",
                )


def _god_classes(graph: Graph, homes: Homes) -> Iterator[Weakness]:
    """Classes with very many methods that very many packages call."""
    methods: dict[str, list[str]] = defaultdict(list)
    for node in graph.nodes("function"):
        owner = f"class:{node.name.rpartition('.')[0]}"
        if node.path and role_of(node.path) not in ASIDE and owner in graph:
            methods[owner].append(node.id)
    for id, own in sorted(methods.items()):
        holder = graph.node(id)
        if len(own) < _METHODS or holder is None:
            continue
        used = {
            homes.of_path(edge.evidence[0].place.path)
            for method in own
            for edge in graph.into(method, "calls")
            if edge.evidence
            and edge.confidence != "possible"
            and role_of(edge.evidence[0].place.path) not in ASIDE
        } - {homes.of(id), ""}
        touched = {
            edge.target
            for method in own
            for edge in graph.out(method, "reads", "writes", "joins")
            if edge.target.startswith("table:") and edge.confidence != "possible"
        }
        is_shared = len(used) >= _CALLERS and len(touched) >= _TABLES
        if is_shared or (len(own) >= _FUNCTIONS and len(touched) >= 2 * _TABLES):
            callers = f"{len(used)} other package{'s' * (len(used) != 1)} call{'s' * (len(used) == 1)} it"
            yield weakness(
                "modularity",
                "god-class",
                f"{holder.name} has {len(own)} methods on {len(touched)} tables; {callers}",
                [Evidence(Place(holder.path or "", holder.line, 0), "syntax")],
                "everybody changes it and waits for it",
                "split it by who calls what",
            )


def _hubs(graph: Graph) -> Iterator[Weakness]:
    """Tables that most other tables refer to."""
    tables = {node.id for node in graph.nodes("table") if node.path and role_of(node.path) not in ASIDE}
    found: dict[str, dict[str, Evidence]] = defaultdict(dict)
    for edge in graph.edges("references"):
        source, target = table_of(edge.source), table_of(edge.target)
        if edge.evidence and source in tables and target in tables and source != target:
            said = [each for each in edge.evidence if role_of(each.place.path) not in PAST] or edge.evidence
            found[target].setdefault(source, said[0])
    for target, sources in sorted(found.items()):
        if len(sources) >= _REFERRING and len(sources) * 2 > len(tables):
            yield weakness(
                "modularity",
                "hub-table",
                f"{len(sources)} of the {len(tables) - 1} other tables refer to {target.partition(':')[2]}",
                sorted(sources.values())[:_SHOWN],
                "no part of the data can leave without it",
                "keep the id without a foreign key; ask its owner for the rest",
            )


def _is_inside(one: str, other: str) -> bool:
    """Whether two packages are the same, or one holds the other."""
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


capability = Modularity()
