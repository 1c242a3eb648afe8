"""Errors as a product: what, where, why it matters, what to type next.

The family tree, with the exit code of each branch:

    CarveoutError            2
      UsageError             2   a wrong path, verb, option or name
      ConfigurationError     2   mistakes in carveout.toml, all of them at once
      IncompleteError        3   so little could be read that an answer would mislead
      OutputError            2   a result could not be written
      Refused                2   a change that would not be safe
"""

from __future__ import annotations

from collections.abc import Sequence

from .evidence import Place


class CarveoutError(Exception):
    """A mistake that its user can mend. Printed, never shown as a traceback.

    `what` is one sentence; `place` is where; `why` tells why it matters; `help` is what to do next.
    """

    exit_code = 2

    def __init__(self, what: str, *, place: Place | None = None, why: str = "", help: str = "") -> None:
        super().__init__(what)
        self.what, self.place, self.why, self.help = what, place, why, help

    def __str__(self) -> str:
        lines = [self.what]
        if self.place is not None:
            lines.append(f" --> {self.place}")
        if self.why:
            lines.append(f"why:  {self.why}")
        if self.help:
            lines.append(f"help: {self.help}")
        return "\n".join(lines)


class UsageError(CarveoutError):
    """A wrong path, option or name on the command line."""


class ConfigurationError(CarveoutError):
    """Mistakes in a configuration file; `mistakes` holds every one of them, each with its place."""

    def __init__(self, mistakes: Sequence[CarveoutError]) -> None:
        count = len(mistakes)
        super().__init__(f"{count} mistake{'s' if count != 1 else ''} in the configuration")
        self.mistakes = tuple(mistakes)

    def __str__(self) -> str:
        return "\n\n".join(str(mistake) for mistake in self.mistakes)


class IncompleteError(CarveoutError):
    """The analysis read too little for its answer to be trusted."""

    exit_code = 3


class OutputError(CarveoutError):
    """A result could not be written; nothing was left half-written."""


class Refused(CarveoutError):
    """A change that would not be safe, so nothing was written."""
