"""Accept today's violations as debt, so that only new ones fail.

create writes carveout-baseline.json; it refuses when there is one, and in CI.

prune takes out what is not there any more, and adds nothing.

show says how much of each service's debt is paid off, by rule.

carveout check reads the file and never writes it. Entries are relationships
(who uses what), not lines: edits and moves of lines keep them.
"""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from .options import CacheOption, PathArgument, WorkersOption, project_root, read_graph
from .output import Terminal, save

if TYPE_CHECKING:
    from pathlib import Path

    from ..analyzer.model.findings import Debt
    from ..analyzer.model.results import CheckResult

EXAMPLES = (
    "carveout baseline create",
    "carveout baseline prune",
    "carveout baseline show ../shop",
)
_CI = ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "JENKINS_URL", "TEAMCITY_VERSION")
_ACTIONS = ("create", "prune", "show")


def run(
    context: typer.Context,
    action: Annotated[str, typer.Argument(metavar="create|prune|show", help="What to do.")],
    path: PathArgument = None,
    format: Annotated[str, typer.Option(metavar="text|json", help="Of show: what to print.")] = "text",
    force: Annotated[bool, typer.Option("--force", help="In CI too, or with files not read.")] = False,
    workers: WorkersOption = None,
    no_cache: CacheOption = False,
) -> int:
    """Parse, call, print."""
    from ..analyzer import pipeline
    from ..analyzer.model.errors import UsageError
    from ..analyzer.model.results import BaselineResult
    from ..analyzer.project.baseline import load_baseline
    from ..analyzer.project.config import load_agreed
    from ..analyzer.project.matching import require_matches
    from ..generators.reports import choose
    from ..generators.reports.unseen import unread

    terminal = context.obj
    report = choose(BaselineResult, format)
    if action not in _ACTIONS:
        raise UsageError(f'"{action}" is nothing to do with a baseline', help="|".join(_ACTIONS))
    root = project_root(path)
    _require(action, root, force)
    boundary = load_agreed(root)
    known = load_baseline(root, boundary)
    graph = read_graph(terminal, root, workers=workers, cache=not no_cache)
    require_matches(boundary, graph)
    result = pipeline.check(graph, boundary, root, today=date.today(), baseline=known)
    incomplete = bool(unread(graph))
    if action == "create":
        _create(terminal, root, result)
    elif action == "prune":
        _prune(terminal, root, known, result, incomplete and not force)
    else:
        shown = BaselineResult(result.project, known, result.violations, result.stale)
        (terminal.text if format == "text" else terminal.result)(report.render(shown))
    return 3 if incomplete else 0


def _require(action: str, root: Path, force: bool) -> None:
    """Raises Refused where a file is missing or in the way, or where nobody would see what is accepted."""
    from ..analyzer.model.errors import Refused, UsageError
    from ..analyzer.model.evidence import Place
    from ..analyzer.project.baseline import FILE, has_baseline

    if action != "create":
        if not has_baseline(root):
            raise UsageError(f"there is no {FILE}", help="carveout baseline create accepts what is there now")
        return
    if has_baseline(root):
        raise Refused(
            f"there is a {FILE} already; nothing was written",
            place=Place(FILE),
            why="debt that was accepted once only shrinks",
            help="carveout baseline prune takes out what was paid off; to accept anew, remove the file first",
        )
    if not force and any(os.environ.get(name, "").lower() not in ("", "0", "false") for name in _CI):
        raise Refused(
            "a baseline is not created in CI",
            why="each run would accept what it should report, and no one would review it",
            help="create it on your machine and commit it; --force creates it here nevertheless",
        )


def _create(terminal: Terminal, root: Path, result: CheckResult) -> None:
    from ..analyzer.project.baseline import FILE, accepted, dump_baseline
    from ..generators.reports.plain import count

    debts = accepted(result.violations)
    if not debts:
        terminal.say("no violations, so there is nothing to accept; nothing was written")
        return
    save(root / FILE, dump_baseline(debts))
    what = count(len(debts), "violation")
    terminal.say(f"wrote {FILE}: {what} accepted as debt\nnext: commit it; carveout check fails on new ones")


def _prune(
    terminal: Terminal, root: Path, known: tuple[Debt, ...], result: CheckResult, doubtful: bool
) -> None:
    from ..analyzer.model.errors import IncompleteError
    from ..analyzer.project.baseline import FILE, dump_baseline
    from ..generators.reports.plain import count

    stale = frozenset(result.stale)
    if stale and doubtful:
        raise IncompleteError(
            f"{FILE} is not pruned while files of the application cannot be read",
            why="what they hold looks paid off, and would be new once they are read again",
            help="mend the files that carveout check names, or --force",
        )
    left = [debt for debt in known if debt not in stale]
    if stale:
        save(root / FILE, dump_baseline(left))
        terminal.say(f"took {count(len(stale), 'entry', 'entries')} out of {FILE}, {len(left):,} left")
    else:
        terminal.say(f"all {count(len(known), 'entry', 'entries')} are still there; nothing was written")
