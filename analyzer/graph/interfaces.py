"""Public interfaces: what a service shows to others, and what to call in place of reaching past it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ..model.boundary import Boundary, Service
from ..model.graph import Graph
from .cut import Membership, Patterns
from .roles import role_of

_REACH = 400
"""How many functions behind one public function are looked at before it is given up."""
_EFFECTS = frozenset({"writes", "enqueues", "publishes"})
"""What a function must not do when somebody only wants to read."""
_MODELS = frozenset("models model entities entity orm abstract_models".split())
_OUTER = frozenset(
    """views view forms form tasks task cli commands command admin urls routes handlers schemas schema
    serializers serialisers templatetags viewsets celery signals migrations scheduled jobs graphql filters
    filtersets tables fields mixins types choices constants enums exceptions errors validators
    permissions decorators middleware""".split()
)
"""Modules that speak to people, to JSON or to a queue, or that hold no functions: nobody's interface."""
_DESTRUCTIVE = frozenset(
    "delete remove purge clear drop prune wipe reset destroy cancel clean zombie".split()
)
_CHANGING = _DESTRUCTIVE | frozenset(
    """update create save set add insert send store write import move merge sync enable disable archive
    mark register process handle run upload edit assign make new""".split()
)
"""Verbs of functions that do more than read, even where the graph does not see what."""
_NEUTRAL = frozenset("list count number id total info data detail all exist one many record row".split())
_PREPOSITION = re.compile(r"_(?:by|for|from|of|in|with|to|on|at|as|and|or|if|per|via|without)(?:_|\Z)")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@dataclass(slots=True)
class _Reach:
    """What a function does within its own service: access -> how many calls away."""

    touched: dict[tuple[str, str], int] = field(default_factory=dict)
    effects: bool = False
    whole: bool = True
    """Whether all that it calls was looked at."""


