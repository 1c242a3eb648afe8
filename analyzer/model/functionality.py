"""Functionalities: what a user would notice, from where control enters to all that it reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Step(NamedTuple):
    """Something that is reached: `caller` leads there by an edge of this kind, `depth` calls below the entry.

    `overrides` is no edge of the graph: the library around a handler calls this method of its class.
    `apart` steps run outside the request (or whatever entered): a worker or another process does them.
    """

    id: str
    kind: str
    caller: str
    depth: int
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Functionality:
    """An entry point with all that it reaches, in the order of calls; what runs apart comes last.

    Each function stands once, where it is reached first; the tables that it reads and writes follow it.
    """

    entry: str
    steps: tuple[Step, ...]

    @property
    def functions(self) -> tuple[str, ...]:
        """The ids of the functions in order."""
        return tuple(step.id for step in self.steps if step.id.startswith("function:"))

    @property
    def reads(self) -> tuple[str, ...]:
        """The ids of what is read, sorted."""
        return tuple(sorted({step.id for step in self.steps if step.kind in ("reads", "joins")}))

    @property
    def writes(self) -> tuple[str, ...]:
        """The ids of what is written, sorted."""
        return tuple(sorted({step.id for step in self.steps if step.kind == "writes"}))
