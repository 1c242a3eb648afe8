"""APScheduler: functions that schedules start, by call, decorator, list and helper."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

SHOP = {
    "shop/__init__.py": "",
    "shop/clock.py": """
        from apscheduler.schedulers.background import BackgroundScheduler
        scheduler = BackgroundScheduler()
    """,
    "shop/work.py": """
        def bill(): pass
        def clean(): pass
    """,
}

STARTS = {
    "calls, with what is put around a function": (
        """
        from functools import partial
        from shop.clock import scheduler
        from shop.work import bill, clean
        def safely(f): return f
        class Server:
            def __init__(self): scheduler.add_job(self.check, "interval", hours=1)
            def check(self): pass
        def start():
            scheduler.add_job(bill, "cron", hour=3)
            scheduler.add_job(func=safely(clean), trigger="interval", minutes=5)
            scheduler.add_job("shop.use:ping", "interval", seconds=1)
            scheduler.add_job(lambda: ping(), "interval", seconds=2)
        def ping(): pass
        """,
        {
            f"{name} -> {name}"
            for name in (
                "shop.work.bill",
                "shop.work.clean",
                "shop.use.ping",
                "shop.use.start.<lambda1>",
                "shop.use.Server.check",
            )
        },
    ),
    "decorators": (
        """
        from shop.clock import scheduler
        @scheduler.scheduled_job("cron", hour=3)
        def nightly(): pass
        """,
        {"shop.use.nightly -> shop.use.nightly"},
    ),
    "once, now or later, is said by a function": (
        """
        from shop import clock, work
        def order(when): clock.scheduler.add_job(work.bill, "date", run_date=when)
        def now(): clock.scheduler.add_job(work.clean)
        """,
        {"shop.use.order -> shop.work.bill", "shop.use.now -> shop.work.clean"},
    ),
    "helpers of the project and schedulers that nothing tells": (
        """
        from shop.clock import scheduler
        from shop.work import bill, clean
        def schedule_job(func, name): scheduler.add_job(func, "interval", hours=1)
        def start(app):
            schedule_job(bill, "bills")
            app.scheduler.add_job(clean, "interval", hours=1)
        """,
        {"shop.work.bill -> shop.work.bill", "shop.work.clean -> shop.work.clean"},
    ),
    "the list of Flask-APScheduler": (
        """
        class Config:
            JOBS = [{"id": "a", "func": "shop.work:bill", "trigger": "interval", "seconds": 10}]
        """,
        {"shop.work.bill -> shop.work.bill"},
    ),
    "what is no scheduler's": (
        """
        from shop.work import bill
        class Agency:
            def add_job(self, f, title): pass
        def start(): Agency().add_job(bill, "clerk")
        """,
        set(),
    ),
}


@pytest.mark.parametrize("name", STARTS)
def test_starting(name: str, edges_of: Callable[..., set[str]]) -> None:
    """Jobs have an edge to the task of the function that they start."""
    text, expected = STARTS[name]
    assert edges_of({**SHOP, "shop/use.py": text}, "enqueues") == expected


def test_schedules_of_a_function(graph_of: Callable[..., Graph]) -> None:
    """A function that several schedules start has one job, that tells all of them."""
    text = """
        from apscheduler.triggers.cron import CronTrigger
        from shop.clock import scheduler
        from shop.work import bill
        every = CronTrigger.from_crontab("0 4 * * 0")
        def start():
            scheduler.add_job(bill, "cron", hour=3, minute=30, id="a")
            scheduler.add_job(bill, every)
    """
    graph = graph_of({**SHOP, "shop/use.py": text})
    job = graph.node("job:shop.work.bill")
    assert job is not None
    schedule = "cron hour=3 minute=30; CronTrigger.from_crontab('0 4 * * 0')"
    assert dict(job.attributes) == {"framework": "apscheduler", "schedule": schedule}
    assert (job.path, job.line) == ("shop/use.py", 7)
    (edge,) = graph.edges("handles")
    assert (edge.source, edge.target) == ("task:shop.work.bill", "function:shop.work.bill")


def test_tasks_of_other_queues(graph_of: Callable[..., Graph]) -> None:
    """A schedule may send what another library's workers handle: then it is that task, by its own name."""
    text = """
        import dramatiq
        from celery import shared_task
        from shop.clock import scheduler
        @dramatiq.actor(actor_name="bills")
        def bill(): pass
        @shared_task
        def clean(): pass
        def safely(f): return f
        def start():
            scheduler.add_job(safely(bill.send), "interval", hours=1)
            scheduler.add_job(clean.delay, "interval", hours=1)
    """
    graph = graph_of({**SHOP, "shop/use.py": text})
    assert {(edge.source, edge.target) for edge in graph.edges("enqueues")} == {
        ("job:bills", "task:bills"),
        ("job:shop.use.clean", "task:shop.use.clean"),
    }
    task = graph.node("task:bills")
    assert task is not None
    assert dict(task.attributes) == {"framework": "dramatiq"}


def test_what_is_started_and_not_known_is_said(graph_of: Callable[..., Graph]) -> None:
    """A function that is computed is a blind spot; one that is given is its caller's to name."""
    text = """
        from shop import work
        from shop.clock import scheduler
        def one(name): scheduler.add_job(getattr(work, name), "interval", hours=1)
        def two(f): scheduler.add_job(f, "interval", hours=1)
    """
    spots = graph_of({**SHOP, "shop/use.py": text}).blind_spots
    assert [(spot.kind, spot.place.line) for spot in spots if spot.kind == "unknown-task"] == [
        ("unknown-task", 4)
    ]
