"""Check the code against the agreed boundaries of carveout.toml.

Prints every place where one service uses another in a way that was not agreed,
what it will cost once they run apart, and what to do; of very many, a few for
each pair of services unless --all is given. The exit code is 1 when
there are violations, 3 when there are none but files of the application (not of
its tests and scripts) could not be read. Violations that carveout-baseline.json
holds do not fail; entries of it that are paid off fail under --strict alone.

--since compares two graphs: that of the code as it is, and that of where the
history of REV parted from it. Today's boundary is held against both.

Formats: text; json; sarif (code scanning); github (annotations, and a summary of
the job); gitlab (Code Quality); junit; markdown (for a comment).
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from .options import CacheOption, PathArgument, WorkersOption, project_root

if TYPE_CHECKING:
    from ..analyzer.model.results import CheckResult

EXAMPLES = (
    "carveout check",
    "carveout check ../shop --format json > violations.json",
    "carveout check --since origin/main",
)
_SUMMARY = 1024 * 1024
"""Bytes that GitHub shows of a job's summary."""


def run(
    context: typer.Context,
    path: PathArgument = None,
    format: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            metavar="FORMAT",
            show_default=False,
            help="See above [default: text; github in Actions].",
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Print all violations, however many.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on stale entries of the baseline.")] = False,
    since: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="REV", show_default=False, help="Only what came since this git revision."),
    ] = None,
    workers: WorkersOption = None,
    no_cache: CacheOption = False,
) -> int:
    """Parse, call, print."""
    from ..analyzer import pipeline
    from ..analyzer.model.results import CheckResult
    from ..generators.reports import choose
    from ..generators.reports.unseen import unread

    terminal = context.obj
    format = format or ("github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text")
    report = choose(CheckResult, format)
    root = project_root(path)
    result = pipeline.gate(
        root, since=since, strict=strict, today=date.today(), workers=workers, cache=not no_cache,
        progress=terminal.tick,
    )  # fmt: skip
    result = replace(result, every=every)
    (terminal.text if format == "text" else terminal.result)(report.render(result))
    if format == "github":
        _summarise(result)
    if result.failed:
        return 1
    return 3 if unread(result.graph) else 0


def _summarise(result: CheckResult) -> None:
    """Append to the summary of the job, where GitHub gives a file for it, as much as it shows."""
    from ..generators.reports import choose

    place = os.environ.get("GITHUB_STEP_SUMMARY", "")
    if not place:
        return
    text: bytes = choose(type(result), "markdown").render(result)
    with suppress(OSError):  # the summary is a courtesy: the annotations and the exit code stand
        path = Path(place)
        if (path.stat().st_size if path.exists() else 0) + len(text) + 1 <= _SUMMARY:
            with path.open("ab") as file:
                file.write(text + b"\n")
