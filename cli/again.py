"""The last answer of `carveout check` once more, where nothing has changed since: before typer is loaded.

Only plain command lines are understood here. What is not, and every mistake, is left to the verb itself.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ..analyzer.indexing.kept import Answer
    from .output import Terminal

_SUMMARY = 1024 * 1024
"""Bytes that GitHub shows of a job's summary."""
_VALUES = ("--format", "--since")
_FLAGS = ("--all", "--strict")


class Asked(NamedTuple):
    """What decides on the answer of a check beside the project and the day."""

    root: Path
    format: str
    every: bool
    strict: bool
    since: str | None

    def question(self) -> str | None:
        """The digest of all that the answer depends on; None when it cannot be kept."""
        from ..analyzer.indexing.kept import question

        options = (self.format, str(self.every), str(self.strict))
        return question(self.root, options, self.since, date.today())


def again(arguments: Sequence[str], terminal: Terminal) -> int | None:
    """Print what a check with these arguments would, and give its exit code; None where it has to run."""
    from ..analyzer.indexing.kept import find

    asked = _asked(arguments)
    if asked is None:
        return None
    question = asked.question()
    terminal.asked[asked] = question
    answer = find(asked.root, question) if question else None
    return None if answer is None else show(answer, asked.format, terminal)


def show(answer: Answer, format: str, terminal: Terminal) -> int:
    """Print an answer; gives its exit code."""
    (terminal.text if format == "text" else terminal.result)(answer.output)
    if format == "github":
        _summarise(answer.summary)
    return answer.code


def usual_format() -> str:
    """The format where none is given: annotations in GitHub's Actions, else text."""
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text"


def _asked(arguments: Sequence[str]) -> Asked | None:
    from ..analyzer.project.config import find_root

    given: dict[str, str] = {}
    paths: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        name, equals, value = argument.partition("=")
        if argument in _FLAGS:
            given[argument] = ""
        elif name in _VALUES:
            given[name] = value if equals else next(rest, "")
        elif argument and not argument.startswith("-"):
            paths.append(argument)
        else:
            return None
    if len(paths) > 1 or "" in (given.get(name) for name in _VALUES):
        return None
    root = Path(paths[0]) if paths else find_root(Path())
    if not root.is_dir():
        return None
    format = given.get("--format") or usual_format()
    return Asked(root, format, "--all" in given, "--strict" in given, given.get("--since"))


def _summarise(text: bytes) -> None:
    """Append to the summary of the job, where GitHub gives a file for it, as much as it shows."""
    place = os.environ.get("GITHUB_STEP_SUMMARY", "")
    if not place:
        return
    with suppress(OSError):  # the summary is a courtesy: the annotations and the exit code stand
        path = Path(place)
        if (path.stat().st_size if path.exists() else 0) + len(text) + 1 <= _SUMMARY:
            with path.open("ab") as file:
                file.write(text + b"\n")
