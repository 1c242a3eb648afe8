"""What a proposal is worth, in numbers that inform and do not decide: a graph put into the formulas.

A unit is a class, or a module for the code outside classes, in a service (not in the shared kernel).
What only tests, scripts and migrations do does not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..graph.access import in_database, table_access
from ..graph.cut import Membership
from ..graph.homes import Homes
from ..graph.reach import reach
from ..graph.roles import role_of
from ..graph.transactions import CHANGES, transactions
from ..model.boundary import SHARED, Boundary, CutEdge
from ..model.graph import Graph
from ..model.measures import MEASURES
from .formulas import (
    Links,
    adjusted_rand,
    inter_partition_calls,
    interfaces,
    mojo_fm,
    non_extreme_distribution,
    structural_modularity,
    transactional_purity,
)

_REMOTE = frozenset({"calls", "reads", "joins", "writes"})
"""The edges that become requests over the network."""


def measure(
    graph: Graph, boundary: Boundary, membership: Membership, cut: Sequence[CutEdge]
) -> dict[str, float]:
    """All metrics by name, rounded to four digits, in the order in which they are shown.

    What a project has none of (entry points, transactions) is not measured.
    """
    links = _links(graph, boundary, membership)
    count = len(boundary.services)
    found = {
        "services": float(count),
        "SM": structural_modularity(links),
        "ICP": inter_partition_calls(links),
        "IFN": interfaces(links),
        "NED": non_extreme_distribution(links),
        **_data(graph, membership, count),
        "joins across": _crossing(graph, cut, "joins"),
        "foreign keys across": _crossing(graph, cut, "references"),
        **_network(graph, cut),
        **_packages(graph, membership),
    }
    return {each.name: round(found[each.name], 4) for each in MEASURES if each.name in found}


def _data(graph: Graph, membership: Membership, count: int) -> dict[str, float]:
    """How tables are used by services: purity with both attributions, shared tables, split transactions."""
    found: dict[str, float] = {}
    by_code = []
    written = 0
    for access in table_access(graph):
        written += len(_owners(membership, [id for id in access.writers if _counts(graph, id)])) > 1
        ids = {id for id in (*access.readers, *access.writers) if _counts(graph, id)}
        by_code.append(_owners(membership, ids))
    if by_code:
        found["DTP by code"] = transactional_purity(by_code, count)
        found["shared tables"] = sum(1 for users in by_code if len(users) > 1) / len(by_code)
        found["several writers"] = float(written)
    by_entry = [_owners(membership, entries) for entries in reach(graph).users.values()]
    if by_entry:
        found["DTP by entry"] = transactional_purity(by_entry, count)
    writing = split = 0
    for transaction in transactions(graph):
        changed = [id for id in transaction.of(*CHANGES) if in_database(id)]
        if changed and _counts(graph, transaction.node.id):
            writing += 1
            split += len(_owners(membership, changed)) > 1
    if writing:
        found["split transactions"] = split / writing
    return found


def _owners(membership: Membership, ids: set[str] | Sequence[str]) -> Counter[str]:
    owners = (membership.of(id) for id in ids)
    return Counter(owner for owner in owners if owner is not None and owner != SHARED)


def _crossing(graph: Graph, cut: Sequence[CutEdge], kind: str) -> float:
    return float(sum(1 for crossing in cut if crossing.edge.kind == kind))


def _network(graph: Graph, cut: Sequence[CutEdge]) -> dict[str, float]:
    """Crossing calls and accesses of what a functionality reaches, on average over all functionalities."""
    known = reach(graph)
    if not known.entries:
        return {}
    added = sum(
        known.times.get(crossing.edge.source, 0)
        for crossing in cut
        if crossing.edge.kind in _REMOTE
        and (crossing.edge.kind == "calls" or in_database(crossing.edge.target))
    )
    return {"network calls added": added / len(known.entries)}


def _packages(graph: Graph, membership: Membership) -> dict[str, float]:
    """Agreement of the services with the packages that their modules lie in today."""
    homes = Homes(graph)
    services: dict[str, str] = {}
    packages: dict[str, str] = {}
    for node in graph.nodes("module"):
        owner = membership.of(node.id)
        if node.path is None or role_of(node.path) != "code" or owner is None or owner == SHARED:
            continue
        services[node.id] = owner
        packages[node.id] = homes.of_path(node.path)
    if len(services) < 2:
        return {}
    return {
        "ARI packages": adjusted_rand(services, packages),
        "MoJoFM packages": mojo_fm(services, packages),
    }


def _counts(graph: Graph, id: str) -> bool:
    node = graph.node(id)
    return node is not None and node.path is not None and role_of(node.path) == "code"


def _links(graph: Graph, boundary: Boundary, membership: Membership) -> Links:
    found = Links(tuple(service.name for service in boundary.services))
    unit_of: dict[str, str] = {}
    outermost = _Outermost(graph)
    for node in graph.nodes("module", "class", "function"):
        if node.path is None or role_of(node.path) != "code":
            continue
        owner = membership.of(node.id)
        if owner is None or owner == SHARED:
            continue
        unit = node.id if node.kind == "module" else outermost.of(node.name)
        if unit is not None:
            unit_of[node.id] = unit
            if node.kind != "module":
                found.owner[unit] = membership.of(unit) or owner
    for row, (source, target, kind, count) in enumerate(graph.pairs()):
        if kind != "calls" or graph.is_mere_possibility(row):
            continue
        left, right = unit_of.get(source), unit_of.get(target)
        if left and right and left != right:
            found.owner.setdefault(left, membership.of(left) or "")
            found.owner.setdefault(right, membership.of(right) or "")
            found.calls[left, right] += count
    return found


class _Outermost:
    """Tells the outermost class that a name lies in, or its module; each prefix is looked up once."""

    def __init__(self, graph: Graph) -> None:
        self._known: dict[str, str | None] = {"": None}
        self._ids = {node.id for node in graph.nodes("class", "module")}

    def of(self, name: str) -> str | None:
        """The id of that class or module; None for what lies in none."""
        waiting = []
        while name not in self._known:
            waiting.append(name)
            name = name.rpartition(".")[0]
        around = self._known[name]
        for each in reversed(waiting):
            if around is None or not around.startswith("class:"):
                options = (f"class:{each}", f"module:{each}", around)
                around = next((id for id in options if id in self._ids), None)
            self._known[each] = around
        return around
