"""FastStream: functions that subscribe to topics, and those that publish."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph

QUEUES = """
    from faststream.rabbit import RabbitBroker, RabbitQueue
    broker = RabbitBroker("amqp://x")
    BILLS = RabbitQueue("bills", durable=True)
    publisher = broker.publisher("letters")
"""
USES = """
    from shop.queues import BILLS, broker, publisher
    @broker.subscriber("orders")
    @broker.publisher(BILLS)
    async def take(order): return order
    @broker.subscriber(BILLS)
    async def bill(order): pass
    async def one(order): await broker.publish(order, "orders")
    async def two(order): await broker.publish(order, queue=BILLS)
    async def send(topic, order): await broker.publish(order, topic)
    async def three(order): await send("mails", order)
    async def four(order): await broker.publish(order, order.queue())
    class Blog:
        def publish(self, page, when): pass
    async def six(order): await publisher.publish(order)
    @publisher
    async def seven(order): return order
    def five(): Blog().publish("page", "now")
"""


def test_topics(graph_of: Callable[..., Graph]) -> None:
    """Functions have an edge to each topic that they name, are given, or are decorated with."""
    graph = graph_of({"shop/__init__.py": "", "shop/queues.py": QUEUES, "shop/use.py": USES})
    found = {f"{e.source[18:]} {e.kind} {e.target[6:]}" for e in graph.edges("publishes", "subscribes")}
    assert found == {
        "take subscribes orders", "take publishes bills", "bill subscribes bills", "one publishes orders",
        "two publishes bills", "three publishes mails", "six publishes letters", "seven publishes letters",
    }  # fmt: skip
    assert [spot.place.line for spot in graph.blind_spots if spot.kind == "unknown-topic"] == [12]
