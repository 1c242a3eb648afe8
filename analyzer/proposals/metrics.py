"""What a proposal is worth, in numbers that inform and do not decide.

The same name means different formulas in different papers, so each one is spelt out here. A unit is a
class, or a module for the code outside classes, in a service (not in the shared kernel); M is the
number of services, n_i the units of service i. A link is a call from one unit to another; v counts
how often it stands in the source.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log

from ..graph.access import table_access
from ..graph.cut import Membership
from ..graph.roles import role_of
from ..model.boundary import SHARED, Boundary
from ..model.graph import Graph


@dataclass(slots=True)
class _Links:
    """`owner` gives each unit its service, `calls` counts the calls from unit to unit."""

    services: tuple[str, ...]
    owner: dict[str, str] = field(default_factory=dict)
    calls: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def sizes(self) -> Counter[str]:
        return Counter(self.owner.values())


def measure(graph: Graph, boundary: Boundary, membership: Membership) -> dict[str, float]:
    """All metrics by name, rounded to four digits, in the order in which they are shown."""
    links = _links(graph, boundary, membership)
    found = {
        "services": float(len(boundary.services)),
        "SM": structural_modularity(links),
        "ICP": inter_partition_calls(links),
        "IFN": interfaces(links),
        "NED": non_extreme_distribution(links),
        "shared tables": shared_tables(graph, membership),
    }
    return {name: round(value, 4) for name, value in found.items()}


def structural_modularity(links: _Links) -> float:
    """SM = (1/M) sum mu_i / n_i^2 - sum_{i<j} sigma_ij / (2 n_i n_j) / (M (M-1) / 2); high is better.

    mu_i: ordered pairs of units linked inside service i; sigma_ij: linked across i and j, both
    directions. Jin et al., "Functionality-oriented microservice extraction based on execution traces"
    (ICWS 2018), as used by Mono2Micro (ESEC/FSE 2021).
    """
    count, sizes = len(links.services), links.sizes
    inside: Counter[str] = Counter()
    across: Counter[tuple[str, str]] = Counter()
    for left, right in links.calls:
        one, two = sorted((links.owner[left], links.owner[right]))
        if one == two:
            inside[one] += 1
        else:
            across[one, two] += 1
    if not count:
        return 0.0
    cohesion = sum(inside[name] / sizes[name] ** 2 for name in sorted(inside)) / count
    if count < 2:
        return cohesion
    coupling = sum(across[pair] / (2 * sizes[pair[0]] * sizes[pair[1]]) for pair in sorted(across))
    return cohesion - coupling / (count * (count - 1) / 2)


def inter_partition_calls(links: _Links) -> float:
    """ICP = sum over crossing links (ln v + 1) / sum over all links (ln v + 1); low is better.

    The share of calls that cross, frequent ones damped. Kalia et al., "Mono2Micro: a practical and
    effective tool for decomposing monolithic Java applications to microservices" (ESEC/FSE 2021).
    """
    weights = {pair: log(count) + 1 for pair, count in sorted(links.calls.items())}
    total = sum(weights.values())
    crossing = sum(w for (left, right), w in weights.items() if links.owner[left] != links.owner[right])
    return crossing / total if total else 0.0


def interfaces(links: _Links) -> float:
    """IFN = units that are called from another service / M; low is better.

    Jin et al., "Service candidate identification from monolithic systems based on execution traces"
    (TSE 2019).
    """
    entered = {right for left, right in links.calls if links.owner[left] != links.owner[right]}
    return len(entered) / len(links.services) if links.services else 0.0


def non_extreme_distribution(links: _Links) -> float:
    """NED = 1 - share of the units that lie in services of 5 to 20 units; low is better.

    Wu et al., "Comparison of clustering algorithms in the context of software evolution" (ICSM 2005),
    as used by Mono2Micro. It says nothing of how good a large service is.
    """
    sizes = links.sizes
    total = sum(sizes.values())
    return 1 - sum(size for size in sizes.values() if 5 <= size <= 20) / total if total else 1.0


def shared_tables(graph: Graph, membership: Membership) -> float:
    """Tables that code of more than one service reads, joins or writes / tables; low is better.

    As for SM and the others, the shared kernel, tests and migrations do not count.
    """
    counts = []
    for access in table_access(graph):
        users = {membership.of(id) for id in (*access.readers, *access.writers) if _counts(graph, id)}
        counts.append(len(users - {None, SHARED}))
    return sum(1 for count in counts if count > 1) / len(counts) if counts else 0.0


def _counts(graph: Graph, id: str) -> bool:
    node = graph.node(id)
    return node is not None and node.path is not None and role_of(node.path) == "code"


def _links(graph: Graph, boundary: Boundary, membership: Membership) -> _Links:
    found = _Links(tuple(service.name for service in boundary.services))
    unit_of: dict[str, str] = {}
    for node in graph.nodes("module", "class", "function"):
        if node.path is None or role_of(node.path) != "code":
            continue
        owner = membership.of(node.id)
        if owner is None or owner == SHARED:
            continue
        unit = _unit(graph, node.id)
        if unit is not None:
            unit_of[node.id] = unit
            if node.kind != "module":
                found.owner[unit] = membership.of(unit) or owner
    for source, target, _, count in graph.pairs("calls"):
        left, right = unit_of.get(source), unit_of.get(target)
        if left and right and left != right:
            found.owner.setdefault(left, membership.of(left) or "")
            found.owner.setdefault(right, membership.of(right) or "")
            found.calls[left, right] += count
    return found


def _unit(graph: Graph, id: str) -> str | None:
    """The outermost class that a node lies in, or its module."""
    kind, _, name = id.partition(":")
    if kind == "module":
        return id
    parts = name.split(".")
    module: str | None = None
    for length in range(1, len(parts) + 1):
        prefix = ".".join(parts[:length])
        if f"class:{prefix}" in graph:
            return f"class:{prefix}"
        if f"module:{prefix}" in graph:
            module = f"module:{prefix}"
    return module


def comparisons(metrics: Mapping[str, float], other: Mapping[str, float]) -> tuple[list[str], list[str]]:
    """The names of the metrics in which a proposal is (better, worse) than another; ties are left out."""
    better: defaultdict[bool, list[str]] = defaultdict(list)
    lower = dict.fromkeys(("ICP", "IFN", "NED", "shared tables"), False)
    for name, higher in {"SM": True, **lower}.items():
        if metrics[name] != other[name]:
            better[(metrics[name] > other[name]) == higher].append(name)
    return better[True], better[False]
