"""Write an agreed service with its routes and its proxy.

Shows the files and their difference; --apply writes them, all or none, and
--undo takes back what was written. Files that a person edited are never
overwritten.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from .options import PathArgument, project_root, read_graph

EXAMPLES = (
    "carveout scaffold payments",
    "carveout scaffold payments ../shop --apply",
    "carveout scaffold payments --undo",
)


def run(
    context: typer.Context,
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="A service of carveout.toml.")],
    path: PathArgument = None,
    project: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--path", metavar="PATH", show_default=False, help="The same as PATH."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written [default].")] = False,
    apply: Annotated[bool, typer.Option("--apply", help="Write it.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back what was written.")] = False,
) -> int:
    """Parse, call, print."""
    from ..analyzer import pipeline
    from ..analyzer.model.errors import UsageError
    from ..analyzer.model.plan import Plan
    from ..analyzer.project.config import load_agreed
    from ..analyzer.project.matching import require_matches
    from ..generators import scaffold, write
    from ..generators.reports import choose

    terminal = context.obj
    if dry_run + apply + undo > 1:
        raise UsageError("--dry-run, --apply and --undo exclude one another", help="give one of them")
    if path is not None and project is not None:
        raise UsageError("the project is given twice", help="give PATH or --path, not both")
    root = project_root(path or project)
    if undo:
        outcome = write.undo(root, service)
        terminal.text(_outcome(outcome))
        if outcome.kept:
            terminal.say(
                "kept files are yours and were edited, or another service needs them;\n"
                "delete the ones that you do not need any more"
            )
        return 0
    boundary = load_agreed(root)
    graph = read_graph(terminal, root)
    require_matches(boundary, graph)
    plan = pipeline.plan(graph, boundary, service, root)
    changes = [change for step in plan.steps for change in scaffold.changes(step, graph)]
    summary = choose(Plan, "text").render(plan).decode("utf-8")
    if apply:
        outcome = write.apply(changes, root, service)
        terminal.text(f"{summary}\n{_outcome(outcome)}")
        terminal.say(f"next: carveout scaffold {service} --undo takes it back")
    else:
        terminal.text(f"{summary}\n{write.preview(changes, root, service)}")
        terminal.say(f"nothing was written\nnext: carveout scaffold {service} --apply")
    return 0


def _outcome(outcome: object) -> str:
    """What was done, one line a file."""
    lines = [
        f"{verdict:<10}{path}\n"
        for verdict in ("written", "removed", "unchanged", "kept")
        for path in getattr(outcome, verdict)
    ]
    return "".join(lines) or "nothing to do\n"
