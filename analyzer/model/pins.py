"""What the user wants of every proposal, whatever a strategy would draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .evidence import Place

PinKind = Literal["service", "together", "apart"]


@dataclass(frozen=True, slots=True)
class Pin:
    """Things by name (as `propose --why` takes them) that stay in `service`, together, or apart.

    `place` is where `carveout.toml` says so, None for an option.
    """

    kind: PinKind
    names: tuple[str, ...]
    service: str = ""
    place: Place | None = None

    def __str__(self) -> str:
        """As one would type it."""
        names = ",".join(self.names)
        return f"--pin {self.service}={names}" if self.kind == "service" else f"--{self.kind} {names}"

    @property
    def where(self) -> str:
        """Where it was said: a line of the boundary file, or the option."""
        return str(self.place) if self.place is not None else str(self)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many modules a service has at least and at most; 0 is any number."""

    smallest: int = 0
    largest: int = 0
