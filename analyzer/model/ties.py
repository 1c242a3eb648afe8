"""What ties code and tables together, and how much each kind of tie weighs where services are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from .evidence import Place

WEIGHTS: Mapping[str, float] = {
    "maps": 4.0,
    "writes": 2.0,
    "package": 2.0,
    "reads": 1.0,
    "references": 1.0,
    "joins": 0.5,
    "calls": 1.0,
    "imports": 0.5,
    "inherits": 0.5,
    "words": 0.5,
    "enqueues": 0.5,
    "publishes": 0.5,
    "subscribes": 0.5,
    "links": 0.25,
    "renders": 0.25,
    "requests": 0.25,
    "transactions": 0.5,
    "functionalities": 0.25,
    "changes": 0.0,
}
"""The plain defaults, by kind of tie; `[coupling]` of `carveout.toml` has the user's.

No weights that were fitted to one project helped on another, so these are plain. Changes together are shown
by `propose --why`, but place nothing unless the user says so: a proposal should not depend on how deep a
clone is.
"""


class Commit(NamedTuple):
    """A commit: the beginning of its hash, its subject, and the files that it changed."""

    id: str
    subject: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class History:
    """Which files changed together, newest commit first. `missing` says why there is none."""

    commits: tuple[Commit, ...] = ()
    large: int = 0
    """How many commits were left out because they changed too many files to tie any."""
    missing: str = ""


class Sight(NamedTuple):
    """One thing that ties two others, in words, and where it is seen."""

    words: str
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Bond:
    """All of one kind that ties two things. `strength` is what it counts for where services are drawn.

    `strength` is None where that is not known for things as small, or large, as these.
    """

    kind: str
    title: str
    sights: tuple[Sight, ...]
    weight: float
    strength: float | None = None
