"""Celery: tasks and their names, who sends them, and what schedules start them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

TASKS = {
    "shop/__init__.py": "",
    "shop/celery.py": 'from celery import Celery\napp = Celery("shop")\n',
    "shop/tasks.py": """
        from celery import shared_task
        from .celery import app

        @app.task
        def add(x, y): pass

        @shared_task(bind=True, name="mail.send", queue="mail")
        def send(self, to): pass
    """,
}

SENDING = {
    "tasks that are handed to a function which sends them": (
        """
        from celery import Task
        from shop import tasks
        from shop.tasks import add
        def run_task(task: Task, **more):
            return task.apply_async(kwargs=more)
        def send_later(job):
            run_task(job)
        def one():
            run_task(add, x=1)
        def two():
            send_later(tasks.send)
        """,
        {
            "shop.use.one -> shop.tasks.add",
            "shop.use.two -> mail.send",
        },
    ),
    "one of several": (
        """
        from shop.tasks import add, send
        TASKS = {"a": add, "s": send}
        def one(fresh): (add if fresh else send).delay()
        def two(fresh):
            task = add if fresh else send
            task.s(1).apply_async()
        def three(kind): TASKS[kind].delay()
        def four(kind):
            task = TASKS.get(kind)
            task.delay()
        """,
        {
            f"shop.use.{name} -> {task}"
            for name in ("one", "two", "three", "four")
            for task in ("shop.tasks.add", "mail.send")
        },
    ),
    "delay and apply_async, through imports and other names": (
        """
        from shop import tasks
        from shop.tasks import add as plus
        def one():
            tasks.send.delay("a")
            plus.apply_async((1, 2))
        def two():
            task = plus
            task.delay()
        """,
        {
            "shop.use.one -> mail.send",
            "shop.use.one -> shop.tasks.add",
            "shop.use.two -> shop.tasks.add",
        },
    ),
    "signatures in canvases": (
        """
        from celery import chain, group
        from shop.tasks import add, send
        def one(): chain(add.s(1), send.si("a"))()
        def two(): (add.s(1) | send.s()).delay()
        def three(): return group(add.s(i, i) for i in range(3)).apply_async(link=send.signature())
        """,
        {
            f"shop.use.{name} -> {task}"
            for name in ("one", "two", "three")
            for task in ("mail.send", "shop.tasks.add")
        },
    ),
    "by name, also of another system": (
        """
        from celery import signature
        from shop.celery import app
        def one(): app.send_task("mail.send", args=[1])
        def two(): app.signature("shop.tasks.add").delay()
        def three(): signature("other.system.task").delay()
        """,
        {
            "shop.use.one -> mail.send",
            "shop.use.two -> shop.tasks.add",
            "shop.use.three -> other.system.task",
        },
    ),
    "what is not Celery's": (
        """
        import multiprocessing
        class Timer:
            def delay(self): pass
        def one():
            Timer().delay()
            multiprocessing.Pool().apply_async(print)
        """,
        set(),
    ),
}


@pytest.mark.parametrize("name", SENDING)
def test_sending(name: str, edges_of: Callable[..., set[str]]) -> None:
    """Functions that send tasks have an edge to them; what has methods of the same names has none."""
    text, expected = SENDING[name]
    assert edges_of({**TASKS, "shop/use.py": text}, "enqueues") == expected


def test_tasks_and_what_handles_them(graph_of: Callable[..., Graph]) -> None:
    """A task is named by its function unless it is given a name; its queue is told."""
    graph = graph_of(TASKS)
    assert {(edge.source, edge.target, edge.confidence) for edge in graph.edges("handles")} == {
        ("task:mail.send", "function:shop.tasks.send", "certain"),
        ("task:shop.tasks.add", "function:shop.tasks.add", "certain"),
    }
    node = graph.node("task:mail.send")
    assert node is not None
    assert (node.path, node.line) == ("shop/tasks.py", 8)
    assert dict(node.attributes) == {"framework": "celery", "queue": "mail"}


def test_an_application_of_a_library_around_celery(edges_of: Callable[..., set[str]]) -> None:
    """Its tasks are Celery's, sent by names that constants hold, also those of other modules and classes."""
    files = {
        "shop/names.py": 'class Names:\n    RUN = "run-it"\n',
        "shop/tasks.py": """
            from company_utils.celery import CompanyCelery
            from shop.names import Names
            app = CompanyCelery()
            STOP = "stop-it"
            @app.task(name="run-it")
            def run(): pass
            @app.task(name="stop-it")
            def stop(): pass
            def one(): app.send_task(name=Names.RUN, queue="x")
            def two(): app.send_task(STOP)
        """,
    }
    assert edges_of(files, "enqueues") == {"shop.tasks.one -> run-it", "shop.tasks.two -> stop-it"}
    assert edges_of(files, "handles") == {"run-it -> shop.tasks.run", "stop-it -> shop.tasks.stop"}


