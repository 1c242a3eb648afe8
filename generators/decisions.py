"""What is to be done to each file: looks at the disk, decides, writes nothing.

A file that a person wrote or edited is never overwritten, and one that carveout did not write is refused:

| on disk | generated file | file of the user |
|---|---|---|
| nothing | write | write, unless it was written before and deleted since |
| what would be written | nothing to do | nothing to do |
| what was written last time | write | write |
| something else | written before: merge, or refuse the places | written before: leave it, it is theirs |
"""

from __future__ import annotations

import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Literal, NamedTuple

from ..analyzer.model.changes import Change
from ..analyzer.model.errors import OutputError, Refused
from .merging import merge
from .written import FOLDER, Entry, Record, digest, listed, load, path_of

Verdict = Literal["new", "changed", "removed", "unchanged", "kept"]


class OnDisk(NamedTuple):
    """The bytes and permission bits of a file."""

    data: bytes
    mode: int


@dataclass(frozen=True, slots=True)
class Operation:
    """What happens to one file: `new` is None for one that goes away or stays as it is."""

    path: str
    verdict: Verdict
    old: OnDisk | None
    new: OnDisk | None
    entry: Entry | None
    """What the record says of the file afterwards; None: nothing."""
    origin: str = ""


def encode(text: str) -> bytes:
    """Text as it goes to disk: UTF-8, line ends as they are."""
    return text.encode("utf-8", "surrogateescape")


def locate(root: Path, path: str) -> Path:
    """Where a path of the project lies. Raises Refused for one that leads out of it."""
    parts = PurePosixPath(path).parts
    bad = not parts or path.startswith("/") or any(part in ("..", ".git") for part in parts)
    if bad or "\\" in path or any(ord(character) < 32 for character in path):
        raise Refused(f"{path!r} is not a path inside the project", why="carveout writes nowhere else")
    place = root.joinpath(*parts)
    real_root = root.resolve()
    for folder in reversed(place.parents[: len(parts) - 1]):
        if folder.is_symlink() and not folder.resolve().is_relative_to(real_root):
            raise Refused(
                f"{path} would be written outside the project",
                why=f"{folder.relative_to(root).as_posix()} is a link that leads out of it",
                help="remove the link, or write somewhere else",
            )
        if folder.exists() and not folder.is_dir():
            raise Refused(
                f"{path} cannot be written: {folder.relative_to(root).as_posix()} is a file, not a folder"
            )
    if place.is_symlink():
        raise Refused(f"{path} is a link and would be replaced", help="remove the link first")
    return place


def look(place: Path) -> OnDisk | None:
    """The file at a place, or None. Raises OutputError when it cannot be read."""
    try:
        if not place.exists():
            return None
        if not place.is_file():
            raise OutputError(f"{place.name} is in the way: it is not a file")
        return OnDisk(place.read_bytes(), stat.S_IMODE(place.stat().st_mode))
    except OSError as error:
        raise OutputError(f"{place.name} cannot be read: {error.strerror}") from error


def record_of(root: Path, subject: str) -> Record | None:
    """What was written for a subject, or None."""
    path = path_of(subject)
    found = look(locate(root, path))
    return None if found is None else load(found.data.decode("utf-8", "replace"), path)


def steps_of(root: Path, service: str) -> list[str]:
    """The steps of a service that were written and not taken back."""
    folder = root.joinpath(*FOLDER.split("/"))
    found = {file.stem.partition(".")[::2] for file in folder.glob("*.json")} if folder.is_dir() else set()
    return sorted(step or "service" for name, step in found if name == service.partition(".")[0])


def record_of_others(root: Path, subject: str) -> Record:
    """What was written for other subjects: what several share goes when the last one goes."""
    folder = root.joinpath(*FOLDER.split("/"))
    files: dict[str, Entry] = {}
    folders: set[str] = set()
    for file in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        if file.stem != subject:
            record = load(file.read_text("utf-8", "replace"), f"{FOLDER}/{file.name}")
            files.update(record.files)
            folders.update(record.folders)
    return Record("", files, tuple(sorted(folders)))


def decide(
    changes: Sequence[Change], root: Path, record: Record, shared: Mapping[str, Entry]
) -> tuple[Operation, ...]:
    """What to do for each change, sorted by path, and for what was written before and is not any more.

    Raises Refused naming every file that somebody else wrote or edited.
    """
    paths = [change.path for change in changes]
    if len(set(paths)) != len(paths):
        twice = sorted({path for path in paths if paths.count(path) > 1})
        raise Refused(f"these files would be written twice:\n{listed(twice)}")
    foreign: list[str] = []
    edited: list[str] = []
    operations = [_decide(change, root, record, shared, foreign, edited) for change in changes]
    operations += _stale(frozenset(paths), root, record, shared, edited)
    if foreign:
        raise Refused(
            f"these files exist and differ from what would be written:\n{listed(foreign)}",
            why="carveout does not overwrite what it did not write",
            help="move them away, then run the command again",
        )
    if edited:
        raise Refused(
            f"these generated files were edited since, where they change now:\n{listed(edited)}",
            why="writing them again would lose the edits; other edits are kept, and nothing was written",
            help="take these edits back, or move them to a file that is yours (not below _generated/)",
        )
    return tuple(sorted(operations, key=lambda operation: operation.path))


