"""RabbitMQ (pika, kombu, aio-pika): which functions publish to which exchange or queue, and what listens.

`topic:exchange/routing.key`, `topic:queue` where a message goes straight to a queue, `topic:exchange`
without a key. A callback of a consumer subscribes to what its queue is bound to. Functions of the project
that hand an exchange or a key on are followed; objects that stand for them are found where they are kept.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Syntax, World
from .linking import link_rabbitmq
from .reading import read_rabbitmq


class RabbitMQ(Framework):
    """See the module."""

    name = "rabbitmq"
    version = 2
    triggers = ("pika", "kombu", "exchange", "Exchange", "routing_key", "basic_publish", "publish", "queues=")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_rabbitmq(syntax)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_rabbitmq(world)


framework = RabbitMQ()
