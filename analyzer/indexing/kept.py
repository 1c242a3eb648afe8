"""What `carveout check` printed, kept under the digest of all that it depends on.

Where nothing has changed, the answer is printed again without reading facts or a graph. All files are
read and digested each time: no size, time or number of a file is trusted to mean that it is the same.
Whoever makes a check look at another file adds it to `question`; a test watches which files are opened.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ..model.errors import CarveoutError
from ..project import baseline
from ..project.cache_folder import FOLDER, make_folder
from ..project.codeowners import folder_in_repository, owners_file
from ..project.config import boundary_files, load_project
from ..project.sources import list_files, read_sources
from .version import whole_version

_FOLDER = "answers"
_HEAD = b"carveout answer 1\n"
_LARGEST = 64 * 1024 * 1024
"""Bytes of an answer that is kept, or read."""
_KEPT = 24
_ABANDONED = 3600
"""Seconds after which a file that nobody finished is taken away."""


class Answer(NamedTuple):
    """What a check ended with: its exit code, what it printed, and what it tells the page of a CI job."""

    code: int
    output: bytes
    summary: bytes = b""


def question(root: Path, options: Iterable[str], since: str | None, today: date) -> str | None:
    """The digest of all that the answer of a check depends on: all files' bytes, the boundary, the baseline,
    CODEOWNERS, the options, the base of `since`, our own code and, if an exception has an end, the day.

    None where there is no answer to keep: mistakes in the project's files, or plug-ins that may change.
    """
    try:
        version = whole_version()
        if version is None:
            return None
        found = hashlib.blake2b(digest_size=20)
        for part in _parts(root, since, today):
            found.update(b"%d\0" % len(part))
            found.update(part)
    except (CarveoutError, OSError):
        return None
    for text in (version, *options):
        found.update(f"{len(text)}\0{text}".encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def _parts(root: Path, since: str | None, today: date) -> Iterator[bytes]:
    listing = list_files(root)
    files = boundary_files(root, listing)
    project = load_project(root, files)
    yield _text(root.name, root.resolve().name, folder_in_repository(root))
    for path in files:
        data = (root / path).read_bytes()
        yield _text(path)
        yield data
        if b"until" in data:
            yield _text(today.isoformat())
    yield _text("baseline")
    if baseline.has_baseline(root):
        yield baseline.content(root)
    yield _text("owners")
    owned = owners_file(root)
    if owned is not None:
        yield owned
    if since is not None:
        from ..observed.git import base_of

        base = base_of(root, since)
        yield _text("since", since, base.commit, str(base.common))
    sources, contents = read_sources(root, project.exclude, listing)
    yield _text("sources", sources.package, *sources.markers, *map(repr, sources.diagnostics))
    for source in sources.files:
        yield _text(source.path)
        yield contents[source.path]


def _text(*words: str) -> bytes:
    return "\0".join(words).encode("utf-8", "surrogatepass")


def find(root: Path, question: str) -> Answer | None:
    """The answer that is kept to a question. None as well for a file that is damaged or not of our making."""
    try:
        file = os.open(root / FOLDER / _FOLDER / question, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        with open(file, "rb") as stream:
            about = os.fstat(file)
            if not stat.S_ISREG(about.st_mode) or about.st_size > _LARGEST:
                return None
            return _unpack(stream.read(_LARGEST))
    except OSError:
        return None


def keep(root: Path, question: str, answer: Answer) -> None:
    """Keep an answer, whole or not at all; of many, the oldest go. Fails silently."""
    data = _pack(answer)
    folder = root / FOLDER / _FOLDER
    if len(data) > _LARGEST or not make_folder(root / FOLDER) or folder.is_symlink():
        return
    temporary = folder / f"{question}.{os.getpid()}.new"
    try:
        folder.mkdir(exist_ok=True)
        try:
            temporary.write_bytes(data)
            temporary.replace(folder / question)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _forget(folder)
    except OSError:
        return


def _forget(folder: Path) -> None:
    """Takes away the oldest answers, and what runs that were killed left unfinished."""
    times = {entry.path: entry.stat().st_mtime for entry in os.scandir(folder)}
    unfinished = [path for path in times if path.endswith(".new")]
    answers = sorted(times.keys() - set(unfinished), key=lambda path: (-times[path], path))
    old = [path for path in unfinished if times[path] < time.time() - _ABANDONED]
    for path in (*answers[_KEPT:], *old):
        with suppress(OSError):  # another run was faster
            Path(path).unlink()


def _pack(answer: Answer) -> bytes:
    sizes = b"%d %d %d\n" % (answer.code, len(answer.output), len(answer.summary))
    body = sizes + answer.output + answer.summary
    return _HEAD + _sum(body) + body


def _unpack(data: bytes) -> Answer | None:
    body = data[len(_HEAD) + 33 :]
    if not data.startswith(_HEAD + _sum(body)):
        return None
    sizes, line_end, rest = body.partition(b"\n")
    try:
        code, output, summary = map(int, sizes.split())
    except ValueError:
        return None
    if not line_end or code not in (0, 1, 3) or min(output, summary) < 0 or output + summary != len(rest):
        return None
    return Answer(code, rest[:output], rest[output:])


def _sum(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=16).hexdigest().encode("ascii") + b"\n"
