"""The interface of a service: what crosses its boundary, and what of it others call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from .boundary import CutEdge
from .evidence import Place

How = Literal["value", "declared", "parts", "never"]
"""How a value crosses.

`declared`: by its declared type; `value`: plain data that is told by itself, refused at run time if it is
none; `parts`: only what the callee reads of it, by access paths; `never`: it cannot.
"""
Binding = Literal["function", "static", "class", "instance"]


class Passed(NamedTuple):
    """A parameter, or with the name `return` the result, and how it crosses.

    `kind` is that of `inspect.Parameter` in short: `position`, `either`, `keyword`, `*`, `**`. `type` is the
    declared type with dotted names ("" without); `paths` are the access paths that `parts` carries; `why`
    tells why it never crosses, `hazard` which hazard that is; `optional` parameters have a default.
    """

    name: str
    kind: str = "either"
    type: str = ""
    how: How = "value"
    paths: tuple[str, ...] = ()
    why: str = ""
    hazard: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Offered:
    """A function of the service that others call, as `module` and the `name` inside of it.

    `raises` are dotted names of exceptions that come out of it and that callers may catch. `callers` are the
    places of calls from outside the service, `tests` those from tests. `impure` tells what it changes or what
    of it cannot be seen ("": nothing, so that it may be asked twice); `stays` why it cannot leave the
    process ("": it can).
    """

    module: str
    name: str
    place: Place
    binding: Binding
    parameters: tuple[Passed, ...]
    result: Passed
    raises: tuple[str, ...] = ()
    callers: tuple[Place, ...] = ()
    tests: tuple[Place, ...] = ()
    asynchronous: bool = False
    impure: str = ""
    stays: str = ""

    @property
    def crosses(self) -> bool:
        """Whether it can run in another process at all."""
        return not self.stays and all(each.how != "never" for each in (*self.parameters, self.result))

    @property
    def dotted(self) -> str:
        """The dotted name, by which seam and service know it."""
        return f"{self.module}.{self.name}"


class Use(NamedTuple):
    """Something that the service needs or brings along, and where that is seen."""

    name: str
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Interface:
    """What crosses the boundary of one service: edges into it and edges out of it.

    `offered` are the functions that others call, `calls` what it calls of others; `entry_points`, `settings`,
    `templates` and `tests` (those that call it or patch it) go with it.
    """

    inbound: tuple[CutEdge, ...]
    outbound: tuple[CutEdge, ...]
    offered: tuple[Offered, ...] = ()
    calls: tuple[Use, ...] = ()
    entry_points: tuple[Use, ...] = ()
    settings: tuple[Use, ...] = ()
    templates: tuple[Use, ...] = ()
    tests: tuple[Use, ...] = ()
