"""Queues whose tasks have methods that send them: Procrastinate, Taskiq, and Django's own tasks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

PROCRASTINATE = """
    import procrastinate
    app = procrastinate.App(connector=None)

    @app.task(queue="bills", name="bill")
    def bill(order): pass

    @app.periodic(cron="0 3 * * *")
    @app.task
    def nightly(timestamp): pass
"""
TASKIQ = """
    from taskiq_redis import ListQueueBroker, RedisAsyncResultBackend
    broker = ListQueueBroker("redis://x").with_result_backend(RedisAsyncResultBackend("redis://x"))

    @broker.task(task_name="bill", queue_name="bills")
    async def bill(order): pass

    @broker.task(schedule=[{"cron": "0 3 * * *"}])
    async def nightly(): pass
"""
DJANGO = """
    from crontask import cron
    from django.tasks import task

    @task(queue_name="bills")
    def bill(order): pass

    @cron("0 3 * * *")
    @task
    def nightly(): pass
"""

SENDING = {
    "procrastinate: methods, options and names": (
        PROCRASTINATE,
        """
        from shop.tasks import app, bill
        def one(): bill.defer(order=1)
        async def two(): await bill.configure(lock="a").defer_async(order=1)
        def three(): app.configure_task("bill", lock="a").defer(order=1)
        def four(app, timer): timer.defer(1)
        """,
        {"shop.use.one -> bill", "shop.use.two -> bill", "shop.use.three -> bill"},
    ),
    "taskiq: methods and options": (
        TASKIQ,
        """
        from shop import tasks
        async def one(): await tasks.bill.kiq(1)
        async def two(): await tasks.bill.kicker().with_labels(delay=1).kiq(1)
        async def three(source): await tasks.bill.schedule_by_time(source, None, 1)
        async def four(): await tasks.bill(1)
        """,
        {"shop.use.one -> bill", "shop.use.two -> bill", "shop.use.three -> bill"},
    ),
    "django: methods, options, and methods that are handed on": (
        DJANGO,
        """
        from django.db import transaction
        from functools import partial
        from shop.tasks import bill
        def one(): bill.enqueue(1)
        async def two(): await bill.using(priority=9).aenqueue(1)
        def three(): transaction.on_commit(partial(bill.enqueue, 1))
        def four(queue): queue.enqueue(bill)
        """,
        {
            "shop.use.one -> shop.tasks.bill",
            "shop.use.two -> shop.tasks.bill",
            "shop.use.three -> shop.tasks.bill",
        },
    ),
}


@pytest.mark.parametrize("name", SENDING)
def test_sending(name: str, edges_of: Callable[..., set[str]]) -> None:
    """Functions that send a task have an edge to it, a schedule its job."""
    tasks, text, expected = SENDING[name]
    files = {"shop/__init__.py": "", "shop/tasks.py": tasks, "shop/use.py": text}
    started = {"shop.tasks.nightly -> shop.tasks.nightly"}
    assert edges_of(files, "enqueues") == expected | started


@pytest.mark.parametrize("tasks", [PROCRASTINATE, TASKIQ, DJANGO])
def test_tasks(tasks: str, graph_of: Callable[..., Graph]) -> None:
    """What is decorated handles its task; its queue and its schedule are told."""
    graph = graph_of({"shop/__init__.py": "", "shop/tasks.py": tasks})
    handles = {edge.target: (edge.source, edge.confidence) for edge in graph.edges("handles")}
    assert sorted(handles) == ["function:shop.tasks.bill", "function:shop.tasks.nightly"]
    bill = graph.node(handles["function:shop.tasks.bill"][0])
    job = graph.node("job:shop.tasks.nightly")
    assert bill is not None and dict(bill.attributes)["queue"] == "bills"
    assert job is not None and "0 3 * * *" in dict(job.attributes)["schedule"]
    assert not [spot for spot in graph.blind_spots if spot.kind == "unread-library"]


def test_what_nothing_tells_is_said(graph_of: Callable[..., Graph]) -> None:
    """A task that is computed, or named by what is computed, is a blind spot."""
    text = """
        import procrastinate
        app = procrastinate.App(connector=None)
        def one(task): app.configure_task(task.name).defer()
        async def two(task): await task.defer_async()
    """
    spots = graph_of({"a.py": text}).blind_spots
    assert [(spot.place.line, spot.text) for spot in spots if spot.kind == "unknown-task"] == [
        (4, "app.configure_task(task.name)"), (5, "task.defer_async()"),
    ]  # fmt: skip


def test_a_library_that_is_not_imported(edges_of: Callable[..., set[str]]) -> None:
    """Methods of the same names elsewhere are nobody's tasks."""
    text = "def task(f): return f\n@task\ndef bill(): pass\ndef one(): bill.enqueue()\n"
    assert edges_of({"a.py": text}, "enqueues", "handles") == set()
