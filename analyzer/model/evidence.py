"""Where something was seen, and how.

Everything that carveout says can be traced to a line: a `Place` is that line, an `Evidence` adds the
way in which it was seen, and a `BlindSpot` is a line that was seen but not understood.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

Via = Literal["syntax", "sql", "convention", "value-flow", "observed"]
VIAS: tuple[Via, ...] = ("syntax", "sql", "convention", "value-flow", "observed")

Confidence = Literal["certain", "likely", "possible"]
CONFIDENCES: tuple[Confidence, ...] = ("certain", "likely", "possible")
"""Best first: the position in this tuple is the rank."""

Seen = Literal["static", "observed"]
SEEN: tuple[Seen, ...] = ("static", "observed")


class Place(NamedTuple):
    """A position in a file of the project.

    `path` is relative to the project, with `/`; `line` counts from 1 (0: the file as a whole);
    `column` counts from 0.
    """

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


class Evidence(NamedTuple):
    """A place and how it was seen there."""

    place: Place
    via: Via = "syntax"


def lines(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Evidence in order, the first on each line: where a reader opens a file, columns tell nothing apart."""
    first: dict[tuple[str, int], Evidence] = {}
    for each in sorted(evidence):
        first.setdefault((each.place.path, each.place.line), each)
    return tuple(first.values())


class BlindSpot(NamedTuple):
    """Something that was seen but could not be resolved; counted and shown, never dropped.

    `kind` is a short slug (`unresolved-call`, `dynamic-import`, `sql-not-parsed` ...); `text` is what
    stands in the source, shortened to one line.
    """

    kind: str
    place: Place
    text: str


class Diagnostic(NamedTuple):
    """A file, or a part of one, that could not be read. `kind` is a slug such as `syntax-error`."""

    kind: str
    place: Place
    message: str
