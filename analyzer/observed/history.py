"""Which files were changed together, as the log of git tells it.

Bounded: the newest commits alone, without merges, and without those that change so many files that they tie
none (reformatting, moves, imports of whole trees). Without git, a repository or a log that can be read
there is no history, and `missing` says why.
"""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from ..model.errors import CarveoutError
from ..model.ties import Commit, History
from .git import run

COMMITS = 2_000
"""How many commits are read."""
FILES = 30
"""A commit that changes more files than this ties none of them."""
_SUFFIXES = frozenset({".py", ".sql"})
_START, _FIELD = "\x01", "\x02"
_SHORT = 10
_LOG = (
    "-c", "log.showSignature=false", "log", f"--max-count={COMMITS}", "--no-merges", "--no-renames",
    "--name-only", "--relative", "-z", f"--format={_START}%H{_FIELD}%s{_FIELD}", "--", ".",
)  # fmt: skip


def history(root: Path) -> History:
    """The history of the files below `root`, with their paths as from there."""
    try:
        done = run(root, *_LOG)
    except CarveoutError:
        return History(missing="git is not there")
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0].removeprefix("fatal: ")
        return History(missing=said or "git has no log of it")
    commits: list[Commit] = []
    large = 0
    for entry in os.fsdecode(done.stdout).split(_START)[1:]:
        id, _, rest = entry.partition(_FIELD)
        subject, _, names = rest.partition(_FIELD)
        paths = [name.lstrip("\n") for name in names.split("\0")]
        paths = sorted({path for path in paths if PurePosixPath(path).suffix in _SUFFIXES})
        if len(paths) > FILES:
            large += 1
        elif paths:
            commits.append(Commit(id[:_SHORT], subject, tuple(paths)))
    missing = "" if commits else "no commit changes its code"
    return History(tuple(commits), large, missing)
