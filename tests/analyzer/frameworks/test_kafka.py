"""Kafka: topics that functions publish to and listen to, also by helpers of the project."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

NAMES = {"shop/__init__.py": "", "shop/topics.py": 'ORDERS = "orders"\n'}

USES = {
    "kafka-python": (
        """
        from kafka import KafkaConsumer, KafkaProducer
        from shop.topics import ORDERS
        producer = KafkaProducer(bootstrap_servers="x")
        def one(order): producer.send(ORDERS, order)
        def two():
            for each in KafkaConsumer("orders", "bills", group_id="shop"): print(each)
        """,
        {"shop.use.one -> orders"},
        {"shop.use.two -> orders", "shop.use.two -> bills"},
    ),
    "aiokafka, kept by an object": (
        """
        from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
        class Line:
            TOPIC = "orders"
            def __init__(self): self._producer = AIOKafkaProducer()
            async def put(self, order): await self._producer.send_and_wait(self.TOPIC, order)
            async def take(self, tenant):
                consumer = AIOKafkaConsumer()
                consumer.subscribe([f"bills.{tenant}"])
        """,
        {"shop.use.Line.put -> orders"},
        {"shop.use.Line.take -> bills.{}"},
    ),
    "confluent-kafka, and helpers that hand a topic on": (
        """
        from confluent_kafka import Consumer as KafkaConsumer, Producer
        producer = Producer({})
        KafkaConsumer({"group.id": "orders"})
        def publish_event(topic, event): producer.produce(topic=f"shop.{topic}", value=event)
        class Bus:
            def emit(self, event, topic="x"): publish_event(topic, event)
        def one(): publish_event("orders", 1)
        def two(): Bus().emit(1, topic="bills")
        """,
        {"shop.use.one -> shop.orders", "shop.use.two -> shop.bills"},
        set(),
    ),
    "a producer that nothing tells, and what is none": (
        """
        import aiokafka
        class Mail:
            def send(self, to): pass
        def one(kafka_producer): kafka_producer.send("orders", 1)
        def two(): Mail().send("orders")
        """,
        {"shop.use.one -> orders"},
        set(),
    ),
}


@pytest.mark.parametrize("name", USES)
def test_topics(name: str, edges_of: Callable[..., set[str]]) -> None:
    """Functions have an edge to each topic that they name or are given."""
    text, published, heard = USES[name]
    files = {**NAMES, "shop/use.py": text}
    assert edges_of(files, "publishes") == published
    assert edges_of(files, "subscribes") == heard


def test_a_topic_that_nothing_tells_is_said(graph_of: Callable[..., Graph]) -> None:
    """One that is computed is a blind spot; one that callers name is not."""
    text = """
        from kafka import KafkaProducer
        producer = KafkaProducer()
        def one(order): producer.send(order.topic(), order)
        def publish(topic, value): producer.send(topic, value)
        def two(): publish("orders", 1)
    """
    spots = graph_of({"a.py": text}).blind_spots
    assert [(spot.kind, spot.place.line) for spot in spots if spot.kind == "unknown-topic"] == [
        ("unknown-topic", 4)
    ]
