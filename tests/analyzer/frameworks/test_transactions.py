"""Transactions: how they are opened, which lines they span, and what they touch through the calls in there."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from carveout.analyzer.graph.transactions import transactions
from carveout.analyzer.model.graph import Graph

GraphOf = Callable[..., Graph]

MODELS = {
    "shop/__init__.py": "",
    "shop/models.py": """
        from django.db import models
        class Order(models.Model):
            class Meta: db_table = "orders"
        class Payment(models.Model):
            class Meta: db_table = "payments"
    """,
    "shop/pay.py": """
        import requests
        from .models import Payment
        def charge():
            Payment.objects.create(amount=1)
            requests.post("https://pay.example.com/charge")
    """,
}

DJANGO = {
    "a block spans its lines alone": (
        """
        def place():
            Order.objects.get(id=1)
            with transaction.atomic():
                charge()
            Order.objects.create()
        """,
        {"f.place#1 atomic payments writes", "f.place#1 atomic pay.example.com requests"},
    ),
    "what an exit stack has entered spans the rest of its block": (
        """
        from contextlib import ExitStack
        def place():
            with ExitStack() as stack:
                Order.objects.create()
                stack.enter_context(transaction.atomic(using="x"))
                Payment.objects.create()
            Order.objects.create()
        """,
        {"f.place#1 atomic payments writes"},
    ),
    "a decorator spans the function": (
        """
        @transaction.atomic(using="default")
        def place():
            Order.objects.create()
        """,
        {"f.place#1 atomic orders writes"},
    ),
    "other names for it, and nesting": (
        """
        from django.db.transaction import atomic as together
        def place():
            with together():
                Order.objects.create()
                with together():
                    charge()
        """,
        {
            "f.place#1 atomic orders writes",
            "f.place#1 atomic payments writes",
            "f.place#1 atomic pay.example.com requests",
            "f.place#2 atomic payments writes",
            "f.place#2 atomic pay.example.com requests",
        },
    ),
    "what runs after the commit is not in it": (
        """
        def place():
            with transaction.atomic():
                Order.objects.create()
                transaction.on_commit(charge)
                transaction.on_commit(lambda: charge())
        """,
        {"f.place#1 atomic orders writes"},
    ),
    "rows that are locked": (
        """
        def place():
            with transaction.atomic():
                order = Order.objects.select_for_update().get(id=1)
        """,
        {"f.place#1 atomic orders locks reads"},
    ),
    "context managers and decorators of the project": (
        """
        from contextlib import contextmanager
        @contextmanager
        def unit():
            with transaction.atomic():
                yield
        @contextmanager
        def outer():
            with unit():
                yield
        def together(function):
            def run(*args):
                with transaction.atomic():
                    return function(*args)
            return run
        def given():
            return transaction.atomic(durable=True)
        def one():
            with outer():
                Order.objects.create()
        @together
        def two():
            Order.objects.create()
        def three():
            with given():
                Order.objects.create()
        """,
        {
            "f.one#1 atomic orders writes",
            "f.two#1 atomic orders writes",
            "f.three#1 atomic orders writes",
        },
    ),
    "a class of views": (
        """
        from django.utils.decorators import method_decorator
        @method_decorator([transaction.atomic], name="dispatch")
        class Orders:
            def post(self): Order.objects.create()
            def helper(self): charge()
        """,
        {"f.Orders.post#1 atomic orders writes"},
    ),
    "what is no transaction": (
        """
        import threading
        lock = threading.Lock()
        def place(repo, session):
            with lock: Order.objects.create()
            with open("x") as f: Order.objects.create()
            repo.commit()
            repo.index.commit("message")
            with session: Order.objects.create()
        """,
        set(),
    ),
}


def spanned(graph: Graph) -> set[str]:
    """`function#number opened target modes` of all transactions."""
    return {
        f"{found.node.name.removeprefix('shop.')} {found.opened} {target.partition(':')[2]} {' '.join(modes)}"
        for found in transactions(graph)
        for target, modes in found.touched.items()
    }


@pytest.mark.parametrize("name", DJANGO)
def test_django(name: str, graph_of: GraphOf) -> None:
    """Blocks, decorators, callbacks and what a project makes of them."""
    text, expected = DJANGO[name]
    head = "from django.db import transaction\nfrom shop.models import Order, Payment\nfrom shop.pay import charge\n"
    assert spanned(graph_of({**MODELS, "shop/f.py": head + dedent(text)})) == expected


def test_views_with_atomic_requests(graph_of: GraphOf) -> None:
    """With ATOMIC_REQUESTS each route is a transaction, but for views that say otherwise."""
    graph = graph_of(
        {
            **MODELS,
            "shop/settings.py": """
                ROOT_URLCONF = "shop.urls"
                DATABASES = {"default": {"ENGINE": "x", "ATOMIC_REQUESTS": True}}
            """,
            "shop/urls.py": """
                from django.urls import path
                from . import views
                urlpatterns = [
                    path("orders", views.orders), path("free", views.free), path("new", views.New.as_view()),
                ]
            """,
            "shop/views.py": """
                from django.db import transaction
                from django.views.generic import CreateView
                from .models import Order
                def orders(request): Order.objects.create()
                @transaction.non_atomic_requests
                def free(request): Order.objects.create()
                class New(CreateView):
                    def post(self, request): return super().post(request)
                    def form_valid(self, form): Order.objects.create()
            """,
        }
    )
    found = spanned(graph)
    assert found >= {"ANY /orders request orders writes", "POST /new request orders writes"}
    assert not any("/free" in line for line in found)


def test_dependencies_that_commit(graph_of: GraphOf) -> None:
    """What FastAPI's routes depend on commits once they are done, also through other dependencies."""
    text = """
        from fastapi import Depends, FastAPI
        app = FastAPI()
        def get_db():
            db = SessionLocal()
            try:
                yield db
                db.commit()
            finally:
                db.close()
        def service(db=Depends(get_db)):
            return db
        @app.post("/orders")
        def place(db=Depends(service)):
            db.execute("INSERT INTO orders (id) VALUES (1)")
        @app.get("/free")
        def free():
            return db.execute("SELECT id FROM orders")
    """
    graph = graph_of({"shop.py": text})
    assert spanned(graph) == {"POST /orders request orders writes"}
    (edge,) = graph.into("transaction:POST /orders", "contains")
    assert (edge.source, edge.confidence) == ("route:POST /orders", "likely")


