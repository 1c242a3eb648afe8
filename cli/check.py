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

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from .again import Asked, show, usual_format
from .options import CacheOption, PathArgument, WorkersOption, project_root

if TYPE_CHECKING:
    from ..analyzer.indexing.kept import Answer
    from ..analyzer.model.results import CheckResult
    from .output import Terminal

EXAMPLES = (
    "carveout check",
    "carveout check ../shop --format json > violations.json",
    "carveout check --since origin/main",
)


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
    from ..analyzer.indexing import kept

    terminal = context.obj
    asked = Asked(project_root(path), format or usual_format(), every, strict, since)
    if not no_cache and asked not in terminal.asked:
        terminal.asked[asked] = asked.question()
    question = None if no_cache else terminal.asked[asked]
    answer = kept.find(asked.root, question) if question else None
    if answer is None:
        answer = _check(asked, workers, not no_cache, terminal)
        if question and asked.question() == question:  # nothing changed meanwhile
            kept.keep(asked.root, question, answer)
    return show(answer, asked.format, terminal)


def _check(asked: Asked, workers: int | None, cache: bool, terminal: Terminal) -> Answer:
    """Check for good."""
    from ..analyzer import pipeline
    from ..analyzer.model.results import CheckResult
    from ..generators.reports import choose

    choose(CheckResult, asked.format)  # an unknown one is said before anything is read
    result = pipeline.gate(
        asked.root, since=asked.since, strict=asked.strict, today=date.today(), workers=workers, cache=cache,
        progress=terminal.tick,
    )  # fmt: skip
    return _answer(replace(result, every=asked.every), asked.format)


def _answer(result: CheckResult, format: str) -> Answer:
    """What is printed of a result, and the exit code."""
    from ..analyzer.indexing.kept import Answer
    from ..generators.reports import choose
    from ..generators.reports.unseen import unread

    summary = choose(type(result), "markdown").render(result) if format == "github" else b""
    code = 1 if result.failed else 3 if unread(result.graph) else 0
    return Answer(code, choose(type(result), format).render(result), summary)
