"""The formulas that compare partitions, as their papers have them; graphs are not known here.

A unit is whatever is placed as a whole; M is the number of services, n_i the units of service i. A link
is a call from one unit to another; v counts how often it stands in the source (or was seen).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import comb, log


@dataclass(slots=True)
class Links:
    """`owner` gives each unit its service, `calls` counts the calls from unit to unit."""

    services: tuple[str, ...]
    owner: dict[str, str] = field(default_factory=dict)
    calls: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def sizes(self) -> Counter[str]:
        return Counter(self.owner.values())

    def crosses(self, pair: tuple[str, str]) -> bool:
        """Whether the ends of a link lie in two services."""
        return self.owner[pair[0]] != self.owner[pair[1]]


def structural_modularity(links: Links) -> float:
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


def inter_partition_calls(links: Links) -> float:
    """ICP = sum over crossing links (ln v + 1) / sum over all links (ln v + 1); low is better.

    The share of calls that cross, frequent ones damped. Kalia et al., "Mono2Micro: a practical and
    effective tool for decomposing monolithic Java applications to microservices" (ESEC/FSE 2021).
    """
    weights = {pair: log(count) + 1 for pair, count in sorted(links.calls.items())}
    total = sum(weights.values())
    crossing = sum(weight for pair, weight in weights.items() if links.crosses(pair))
    return crossing / total if total else 0.0


def interfaces(links: Links) -> float:
    """IFN = units that are called from another service / M; low is better.

    Jin et al., "Service candidate identification from monolithic systems based on execution traces"
    (TSE 2019). The figures that Mono2Micro (ESEC/FSE 2021) prints count crossing links in place of units.
    """
    entered = {pair[1] for pair in links.calls if links.crosses(pair)}
    return len(entered) / len(links.services) if links.services else 0.0


def non_extreme_distribution(links: Links) -> float:
    """NED = 1 - share of the units that lie in services of 5 to 20 units; low is better.

    Wu et al., "Comparison of clustering algorithms in the context of software evolution" (ICSM 2005),
    as used by Mono2Micro. It says nothing of how good a large service is.
    """
    sizes = links.sizes
    total = sum(sizes.values())
    return 1 - sum(size for size in sizes.values() if 5 <= size <= 20) / total if total else 1.0


def transactional_purity(users: Iterable[Mapping[str, int]], services: int) -> float:
    """DTP = mean over tables of 1 - H(services that access it) / ln M; high is better.

    `users` counts, for each table that is accessed, the accesses by service. 1: each table is used by one
    service; 0: by all alike. Nitin et al., "CARGO: AI-guided dependency analysis for migrating
    monolithic applications to microservices" (ASE 2022), who attribute accesses to entry points.
    """
    purities = []
    for counts in users:
        total = sum(counts.values())
        if not total:
            continue
        shares = [count / total for _, count in sorted(counts.items()) if count]
        entropy = -sum(share * log(share) for share in shares)
        purities.append(1 - entropy / log(max(services, len(shares), 2)))
    return sum(purities) / len(purities) if purities else 1.0


def adjusted_rand(one: Mapping[str, str], other: Mapping[str, str]) -> float:
    """ARI = (index - expected) / (maximum - expected) over pairs of names that both place.

    1: the same groups, 0: what chance gives. Hubert and Arabie, "Comparing partitions" (J. of
    Classification 1985).
    """
    names = sorted(one.keys() & other.keys())
    pairs = comb(len(names), 2)
    index = sum(comb(n, 2) for n in Counter((one[name], other[name]) for name in names).values())
    rows = sum(comb(n, 2) for n in Counter(one[name] for name in names).values())
    columns = sum(comb(n, 2) for n in Counter(other[name] for name in names).values())
    expected = rows * columns / pairs if pairs else 0.0
    maximum = (rows + columns) / 2
    return 1.0 if maximum == expected else (index - expected) / (maximum - expected)


def mojo_fm(found: Mapping[str, str], wanted: Mapping[str, str]) -> float:
    """MoJoFM = (1 - mno(found, wanted) / max mno(any, wanted)) * 100; high is closer.

    mno: the fewest moves of one name and joins of two groups that lead from one partition to the other.
    It counts joins as one step, so that groups too small cost little. Wen and Tzerpos, "An
    effectiveness measure for software clustering algorithms" (IWPC 2004).
    """
    names = sorted(found.keys() & wanted.keys())
    overlaps: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name in names:
        overlaps[found[name]][wanted[name]] += 1
    stay = sum(max(counts.values()) for counts in overlaps.values())
    steps = len(names) - stay + len(overlaps) - _most_targets(overlaps)
    targets = 0
    for size in sorted(Counter(wanted[name] for name in names).values()):
        targets += targets < size
    worst = len(names) - targets
    return 100 * (1 - steps / worst) if worst else 100.0


def _most_targets(overlaps: Mapping[str, Counter[str]]) -> int:
    """How many groups can be told apart when each becomes one of those that it overlaps with most.

    A maximum matching by augmenting paths, found breadth first, so that nothing recurses.
    """
    options = {
        group: sorted(target for target, size in counts.items() if size == max(counts.values()))
        for group, counts in sorted(overlaps.items())
    }
    taken: dict[str, str] = {}
    for start in options:
        came: dict[str, str] = {}
        waiting = [start]
        free: str | None = None
        while waiting and free is None:
            group = waiting.pop(0)
            for target in options[group]:
                if target in came:
                    continue
                came[target] = group
                if target not in taken:
                    free = target
                    break
                waiting.append(taken[target])
        while free is not None:
            group = came[free]
            before = next((target for target, owner in taken.items() if owner == group), None)
            taken[free] = group
            free = before
    return len(taken)
