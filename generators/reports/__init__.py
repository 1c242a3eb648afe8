"""Results as text and data: one file a format, found by its place and by the type that it accepts."""

from __future__ import annotations

from typing import Any

from ...analyzer.model.errors import UsageError
from ...analyzer.plugins import plugins


def formats(result: type) -> tuple[str, ...]:
    """The names of the formats in which a type of result can be shown, `text` first."""
    names = {report.name for report in plugins("generators.reports", "report") if report.accepts is result}
    return tuple(sorted(names, key=lambda name: (name != "text", name)))


def choose(result: type, format: str) -> Any:
    """The report of that format. Raises UsageError, before anything is computed, when there is none."""
    for report in plugins("generators.reports", "report"):
        if report.accepts is result and report.name == format:
            return report
    elsewhere = any(report.name == format for report in plugins("generators.reports", "report"))
    told = f'"{format}" is no format of what is asked here' if elsewhere else f'there is no format "{format}"'
    raise UsageError(told, help="--format " + "|".join(formats(result)))
