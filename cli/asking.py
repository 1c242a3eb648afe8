"""What `carveout propose` answers about one proposal: all of it, and what a change would do to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ..analyzer import pipeline
from ..analyzer.model.boundary import Boundary, Proposal
from ..analyzer.model.errors import UsageError
from ..analyzer.model.graph import Graph
from ..analyzer.model.results import ProposalResult, WhatIfResult
from ..analyzer.proposals.choose import weigh


def pick(proposals: Sequence[Proposal], number: int) -> Proposal:
    """Proposal `number` (from 1). Raises UsageError when there is none."""
    if not 0 < number <= len(proposals):
        raise UsageError(
            f"there is no proposal {number}: there are {len(proposals)}", help="carveout propose shows them"
        )
    return proposals[number - 1]


def in_full(
    project: str, graph: Graph, proposals: Sequence[Proposal], number: int, every: bool
) -> ProposalResult:
    """All that is known of one proposal."""
    return ProposalResult(project, graph, number, pick(proposals, number), every)


def changed(
    project: str,
    graph: Graph,
    agreed: Boundary,
    proposals: Sequence[Proposal],
    number: int | None,
    wish: str,
    every: bool,
) -> WhatIfResult:
    """What a wish does to proposal `number`, else to what is agreed, else to proposal 1."""
    if number is None and agreed.services:
        base = weigh(graph, agreed, "what is agreed")
    else:
        chosen = pick(proposals, number or 1)
        base = replace(chosen, strategy=f"proposal {number or 1} ({chosen.strategy})")
    return replace(pipeline.what_if(graph, base, wish, project), every=every)


def read_seeds(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(service, seed) of `payments=table:payment,module:shop.pay`. Raises UsageError for other texts."""
    for text in texts:
        service, equals, seeds = text.partition("=")
        parts = [part.strip() for part in seeds.split(",") if part.strip()]
        if not equals or not service.strip() or not parts:
            raise UsageError(
                f'"{text}" names no service with seeds', help="--seed payments=table:payment,module:shop.pay"
            )
        yield from ((service.strip(), part) for part in parts)
