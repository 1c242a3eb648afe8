"""`carveout check --watch`: the check again whenever a file of the project has changed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .output import Terminal

_PAUSE = 0.5
"""Seconds between two looks at the files."""
_NAMED = 3
Stamps = dict[str, tuple[int, int]]


def watch(root: Path, check: Callable[[], int], terminal: Terminal, pause: float = _PAUSE) -> int:
    """Check now and after each change, until Ctrl-C; gives the exit code of the last check.

    A mistake in the project's files is told and waited out: it ends a check, not the watch.
    """
    code = 0
    try:
        for changed in changes(root, pause):
            if changed:
                more = f" and {len(changed) - _NAMED:,} more" if len(changed) > _NAMED else ""
                terminal.say(f"changed: {', '.join(changed[:_NAMED])}{more}")
            code = _checked(root, check, terminal)
            terminal.say("watching for changes; Ctrl-C ends")
    except KeyboardInterrupt:
        return code
    return code


def _checked(root: Path, check: Callable[[], int], terminal: Terminal) -> int:
    from ..analyzer.model.errors import CarveoutError
    from .output import message

    try:
        return check()
    except CarveoutError as error:
        terminal.warn(message(error, _seen(root)))
        return error.exit_code


def _seen(root: Path) -> str:
    """The folder of the project as an editor finds it from here."""
    try:
        return os.path.relpath(root)
    except (OSError, ValueError):  # the current folder is gone, or on another drive
        return str(root)


def changes(root: Path, pause: float) -> Iterator[list[str]]:
    """Nothing at once, then the paths of what changed, each time that something did."""
    before = _stamps(root)
    yield []
    while True:
        time.sleep(pause)
        now = _stamps(root)
        if now != before:
            yield sorted(path for path in {*now, *before} if now.get(path) != before.get(path))
            before = now


def _stamps(root: Path) -> Stamps:
    """Path -> time and size of all that a check may read."""
    from ..analyzer.project import baseline
    from ..analyzer.project.config import boundary_files
    from ..analyzer.project.sources import list_files, may_matter

    listing = list_files(root)
    found: Stamps = {}
    sources = (path for path, _ in listing.files if may_matter(path))
    for path in (*sources, *boundary_files(root, listing), baseline.FILE):
        try:
            about = (root / path).stat()
        except OSError:  # gone meanwhile
            continue
        found[path] = (about.st_mtime_ns, about.st_size)
    return found
