"""What two processes that answer for one host must agree on: sessions, tokens, cookies, addresses, files."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from itertools import chain

from ..model.evidence import Evidence, Place
from ..model.findings import Care
from .survey import Survey

_SHOWN = 4
_CALLED = {
    "session": re.compile(
        r"function:(?:flask\.session\b|flask_login\.|django\.contrib\.auth\.(?:log|update_session)|.*\.request\.session\.)"
    ),
    "CSRF": re.compile(
        r"(?:function|class):(?:flask_wtf\.|.*\bcsrf_(?:protect|exempt|token)\Z|django\.middleware\.csrf\.)"
    ),
    "cookies": re.compile(r"function:.*(?:\.cookies\.\w+|\.(?:set|delete)(?:_signed)?_cookie)\Z"),
    "absolute URLs": re.compile(
        r"function:.*(?:build_absolute_uri|get_current_site|\.get_host|\.url_root)\Z"
    ),
    "uploads": re.compile(r"function:(?:flask\.request\.files\.|fastapi\.(?:File|UploadFile)\Z)"),
}
_READ = {
    "session": re.compile(r"session\b"),
    "cookies": re.compile(r"(?:COOKIES|cookies)\b"),
    "absolute URLs": re.compile(
        r"(?:build_absolute_uri|get_host|get_current_site)\b|(?:base_url|url_root|host_url)\b"
    ),
    "uploads": re.compile(r"FILES\b"),
}
_TYPED = re.compile(r"\bUploadFile\b")
_SAID = {
    "session": "both sides must read the same session, by the same secret",
    "CSRF": "a token that one side gave must hold on the other",
    "cookies": "cookies must keep name, path and domain",
    "redirects": "names of routes that others answer are not known in the service: paths must be configured",
    "absolute URLs": "they are made of the request's host: the proxy must pass it on, and be trusted",
    "uploads": "the proxy's limit and buffering of bodies must fit",
}


_STORE = re.compile(r"state:.*\b_?sessions\Z", re.IGNORECASE)
_HANDED_ON = ("session", "cookies")
"""What functions ask others for: a service that calls them outside needs it as well."""


class SharedHost:
    """The functions of each service, asked for what ties their answers to those of others."""

    def __init__(self, asked: Survey) -> None:
        self._asked = asked

    @cached_property
    def _functions(self) -> dict[str | None, list[int]]:
        """Service -> its functions."""
        found: dict[str | None, list[int]] = defaultdict(list)
        for function in self._asked.functions:
            found[self._owner(function)].append(function)
        return found

    @cached_property
    def _leading(self) -> dict[str, set[str]]:
        """Kind -> the functions that lead to it, for what is handed on."""
        leading: dict[str, set[str]] = {kind: set() for kind in _HANDED_ON}
        callers: dict[str, list[str]] = defaultdict(list)
        for function in self._asked.functions:
            for kind, _ in (*self._called(function), *self._named(function)):
                if kind in leading:
                    leading[kind].add(self._asked.id(function))
            for target in self._asked.targets(function, "calls", "function:"):
                callers[target].append(self._asked.id(function))
        for found in leading.values():
            waiting = sorted(found)
            while waiting:
                new = {caller for caller in callers[waiting.pop()] if caller not in found}
                found |= new
                waiting += new
        return leading

    def cares(self, service: str) -> Iterator[Care]:
        """What a service must agree on with the rest, with its places; what was not seen is left out."""
        seen: dict[str, set[Evidence]] = {kind: set() for kind in _SAID}
        for function in self._functions.get(service, ()):
            for kind, place in chain(
                self._called(function),
                self._named(function),
                self._read(function),
                self._asked_of_others(function),
            ):
                seen[kind].add(place)
        for kind, places in seen.items():
            if places:
                yield Care(kind, _SAID[kind], tuple(sorted(places)[:_SHOWN]))

    def _owner(self, function: int) -> str | None:
        return self._asked.owner(self._asked.id(function))

    def _called(self, function: int) -> Iterator[tuple[str, Evidence]]:
        for edge in self._asked.edges(function, "calls"):
            for kind, wanted in _CALLED.items():
                if wanted.match(edge.target):
                    yield from ((kind, place) for place in edge.evidence)

    def _asked_of_others(self, function: int) -> Iterator[tuple[str, Evidence]]:
        """Calls of other services' functions, and of the shared kernel's, that lead to it."""
        for edge in self._asked.edges(function, "calls"):
            for kind, leading in self._leading.items():
                if edge.target in leading and self._asked.owner(edge.target) != self._owner(function):
                    yield from ((kind, place) for place in edge.evidence)

    def _named(self, function: int) -> Iterator[tuple[str, Evidence]]:
        """Routes of others by their name, and sessions that a variable keeps."""
        for edge in self._asked.edges(function, "links", "reads", "writes"):
            if edge.kind != "links":
                kind = "session" if _STORE.match(edge.target) else ""
            else:
                far = edge.target.startswith("route:") and self._asked.owner(edge.target) != self._owner(
                    function
                )
                kind = "redirects" if far else ""
            if kind:
                yield from ((kind, place) for place in edge.evidence)

    def _read(self, function: int) -> Iterator[tuple[str, Evidence]]:
        """What a function reads of its request, itself or through what it calls."""
        node = self._asked.graph.node(self._asked.id(function))
        if node is None or not node.path:
            return
        place = Evidence(Place(node.path, node.line, 0), "value-flow")
        for parameter in self._asked.graph.needs(node.id).parameters:
            if _TYPED.search(parameter.type):
                yield "uploads", place
            for kind, wanted in _READ.items():
                if any(wanted.match(path) for path in (*parameter.reads, *parameter.writes)):
                    yield kind, place
