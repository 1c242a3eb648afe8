"""Files as they were at a revision, read out of git.

Blobs are read as they are: no checkout, so that no hook, filter or attribute of the repository runs or
hides anything, nothing in the working tree or the index is touched, and nothing is fetched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from ..model.errors import CarveoutError, OutputError, UsageError

_BATCH = 2_000
_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
"""What git tells its hooks, where it would hold for another folder than the project's."""
_MEND = "without git, carveout check holds all code to the boundary"


class Base(NamedTuple):
    """The commit that a change set out from, and whether both histories hold it."""

    commit: str
    common: bool


def base_of(root: Path, revision: str, head: str = "HEAD") -> Base:
    """Where the histories of `revision` and `head` parted.

    Without a common ancestor (a shallow clone) it is `revision` itself. Raises UsageError when `root` is in
    no repository, or `revision` is not known in it.
    """
    commit, other = commit_of(root, revision), commit_of(root, head)
    common = run(root, "merge-base", commit, other).stdout.decode("ascii", "replace").split()
    return Base(common[0] if common else commit, bool(common))


def commit_of(root: Path, revision: str) -> str:
    """The commit of a revision. Raises UsageError outside of a repository, and where it is not known."""
    inside = run(root, "rev-parse", "--is-inside-work-tree")
    if inside.returncode or inside.stdout.strip() != b"true":
        said = _first(inside.stderr).removeprefix("fatal: ")
        raise UsageError(
            f"{revision}: {root.resolve().name or root} is not in a git repository",
            why=said or "there is no working tree to compare with",
            help=_MEND,
        )
    found = run(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    commit = found.stdout.decode("ascii", "replace").strip()
    if found.returncode or not commit:
        if not run(root, "rev-list", "-n", "1", "--all").stdout.strip():
            raise UsageError(f"{revision}: the repository has no commit yet", help=_MEND)
        raise UsageError(
            f'git knows no revision "{revision}"',
            why="a clone of CI is often shallow and holds one commit of one branch",
            help=_fetching(revision),
        )
    return commit


def _fetching(revision: str) -> str:
    """How to get what a clone of CI has not: its `origin/main` does not come with `git fetch origin main`."""
    branch = revision.removeprefix("origin/")
    if branch != revision:
        return f"git fetch origin +refs/heads/{branch}:refs/remotes/{revision}, or fetch-depth: 0"
    return f"git fetch origin {revision}, or fetch-depth: 0; for a branch: origin/{revision}"


def uncommitted(root: Path) -> tuple[str, ...]:
    """The files below `root` that differ from the last commit, sorted; none outside of a repository."""
    found = run(root, "status", "--porcelain", "-z", "--untracked-files=no", "--", ".")
    if found.returncode:
        return ()
    rows = found.stdout.decode("utf-8", "replace").split("\0")
    return tuple(sorted(row[3:] for row in rows if row[2:3] == " "))


def export(root: Path, commit: str, folder: Path, wanted: Callable[[str], bool], largest: int) -> None:
    """Write the files of a commit below `root` whose paths are `wanted` into `folder`, larger ones left out.

    Links and submodules are left out as well. Raises CarveoutError when git cannot read them.
    """
    listing = run(root, "ls-tree", "-r", "-z", "-l", commit)
    if listing.returncode:
        raise _failed(listing)
    blobs = [(path, blob) for path, blob in _blobs(listing.stdout, largest) if wanted(path)]
    for start in range(0, len(blobs), _BATCH):
        batch = blobs[start : start + _BATCH]
        done = run(root, "cat-file", "--batch", given="".join(f"{blob}\n" for _, blob in batch).encode())
        if done.returncode:
            raise _failed(done)
        for (path, _), data in zip(batch, _contents(done.stdout), strict=False):
            _write(folder / path, data)


def _blobs(listing: bytes, largest: int) -> Iterator[tuple[str, str]]:
    """(path, blob) of the plain files that `ls-tree -z -l` lists."""
    for row in listing.split(b"\0"):
        head, tab, name = row.partition(b"\t")
        fields = head.decode("ascii", "replace").split()
        if not tab or len(fields) != 4 or not fields[0].startswith("100") or not fields[3].isdigit():
            continue
        path = os.fsdecode(name)
        inside = not path.startswith("/") and not {"", ".", "..", ".git"}.intersection(path.split("/"))
        if inside and int(fields[3]) <= largest:
            yield path, fields[2]


def _contents(stream: bytes) -> Iterator[bytes]:
    """The blobs of `cat-file --batch`: a line with the size, the bytes, a line end."""
    at = 0
    while at < len(stream):
        end = stream.index(b"\n", at)
        words = stream[at:end].split()
        at = end + 1
        if len(words) != 3:
            raise CarveoutError(
                "git holds this revision in part only", why=_first(stream[:end]), help="git fetch --refetch"
            )
        size = int(words[2])
        yield stream[at : at + size]
        at += size + 1


def _write(place: Path, data: bytes) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    except OSError as error:
        raise OutputError(
            f"the files of that revision cannot be written: {error.strerror}",
            why="they are put into a temporary folder to be compared",
            help="free some space, or set TMPDIR",
        ) from error


def run(root: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder, without its hooks and monitors. Raises UsageError where there is no git."""
    binary = shutil.which("git")
    if binary is None:
        raise UsageError("this needs git, which is not installed", help=_MEND)
    try:
        return subprocess.run(
            [binary, "-C", str(root), "-c", "core.fsmonitor=false", *arguments],
            input=given,
            capture_output=True,
            check=False,
            env={**{name: os.environ[name] for name in os.environ if name not in _HOOKS}, **_ENVIRONMENT},
        )
    except (OSError, ValueError) as error:
        raise UsageError(f"git could not be started: {error}", help=_MEND) from error


def _failed(done: subprocess.CompletedProcess[bytes]) -> CarveoutError:
    return CarveoutError(f"git failed: {_first(done.stderr) or 'no output'}", help=_MEND)


def _first(output: bytes) -> str:
    """The first line of what git said."""
    return output.decode("utf-8", "replace").strip().partition("\n")[0]
