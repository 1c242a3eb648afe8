"""Check the code against the agreed boundaries of carveout.toml.

Prints every place where one service uses another in a way that was not agreed,
what it will cost once they run apart, and what to do; of very many, a few for
each pair of services unless --all is given. The exit code is 1 when
there are violations, 3 when there are none but files of the application (not of
its tests and scripts) could not be read. Violations that carveout-baseline.json
holds do not fail; entries of it that are paid off fail under --strict alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated

import typer

from .options import CacheOption, PathArgument, WorkersOption, project_root, read_graph

EXAMPLES = (
    "carveout check",
    "carveout check ../shop --format json > violations.json",
    "carveout check --all",
)


def run(
    context: typer.Context,
    path: PathArgument = None,
    format: Annotated[str, typer.Option(metavar="text|json", help="What to print.")] = "text",
    every: Annotated[bool, typer.Option("--all", help="Print all violations, however many.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on stale entries of the baseline.")] = False,
    workers: WorkersOption = None,
    no_cache: CacheOption = False,
) -> int:
    """Parse, call, print."""
    from ..analyzer import pipeline
    from ..analyzer.model.results import CheckResult
    from ..analyzer.project.baseline import load_baseline
    from ..analyzer.project.config import load_agreed
    from ..analyzer.project.matching import require_matches
    from ..analyzer.rules.judge import rules
    from ..generators.reports import choose
    from ..generators.reports.unseen import unread

    terminal = context.obj
    report = choose(CheckResult, format)
    root = project_root(path)
    names = {name for rule in rules() for name in (rule.id, rule.code, rule.group)}
    boundary = load_agreed(root, rules=names)
    baseline = load_baseline(root, boundary)
    graph = read_graph(terminal, root, workers=workers, cache=not no_cache)
    require_matches(boundary, graph)
    result = pipeline.check(graph, boundary, root, today=date.today(), baseline=baseline)
    result = replace(result, every=every, strict=strict)
    (terminal.text if format == "text" else terminal.result)(report.render(result))
    if any(not violation.baseline for violation in result.violations) or (strict and result.stale):
        return 1
    return 3 if unread(graph) else 0