class Advisor:
    """Finds the public function of a service that already does what was done past it."""

    def __init__(self, graph: Graph, boundary: Boundary) -> None:
        self._graph = graph
        self._boundary = boundary
        self._membership = Membership(graph, boundary)
        self._offers: dict[str, tuple[str, ...]] = {}
        self._reaches: dict[str, _Reach] = {}
        self._known: dict[tuple[str, str, tuple[str, ...], bool], str] = {}
        self._modelled: set[str] | None = None

    def instead(self, owner: str, source: str, target: str, *kinds: str) -> str:
        """A sentence: which public function to call, or who should get one.

        A function is only proposed if its name plainly speaks of `target`, if it reaches `target` by
        one of `kinds`, handles no entry point, and does no more than `source` wants: somebody who reads
        is never sent to what writes, and nobody to what deletes, unless `source` is called so, too.
        """
        service = self._boundary.service(owner)
        if service is None:
            return f"give {owner} a function for it"
        found = self._best(service, source, target, kinds)
        if found:
            return f"call {found}, if it does what is meant" if "writes" in kinds else f"call {found}"
        places = self._interface(service)
        if places:
            return f"add a function for it to {possessive(owner)} public interface ({_few(places)})"
        return f"give {owner} a function for it and declare it public (public = [...] in carveout.toml)"

    def _best(self, service: Service, source: str, target: str, kinds: tuple[str, ...]) -> str:
        """The nearest public function, "" when there is none."""
        destroys = not _DESTRUCTIVE.isdisjoint(_words(name_of(source).rpartition(".")[2]))
        key = (service.name, target, kinds, destroys)
        if key not in self._known:
            subject = self._subject(service, target)
            reading = "reads" in kinds or "joins" in kinds
            forbidden = _CHANGING if reading else frozenset() if destroys else _DESTRUCTIVE
            ranked = []
            for offer in self._offered(service) if subject else ():
                own = name_of(offer).rpartition(".")[2]
                if not speaks_of(own, subject) or not forbidden.isdisjoint(_words(own)):
                    continue
                distance = self._distance(offer, target, kinds)
                if distance is not None:
                    ranked.append((distance, name_of(offer), offer))
            self._known[key] = min(ranked)[1] if ranked else ""
        best = self._known[key]
        return "" if best == name_of(source) else best

    def _distance(self, offer: str, target: str, kinds: tuple[str, ...]) -> int | None:
        """How many calls lie between a function and the access; None when it does not do just that."""
        reach = self._reach(offer)
        wants = "writes" in kinds or (target.startswith("function:") and self._reach(target).effects)
        if not wants and (reach.effects or not reach.whole):
            return None
        if offer == target:
            return 0
        return min((reach.touched[target, k] for k in kinds if (target, k) in reach.touched), default=None)

    def _reach(self, start: str) -> _Reach:
        """What a function does itself and through what it calls inside its service."""
        if start in self._reaches:
            return self._reaches[start]
        found = self._reaches[start] = _Reach()
        owner = self._membership.of(start)
        seen, level, distance = {start}, [start], 0
        while level:
            after: set[str] = set()
            for edge in (edge for id in level for edge in self._graph.out(id)):
                found.touched.setdefault((edge.target, edge.kind), distance)
                found.effects |= edge.kind in _EFFECTS
                if edge.kind == "calls" and self._membership.of(edge.target) == owner:
                    after.add(edge.target)
            level = sorted(after - seen)
            seen.update(level)
            distance += 1
            if len(seen) > _REACH:
                found.whole = False
                break
        return found

    def _offered(self, service: Service) -> tuple[str, ...]:
        """The plain public functions: a method needs an object that the caller does not have."""
        if service.name not in self._offers:
            patterns = public_patterns(service)
            self._offers[service.name] = tuple(
                node.id
                for node in self._graph.nodes("function")
                if node.path
                and role_of(node.path) == "code"
                and _OUTER.isdisjoint(node.name.lower().split(".")[:-1])
                and is_public(patterns, node.id)
                and self._membership.of(node.id) == service.name
                and self._is_plain(node.name)
                and not any(self._graph.into(node.id, "handles"))
            )
        return self._offers[service.name]

    def _is_plain(self, name: str) -> bool:
        module, _, own = name.rpartition(".")
        return own.isidentifier() and not own.startswith("_") and f"module:{module}" in self._graph

    def _subject(self, service: Service, target: str) -> tuple[str, ...]:
        """The words that a function for `target` must say: a table's without its application's name."""
        kind, _, name = target.partition(":")
        if kind == "module":
            return ()
        said = _words(name.rpartition(".")[2])
        if kind not in ("table", "view"):
            return said
        heads = {service.name, *(pattern.rpartition(".")[2] for pattern in service.modules)}
        for head in sorted((_words(head) for head in heads), key=lambda words: (-len(words), words)):
            if head and len(head) < len(said) and said[: len(head)] == head:
                return said[len(head) :]
        return said

    def _interface(self, service: Service) -> tuple[str, ...]:
        """The places of its own where a service can be given a function: no ORM models, no views."""
        return tuple(
            pattern
            for pattern in service.public
            if self._membership.of_module(pattern) in (service.name, None) and not self._unfit(pattern)
        )

    def _unfit(self, pattern: str) -> bool:
        """Whether what a pattern names holds models or handles entry points, or is a single function."""
        if self._modelled is None:
            maps = {edge.source for edge in self._graph.edges("maps")}
            handlers = {edge.target for edge in self._graph.edges("handles")}
            names = {name_of(id) for id in maps | handlers if not id.startswith("route:")}
            names |= {node.name for node in self._graph.nodes("model")}
            self._modelled = names | {name.rpartition(".")[0] for name in names}
        parts = [part.strip("_") for part in pattern.lower().split(".")]
        outer = not _OUTER.isdisjoint(parts) or not _MODELS.isdisjoint(parts)
        return outer or pattern in self._modelled or f"function:{pattern}" in self._graph


def _words(text: str) -> tuple[str, ...]:
    """The words of a name: lower case, singular."""
    return tuple(_singular(word.lower()) for word in _WORD.findall(text))


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word if len(word) < 4 or word.endswith("ss") else word.removesuffix("s")


def speaks_of(function: str, subject: Iterable[str]) -> bool:
    """Whether a function's own name is about these words: `get_user_by_email` is about user, not email.

    What follows a preposition only qualifies, and the last word before it says what is returned.
    """
    wanted = list(subject)
    head = list(_words(_PREPOSITION.split(function)[0]))
    while head and head[-1] in _NEUTRAL and head[-1] not in wanted:
        head.pop()
    return bool(wanted) and bool(head) and head[-1] == wanted[-1] and set(wanted) <= set(head)


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (" ..." if len(names) > 3 else "")


def possessive(name: str) -> str:
    """`billing's`, `orders'`."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def name_of(id: str) -> str:
    """`table:invoice` -> `invoice`."""
    return id.partition(":")[2]


def is_public(patterns: Patterns, id: str) -> bool:
    """Whether a node's name is covered by a service's `public`."""
    return patterns.owner(name_of(id)) is not None


def public_patterns(service: Service) -> Patterns:
    """The names that a service shows to others."""
    return Patterns((pattern, service.name) for pattern in service.public)
