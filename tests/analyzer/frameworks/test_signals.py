"""Signals of Django and blinker: senders, receivers, models."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

DJANGO = {
    "shop/__init__.py": "",
    "shop/signals.py": "from django.dispatch import Signal\npaid = Signal()\nshipped: Signal = Signal()\n",
    "shop/models.py": """
        from django.db import models
        class Order(models.Model):
            tags = models.ManyToManyField("Tag")
        class Tag(models.Model): pass
    """,
}
POST_SAVE = "django.db.models.signals.post_save"

CASES = {
    "send and receiver": (
        """
        from django.dispatch import receiver
        from shop import signals
        from shop.signals import paid, shipped
        def pay(): signals.paid.send(sender=None)
        def ship(): shipped.send_robust(None)
        @receiver(paid)
        def book(sender, **kwargs): pass
        @receiver([paid, shipped], dispatch_uid="x")
        def mail(sender, **kwargs): pass
        """,
        {
            "shop.use.pay -> shop.signals.paid",
            "shop.use.ship -> shop.signals.shipped",
            "shop.use.book -> shop.signals.paid",
            "shop.use.mail -> shop.signals.paid",
            "shop.use.mail -> shop.signals.shipped",
        },
    ),
    "connect, of functions, methods, instances and lambdas": (
        """
        from functools import partial
        from shop.signals import paid
        def one(**kwargs): pass
        class Handler:
            def __call__(self, **kwargs): pass
            def method(self, **kwargs): pass
            def ready(self):
                paid.connect(self.method)
                paid.connect(Handler(), weak=False)
                paid.connect(partial(one, 1))
                paid.connect(lambda **kwargs: 1)
        """,
        {
            "shop.use.Handler.method -> shop.signals.paid",
            "shop.use.Handler.__call__ -> shop.signals.paid",
            "shop.use.one -> shop.signals.paid",
            "shop.use.Handler.ready.<lambda1> -> shop.signals.paid",
        },
    ),
    "a signal that a class holds": (
        """
        from django.dispatch import Signal
        from shop.signals import paid
        class View:
            signal = paid
            own = Signal()
            def get(self):
                self.signal.send(self)
                self.own.send(self)
        """,
        {"shop.use.View.get -> shop.signals.paid", "shop.use.View.get -> shop.use.View.own"},
    ),
    "signals of models by their senders": (
        """
        from django.contrib.auth.models import User
        from django.db.models.signals import m2m_changed, post_save
        from django.dispatch import receiver
        from shop.models import Order
        @receiver(post_save, sender=Order)
        def one(**kwargs): pass
        @receiver(post_save)
        def two(**kwargs): pass
        @receiver(post_save, sender="shop.Order")
        def three(**kwargs): pass
        post_save.connect(two, sender=User)
        m2m_changed.connect(two, sender=Order.tags.through)
        """,
        {
            f"shop.use.one -> {POST_SAVE}[shop.models.Order]",
            f"shop.use.two -> {POST_SAVE}",
            f"shop.use.three -> {POST_SAVE}[shop.models.Order]",
            f"shop.use.two -> {POST_SAVE}[django.contrib.auth.models.User]",
            "shop.use.two -> django.db.models.signals.m2m_changed[shop.models.Order.tags.through]",
            f"shop.models.Order -> {POST_SAVE}[shop.models.Order]",
            "shop.models.Order -> django.db.models.signals.m2m_changed[shop.models.Order.tags.through]",
        },
    ),
    "signals of libraries": (
        """
        from celery.signals import task_failure
        from django.dispatch import receiver
        from other import happened
        from third import ready
        @task_failure.connect
        def one(**kwargs): pass
        @receiver(happened)
        def two(**kwargs): pass
        ready.connect(two, dispatch_uid="x")
        """,
        {
            "shop.use.one -> celery.signals.task_failure",
            "shop.use.two -> other.happened",
            "shop.use.two -> third.ready",
        },
    ),
    "what is not a signal's": (
        """
        import sqlite3
        from sqlalchemy import create_engine
        def one():
            sqlite3.connect("a.db")
            create_engine("x").connect()
            client.send("x")
            button.clicked.connect(one)
        """,
        set(),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_django(name: str, edges_of: Callable[..., set[str]]) -> None:
    """Who sends and who receives which signal."""
    text, expected = CASES[name]
    assert edges_of({**DJANGO, "shop/use.py": text}, "publishes", "subscribes") == expected


BLINKER = {
    "bus.py": """
        from blinker import Namespace, signal
        signals = Namespace()
        saved = signals.signal("saved")
        started = signal("started")
    """,
    "use.py": """
        import bus
        from blinker import signal
        def save(): bus.saved.send(1)
        def start(): signal("started").send()
        @bus.saved.connect
        def one(sender): pass
        @bus.saved.connect_via("app")
        def two(sender): pass
        signal("started").connect(one)
        class Plugin:
            def connect(self, signal, receiver): pass
            def init(self): self.connect(bus.saved, self.on_saved)
            def on_saved(self, sender): pass
    """,
}


def test_signals_that_a_loop_connects_and_that_a_function_makes(edges_of: Callable[..., set[str]]) -> None:
    files = {
        "shop/signals.py": """
            from django.dispatch import Signal
            def signal_with_docs(text):
                signal = Signal()
                signal.__doc__ = text
                return signal
            def signal_name(text): return text.lower()
            paid = signal_with_docs("money came")
            name = signal_name("PAID")
            shipped = Signal()
        """,
        "shop/use.py": """
            from shop import signals
            def mail(**kwargs): pass
            def connect():
                for signal in (signals.paid, signals.shipped):
                    signal.connect(mail, dispatch_uid="mail")
        """,
    }
    expected = {"shop.use.mail -> shop.signals.paid", "shop.use.mail -> shop.signals.shipped"}
    assert edges_of(files, "subscribes") == expected


def test_blinker(edges_of: Callable[..., set[str]]) -> None:
    """Signals of a namespace are known by their variables, those of `signal()` by their names."""
    assert edges_of(BLINKER, "publishes", "subscribes") == {
        "use.save -> bus.saved",
        "use.start -> started",
        "use.one -> bus.saved",
        "use.two -> bus.saved",
        "use.one -> started",
        "use.Plugin.on_saved -> bus.saved",
    }


def test_the_signal_of_a_model_lies_with_the_model(graph_of: Callable[..., Graph]) -> None:
    """So that a receiver in another service crosses a boundary."""
    text = CASES["signals of models by their senders"][0]
    node = graph_of({**DJANGO, "shop/use.py": text}).node(f"signal:{POST_SAVE}[shop.models.Order]")
    assert node is not None
    assert (node.path, node.line) == ("shop/models.py", 3)


def test_what_cannot_be_told_is_said(graph_of: Callable[..., Graph]) -> None:
    """Unknown signals, senders and handlers are blind spots."""
    text = """
        from django.db.models.signals import post_save
        from django.dispatch import receiver
        from shop.signals import paid
        @receiver(unknown())
        def one(**kwargs): pass
        def two(model, handler):
            post_save.connect(one, sender=model)
            paid.connect(handler)
    """
    graph = graph_of({**DJANGO, "shop/use.py": text})
    spots = {(s.kind, s.place.line) for s in graph.blind_spots if s.kind.startswith("unknown-")}
    assert spots == {("unknown-signal", 5), ("unknown-sender", 8), ("unknown-handler", 9)}
    edge = next(e for e in graph.edges("subscribes") if e.source == "function:shop.use.one")
    assert (edge.target, edge.confidence) == (f"signal:{POST_SAVE}", "likely")


def test_hostile_input(graph_of: Callable[..., Graph]) -> None:
    """Odd shapes give nothing and break nothing."""
    text = """
        from django.dispatch import Signal, receiver
        from blinker import signal
        a = b = Signal(*x)
        a, b = Signal(), Signal()
        c = signal()
        d = signal(*names)
        e = signal(f"{x}")
        @receiver()
        def one(): pass
        @receiver(*signals)
        def two(): pass
        @receiver([])
        def three(): pass
        @a.connect()
        def four(): pass
        @a.connect_via()
        class Five: pass
        a.connect()
        a.connect(*x)
        a.connect(1, sender=2, **y)
        receiver()()
        receiver(a)(lambda: 1)
        ().send()
        x.self.y = Signal()
        self.z = Signal()
        "".connect("")
        loop = loop
        loop.send()
    """
    graph = graph_of({"a.py": text})
    assert any(edge.source == "function:a.four" for edge in graph.edges("subscribes"))


def test_a_class_above_sends_what_classes_below_declare(graph_of: Callable[..., Graph]) -> None:
    """`cls.created.send()` in a mixin: the signals of all who inherit it, and of nobody else."""
    text = """
        from blinker import Signal
        class Audited:
            @classmethod
            def saved(cls, document):
                cls.created.send(document)
            def gone(self):
                self.deleted.send(self)
        class Order(Audited):
            created = Signal()
            deleted = Signal()
        class Other:
            created = Signal()
    """
    sent = {(e.source, e.target, e.confidence) for e in graph_of({"a.py": text}).edges("publishes")}
    assert sent == {
        ("function:a.Audited.saved", "signal:a.Order.created", "likely"),
        ("function:a.Audited.gone", "signal:a.Order.deleted", "likely"),
    }


def test_a_signal_of_a_library(graph_of: Callable[[dict[str, str]], Graph]) -> None:
    """An object of a library's module to which a function is connected; not what connects elsewhere."""
    graph = graph_of(
        {
            "a.py": """
            import lib.backend
            from django.conf import settings
            from lib.things import client
            def create(sender, **words): pass
            lib.backend.populate_user.connect(create)
            client.connect(settings.HOST)
            client.connect("localhost")
            """
        }
    )
    assert [(e.source, e.target) for e in graph.edges("subscribes")] == [
        ("function:a.create", "signal:lib.backend.populate_user")
    ]
