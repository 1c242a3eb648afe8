"""Changes -> disk: dry run, all or nothing, undo. The only file that writes outside the cache.

Nothing is overwritten that carveout did not write itself (`decisions.py` says when), nothing is
written outside the project, and after a failure the project is as it was before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..analyzer.model.changes import Change
from ..analyzer.model.errors import OutputError, UsageError
from .decisions import (
    OnDisk,
    Operation,
    decide,
    decide_undo,
    encode,
    entries,
    locate,
    look,
    record_of,
    record_of_others,
    steps_of,
)
from .preview import preview_text
from .written import Record, dump, path_of

_TEMPORARY = ".carveout-new"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done, as sorted paths: `kept` files are the user's own and were left as they are."""

    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def preview(changes: Iterable[Change], root: Path, subject: str = "") -> str:
    """What `apply` would do, as a tree and a unified diff. Raises what `apply` would raise.

    With a `subject`, what was written for it before is taken into account.
    """
    record = (record_of(root, subject) if subject else None) or Record(subject)
    others = record_of_others(root, subject)
    return preview_text(decide(tuple(changes), root, record, others.files))


def apply(changes: Iterable[Change], root: Path, subject: str) -> Outcome:
    """Write the changes below `root`, all or none, and record them under the name `subject`.

    Edits of generated files are merged with what is written. Raises Refused (somebody else's file is in
    the way, or a generated file was edited where it changes; all are named) and OutputError (the disk
    refuses); in both cases nothing is changed.
    """
    record = record_of(root, subject) or Record(subject)
    others = record_of_others(root, subject)
    operations = decide(tuple(changes), root, record, others.files)
    files = entries(operations)
    # Folders that were made for another subject and hold files of this one, too.
    paths = (*files, path_of(subject))
    common = {folder for folder in others.folders if any(path.startswith(f"{folder}/") for path in paths)}
    return _carry_out(operations, root, Record(subject, files, tuple(sorted(common.union(record.folders)))))


def undo(root: Path, subject: str, restored: Mapping[str, str] | None = None) -> Outcome:
    """Take back all that `apply` wrote for `subject`: remove what was new, restore what was changed.

    `restored` holds changed files without what was put into them, for those that were edited since.
    Files of the user's own that were edited since are kept. Raises UsageError when nothing was written,
    Refused when generated files were edited since (all are named), OutputError when the disk refuses; in
    these cases nothing is changed.
    """
    record = record_of(root, subject)
    if record is None:
        service, _, step = subject.partition(".")
        written = steps_of(root, service)
        if written:
            raise UsageError(
                f"the step {step or 'service'} of {service} was not written, so there is nothing to undo",
                why=f"written were: {', '.join(written)}",
                help=f"carveout scaffold {service} --step {written[-1]} --undo",
            )
        raise UsageError(
            f"nothing was written for {subject!r}, so there is nothing to undo",
            help=f"carveout scaffold {service} --dry-run shows what would be written",
        )
    operations = decide_undo(root, record, record_of_others(root, subject).files, restored or {})
    outcome = _carry_out(operations, root, None, subject)
    _remove_empty(root, record.folders)
    return outcome


def _carry_out(
    operations: Sequence[Operation], root: Path, record: Record | None, subject: str = ""
) -> Outcome:
    outcome = Outcome(
        *(
            _paths(operations, *verdicts)
            for verdicts in (("new", "changed"), ("removed",), ("unchanged",), ("kept",))
        )
    )
    work = [operation for operation in operations if operation.verdict in ("new", "changed", "removed")]
    _Transaction(root, record, subject).run(work)
    return outcome


def _paths(operations: Iterable[Operation], *verdicts: str) -> tuple[str, ...]:
    """Paths by verdict; a file that the user deleted is not written again, but neither is it kept."""
    return tuple(
        operation.path
        for operation in operations
        if operation.verdict in verdicts and not (operation.verdict == "kept" and operation.old is None)
    )


class _Transaction:
    """Puts all new files beside their places, then moves them in; takes everything back on failure."""

    def __init__(self, root: Path, record: Record | None, subject: str) -> None:
        self._root, self._record = root, record
        self._record_path = path_of(record.subject if record else subject)
        self._folders: list[Path] = []
        self._temporary: list[Path] = []
        self._undo: list[tuple[Path, OnDisk | None]] = []

    def run(self, work: Sequence[Operation]) -> None:
        try:
            staged = [(self._stage(operation.path, operation.new), operation) for operation in work]
            record = self._stage_record()
            for temporary, operation in staged:
                self._move(temporary, locate(self._root, operation.path), operation.old)
            place = locate(self._root, self._record_path)
            self._move(record, place, look(place))
        except BaseException as error:
            self._roll_back()
            if isinstance(error, OSError):
                raise OutputError(
                    f"{self._relative(error.filename)} cannot be written: {error.strerror or error}",
                    why="all that was written before was taken back",
                    help="make the folder writable, or free some space, then run the command again",
                ) from error
            raise

    def _relative(self, name: object) -> str:
        if not isinstance(name, str):
            return "a file"
        path = Path(name)
        path = path.with_name(path.name.removesuffix(_TEMPORARY))
        return path.relative_to(self._root).as_posix() if path.is_relative_to(self._root) else path.name

    def _stage_record(self) -> Path | None:
        if self._record is None:
            return None
        place = locate(self._root, self._record_path)
        self._make_folders(place.parent)
        folders = {folder.relative_to(self._root).as_posix() for folder in self._folders}
        record = Record(
            self._record.subject, self._record.files, tuple(sorted(folders.union(self._record.folders)))
        )
        return self._stage(self._record_path, OnDisk(encode(dump(record)), 0o644))

    def _stage(self, path: str, new: OnDisk | None) -> Path | None:
        if new is None:
            return None
        place = locate(self._root, path)
        self._make_folders(place.parent)
        temporary = place.with_name(place.name + _TEMPORARY)
        with open(temporary, "xb") as file:
            self._temporary.append(temporary)
            file.write(new.data)
        temporary.chmod(new.mode)
        return temporary

    def _make_folders(self, folder: Path) -> None:
        missing = [folder for folder in (folder, *folder.parents) if not folder.exists()]
        for missed in reversed(missing):
            missed.mkdir()
            self._folders.append(missed)

    def _move(self, temporary: Path | None, place: Path, old: OnDisk | None) -> None:
        self._undo.append((place, old))
        if temporary is None:
            place.unlink(missing_ok=True)
        else:
            temporary.replace(place)

    def _roll_back(self) -> None:
        for place, old in reversed(self._undo):
            with suppress(OSError):
                if old is None:
                    place.unlink(missing_ok=True)
                else:
                    place.write_bytes(old.data)
                    place.chmod(old.mode)
        for temporary in self._temporary:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
        for folder in reversed(self._folders):
            with suppress(OSError):
                folder.rmdir()


def _remove_empty(root: Path, folders: Iterable[str]) -> None:
    """Remove the folders made for the files, innermost first, unless something else lies in them."""
    for name in sorted(folders, key=lambda name: (-name.count("/"), name)):
        folder = locate(root, name)
        _remove_bytecode(folder / "__pycache__")
        with suppress(OSError):
            folder.rmdir()


def _remove_bytecode(folder: Path) -> None:
    """A folder of nothing but compiled Python is a trace of running what was there."""
    if not folder.is_dir() or folder.is_symlink():
        return
    files = sorted(folder.iterdir())
    if all(file.suffix == ".pyc" for file in files):
        with suppress(OSError):
            for file in files:
                file.unlink()
            folder.rmdir()
