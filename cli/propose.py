"""Propose services: several ways to cut the project, side by side.

Each way shows its services, the metrics of its cut and the heaviest edges that
cross. --accept N writes the services of proposal N to carveout.toml, with the
same options as those under which N was shown, and what breaks them today to
carveout-baseline.json. Once services are agreed, they are proposal 1, with what
came since; they are only replaced with --yes.

--show N prints proposal N in full, with what each crossing edge becomes.

--seed payments=table:payment,module:shop.pay names what a service starts from: the
strategy `seeded` finds how far it reaches.

--pin payments=shop.pay,table:payment keeps things in a service, --together A,B and
--apart A,B keep them in one or in several, --smallest and --largest say how many
modules a service has; [[pins]] and [proposals] of carveout.toml say the same.

--strategy single tells which one service to carve out first, how far it reaches by
two rules, and what they disagree on. It is only made when asked for.

--why A B prints what ties two modules, packages, classes, functions, tables or
agreed services (the end of a dotted name will do), from calls to git.

--what-if "move shop.pricing to catalogue" (what --why takes; or "merge billing
into orders") prints what that does to cut and metrics of what is agreed, else of
proposal 1; with --show N, of proposal N.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, List, Optional, Tuple  # noqa: UP035

import typer

from .options import PathArgument, WorkersOption, project_name, project_root, read_graph

EXAMPLES = (
    "carveout propose --accept 1",
    "carveout propose --why shop.orders shop.billing",
    'carveout propose --what-if "move shop.pricing to catalogue"',
)


def run(
    context: typer.Context,
    path: PathArgument = None,
    format: Annotated[str, typer.Option(metavar="text|json", help="What to print.")] = "text",
    strategy: Annotated[
        Optional[List[str]],  # noqa: UP006, UP045
        typer.Option(metavar="NAME", show_default=False, help="Only this strategy; may be repeated."),
    ] = None,
    granularity: Annotated[
        float, typer.Option(min=0.0, max=1.0, metavar="0..1", help="Few large or many small services.")
    ] = 0.5,
    seed: Annotated[
        Optional[List[str]],  # noqa: UP006, UP045
        typer.Option(metavar="NAME=SEED,...", show_default=False, help="What a service starts from."),
    ] = None,
    pin: Annotated[
        Optional[List[str]],  # noqa: UP006, UP045
        typer.Option(metavar="NAME=THING,...", show_default=False, help="What stays in a service."),
    ] = None,
    together: Annotated[
        Optional[List[str]],  # noqa: UP006, UP045
        typer.Option(metavar="A,B", show_default=False, help="What stays in one service."),
    ] = None,
    apart: Annotated[
        Optional[List[str]],  # noqa: UP006, UP045
        typer.Option(metavar="A,B", show_default=False, help="What stays in several services."),
    ] = None,
    smallest: Annotated[
        int, typer.Option(min=0, metavar="N", show_default=False, help="Modules of a service, at least.")
    ] = 0,
    largest: Annotated[
        int, typer.Option(min=0, metavar="N", show_default=False, help="Modules of a service, at most.")
    ] = 0,
    accept: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(min=1, metavar="N", show_default=False, help="Write proposal N to carveout.toml."),
    ] = None,
    show: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(min=1, metavar="N", show_default=False, help="Proposal N in full, with each cut."),
    ] = None,
    what_if: Annotated[
        str,
        typer.Option(metavar="CHANGE", show_default=False, help="What a change would do; see above."),
    ] = "",
    why: Annotated[
        Optional[Tuple[str, str]],  # noqa: UP006, UP045
        typer.Option(metavar="A B", show_default=False, help="What ties two things, with its places."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Each edge or tie, however many.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Replace the services that are agreed.")] = False,
    workers: WorkersOption = None,
) -> int:
    """Parse, call, print."""
    from ..analyzer import pipeline
    from ..analyzer.model.pins import Sizes
    from ..analyzer.model.results import ProposalResult, ProposalsResult, WhatIfResult, WhyResult
    from ..analyzer.proposals.choose import why_nothing
    from ..generators.reports import choose
    from .accepting import accept_proposal
    from .asking import changed, in_full, read_pins, read_seeds

    terminal = context.obj
    kind: type = WhatIfResult if what_if else ProposalResult if show else ProposalsResult
    report = choose(WhyResult if why else kind, format)
    root = project_root(path)
    name = project_name(root)
    wishes = pipeline.wishes_of(root, granularity, tuple(strategy or ()))
    wishes = replace(
        wishes,
        seeds=tuple(read_seeds(seed or ())),
        pins=(*wishes.pins, *read_pins(pin or (), together or (), apart or ())),
        sizes=Sizes(smallest or wishes.sizes.smallest, largest or wishes.sizes.largest),
    )
    graph = read_graph(terminal, root, workers=workers)
    result: ProposalsResult | ProposalResult | WhatIfResult | WhyResult
    proposals = () if why else pipeline.propose(graph, wishes)
    if why:
        result = replace(pipeline.why(root, graph, *why, project=name), every=every)
    elif accept is not None:
        return accept_proposal(terminal, root, graph, proposals, accept, yes)
    elif what_if:
        result = changed(name, graph, wishes.agreed, proposals, show, what_if, every)
    elif show:
        result = in_full(name, graph, proposals, show, every)
    else:
        nothing = "" if proposals else why_nothing(graph)
        result = ProposalsResult(name, graph, proposals, nothing, len(wishes.agreed.services))
    (terminal.text if format == "text" else terminal.result)(report.render(result))
    return 0
