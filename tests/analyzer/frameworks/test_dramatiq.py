"""Dramatiq: actors, messages that are sent to them, by method, name or pipeline, and what starts them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

SHOP = {
    "shop/__init__.py": "",
    "shop/tasks.py": """
        import dramatiq

        @dramatiq.actor(queue_name="mail")
        def bill(order): pass

        @dramatiq.actor(actor_name="mail.send")
        def send_mail(to): pass

        class Export(dramatiq.GenericActor):
            def perform(self, what): pass
    """,
}

SENDING = {
    "methods of an actor, also under other names": (
        """
        from shop import tasks
        from shop.tasks import bill as charge, Export
        def one(): tasks.bill.send(1)
        def two(): charge.send_with_options(args=(1,), delay=10, on_failure=tasks.send_mail)
        def three(): Export.send("all")
        """,
        {
            "shop.use.one -> shop.tasks.bill",
            "shop.use.two -> shop.tasks.bill",
            "shop.use.two -> mail.send",
            "shop.use.three -> shop.tasks.Export",
        },
    ),
    "pipelines, groups and messages": (
        """
        from dramatiq import group, pipeline
        from shop.tasks import bill, send_mail
        def one(): pipeline([bill.message(1), send_mail.message("a")]).run()
        def two(): (bill.message(1) | send_mail.message()).run()
        def three(broker): broker.enqueue(bill.message_with_options(args=(1,)))
        """,
        {
            "shop.use.one -> shop.tasks.bill",
            "shop.use.one -> mail.send",
            "shop.use.two -> shop.tasks.bill",
            "shop.use.two -> mail.send",
            "shop.use.three -> shop.tasks.bill",
        },
    ),
    "methods that are handed on": (
        """
        from functools import partial
        from django.db import transaction
        from shop.tasks import bill
        def one(): transaction.on_commit(partial(bill.send, 1))
        def two(): transaction.on_commit(bill.send)
        """,
        {"shop.use.one -> shop.tasks.bill", "shop.use.two -> shop.tasks.bill"},
    ),
    "names, given to the library and to what enqueues by name": (
        """
        import dramatiq
        def enqueue_job(actor, *args): pass
        def one(): dramatiq.get_broker().get_actor("mail.send").send("a")
        def two(): enqueue_job("mail.send", "a")
        def three(): enqueue_job("another", "a")
        """,
        {"shop.use.one -> mail.send", "shop.use.two -> mail.send"},
    ),
    "what is no actor's": (
        """
        from django.dispatch import Signal
        paid = Signal()
        class Line:
            def send(self): pass
        def one(): paid.send(sender=None)
        def two(): Line().send()
        """,
        set(),
    ),
}


@pytest.mark.parametrize("name", SENDING)
def test_sending(name: str, edges_of: Callable[..., set[str]]) -> None:
    """Functions that send a message have an edge to the task of the actor."""
    text, expected = SENDING[name]
    assert edges_of({**SHOP, "shop/use.py": text}, "enqueues") == expected


def test_actors(graph_of: Callable[..., Graph]) -> None:
    """What is decorated handles its task; a class does by its method `perform`."""
    graph = graph_of(SHOP)
    assert [(edge.source, edge.target) for edge in graph.edges("handles")] == [
        ("task:mail.send", "function:shop.tasks.send_mail"),
        ("task:shop.tasks.Export", "function:shop.tasks.Export.perform"),
        ("task:shop.tasks.bill", "function:shop.tasks.bill"),
    ]
    node = graph.node("task:shop.tasks.bill")
    assert node is not None
    assert (node.path, node.line) == ("shop/tasks.py", 4)
    assert dict(node.attributes) == {"framework": "dramatiq", "queue": "mail"}


def test_a_decorator_of_the_project(graph_of: Callable[..., Graph]) -> None:
    """A function that calls the library's decorator makes tasks too; what it makes inside is none itself."""
    text = """
        import dramatiq
        def actor(**options):
            def decorator(function):
                def wrapped(*args): return function(*args)
                made = dramatiq.actor(wrapped, **options)
                return made
            return decorator
        @actor(actor_name="nightly", cron_trigger=Cron(hour=3))
        def work(): pass
    """
    graph = graph_of({"a.py": text})
    assert [(edge.source, edge.target, edge.confidence) for edge in graph.edges("handles", "enqueues")] == [
        ("job:nightly", "task:nightly", "likely"),
        ("task:nightly", "function:a.work", "likely"),
    ]
    job = graph.node("job:nightly")
    assert job is not None
    assert dict(job.attributes) == {"framework": "dramatiq", "schedule": "Cron(hour=3)"}


def test_what_is_sent_and_not_known_is_said(graph_of: Callable[..., Graph]) -> None:
    """`send_with_options` is an actor's alone; `send` is many others'."""
    text = """
        import dramatiq
        def one(actor): actor.send_with_options(args=())
        def two(actor): actor.send()
    """
    spots = graph_of({"a.py": text}).blind_spots
    assert [(spot.kind, spot.place.line) for spot in spots if spot.kind == "unknown-task"] == [
        ("unknown-task", 3)
    ]


def test_without_the_library_nothing_is_a_task(graph_of: Callable[..., Graph]) -> None:
    """The same names without the library are somebody else's."""
    text = """
        from .line import actor
        @actor
        def work(): pass
        def send(): work.send()
    """
    graph = graph_of({"shop/__init__.py": "", "shop/use.py": text})
    assert not [*graph.edges("enqueues", "handles")]
