"""The record of what was written for one subject, so that it can be brought up to date and taken back.

It is a readable file, `.carveout/scaffold/<subject>.json`: each file with the SHA-256 of what was
written, its owner and, where a file of the project was changed, the text from before; of a generated file the
text that was written. No clocks.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..analyzer.model.changes import Owner
from ..analyzer.model.errors import OutputError, UsageError
from ..analyzer.model.evidence import Place

SCHEMA = "carveout/scaffold/0"
FOLDER = ".carveout/scaffold"
_SUBJECT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}(?:\.(?:seam|events|routes))?\Z")
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True)
class Entry:
    """One written file. `sha256` is "" for a file that was taken away; `before` is what stood there.

    `written` is the text of a generated file, to tell a person's edits from what is written anew.
    """

    path: str
    sha256: str
    owner: Owner
    before: str | None = None
    mode_before: int | None = None
    written: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """All that was written for `subject`: files by path, and the folders made for them."""

    subject: str
    files: Mapping[str, Entry] = field(default_factory=dict)
    folders: tuple[str, ...] = ()


def digest(data: bytes) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def path_of(subject: str) -> str:
    """Where the record of a subject lies, relative to the project. Raises UsageError for a bad name."""
    if not _SUBJECT.match(subject):
        raise UsageError(f"{subject!r} cannot name a file", help="use letters, digits, - and _")
    return f"{FOLDER}/{subject}.json"


def dump(record: Record) -> str:
    """The text of a record: the same bytes for the same record."""
    files = [_row(record.files[path]) for path in sorted(record.files)]
    data = {"schema": SCHEMA, "subject": record.subject, "folders": sorted(record.folders), "files": files}
    return json.dumps(data, indent=2, ensure_ascii=True) + "\n"


def _row(entry: Entry) -> dict[str, Any]:
    row: dict[str, Any] = {"path": entry.path, "sha256": entry.sha256, "owner": entry.owner}
    if entry.before is not None:
        row["before"] = entry.before
    if entry.mode_before is not None:
        row["mode_before"] = entry.mode_before
    if entry.written is not None:
        row["written"] = entry.written
    return row


def load(text: str, path: str) -> Record:
    """The record that a text holds. Raises OutputError when it is not one."""
    try:
        data = json.loads(text)
        if data["schema"] != SCHEMA:
            raise ValueError(f"its schema is {data['schema']!r}, not {SCHEMA!r}")
        entries = [_entry(row) for row in data["files"]]
        folders = tuple(str(folder) for folder in data["folders"])
        return Record(str(data["subject"]), {entry.path: entry for entry in entries}, folders)
    except (ValueError, KeyError, TypeError) as error:
        raise OutputError(
            f"the record of what was written cannot be read ({error})",
            place=Place(path),
            why="without it nothing can be taken back or brought up to date safely",
            help="restore the file from version control, or delete it and the written files by hand",
        ) from error


def _entry(row: Mapping[str, Any]) -> Entry:
    sha256, owner = str(row["sha256"]), row["owner"]
    if owner not in ("generated", "user") or not (sha256 == "" or _DIGEST.match(sha256)):
        raise ValueError(f"the entry of {row['path']!r} makes no sense")
    before, mode, written = row.get("before"), row.get("mode_before"), row.get("written")
    return Entry(
        str(row["path"]),
        sha256,
        owner,
        None if before is None else str(before),
        None if mode is None else int(mode),
        None if written is None else str(written),
    )


def listed(paths: Iterable[str], limit: int = 10) -> str:
    """Paths for a message, one a line, no more than `limit`."""
    names = sorted(paths)
    lines = [f"  {name}" for name in names[:limit]]
    if len(names) > limit:
        lines.append(f"  ... and {len(names) - limit} more")
    return "\n".join(lines)