SQL = {
    "up to a commit, from the one before": (
        """
        def place(session):
            session.execute("INSERT INTO orders (id) VALUES (1)")
            session.commit()
            session.execute("UPDATE payments SET paid = 1")
            pay()
            session.commit()
        def pay():
            db.execute("DELETE FROM carts WHERE id = 1")
        """,
        {"place#1 commit orders writes", "place#2 commit payments writes", "place#2 commit carts writes"},
    ),
    "what the callee commits is its own": (
        """
        def place(session):
            session.execute("INSERT INTO orders (id) VALUES (1)")
            log(session)
            session.commit()
        def log(session):
            session.execute("INSERT INTO logs (id) VALUES (1)")
            session.commit()
        """,
        {"place#1 commit orders writes", "log#1 commit logs writes"},
    ),
    "what a library gives to work with, unless the project's own code tells otherwise": (
        """
        from contextlib import contextmanager
        from postgres import Postgres
        class Database(Postgres): pass
        class Own:
            @contextmanager
            def get_cursor(self):
                yield self.raw
        db = Database("x")
        own = Own()
        def one():
            with db.get_cursor() as c: c.run("UPDATE orders SET a = 1")
        def two(site):
            with site.db.get_cursor() as c: c.run("UPDATE orders SET a = 1")
        def three():
            with db.get_cursor(autocommit=True) as c: c.run("UPDATE orders SET a = 1")
        def four():
            with own.get_cursor() as c: c.run("UPDATE orders SET a = 1")
        """,
        {"one#1 begin orders writes", "two#1 begin orders writes"},
    ),
    "engines, sessions and connections as blocks": (
        """
        from sqlalchemy.orm import Session
        def one(engine):
            with engine.begin() as c:
                c.execute("UPDATE orders SET a = 1")
        def two():
            with Session() as s, s.begin():
                s.execute("UPDATE orders SET a = 1")
        def three(conn):
            with conn:
                conn.execute("UPDATE orders SET a = 1")
                conn.commit()
        def four(session):
            with session.begin_nested():
                session.execute("UPDATE orders SET a = 1")
        """,
        {
            "one#1 begin orders writes",
            "two#1 begin orders writes",
            "three#1 connection orders writes",
            "four#1 savepoint orders writes",
        },
    ),
    "statements that begin and commit": (
        """
        def move(cursor):
            cursor.execute("UPDATE carts SET a = 1")
            cursor.execute("BEGIN")
            cursor.execute("SELECT id FROM orders WHERE id = 1 FOR UPDATE")
            cursor.execute("COMMIT")
        """,
        {"move#1 commit orders locks reads"},
    ),
    "a decorator that commits": (
        """
        def unit(on_error=None):
            def decorate(function):
                def wrapped(*args):
                    try:
                        result = function(*args)
                        db.session.commit()
                        return result
                    except Exception:
                        db.session.rollback()
                return wrapped
            return decorate
        @unit(on_error=1)
        def place():
            db.session.execute("UPDATE orders SET a = 1")
        """,
        {"place#1 commit orders writes"},
    ),
    "a class that commits when it is left": (
        """
        class Unit:
            def __enter__(self): return self
            def __exit__(self, *error):
                log()
                self.session.commit()
        def log(): pass
        def place():
            with Unit() as unit:
                unit.session.execute("UPDATE orders SET a = 1")
        """,
        {"place#1 commit orders writes"},
    ),
}


