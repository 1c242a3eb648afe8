"""Show the carveout.toml for a project, and write it on --yes.

Looks at the project (its packages and its database driver); asks nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import PathArgument, project_root
from .output import save

EXAMPLES = (
    "carveout init",
    "carveout init --yes",
    "carveout init ../shop --yes",
)


def run(
    context: typer.Context,
    path: PathArgument = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write it.")] = False,
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
    text = first(guess(root))
    terminal.text(text)
    if yes:
        save(root / FILE, text.encode("utf-8"))
        terminal.say(f"wrote {FILE}\nnext: carveout propose")
    else:
        terminal.say("nothing was written\nnext: carveout init --yes")
    return 0


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
