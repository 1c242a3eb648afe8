"""Django Q: any function that is given to a cluster is a task; schedules, chains and helpers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

TASKS = "def bill(order): pass\ndef mail(to): pass\ndef nightly(): pass\n"
USES = {
    "functions, names and hooks": (
        """
        from django_q.tasks import AsyncTask, async_task
        from shop.tasks import bill, mail
        def one(): async_task(bill, 1, hook="shop.tasks.mail")
        def two(): AsyncTask("shop.tasks.bill", 1).run()
        def three(): bill(1)
        """,
        {"one -> shop.tasks.bill", "one -> shop.tasks.mail", "two -> shop.tasks.bill"},
    ),
    "chains, and helpers of the project": (
        """
        from django_q.tasks import Chain, async_chain, async_task
        from shop import tasks
        def one():
            chain = Chain()
            chain.append(tasks.bill, 1)
        def two(): async_chain([(tasks.bill, (1,)), (tasks.mail, ("a",))])
        def offload(name, *args): async_task(name, *args)
        def three(): offload("shop.tasks.mail", "a")
        def four(items): items.append(tasks.bill)
        """,
        {"one -> shop.tasks.bill", "two -> shop.tasks.bill", "two -> shop.tasks.mail", "three -> shop.tasks.mail"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", USES)
def test_who_enqueues(name: str, edges_of: Callable[..., set[str]]) -> None:
    """Functions that give one to the cluster have an edge to its task."""
    text, expected = USES[name]
    files = {"shop/__init__.py": "", "shop/tasks.py": TASKS, "shop/use.py": text}
    assert edges_of(files, "enqueues") == {f"shop.use.{each}" for each in expected}


def test_schedules(graph_of: Callable[..., Graph]) -> None:
    """A schedule that is started again is a job; one that runs once is what its function enqueues."""
    graph = graph_of({"shop/tasks.py": TASKS, "shop/use.py": """
        from django_q.models import Schedule
        from django_q.tasks import schedule
        def one(): schedule("shop.tasks.nightly", schedule_type=Schedule.DAILY)
        def two(): Schedule.objects.create(func="shop.tasks.mail", cron="0 3 * * *")
        def three(): schedule("shop.tasks.bill", 1, next_run=None)
        def four(name): schedule(name.strip())
    """})  # fmt: skip
    jobs = {node.name: dict(node.attributes)["schedule"] for node in graph.nodes("job")}
    assert jobs == {"shop.tasks.nightly": "Schedule.DAILY", "shop.tasks.mail": "'0 3 * * *'"}
    assert "function:shop.use.three" in {edge.source for edge in graph.edges("enqueues")}
    spots = [spot for spot in graph.blind_spots if spot.kind == "unknown-task"]
    assert [(spot.place.line, spot.text) for spot in spots] == [(7, "schedule(name.strip())")]