def test_task_classes_and_tasks_made_by_calls(edges_of: Callable[..., set[str]]) -> None:
    """Subclasses of Task that run something are tasks, their bases are not; `app.task(f)` makes one."""
    text = """
        from celery import Celery, Task
        app = Celery()
        class Base(Task):
            def on_failure(self, *args): pass
        class Import(Base):
            name = "import"
            def run(self): pass
        registered = app.register_task(Import())
        def work(): pass
        made = app.task(name="made")(work)
        def send():
            registered.delay()
            made.delay()
            Import().apply_async()
    """
    edges = edges_of({"a.py": text}, "handles", "enqueues")
    assert edges == {
        "import -> a.Import.run",
        "made -> a.work",
        "a.send -> import",
        "a.send -> made",
    }


def test_a_decorator_of_the_project(graph_of: Callable[..., Graph]) -> None:
    """A decorator that itself makes a task of its function is followed, but is no more than likely."""
    text = """
        from celery import shared_task
        def logged_task(name):
            def wrap(f):
                return shared_task(name=name)(f)
            return wrap
        @logged_task("x")
        def work(): pass
        def send(): work.delay()
        def multitask(f): return f
        @multitask
        def plain(): pass
    """
    graph = graph_of({"a.py": text})
    assert [(edge.source, edge.target, edge.confidence) for edge in graph.edges("handles")] == [
        ("task:a.work", "function:a.work", "likely")
    ]
    assert [edge.target for edge in graph.out("function:a.send", "enqueues")] == ["task:a.work"]


JOBS = {
    "a schedule in the settings": (
        {
            "settings.py": """
                CELERY_BEAT_SCHEDULE = {
                    "every night": {"task": "shop.tasks.add", "schedule": 60.0},
                    "mail": {"task": "mail.send", "schedule": crontab(hour=1)},
                }
            """
        },
        {"every night -> shop.tasks.add", "mail -> mail.send"},
    ),
    "conf.update and an item of beat_schedule": (
        {
            "shop/beat.py": """
                from shop.celery import app
                from shop import tasks
                app.conf.update(beat_schedule={"a": {"task": tasks.add.name, "schedule": 1}})
                app.conf.beat_schedule["b"] = {"task": "mail.send", "schedule": 2}
            """
        },
        {"a -> shop.tasks.add", "b -> mail.send"},
    ),
    "add_periodic_task": (
        {
            "shop/beat.py": """
                from shop.celery import app
                from shop.tasks import add, send
                @app.on_after_configure.connect
                def setup(sender, **kwargs):
                    sender.add_periodic_task(10.0, add.s(1, 2), name="ten")
                    sender.add_periodic_task(20.0, send.s())
            """
        },
        {"ten -> shop.tasks.add", "mail.send -> mail.send"},
    ),
    "older decorators": (
        {
            "old.py": """
                from celery.task import periodic_task
                @periodic_task(run_every=60)
                def tick(): pass
            """
        },
        {"old.tick -> old.tick"},
    ),
}


@pytest.mark.parametrize("name", JOBS)
def test_jobs(name: str, edges_of: Callable[..., set[str]]) -> None:
    """Schedules are jobs that send tasks; the function that sets them up sends none."""
    files, expected = JOBS[name]
    assert edges_of({**TASKS, **files}, "enqueues") == expected


def test_what_cannot_be_told_is_said(graph_of: Callable[..., Graph]) -> None:
    """A receiver or a name that the code does not tell is a blind spot, not silence."""
    text = """
        from shop.celery import app
        def one(task): task.delay()
        def two(name): app.send_task(name)
        def three(): app.send_task(f"mail.{x}")
    """
    graph = graph_of({**TASKS, "shop/use.py": text})
    spots = [(s.place.line, s.text) for s in graph.blind_spots if s.kind == "unknown-task"]
    assert spots == [
        (3, "task.delay()"),
        (4, "app.send_task(name)"),
        (5, "app.send_task(f'mail.{x}')"),
    ]


