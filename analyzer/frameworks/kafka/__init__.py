"""Kafka (kafka-python, aiokafka, confluent-kafka): which functions publish to which topics, and who listens.

`topic:` is what Redis' channels are as well. The function that makes a consumer, or tells it what to listen
to, `subscribes`. Functions of the project that hand a topic on (`publish_event(topic, event)`) are followed.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import BlindSpot
from ...model.facts import Fact, Problem, SourceFile
from ...model.graph import Edge, Node
from ...model.protocols import Framework
from ...model.world import Syntax, World
from .reading import read_kafka
from .topics import link_kafka


class Kafka(Framework):
    """See the module."""

    name = "kafka"
    version = 2
    triggers = ("kafka", "Kafka", "produce", "publish", "consume", "event", "topic")

    def read(self, file: SourceFile, syntax: Syntax | None) -> Iterable[Fact | Problem]:
        if syntax is not None:
            yield from read_kafka(syntax)

    def link(self, world: World, touched: frozenset[str]) -> Iterable[Node | Edge | BlindSpot]:
        yield from link_kafka(world)


framework = Kafka()
