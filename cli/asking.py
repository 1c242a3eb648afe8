"""What `carveout propose` answers about one proposal: all of it, and what a change would do to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ..analyzer import pipeline
from ..analyzer.model.boundary import Boundary, Proposal
from ..analyzer.model.errors import UsageError
from ..analyzer.model.graph import Graph
from ..analyzer.model.pins import Pin, PinKind
from ..analyzer.model.results import ProposalResult, WhatIfResult
from ..analyzer.proposals.choose import weigh


def pick(proposals: Sequence[Proposal], number: int) -> Proposal:
    """Proposal `number` (from 1). Raises UsageError when there is none."""
    if not proposals:
        raise UsageError(
            "there is no proposal: nothing here is worth cutting", help="carveout propose says why"
        )
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
    for service, seeds in read_named(texts, "--seed payments=table:payment,module:shop.pay"):
        yield from ((service, seed) for seed in seeds)


def read_named(texts: Iterable[str], example: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(service, names) of `payments=a,b`. Raises UsageError for other texts."""
    for text in texts:
        service, equals, names = text.partition("=")
        parts = tuple(part.strip() for part in names.split(",") if part.strip())
        if not equals or not service.strip() or not parts:
            what = "seeds" if "seed" in example else "things"
            raise UsageError(f'"{text}" names no service with {what}', help=example)
        yield service.strip(), parts


def read_pins(pins: Iterable[str], together: Iterable[str], apart: Iterable[str]) -> Iterator[Pin]:
    """The options as pins. Raises UsageError for other texts."""
    for service, names in read_named(pins, "--pin payments=shop.pay,table:payment"):
        yield Pin("service", names, service)
    kinds: tuple[tuple[PinKind, Iterable[str]], ...] = (("together", together), ("apart", apart))
    for kind, texts in kinds:
        for text in texts:
            names = tuple(part.strip() for part in text.split(",") if part.strip())
            if len(names) < 2:
                raise UsageError(
                    f'--{kind} "{text}" names one thing', help=f"--{kind} shop.cart,table:basket"
                )
            yield Pin(kind, names)
