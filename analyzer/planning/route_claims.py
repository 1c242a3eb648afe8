"""What each route claims: paths and methods, and when it is asked. The same for every framework.

A framework's translation gives claims; which of two claims is asked first is compared here, level by level.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ..model.errors import Refused
from ..model.evidence import Place
from ..model.routes import ANY_METHOD, Route, for_one_host
from ..python.conditions import named
from .overlaps import overlap

FIXED = (0,)
"""The value of a level that is tried before all others of its kind."""


class Level(NamedTuple):
    """One step on the way down to a route.

    Values of levels that are `of` the same compare, smaller first; None is a value that is not known, but
    that comes after `FIXED`. Levels of different things do not compare.
    """

    of: str
    value: tuple[object, ...] | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A route's claim. `exact` is false where `pattern` matches more than the route may answer."""

    pattern: str
    methods: tuple[str, ...]
    order: tuple[Level, ...]
    text: str
    handler: str
    place: Place
    owned: bool
    exact: bool = True
    why: str = ""
    """Why it is not exact."""
    host: str = ""
    help: str = ""
    """What makes it exact, if something can."""

    def under(self, when: str, host: str = "") -> Claim:
        """The claim of a route that is there only under a condition ("": always), or for one host alone."""
        if host:
            return replace(self, host=host).under(when)
        if not when or not self.exact:
            return self
        told = json.dumps(named(when))
        return replace(
            self, exact=False, why=f"it is there only where {when}",
            help=f"say in carveout.toml whether it holds: [conditions], {told} = true (or false)",
        )  # fmt: skip


def first(one: Claim, other: Claim) -> bool | None:
    """Whether `one` is asked before `other`; None where the source does not tell."""
    for mine, its in zip(one.order, other.order, strict=False):
        if mine.of != its.of:
            return None
        if mine.value is None or its.value is None:
            if FIXED in (mine.value, its.value):
                return mine.value == FIXED
            return None
        if mine.value != its.value:
            return mine.value < its.value
    if len(one.order) == len(other.order):
        return None
    return len(one.order) < len(other.order)


def routes(claims: Sequence[Claim]) -> tuple[Route, ...]:
    """The routes of the owned claims, each with what is asked before it elsewhere, in their order.

    Raises Refused, with both places, where a path may belong to either of two.
    """
    owned = [claim for claim in claims if claim.owned]
    others = [claim for claim in claims if not claim.owned]
    for claim in owned:
        if claim.host:
            raise for_one_host(claim.text, claim.host, claim.place)
        if not claim.exact:
            raise Refused(
                f"the route {claim.text!r} cannot be sent to a service: {claim.why}",
                place=claim.place,
                why="the proxy must know exactly which paths the route answers, and guessing would misroute",
                help=claim.help
                or "write the route in a way that a proxy can tell, or leave it in the monolith",
            )
    found: dict[tuple[str, str, str], Route] = {}
    for index, claim in enumerate(owned):
        for method in claim.methods:
            unless = tuple(sorted({other.pattern for other in _before(claim, method, others)}))
            found.setdefault(
                (claim.host, claim.pattern, method),
                Route(
                    method, claim.pattern, claim.text, claim.handler, claim.host, index, unless, claim.place
                ),
            )
    positions: dict[tuple[str, str], int] = {}
    for route in found.values():
        positions.setdefault((route.host, route.pattern), len(positions))
    return tuple(
        sorted(
            (route.at(positions[route.host, route.pattern]) for route in found.values()),
            key=lambda route: (route.precedence, route.method),
        )
    )


def _before(claim: Claim, method: str, others: Iterable[Claim]) -> Iterator[Claim]:
    """The claims of others that are asked before this one on some path."""
    for other in others:
        if not _shares(method, other.methods) or (claim.host and other.host and claim.host != other.host):
            continue
        earlier = first(other, claim)
        if earlier is False:
            continue
        path = overlap(claim.pattern, other.pattern)
        if path is None:
            continue
        if other.host and not claim.host:
            raise _for_a_host(claim, other, path)
        if earlier is None and method == "OPTIONS":
            continue  # either answers what methods there are
        if earlier is None or not other.exact:
            raise _refusal(claim, other, path, earlier)
        yield other


def _for_a_host(claim: Claim, other: Claim, path: str) -> Refused:
    return Refused(
        f"two routes claim the path {path!r}: {claim.text!r} goes to the service, "
        f"{other.text!r} ({other.place}) does not, for the host {other.host!r}",
        place=claim.place,
        why="proxies tell services by method and path, and each host would need an answer of its own",
        help="make the two differ in a fixed part of their paths, or give both to one service",
    )


def _shares(method: str, methods: Sequence[str]) -> bool:
    if "WEBSOCKET" in (method, *methods):
        return method in methods
    return ANY_METHOD in (method, *methods) or method in methods


def _refusal(claim: Claim, other: Claim, path: str, earlier: bool | None) -> Refused:
    reason = (
        f"the other one cannot be translated: {other.why}"
        if earlier is not None or not other.exact
        else "the source does not tell which of them is asked first"
    )
    return Refused(
        f"two routes claim the path {path!r}: {claim.text!r} goes to the service, "
        f"{other.text!r} ({other.place}) does not",
        place=claim.place,
        why=f"a request of it could go to either, and {reason}",
        help=other.help or "make the two differ in a fixed part of their paths, or give both to one service",
    )
