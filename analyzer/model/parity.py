"""Parity: evidence that a service and the monolith answer alike."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """One request, or one test, that was answered differently. `expected` is the monolith's answer.

    `fields` are (field, the monolith's value, the service's) where answers were compared field by field.
    """

    request: str
    expected: str
    actual: str
    fields: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Replayed:
    """What is to be said of recorded calls that were asked again, beside what differs.

    `recorded` were read, `masked` of them with values left out; `left` are (function, calls) that are behind
    the seam no more. `noise` is (function, field, calls): the monolith answers otherwise the second time.
    `failed` is (function, words, calls) that fail in the monolith; `otherwise` calls are answered otherwise
    than they were recorded. `hosts` were not reached, `unread` tables not compared.
    """

    recorded: int
    masked: int = 0
    left: tuple[tuple[str, int], ...] = ()
    noise: tuple[tuple[str, str, int], ...] = ()
    failed: tuple[tuple[str, str, int], ...] = ()
    otherwise: int = 0
    hosts: tuple[tuple[str, int], ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parity:
    """The outcome of one rung: `subject` is what was compared, `requests` how many were made.

    Where tests were the requests: `tests` ran, `failed_before` of them without the service, too, and
    `crossing_tests` reached it. `crossings` counts calls by function; a function that none crossed is
    unproven. `noticed` are the functions that a test with a difference crossed: with `sabotage`, those whose
    wrong answers somebody notices. `hides` is what the rung cannot see.
    """

    subject: str
    rung: str
    requests: int
    differences: tuple[Difference, ...] = ()
    tests: int = 0
    failed_before: int = 0
    crossings: tuple[tuple[str, int], ...] = ()
    crossing_tests: int = 0
    local: tuple[str, ...] = ()
    """Functions that stay in the process of their callers."""
    noticed: tuple[str, ...] = ()
    patched: tuple[tuple[str, int], ...] = ()
    """Names of the service that tests replace, with the number of these tests."""
    sabotage: bool = False
    hides: tuple[str, ...] = ()
    words: str = ""
    """The last lines of the run, where it ended before all tests had run."""

    compared: tuple[tuple[str, int], ...] = ()
    """Where calls came from that both sides were asked, with their numbers; `requests` is the sum."""
    replayed: Replayed | None = None
    """Where recorded calls were asked again."""
    said: tuple[str, ...] = ()
    """Errors that the service raised and did not declare, where tests differ."""

    @property
    def unproven(self) -> tuple[str, ...]:
        """Functions that no test crossed although they may."""
        return tuple(name for name, count in self.crossings if not count and name not in self.local)

    @property
    def unnoticed(self) -> tuple[str, ...]:
        """Functions that were crossed although no test would notice if they went wrong."""
        return tuple(name for name, count in self.crossings if count and name not in self.noticed)
