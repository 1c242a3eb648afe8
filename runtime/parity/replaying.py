"""Recorded calls (`recording.py` of a seam) are asked again, of the monolith and of the service.

Not a rung of its own: they are asked on *wire* (the answer goes through bytes within one process) or on
*process* (the service answers). A command loads the application as it is configured; when it is over, calls
are asked in its process, each within a transaction that is taken back. So they are asked on the data that is
there: a copy of what was recorded on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...analyzer.model.errors import CarveoutError, UsageError
from ...analyzer.model.parity import Difference, Parity, Replayed
from ...generators.seams.contract import SeamAt
from ...generators.services.layout import ServiceAt
from .comparing import require_started
from .running import Run, run_tests, tail

HIDES = (
    "files, caches and what else is not in the database",
    "what calls send: it is compared where it is a task of Celery or mail of Django, and never sent",
)
_OF_RUNG = {
    "wire": "module state, settings and imports of the service's own process",
    "process": "isolation, locks and several callers at once",
}
_FILE = "give the file that SERVICE_SEAM_RECORD names where the monolith runs"
LOADS = ("python", "manage.py", "check")
"""What loads an application of Django."""


def loading(root: Path, words: Sequence[str]) -> Sequence[str]:
    """The command that loads the application. Raises UsageError where none is given and none is known."""
    if words:
        return words
    if not (root / "manage.py").is_file():
        raise UsageError(
            "nothing says how the application is loaded",
            why="recorded calls are asked in its process, with its configuration",
            help="give a command that loads it and ends: --load 'flask --app shop routes', "
            "or --load 'python -c \"import shop.main\"'",
        )
    return LOADS


def read(file: Path) -> list[dict[str, Any]]:
    """The calls of a file, each once, in the order of their recording. Raises UsageError."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}", help=_FILE) from error
    found: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(lines, 1):
        row = _row(line)
        if row is None and number < len(lines):  # the last may be half written
            raise UsageError(
                f"{file}:{number} is no recorded call",
                why='a line is {"function": ..., "arguments": {...}, "answer": {...}, "left_out": [...]}',
                help=_FILE,
            )
        if row is not None:
            found.setdefault(json.dumps([row["function"], row["arguments"]], sort_keys=True), row)
    if not found:
        raise UsageError(
            f"{file} holds no call",
            help="set SERVICE_SEAM_RECORD to its path, start the monolith and use it",
        )
    return list(found.values())


def _row(line: str) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    kinds = {"function": str, "arguments": dict, "answer": dict}
    good = isinstance(row, dict) and all(isinstance(row.get(key), kind) for key, kind in kinds.items())
    return row if good else None


def replay(
    rung: str,
    root: Path,
    command: Sequence[str],
    at: SeamAt,
    service: ServiceAt | None,
    calls: Sequence[Mapping[str, Any]],
    *,
    seconds: float = 3_600.0,
) -> Parity:
    """Asks all calls of both sides, on a rung that can take back what they do.

    Raises UsageError for another rung, and CarveoutError when the application or the service do not start.
    """
    if rung not in _OF_RUNG:
        raise UsageError(
            f"--replay is for the rungs wire and process, not {rung}",
            why="what recorded calls do is taken back, on a connection that both sides share",
        )
    told = {"crosses": "replaying", "module": at.module, "seam": at.name, "rung": rung, "sabotage": False}
    told |= service.below(root)._asdict() if service is not None else {"framework": ""}
    run = run_tests(root, command, told, files={"replay": json.dumps(calls)}, seconds=seconds)
    run = _require_asked(run, command)
    counts = {name: sum(run.compared.get(name, {}).values()) for name in at.functions}
    return Parity(
        subject=at.name.removesuffix("_seam"),
        rung=rung,
        requests=sum(counts.values()),
        differences=tuple(_difference(name, json.loads(words)) for name, words in run.different),
        crossings=tuple(sorted(counts.items())),
        local=tuple(sorted(at.local)),
        replayed=_replayed(run, calls),
        hides=(*HIDES, _OF_RUNG[rung]),
    )


def _require_asked(run: Run, command: Sequence[str]) -> Run:
    """The run itself. Raises CarveoutError when the calls were not all asked."""
    if "asked" in run.noted:
        return run if not run.broken else require_started(run)
    if run.broken:
        raise CarveoutError(
            "the recorded calls could not be asked",
            why=f"its last words:\n{tail(run.broken)}",
            help="mend what it names (a database, a variable, a missing package?), then run verify again",
        )
    raise CarveoutError(
        f"`{' '.join(command)}` did not load the seam",
        why=f"it ended with status {run.status} and these words:\n{tail(run.output)}",
        help="--load takes a command that imports the application in its own process, and ends",
    )


def _replayed(run: Run, calls: Sequence[Mapping[str, Any]]) -> Replayed:
    def three(kind: str) -> tuple[tuple[str, str, int], ...]:
        rows = [
            (name, told, times)
            for name, notes in run.noted.get(kind, {}).items()
            for told, times in notes.items()
        ]
        return tuple(sorted(rows))

    return Replayed(
        recorded=len(calls),
        masked=sum(bool(call.get("left_out")) for call in calls),
        left=tuple((name, times) for name, _, times in three("left")),
        noise=three("noise"),
        failed=three("failed"),
        otherwise=sum(times for _, _, times in three("otherwise")),
        hosts=tuple((name, times) for name, _, times in three("host")),
        unread=tuple(name for name, _, _ in three("unread")),
    )


def _difference(name: str, told: Mapping[str, Any]) -> Difference:
    arguments = ", ".join(f"{key}={json.dumps(value)}" for key, value in told["call"].items())
    fields = tuple((field, expected, actual) for field, expected, actual in told["fields"])
    return Difference(f"{name}({arguments})", *fields[0][1:], fields)
