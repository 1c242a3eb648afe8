"""Outbound requests: what stands in the attributes of hosts, as records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..model.evidence import Place
from ..model.graph import Graph

_PLACE = re.compile(r"(?P<path>.+):(?P<line>\d+):(?P<column>\d+)\Z", re.DOTALL)
NO_LIMIT = frozenset({"requests", "urllib", "urllib2", "urllib3", "http"})
"""Libraries that wait for ever unless they are told otherwise."""


class Request(NamedTuple):
    """A call that sends a request. `method` is "?" and `path` "" where they are unknown.

    `timeout` is seconds as text (`3.05+27` for connecting and reading), `{settings.X}`, `none`, `default`
    (not given) or `unknown`.
    """

    host: str
    place: Place
    library: str
    method: str
    timeout: str
    path: str

    @property
    def may_wait_for_ever(self) -> bool:
        """Whether nothing limits how long the call may take."""
        return self.timeout == "none" or (self.timeout == "default" and self.library in NO_LIMIT)


_SETTING = re.compile(r"\{(?:settings|environ|env|config)\.(?P<name>\w+)\}\Z")


def host_said(host: str) -> str:
    """A host in words: by its name, by the setting that holds it, or as one that the code does not tell."""
    held = _SETTING.match(host)
    if held is not None:
        return f"the host in {held['name']}"
    return "a host that is not told in the code" if not host.strip("{}:") else host.rstrip(":")


def requests(graph: Graph) -> Iterator[Request]:
    """The outbound requests of a graph, by host and place."""
    for node in graph.nodes("host"):
        for key, about in node.attributes:
            place = _PLACE.match(key)
            words = about.split(" ", 3)
            if place is not None and len(words) >= 3:
                where = Place(place["path"], int(place["line"]), int(place["column"]))
                library, method, timeout, path = [*words, ""][:4]
                yield Request(node.name, where, library, method, timeout, path)
