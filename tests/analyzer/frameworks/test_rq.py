"""RQ: functions that queues are given, decorated tasks, schedules, and helpers that hand functions on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

SHOP = {
    "shop/__init__.py": "",
    "shop/queues.py": """
        import rq
        from redis import Redis
        mail = None
        if True:
            mail = rq.Queue("mail", connection=Redis())
    """,
    "shop/tasks.py": """
        from django_rq import job

        def bill(order): pass
        def _private(order): pass

        @job("mail", timeout=60)
        def send(to): pass
    """,
}

SENDING = {
    "queues, through imports, later and with what comes afterwards": (
        """
        from datetime import timedelta
        from rq import Callback
        from shop import queues, tasks
        from shop.tasks import bill as charge, send
        def one(): queues.mail.enqueue(charge, args=(1,))
        def two(): queues.mail.enqueue_in(timedelta(minutes=1), tasks.bill, on_failure=Callback(send))
        def three(): queues.mail.enqueue_call(func=charge)
        """,
        {
            "shop.use.one -> shop.tasks.bill",
            "shop.use.two -> shop.tasks.bill",
            "shop.use.two -> shop.tasks.send",
            "shop.use.three -> shop.tasks.bill",
        },
    ),
    "dotted names, also with a hole": (
        """
        import django_rq
        from shop.queues import mail
        def one(): mail.enqueue("shop.tasks.bill", 1)
        def two(name): django_rq.get_queue("mail").enqueue(f"shop.tasks.b{name}")
        def three(): django_rq.enqueue("elsewhere.work")
        """,
        {"shop.use.one -> shop.tasks.bill", "shop.use.two -> shop.tasks.bill"},
    ),
    "decorated tasks": (
        """
        from shop import tasks
        def one(): tasks.send.delay("a")
        def two():
            later = tasks.send
            later.delay("b")
        """,
        {"shop.use.one -> shop.tasks.send", "shop.use.two -> shop.tasks.send"},
    ),
    "a queue that something of a library holds": (
        """
        from flask import current_app
        from shop.tasks import bill
        def one(): current_app.queue.enqueue(bill, 1)
        """,
        {"shop.use.one -> shop.tasks.bill"},
    ),
    "helpers of the project that hand functions on": (
        """
        from functools import partial
        from shop.queues import mail
        from shop.tasks import bill
        def enqueue(func, *args): mail.enqueue(func, *args)
        class Launcher:
            def launch_task(self, when, work):
                return partial(mail.enqueue_at, when, work)
        def one(): enqueue(bill, 1)
        def two(): Launcher().launch_task(None, bill)
        def three(): Launcher().launch_task(None, work=bill)
        """,
        {f"shop.use.{name} -> shop.tasks.bill" for name in ("one", "two", "three")},
    ),
    "what is not RQ's": (
        """
        class Line:
            def enqueue(self, f): pass
        def work(): pass
        def one(): Line().enqueue(work)
        def two(scheduler): scheduler.schedule(1, work)
        """,
        set(),
    ),
}


@pytest.mark.parametrize("name", SENDING)
def test_sending(name: str, edges_of: Callable[..., set[str]]) -> None:
    """Functions that enqueue have an edge to the task of the function that they give."""
    text, expected = SENDING[name]
    assert edges_of({**SHOP, "shop/use.py": text}, "enqueues") == expected


def test_tasks_and_what_handles_them(graph_of: Callable[..., Graph]) -> None:
    """A decorated function is a task, also where nobody sends it; what is never enqueued is none."""
    graph = graph_of(SHOP)
    assert [(edge.source, edge.target) for edge in graph.edges("handles")] == [
        ("task:shop.tasks.send", "function:shop.tasks.send")
    ]
    node = graph.node("task:shop.tasks.send")
    assert node is not None
    assert (node.path, node.line) == ("shop/tasks.py", 7)
    assert dict(node.attributes) == {"framework": "rq", "queue": "mail"}


def test_a_decorator_of_the_project(edges_of: Callable[..., set[str]]) -> None:
    """A class that inherits from RQ's decorator, filled in part, makes tasks as well."""
    text = """
        from functools import partial
        from rq.decorators import job as rq_job
        class Counted(rq_job):
            pass
        job = partial(Counted, connection=None)
        @job("mail")
        def work(): pass
        def send(): work.delay()
    """
    assert edges_of({"a.py": text}, "enqueues") == {"a.send -> a.work"}


def test_schedules(edges_of: Callable[..., set[str]]) -> None:
    """What a scheduler starts again and again has a job, also where its arguments stand in a list."""
    text = """
        from rq_scheduler import Scheduler
        from shop.tasks import bill, send
        scheduler = Scheduler(connection=None)
        def jobs(): return [{"func": send, "interval": 60}]
        def start():
            scheduler.cron("0 0 * * *", func=bill)
            for each in jobs():
                scheduler.schedule(None, **each)
    """
    edges = edges_of({**SHOP, "shop/clock.py": text}, "enqueues")
    assert edges == {"shop.tasks.bill -> shop.tasks.bill", "shop.tasks.send -> shop.tasks.send"}


def test_what_is_enqueued_and_not_known_is_said(graph_of: Callable[..., Graph]) -> None:
    """A function that is computed is a blind spot; one that is given is its caller's to name."""
    text = """
        from shop.queues import mail
        from shop import tasks
        def one(name): mail.enqueue(getattr(tasks, name))
        def two(f): mail.enqueue(f)
    """
    spots = graph_of({**SHOP, "shop/use.py": text}).blind_spots
    assert [(spot.kind, spot.place.line) for spot in spots if spot.kind == "unknown-task"] == [
        ("unknown-task", 4)
    ]


def test_without_rq_nothing_is_a_task(graph_of: Callable[..., Graph]) -> None:
    """The same names without the library are somebody else's."""
    text = """
        from .line import job, line
        @job
        def work(): pass
        def send(): line.enqueue(work)
    """
    graph = graph_of({"shop/__init__.py": "", "shop/use.py": text})
    assert not [*graph.edges("enqueues", "handles")]
