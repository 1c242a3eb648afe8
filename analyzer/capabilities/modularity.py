"""Modularity: parts can be made, changed and exchanged alone.

What counts
    Packages that import each other in circles, with the lightest set of imports that would break all
    circles, and modules that most other packages call into and that hold very many functions.

Why it matters
    What lies on a circle can only be changed, tested and carried out together.

How to fix it
    Turn the imports that are named around: move what is shared below both, or pass it in.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from ..graph.feedback import lightest_breaking
from ..graph.homes import Homes
from ..graph.roles import ASIDE, role_of
from ..model.evidence import Evidence, Place
from ..model.findings import Weakness
from ..model.graph import Graph
from . import weakness

_FUNCTIONS, _CALLERS = 40, 5
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


def _is_inside(one: str, other: str) -> bool:
    """Whether two packages are the same, or one holds the other."""
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


capability = Modularity()
