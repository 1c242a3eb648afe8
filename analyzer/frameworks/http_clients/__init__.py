"""Outbound requests: which hosts functions talk to, by which method, path and timeout.

`host:api.stripe.com` is a host that is written down, `host:{settings.PAYMENT_URL}` one that a setting holds,
`host:{}` one that the code does not tell (a blind spot as well). What is sent by mail goes to `host:smtp`.
Each call is told in an attribute of the host's node; `graph/outbound.py` reads them.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Syntax, World
from .linking import link_requests
from .reading import read_requests


class HttpClients(Framework):
    """See the module."""

    name = "http_clients"
    version = 1
    triggers = ()

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_requests(file.text, syntax)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_requests(world)


framework = HttpClients()
