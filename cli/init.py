"""Show the carveout.toml for a project, and write it on --yes.

Looks at the project (its packages and its database driver); asks nothing.
--from takes over what was agreed with another tool: import-linter's contracts
(.importlinter, setup.cfg, pyproject.toml) or tach's modules (tach.toml,
tach.yml). What has no like here is named, and left to you.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from .options import PathArgument, project_root
from .output import save

if TYPE_CHECKING:
    from .output import Terminal

EXAMPLES = (
    "carveout init",
    "carveout init --yes",
    "carveout init --from .importlinter --yes",
)

_HOLDS_MORE = """carveout check    holds more than imports: what breaks today may be new to you
      carveout baseline create    accepts that, so that only what is added fails"""


def run(
    context: typer.Context,
    path: PathArgument = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write it.")] = False,
    other: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--from", metavar="FILE", show_default=False, help="Take over another tool's file."),
    ] = None,
) -> int:
    """Parse, call, print."""
    from ..analyzer.model.errors import Refused
    from ..analyzer.model.evidence import Place
    from ..analyzer.project.config import FILE, has_boundary
    from ..analyzer.project.guess import guess
    from ..generators.boundary_file import first

    terminal = context.obj
    root = project_root(path)
    if has_boundary(root):
        raise Refused(
            f"there is a {FILE} already; nothing was written",
            place=Place(FILE),
            why="what people wrote there is never overwritten",
            help=_instead(root),
        )
    text = first(guess(root)) if other is None else _taken_over(root, other, terminal)
    terminal.text(text)
    if yes:
        save(root / FILE, text.encode("utf-8"))
        terminal.say(f"wrote {FILE}\nnext: {'carveout propose' if other is None else _HOLDS_MORE}")
    elif other is not None:
        terminal.say("nothing was written")
        terminal.next(f"carveout init --from {other} --yes")
    else:
        terminal.say("nothing was written\nnext: carveout init --yes")
    return 0


def _taken_over(root: Path, other: Path, terminal: Terminal) -> str:
    """The boundary file that says what another tool's file says; what it cannot say is told."""
    from ..analyzer.model.errors import UsageError
    from ..analyzer.project.guess import guess
    from ..analyzer.project.other_tools import take_over
    from ..generators.boundary_file import dump

    found = take_over(other)
    for text in found.left:
        terminal.say(f"not taken over: {text}")
    if not found.boundary.services:
        raise UsageError(f"{other} names no modules that could be services", help="carveout init")
    project = guess(root)
    project = replace(project, roots=found.roots or project.roots)
    return dump(found.boundary, replace(project, exclude=(*project.exclude, *found.exclude)))


def _instead(root: Path) -> str:
    """What to type when there is a boundary file already."""
    from ..analyzer.model.errors import CarveoutError
    from ..analyzer.project.config import load_boundary

    try:
        services = load_boundary(root).services
    except CarveoutError:
        return "carveout check lists its mistakes"
    if not services:
        return "carveout propose, then carveout propose --accept 1 adds services to it"
    return "carveout check holds the code to it; carveout propose shows other cuts beside it"