def test_signatures_that_are_only_made_are_likely(graph_of: Callable[..., Graph]) -> None:
    """A signature in a canvas is sent; one that is kept may be."""
    text = """
        from shop.tasks import add, send
        def one(): return add.s(1)
        def two(): send.s().apply_async()
    """
    graph = graph_of({**TASKS, "shop/use.py": text})
    assert {(e.target, e.confidence) for e in graph.edges("enqueues")} == {
        ("task:shop.tasks.add", "likely"),
        ("task:mail.send", "certain"),
    }


def test_hostile_input(graph_of: Callable[..., Graph]) -> None:
    """Odd shapes give nothing and break nothing."""
    text = """
        from celery import shared_task, chain, Celery
        app = Celery(*args, **{"task": 1})
        @shared_task(*names, **{"name": 1})
        def a(): pass
        @app.task(name=1)
        def b(): pass
        @app.task()()
        def c(): pass
        chain()
        chain(*[x for x in y])
        app.send_task()
        app.send_task(*args)
        app.add_periodic_task(1, lambda: 1)
        app.task(*x)
        app.register_task()
        app.conf.beat_schedule = {**other, "x": {**y, "task": None, "schedule": 1}, 1: {"task": {}, "name": []}}
        app.conf.beat_schedule[1] = {"task": "t\\n:x.y", "schedule": ...}
        x = x.delay
        x.delay()
        ().delay()
        "".s().delay()
    """
    graph = graph_of({"a.py": text})
    assert {edge.source for edge in graph.edges("handles")} == {"task:a.a", "task:a.b"}


def test_an_application_of_a_library_s_own_class(graph_of: Callable[..., Graph]) -> None:
    """A class that a library derives from Celery's is known by its name alone: its tasks are likely ones."""
    files = {
        "shop/__init__.py": "from vendor.queues import OurCelery\nqueue = OurCelery()\n",
        "shop/tasks.py": """
            from shop import queue
            @queue.task(bind=True, name="mail.send")
            def send(self, to): pass
            def later(): send.apply_async(["x"])
        """,
    }
    edges = {(edge.kind, edge.source, edge.target, edge.confidence) for edge in graph_of(files).edges()}
    assert ("handles", "task:mail.send", "function:shop.tasks.send", "likely") in edges
    assert ("enqueues", "function:shop.tasks.later", "task:mail.send", "certain") in edges


def test_a_bound_task_is_its_self(graph_of: Callable[..., Graph]) -> None:
    text = """
        from celery import Celery, shared_task
        app = Celery()

        class Own(app.Task):
            def note(self): pass

        class Other:
            def note(self): pass

        @app.task(bind=True, base=Own)
        def count(self):
            self.note()
            self.retry()

        @shared_task(bind=True)
        def add(self): raise self.retry()
    """
    graph = graph_of({"tasks.py": text})
    assert {e.target for e in graph.edges("calls") if e.source == "function:tasks.count"} == {
        "function:tasks.Own.note"
    }
    assert not graph.blind_spots


def test_an_object_that_is_called_makes_tasks(edges_of: Callable[..., set[str]]) -> None:
    """`slow_task = Queue("slow")`, used as a decorator with and without options."""
    queue = """
        from celery import shared_task
        class Queue:
            def __init__(self, name): self.name = name
            def __call__(self, function=None, *, retry=()):
                return self._wrap(function) if function else lambda function: self._wrap(function)
            def _wrap(self, function): return shared_task(queue=self.name)(function)
        slow_task = Queue("slow")
    """
    tasks = """
        from work import slow_task
        @slow_task
        def one(): pass
        @slow_task(retry=(KeyError,))
        def two(): pass
        def go():
            one.delay()
            two.signature(kwargs={}).apply_async()
    """
    found = edges_of({"work.py": queue, "jobs.py": tasks}, "enqueues", "handles")
    assert {"jobs.go -> jobs.one", "jobs.go -> jobs.two", "jobs.one -> jobs.one"} <= found
