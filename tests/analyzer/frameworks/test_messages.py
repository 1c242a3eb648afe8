"""Amazon's SNS and SQS, and groups of Django Channels: who sends, and who is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

SQS = {
    "addresses, and objects": (
        """
        import boto3
        sqs, sns = boto3.client("sqs"), None
        sns = boto3.client("sns")
        URL = "https://sqs.eu-west-1.amazonaws.com/1/bills"
        def one(order): boto3.client("sqs").send_message(QueueUrl=URL, MessageBody=order)
        def two(order): sns.publish(TopicArn="arn:aws:sns:eu-west-1:1:orders", Message=order)
        def three():
            queue = boto3.resource("sqs").get_queue_by_name(QueueName="bills")
            for message in queue.receive_messages(): pass
        def four():
            url = sqs.get_queue_url(QueueName="mails")["QueueUrl"]
            sqs.receive_message(QueueUrl=url)
        def put(url, body): sqs.send_message(QueueUrl=url, MessageBody=body)
        def five(): put("https://sqs.eu-west-1.amazonaws.com/1/mails", "a")
        """,
        {"one -> bills", "two -> orders", "five -> mails"},
        {"three -> bills", "four -> mails"},
    ),
    "settings": (
        """
        import boto3
        from django.conf import settings
        def one(order): boto3.client("sqs").send_message(QueueUrl=settings.BILLS_URL, MessageBody=order)
        """,
        {"one -> {settings.BILLS_URL}"},
        set(),
    ),
    "what is none": (
        """
        import boto3
        class Mail:
            def publish(self, TopicArn): pass
        def one(): Mail().publish(TopicArn="x")
        def two(mail): mail.send_message("x")
        """,
        set(),
        set(),
    ),
}
CHANNELS = """
    from asgiref.sync import async_to_sync
    from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
    from channels.layers import get_channel_layer
    class Orders(AsyncWebsocketConsumer):
        async def connect(self): await self.channel_layer.group_add("orders", self.channel_name)
        async def order_paid(self, event): pass
        async def other(self, event): pass
    class Chat(WebsocketConsumer):
        def connect(self): async_to_sync(self.channel_layer.group_add)(f"chat_{self.room}", self.channel_name)
        def receive(self, data): pass
        def said(self, event): pass
    def one(): async_to_sync(get_channel_layer().group_send)("orders", {"type": "order.paid"})
    async def notify(group, text): await get_channel_layer().group_send(group, text)
    async def two(room): await notify(f"chat_{room}", make())
    async def three(layer, order): await layer.group_send(order.group(), {"type": "x"})
"""


@pytest.mark.parametrize("name", SQS)
def test_queues_and_topics(name: str, edges_of: Callable[..., set[str]]) -> None:
    """Functions have an edge to what they send to, and receive from."""
    text, published, heard = SQS[name]
    assert edges_of({"shop.py": text}, "publishes") == {f"shop.{each}" for each in published}
    assert edges_of({"shop.py": text}, "subscribes") == {f"shop.{each}" for each in heard}


def test_a_queue_that_an_object_stands_for(graph_of: Callable[..., Graph]) -> None:
    """Kept by an object, its name is not told: that is said; other methods of that name are nobody's."""
    text = """
        import boto3
        class Client:
            def __init__(self, url): self.queue = boto3.resource("sqs").Queue(url)
            def one(self, order): self.queue.send_message(MessageBody=order)
        def two(bot): bot.send_message("hello")
    """
    spots = [spot for spot in graph_of({"a.py": text}).blind_spots if spot.kind == "unknown-topic"]
    assert [spot.place.line for spot in spots] == [5]


def test_groups(graph_of: Callable[..., Graph]) -> None:
    """A message leads to the method that its type names, of the consumers that join its group."""
    graph = graph_of({"shop.py": CHANNELS})
    found = {
        f"{e.source[14:]} {e.kind} {e.target[6:]} {e.confidence}"
        for e in graph.edges("publishes", "subscribes")
    }
    assert found == {
        "one publishes orders certain",
        "two publishes chat_{} likely",
        "Orders.order_paid subscribes orders certain",
        "Chat.said subscribes chat_{} likely",
    }
    assert [spot.place.line for spot in graph.blind_spots if spot.kind == "unknown-topic"] == [16]
