"""What a seed is: code that breaks one promise of a boundary, put at the end of a module of an application."""

from __future__ import annotations

from dataclasses import dataclass, field
from textwrap import dedent


@dataclass(frozen=True, slots=True)
class Seed:
    """`code` goes to the end of `path`; service `origin` then breaks `rule` towards `owner`."""

    rule: str
    origin: str
    owner: str
    path: str
    form: str
    code: str

    @property
    def text(self) -> str:
        return "\n\n" + dedent(self.code).strip("\n") + "\n"


@dataclass(frozen=True, slots=True)
class Application:
    """A source distribution with a boundary that was drawn by hand, and what is seeded into it."""

    name: str
    boundary: str
    seeds: tuple[Seed, ...]
    files: dict[str, str] = field(default_factory=dict)
    """New files, e.g. a module that no service claims."""
