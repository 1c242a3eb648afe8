"""Proposals against each other: who is better in what, and which of them are worth looking at.

Nothing is added up into one figure: a proposal is left out only when another one is at least as good in
everything, or when there are more than fit side by side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..model.boundary import Proposal
from ..model.measures import MEASURES

MOST = 4
"""How many proposals one can look at side by side."""


def comparisons(metrics: Mapping[str, float], other: Mapping[str, float]) -> tuple[list[str], list[str]]:
    """The names of the metrics in which a proposal is (better, worse) than another; ties are left out."""
    found: defaultdict[bool, list[str]] = defaultdict(list)
    for each in MEASURES:
        one, two = metrics.get(each.name), other.get(each.name)
        if each.better and one is not None and two is not None and one != two:
            found[(one > two) == (each.better == "high")].append(each.name)
    return found[True], found[False]


def against(metrics: Mapping[str, float], name: str, yardstick: Mapping[str, float]) -> str:
    """How a proposal compares with the one that all others are held against."""
    better, worse = comparisons(metrics, yardstick)
    if worse and not better:
        return f"worse than {name} in {', '.join(worse)}, better in nothing"
    if len(worse) > len(better):
        most = f"{len(worse)} of {len(worse) + len(better)} figures that differ"
        return f"worse than {name} in {most}: {', '.join(worse)}; better in {', '.join(better)}"
    good, bad = (", ".join(names) or "nothing" for names in (better, worse))
    return f"compared with {name}: better in {good}; worse in {bad}"


def side_by_side(proposals: Sequence[Proposal], kept: Sequence[str]) -> tuple[Proposal, ...]:
    """The proposals, those worth looking at first, the others with why they are left out.

    Proposals of the strategies in `kept` are always looked at.
    """
    shown: list[Proposal] = []
    left: list[Proposal] = []
    for one in proposals:
        best = next((o for o in proposals if o is not one and _beats(o, one)), None)
        if best is None or one.strategy in kept:
            shown.append(one)
        else:
            worse = ", ".join(comparisons(one.metrics, best.metrics)[1])
            left.append(replace(one, left_out=f"{best.strategy} is as good in all and better in {worse}"))
    while len(shown) > MOST:
        weakest = min(
            (one for one in shown if one.strategy not in kept),
            key=lambda one: (_firsts(one, shown), -shown.index(one)),
            default=shown[-1],
        )
        shown.remove(weakest)
        left.append(replace(weakest, left_out=f"{MOST} others are best in more metrics"))
    return (*shown, *left)


def _beats(one: Proposal, other: Proposal) -> bool:
    better, worse = comparisons(one.metrics, other.metrics)
    return bool(better) and not worse


def _firsts(one: Proposal, among: Sequence[Proposal]) -> int:
    """In how many metrics nobody is better."""
    beaten = {name for other in among for name in comparisons(other.metrics, one.metrics)[0]}
    return sum(1 for each in MEASURES if each.better and each.name in one.metrics and each.name not in beaten)
