"""Say what to carve out first and why, and what stands in the way.

The services are those that carveout.toml agrees on, else those that propose puts
first. Each statement has its place in the code. Days are an assumption that is
written down, not a measurement. --plan SERVICE prints the plan of one service in
full: interface with types, hazards, steps, what comes first, what may go wrong.

Formats: text; markdown (for a review); json (everything, with all plans).
"""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from .options import CacheOption, PathArgument, WorkersOption, project_name, project_root

EXAMPLES = (
    "carveout assess",
    "carveout assess --plan cart",
    "carveout assess ../shop --format markdown > assessment.md",
)


def run(
    context: typer.Context,
    path: PathArgument = None,
    format: Annotated[str, typer.Option(metavar="FORMAT", help="See above.")] = "text",
    plan: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--plan", metavar="SERVICE", show_default=False, help="The plan of one service."),
    ] = None,
    workers: WorkersOption = None,
    no_cache: CacheOption = False,
) -> int:
    """Parse, call, print."""
    from ..analyzer.assessment import assess
    from ..analyzer.model.assessment import AssessmentResult
    from ..generators.reports import choose

    terminal = context.obj
    report = choose(AssessmentResult, format)
    root = project_root(path)
    result = assess(
        root,
        project_name(root),
        workers=workers,
        cache=not no_cache,
        progress=terminal.tick,
        plan=plan or "",
        every_plan=format == "json" and not plan,
    )
    terminal.result(report.render(result))
    return 0
