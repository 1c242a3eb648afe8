"""Violations as annotations of GitHub Actions: what the page of a pull request shows beside its lines."""

from __future__ import annotations

from collections.abc import Iterator

from ...analyzer.model.evidence import Place
from ...analyzer.model.findings import Severity, Violation
from ...analyzer.model.results import CheckResult
from .plain import clean, count, encode
from .relationships import arrow, at, fresh, owners, path_of, places, sentences, verdict
from .unseen import unread

_MOST = 10
"""GitHub shows that many errors, warnings and notices of a step, and drops the others without a word."""
_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "notice"}
_MORE = 3


class ViolationsGithub:
    """Workflow commands, at most 10 of each severity; then plain lines that say how many there are."""

    name = "github"
    accepts = CheckResult

    def render(self, result: CheckResult) -> bytes:
        """Lines of ASCII words and escaped names. Debt is counted, not annotated."""
        room = dict.fromkeys(_COMMANDS.values(), _MOST)
        lines: list[str] = []
        hidden = 0
        for command, line in (*_stale(result), *_violations(result), *_unread(result)):
            if room[command]:
                room[command] -= 1
                lines.append(line)
            else:
                hidden += 1
        if hidden:
            number = count(hidden, "more finding")
            lines.append(f"{number}: see the summary of the job, or carveout check --format text --all")
        return encode([*lines, verdict(result)])


def _violations(result: CheckResult) -> Iterator[tuple[str, str]]:
    for violation in fresh(result):
        command = _COMMANDS[violation.severity]
        first = next(iter(places(violation)), Place("carveout.toml"))
        title = f"{violation.id} {clean(violation.title)}"
        yield command, _command(command, result, first, title, "\n".join(_body(violation, result)))


def _body(violation: Violation, result: CheckResult) -> Iterator[str]:
    yield arrow(violation)
    yield from sentences(violation)
    others = places(violation)[1:]
    if others:
        more = f" and {len(others) - _MORE} more" if len(others) > _MORE else ""
        yield "also: " + ", ".join(at(result, place) for place in others[:_MORE]) + more
    if owners(result, violation):
        yield "who: " + ", ".join(owners(result, violation))


def _stale(result: CheckResult) -> Iterator[tuple[str, str]]:
    """Entries that are paid off fail a strict check, and are worth a word in every other."""
    if result.stale:
        command = "error" if result.strict else "notice"
        number = count(len(result.stale), "entry", "entries")
        stale = result.stale[:_MORE]
        names = [clean(f"{debt.rule}: {debt.source} -> {debt.target}") for debt in stale]
        title = f"{number} of the baseline paid off: carveout baseline prune"
        yield command, _command(command, result, Place("carveout-baseline.json", 1), title, "\n".join(names))


def _unread(result: CheckResult) -> Iterator[tuple[str, str]]:
    for problem in unread(result.graph):
        title = f"not read: {clean(problem.kind)}"
        yield "error", _command("error", result, problem.place, title, clean(problem.message))


def _command(command: str, result: CheckResult, place: Place, title: str, text: str) -> str:
    """One workflow command; no name can end it, or begin another one."""
    line = f",line={place.line}" if place.line else ""
    column = f",col={place.column + 1}" if place.line and place.column else ""
    file = _property(clean(path_of(result, place)))
    return f"::{command} file={file}{line}{column},title={_property(title)}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


report = ViolationsGithub()
