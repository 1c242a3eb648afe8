"""Carry an agreed service out: a seam in the monolith, or a service.

--step seam puts the functions that others call behind a facade where they
stand; --step events makes events of the calls that nobody waits for; --step
service writes the service with its routes and its proxy; --step routes writes
the proxy's configuration alone. Shows what crosses, what is unsafe, the files
and their difference; --apply writes them, all or none, and --undo takes them
back. What a person edited is kept.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from .options import PathArgument, PathOption, project_root, read_graph

if TYPE_CHECKING:
    from .output import Terminal

EXAMPLES = (
    "carveout scaffold payments --step seam",
    "carveout scaffold notifications --step events",
    "carveout scaffold payments ../shop --step service --apply",
)


def run(
    context: typer.Context,
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="A service of carveout.toml.")],
    path: PathArgument = None,
    project: PathOption = None,
    step: Annotated[
        str,
        typer.Option("--step", metavar="STEP", help="seam, events, service or routes.", show_default=True),
    ] = "service",
    accept_hazard: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            "--accept-hazard",
            metavar="ID",
            show_default=False,
            help="Go on in spite of a hazard: ID or ID:FUNCTION; may be repeated.",
        ),
    ] = None,
    session: Annotated[
        str,
        typer.Option(
            "--session",
            metavar="NAME",
            show_default=False,
            help="For events: what gives SQLAlchemy's current session, such as shop.db.session.",
        ),
    ] = "",
    proxy: Annotated[str, typer.Option("--proxy", metavar="NAME", help="nginx or envoy.")] = "nginx",
    most_files: Annotated[
        int,
        typer.Option(
            "--most-files",
            metavar="N",
            min=1,
            help="Files that the service may start with, and that are yours then; moved code is not counted.",
        ),
    ] = 20,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written [default].")] = False,
    apply: Annotated[bool, typer.Option("--apply", help="Write it.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back what was written.")] = False,
) -> int:
    """Parse, call, print."""
    from ..analyzer import pipeline
    from ..analyzer.model.errors import UsageError
    from ..analyzer.model.plan import Plan
    from ..analyzer.planning.asked import require_step
    from ..analyzer.planning.steps import service_of
    from ..analyzer.project.config import load_agreed
    from ..analyzer.project.matching import require_matches
    from ..generators import scaffold, write
    from ..generators.reports import choose
    from .output import broken

    terminal = context.obj
    if dry_run + apply + undo > 1:
        raise UsageError("--dry-run, --apply and --undo exclude one another", help="give one of them")
    root = project_root(path, project)
    if undo:
        _undo(terminal, root, service, step)
        return 0
    scaffold.proxy_of(proxy)
    require_step(step)
    boundary = load_agreed(root)
    service_of(boundary, service)
    graph = read_graph(terminal, root)
    require_matches(boundary, graph)
    plan = pipeline.plan(
        graph, boundary, service, root, step=step, accepted=accept_hazard or (), session=session
    )
    dirty = pipeline.uncommitted(root)
    if dirty:
        terminal.say("\n".join(broken(f"note: {dirty}")))
    changes = [change for each in plan.steps for change in scaffold.changes(each, graph, proxy)]
    summary, subject = choose(Plan, "text").render(plan).decode("utf-8"), scaffold.subject(service, step)
    again = _again(service, step, proxy, most_files)
    if not apply:
        terminal.text(f"{summary}\n{write.preview(changes, root, subject)}")
        terminal.say("nothing was written")
    for each in plan.steps:
        if apply and each.refused:
            terminal.text(summary)
        scaffold.require_safe(each, changes, most_files)
    if apply:
        outcome = write.apply(changes, root, subject)
        terminal.text(f"{summary}\n{_outcome(outcome)}")
        for each in plan.steps:
            command, does = scaffold.following(each, changes, proxy)
            terminal.next(command, does) if command else None
    terminal.next(f"{again} --undo", "takes it back") if apply else terminal.next(f"{again} --apply")
    return 0


def _undo(terminal: Terminal, root: Path, service: str, step: str) -> None:
    """Takes a step back, and names the others that still stand."""
    from ..generators import scaffold
    from ..generators.decisions import steps_of

    outcome = scaffold.undo(root, service, step)
    terminal.text(_outcome(outcome))
    if outcome.kept:
        terminal.say(
            "kept files are yours and were edited, or another service or step needs them:\n"
            "delete the ones that you do not need any more"
        )
    for other in steps_of(root, service):
        terminal.next(f"carveout scaffold {service} --step {other} --undo", "takes that back, too")


def _again(service: str, step: str, proxy: str, most_files: int) -> str:
    """The command as it was typed, without what it does."""
    options = (("--step", step, "service"), ("--most-files", most_files, 20), ("--proxy", proxy, "nginx"))
    words = "".join(f" {name} {given}" for name, given, usual in options if given != usual)
    return f"carveout scaffold {service}{words}"


def _outcome(outcome: object) -> str:
    """What was done, one line a file."""
    lines = [
        f"{verdict:<10}{path}\n"
        for verdict in ("written", "removed", "unchanged", "kept")
        for path in getattr(outcome, verdict)
    ]
    return "".join(lines) or "nothing to do\n"
