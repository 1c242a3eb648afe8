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

from typing import TYPE_CHECKING, Annotated, Optional

import typer

from .again import Asked, show, usual_format
from .options import CacheOption, PathArgument, WorkersOption, project_root

if TYPE_CHECKING:
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
    again: Annotated[
        bool, typer.Option("--watch", help="Check again whenever a file changes; Ctrl-C ends.")
    ] = False,
    workers: WorkersOption = None,
    no_cache: CacheOption = False,
) -> int:
    """Parse, call, print."""
    from .answering import answer

    terminal: Terminal = context.obj
    asked = Asked(project_root(path), format or usual_format(), every, strict, since)

    def check() -> int:
        if not no_cache and asked not in terminal.asked:
            terminal.asked[asked] = asked.question()
        question = terminal.asked.pop(asked, None)  # the next one of --watch is another
        found = answer(asked, question, workers=workers, cache=not no_cache, progress=terminal.tick)
        return show(found, asked.format, terminal)

    if not again:
        return check()
    from .watching import watch

    return watch(asked.root, check, terminal)
