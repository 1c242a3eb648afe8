"""RabbitMQ: exchanges and queues that functions publish to, and callbacks of consumers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

USES = {
    "pika, straight to a queue and by an exchange": (
        """
        import pika
        channel = pika.BlockingConnection().channel()
        channel.queue_bind(queue="bills", exchange="orders", routing_key="order.*")
        def one(order): channel.basic_publish(exchange="", routing_key="mails", body=order)
        def two(order): channel.basic_publish("orders", "order.paid", order)
        def on_mail(channel, method, properties, body): pass
        def on_order(channel, method, properties, body): pass
        def main():
            channel.basic_consume(queue="mails", on_message_callback=on_mail)
            channel.basic_consume("bills", on_order)
        """,
        {"one -> mails", "two -> orders/order.paid"},
        {"on_mail -> mails", "on_order -> orders/order.paid", "on_order -> bills"},
    ),
    "kombu, kept by objects": (
        """
        from kombu import Consumer, Exchange, Producer, Queue
        from kombu.mixins import ConsumerMixin
        def get_exchange(): return Exchange("orders", type="direct")
        class Bus:
            def __init__(self, pool): self.exchange, self.pool = None, pool
            def setup(self): self.exchange = get_exchange()
            def _publish(self, key, order):
                with self.pool.acquire() as producer:
                    producer.publish(order, exchange=self.exchange, routing_key=key)
            def paid(self, order): self._publish("paid", order)
        class Worker(ConsumerMixin):
            def __init__(self):
                self.queue = Queue("bills", exchange=Exchange("orders"), routing_key="paid")
            def get_consumers(self, _, channel):
                return [Consumer(channel, queues=[self.queue], on_message=lambda x: self.take(x))]
            def take(self, message): pass
        """,
        {"Bus.paid -> orders/paid"},
        {"Worker.take -> orders/paid"},
    ),
    "aio-pika": (
        """
        import aio_pika
        async def one(connection, order):
            channel = await connection.channel()
            await channel.default_exchange.publish(aio_pika.Message(order), routing_key="bills")
        async def two(channel, order):
            events = await channel.declare_exchange("events")
            await events.publish(aio_pika.Message(order), "order.paid")
        async def three(channel, take):
            queue = await channel.declare_queue("bills")
            async with queue.iterator() as messages: pass
        async def on_event(message): pass
        async def four(channel):
            queue = await channel.declare_queue("all")
            await queue.bind("events", routing_key="order.#")
            await queue.consume(on_event)
        """,
        {"one -> bills", "two -> events/order.paid"},
        {"three -> bills", "on_event -> events/order.paid", "on_event -> all"},
    ),
    "what is none": (
        """
        import kombu
        class Blog:
            def publish(self, page, routing_key=None): pass
        def one(): Blog().publish("page", routing_key="x")
        def two(article): article.publish("now")
        """,
        set(),
        set(),
    ),
}


@pytest.mark.parametrize("name", USES)
def test_exchanges_and_queues(name: str, edges_of: Callable[..., set[str]]) -> None:
    """Publishers and callbacks meet at the topic that an exchange and a key, or a queue, are."""
    text, published, heard = USES[name]
    assert edges_of({"shop.py": text}, "publishes") == {f"shop.{each}" for each in published}
    assert edges_of({"shop.py": text}, "subscribes") == {f"shop.{each}" for each in heard}


def test_what_nothing_tells_is_said(graph_of: Callable[..., Graph]) -> None:
    """A key or a queue that is computed is a blind spot."""
    text = """
        import pika
        def one(channel, order): channel.basic_publish("", order.queue(), order)
        def two(channel, order, take): channel.basic_consume(queue=order.queue(), on_message_callback=take)
        def three(page, queues): page.render("broker.html", queues=queues)
    """
    spots = graph_of({"a.py": text}).blind_spots
    assert [spot.place.line for spot in spots if spot.kind == "unknown-topic"] == [3, 4]