def _decide(
    change: Change,
    root: Path,
    record: Record,
    shared: Mapping[str, Entry],
    foreign: list[str],
    edited: list[str],
) -> Operation:
    path = change.path
    old, known = look(locate(root, path)), record.files.get(path) or shared.get(path)
    new = None if change.new is None else OnDisk(encode(change.new), change.mode)
    sha256 = "" if new is None else digest(new.data)
    before, mode_before = (known.before, known.mode_before) if known else (None, None)
    kept = change.new if change.owner == "generated" and change.old is None else None
    entry = Entry(path, sha256, change.owner, before, mode_before, kept)
    if (old.data if old else None) == (new.data if new else None):
        return Operation(path, "unchanged", old, None, entry if known else None)
    if old is None:
        if known and change.owner == "user" and known.sha256 and _folder(root, path).is_dir():
            return Operation(path, "kept", None, None, known)
        return Operation(path, "new", None, new, entry, change.origin)
    verdict: Verdict = "removed" if new is None else "changed"
    if known and digest(old.data) == known.sha256:
        return Operation(path, verdict, old, new, entry, change.origin)
    if change.old is not None and old.data == encode(change.old):
        changed = Entry(path, sha256, change.owner, change.old, old.mode)
        mode = None if new is None else OnDisk(new.data, old.mode)
        return Operation(path, verdict, old, mode, changed)
    if known and change.owner == "user":
        return Operation(path, "kept", old, None, known)
    base = change.old if change.old is not None else known.written if known else None
    if base is None or new is None:
        (edited if known else foreign).append(path)
        return Operation(path, "kept", old, None, known)
    return _merged(Operation(path, verdict, old, new, entry, change.origin), base, edited)


def _folder(root: Path, path: str) -> Path:
    """What is written as a whole: `services/NAME`, or the folder at the top. Who deletes it wants it anew."""
    folders = path.split("/")[:-1]
    whole = folders[: 2 if folders[:1] == ["services"] else 1]
    return locate(root, "/".join(whole)) if whole else root


def _merged(planned: Operation, base: str, edited: list[str]) -> Operation:
    """An operation on a file that was edited since `base`: what is written holds the edits, too."""
    assert planned.old is not None and planned.new is not None
    mine, new = (each.data.decode("utf-8", "surrogateescape") for each in (planned.old, planned.new))
    found = merge(base, mine, new)
    edited += [f"{planned.path}:{line}" for line in found.conflicts]
    if found.conflicts or found.text == mine:
        return replace(planned, verdict="kept", new=None)
    return replace(planned, new=OnDisk(encode(found.text), planned.old.mode))


def _stale(
    wanted: frozenset[str], root: Path, record: Record, shared: Mapping[str, Entry], edited: list[str]
) -> Iterable[Operation]:
    """Files of the last time that are not wanted any more."""
    for path in sorted(record.files.keys() - wanted):
        entry = record.files[path]
        old = look(locate(root, path))
        if path in shared or old is None:
            continue
        if digest(old.data) == entry.sha256:
            before = _before(entry)
            yield Operation(path, "changed" if before else "removed", old, before, None)
        elif entry.owner == "generated":
            edited.append(path)
        else:
            yield Operation(path, "kept", old, None, entry)


def decide_undo(
    root: Path, record: Record, shared: Mapping[str, Entry], restored: Mapping[str, str]
) -> tuple[Operation, ...]:
    """What takes back all that was written; a new file that is the user's and was edited is kept.

    `restored` are changed files as they should be, whatever was edited in them. Raises Refused naming
    every other file edited since.
    """
    edited: list[str] = []
    operations: list[Operation] = []
    for path in sorted(record.files):
        entry = record.files[path]
        old = look(locate(root, path))
        before = _before(entry)
        if path in restored and old is not None:
            new = OnDisk(encode(restored[path]), old.mode)
            operations.append(Operation(path, "changed", old, new, None))
        elif path in shared:
            operations.append(Operation(path, "kept", old, None, None))
        elif old == before or (old is None and entry.before is None):
            continue  # taken back by hand already
        elif (digest(old.data) if old else "") != entry.sha256:
            if entry.owner == "user" and entry.before is None:
                operations.append(Operation(path, "kept", old, None, None))
            else:
                edited.append(path)
        elif before is None:
            operations.append(Operation(path, "removed", old, None, None))
        else:
            operations.append(Operation(path, "changed", old, before, None))
    if edited:
        raise Refused(
            f"these generated files were edited since they were written:\n{listed(edited)}",
            why="taking them back would lose the edits",
            help="save the edits elsewhere and delete these files, then undo again",
        )
    return tuple(operations)


def _before(entry: Entry) -> OnDisk | None:
    return None if entry.before is None else OnDisk(encode(entry.before), entry.mode_before or 0o644)


def entries(operations: Iterable[Operation]) -> Mapping[str, Entry]:
    """What the record holds after these operations."""
    return {operation.path: operation.entry for operation in operations if operation.entry is not None}
