"""Huey: tasks, calls that put them into a queue, and what starts them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

SHOP = {
    "shop/__init__.py": "",
    "shop/queue.py": """
        from huey import RedisHuey
        huey = RedisHuey("shop")
    """,
    "shop/tasks.py": """
        from huey import crontab
        from huey.contrib.djhuey import db_task
        from shop.queue import huey

        @huey.task(retries=2)
        def bill(order): pass

        @db_task()
        def mail(to): pass

        @huey.periodic_task(crontab(minute="0"))
        @huey.lock_task("nightly")
        def nightly(): pass
    """,
}

QUEUING = {
    "calls, and methods of a task": (
        """
        from shop import tasks
        from shop.tasks import bill as charge
        def one(): charge(1)
        def two(): tasks.mail.schedule(args=("a",), delay=60)
        def three(): tasks.mail.map(["a", "b"])
        def four(): charge.call_local(1)
        """,
        {
            "shop.use.one -> shop.tasks.bill",
            "shop.use.two -> shop.tasks.mail",
            "shop.use.three -> shop.tasks.mail",
        },
    ),
    "pipelines": (
        """
        from shop.queue import huey
        from shop.tasks import bill, mail
        def one(): huey.enqueue(bill.s(1).then(mail, "a"))
        """,
        {"shop.use.one -> shop.tasks.bill", "shop.use.one -> shop.tasks.mail"},
    ),
    "tasks that are handed on": (
        """
        from functools import partial
        from django.db import transaction
        from shop.tasks import bill, mail
        def one(): transaction.on_commit(partial(bill, 1))
        def two(): transaction.on_commit(mail)
        """,
        {"shop.use.one -> shop.tasks.bill", "shop.use.two -> shop.tasks.mail"},
    ),
    "helpers of the project": (
        """
        from shop import tasks
        class History:
            @classmethod
            def schedule(cls, wrapper, *args): return schedule_later(cls, wrapper, *args)
        def schedule_later(cls, wrapper, /, *args): return wrapper.s(*args)
        def one(): History.schedule(tasks.bill, 1)
        """,
        {"shop.use.one -> shop.tasks.bill"},
    ),
    "what is no task": (
        """
        def task(f): return f
        @task
        def work(): pass
        def one(): work()
        """,
        set(),
    ),
}


@pytest.mark.parametrize("name", QUEUING)
def test_queuing(name: str, edges_of: Callable[..., set[str]]) -> None:
    """Functions that queue a task have an edge to it."""
    text, expected = QUEUING[name]
    started = {"shop.tasks.nightly -> shop.tasks.nightly"}
    assert edges_of({**SHOP, "shop/use.py": text}, "enqueues") == expected | started


def test_what_is_queued_is_not_called(edges_of: Callable[..., set[str]]) -> None:
    """A call of a task runs nothing there; what its function calls, the worker runs."""
    text = """
        from shop.tasks import bill
        def one(): return bill(1), two()
        def two(): pass
    """
    found = edges_of({**SHOP, "shop/use.py": text}, "calls")
    assert {edge for edge in found if edge.startswith("shop.use.one ")} == {"shop.use.one -> shop.use.two"}


def test_tasks_and_jobs(graph_of: Callable[..., Graph]) -> None:
    """What is decorated handles its task; a periodic one has a job with its schedule."""
    graph = graph_of(SHOP)
    assert [(edge.source, edge.confidence) for edge in graph.edges("handles")] == [
        ("task:shop.tasks.bill", "certain"),
        ("task:shop.tasks.mail", "certain"),
        ("task:shop.tasks.nightly", "certain"),
    ]
    job = graph.node("job:shop.tasks.nightly")
    assert job is not None
    assert dict(job.attributes) == {"framework": "huey", "schedule": "crontab(minute='0')"}


def test_a_decorator_of_the_project(edges_of: Callable[..., set[str]]) -> None:
    """A function that calls the library's decorator makes tasks; so does what is called as it usually is."""
    text = """
        from functools import wraps
        from flask import current_app
        from huey.contrib.djhuey import HUEY as huey
        def task(retries=5):
            def decorator(function):
                @wraps(function)
                def inner(*args): return function(*args)
                return huey.task(retries=retries)(inner)
            return decorator
        @task()
        def work(): pass
        @current_app.huey.task()
        def more(): pass
        def one(): work()
        def two(): more()
    """
    assert edges_of({"a.py": text}, "enqueues") == {"a.one -> a.work", "a.two -> a.more"}
