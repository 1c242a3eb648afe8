"""Queues whose worker lists functions that are enqueued by name: arq and SAQ."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

TASKS = """
    async def bill(ctx, order): pass
    async def mail(ctx, to): pass
    async def nightly(ctx): pass
    def helper(order): pass
"""
LISTS = {
    "arq": """
        from arq import cron, func
        from shop.tasks import bill, mail, nightly
        class WorkerSettings:
            functions = [bill, func(mail, name="post")]
            cron_jobs = [cron(nightly, hour=3, minute=0)]
    """,
    "arq, lists of their own": """
        from arq import cron
        from arq.worker import func
        from shop.tasks import helper, mail, nightly
        FUNCTIONS = [("shop.tasks.bill", "bills"), helper]
        FUNCTIONS += [func(mail, name="post")]
        class WorkerSettings:
            functions: list = FUNCTIONS
            cron_jobs = [cron("shop.tasks.nightly", hour=3)]
    """,
    "saq": """
        from saq import CronJob, Queue
        from shop.tasks import bill, mail, nightly
        queue = Queue.from_url("redis://x")
        settings = {
            "queue": queue,
            "functions": [bill, ("post", mail)],
            "cron_jobs": [CronJob(nightly, cron="0 3 * * *")],
        }
    """,
}
ENQUEUES = {
    "arq": """
        from arq import create_pool
        async def one(): await (await create_pool(None)).enqueue_job("bill", 1)
        async def two(redis): await redis.enqueue_job("post", "a")
        async def enqueue(name, *args): await (await create_pool(None)).enqueue_job(name, *args)
        async def three(): await enqueue("bill", 1)
        async def four(redis, job): await redis.enqueue_job(job.name)
    """,
    "saq": """
        from saq import Queue
        from shop.tasks import bill
        queue = Queue.from_url("redis://x")
        async def one(): await queue.enqueue(bill, order=1)
        async def two(other): await other.enqueue("post", to="a")
        async def enqueue(name): await queue.enqueue(name)
        async def three(): await enqueue("bill")
        async def four(job): await queue.enqueue(job.name)
    """,
}


@pytest.mark.parametrize("name", LISTS)
def test_tasks_and_who_enqueues_them(name: str, graph_of: Callable[..., Graph]) -> None:
    """What is listed handles its task; names lead to it, also through a function of the project."""
    library = name.partition(",")[0]
    graph = graph_of({
        "shop/__init__.py": "", "shop/tasks.py": TASKS, "shop/worker.py": LISTS[name],
        "shop/use.py": ENQUEUES[library],
    })  # fmt: skip
    handles = {edge.target for edge in graph.edges("handles")}
    assert handles == {f"function:shop.tasks.{each}" for each in ("bill", "mail", "nightly")}
    job = graph.node("job:shop.tasks.nightly")
    assert job is not None and dict(job.attributes)["framework"] == library
    found = {f"{edge.source} -> {edge.target}" for edge in graph.edges("enqueues")}
    assert found == {
        "function:shop.use.one -> task:shop.tasks.bill",
        "function:shop.use.two -> task:shop.tasks.mail",
        "function:shop.use.three -> task:shop.tasks.bill",
        "job:shop.tasks.nightly -> task:shop.tasks.nightly",
    }
    spots = [spot.place.line for spot in graph.blind_spots if spot.kind == "unknown-task"]
    assert spots == [ENQUEUES[library].split("\n").index(next(
        line for line in ENQUEUES[library].split("\n") if "def four" in line)) + 1]  # fmt: skip


def test_lists_of_nobody(edges_of: Callable[..., set[str]]) -> None:
    """Without the library a list of functions is no worker's."""
    text = "from shop.tasks import bill\nclass WorkerSettings:\n    functions = [bill]\n"
    text += "def one(redis): redis.enqueue_job('bill')\n"
    assert edges_of({"shop/tasks.py": TASKS, "shop/worker.py": text}, "handles", "enqueues") == set()