@pytest.mark.parametrize("name", SQL)
def test_sqlalchemy_and_connections(name: str, graph_of: GraphOf) -> None:
    """Commits, blocks and statements."""
    text, expected = SQL[name]
    assert {line.removeprefix("f.") for line in spanned(graph_of({"f.py": text}))} == expected


def test_circles_and_many(graph_of: GraphOf) -> None:
    """Functions that call each other in circles share what they touch."""
    calls = "\n".join(f"def f{n}(conn):\n    f{(n + 1) % 50}(conn)\n" for n in range(50))
    text = calls + dedent("""
        def place(conn):
            with conn:
                f0(conn)
        def f49(conn):
            conn.execute("UPDATE orders SET a = 1")
            f0(conn)
    """)
    assert "m.place#1 connection orders writes" in spanned(graph_of({"m.py": text}))


def test_texts_that_are_kept_elsewhere(graph_of: GraphOf) -> None:
    """A transaction does what it runs by name: queries of a file, texts of constants."""
    graph = graph_of(
        {
            "q.py": "import aiosql\nqueries = aiosql.from_path('q.sql', 'x')\n",
            "q.sql": "-- name: pay!\nINSERT INTO payments VALUES (1);\n-- name: log!\nINSERT INTO log VALUES (1);\n",
            "f.py": "import asyncpg\nfrom q import queries\nGONE = 'DELETE FROM orders'\n"
            "async def place(conn):\n    await queries.log(conn)\n    conn.execute(GONE)\n"
            "    async with conn.transaction():\n        await queries.pay(conn)\n        conn.execute(GONE)\n"
            "async def other(conn):\n    conn.execute(GONE)\n    async with conn.transaction():\n"
            "        await queries.pay(conn)\n",
        }
    )
    touched = {each.owner: dict(each.touched) for each in transactions(graph)}
    assert touched == {
        "function:f.place": {"table:orders": ("writes",), "table:payments": ("writes",)},
        "function:f.other": {"table:payments": ("writes",)},
    }


def test_a_block_that_a_name_holds(graph_of: GraphOf) -> None:
    """`block = atomic()`, entered later."""
    code = (
        "from django.db import connection\nfrom django.db.transaction import atomic\n"
        "def f():\n    block = atomic()\n    with block, connection.cursor() as cursor:\n"
        "        cursor.execute('DELETE FROM orders WHERE id = 1')\n"
    )
    touched = {each.owner: dict(each.touched) for each in transactions(graph_of({"a.py": code}))}
    assert touched == {"function:a.f": {"table:orders": ("writes",)}}
