"""`.carveout/`: the one place in a project that an analysis writes to."""

from __future__ import annotations

from pathlib import Path

FOLDER = ".carveout"


def make_folder(folder: Path) -> bool:
    """Make a cache's folder, which tells git to ignore it. Whether there is one that may be written to.

    A link is not followed: a repository that brings one along would have us write wherever it leads.
    """
    if folder.is_symlink():
        return False
    try:
        folder.mkdir(exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
    except OSError:
        return False
    return True
