"""A small shop whose letters are sent by events, as carveout writes it, on a SQLite file."""

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

import pytest

from carveout.analyzer import pipeline
from carveout.analyzer.project.config import load_agreed
from carveout.generators import scaffold, write

SHOP = {
    "carveout.toml": """
        [services.mail]
        modules = ["{name}.mail"]

        [services.stock]
        modules = ["{name}.stock"]
        """,
    "{name}/__init__.py": "",
    "{name}/db.py": """
        from sqlalchemy import create_engine, text
        from sqlalchemy.orm import scoped_session, sessionmaker

        engine = create_engine("sqlite:///{folder}/shop.db", connect_args={{"timeout": 30}})
        session = scoped_session(sessionmaker(engine))

        def run(sql: str, **values: object) -> None:
            session.execute(text(sql), values)

        def create() -> None:
            run("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
            run("CREATE TABLE letters (order_id INTEGER, text TEXT)")
            run("CREATE TABLE points (order_id INTEGER)")
            session.commit()
        """,
    "{name}/mail.py": """
        from . import db

        def letter(order_id: int, words: str = "thank you", **more: object) -> None:
            \"\"\"Writes to a customer.\"\"\"
            db.run("INSERT INTO letters VALUES (:order_id, :text)", order_id=order_id, text=words)
            if words == "bad":
                raise ValueError("nobody can write this")

        def count(order_id: int) -> int:
            db.run("INSERT INTO letters VALUES (:order_id, 'counted')", order_id=order_id)
            return 1
        """,
    "{name}/stock.py": """
        from . import db

        def points(order_id: int, words: str = "", **more: object) -> None:
            db.run("INSERT INTO points VALUES (:order_id)", order_id=order_id)

        def commits(order_id: int) -> None:
            db.run("INSERT INTO points VALUES (:order_id)", order_id=order_id)
            db.session.commit()
        """,
    "{name}/orders.py": """
        from . import db, mail, stock

        def place(order_id: int, words: str = "thank you", keep: bool = True, **more: object) -> None:
            db.run("INSERT INTO orders VALUES (:id)", id=order_id)
            mail.letter(order_id, words, **more)
            (db.session.commit if keep else db.session.rollback)()

        def counted(order_id: int) -> int:
            return mail.count(order_id)

        def give(order_id: int) -> None:
            stock.commits(order_id)
        """,
}


class Shop:
    """The shop, and what carveout put into it."""

    def __init__(self, root: Path, name: str) -> None:
        self.root, self.name = root, name
        self.db, self.orders = self.module("db"), self.module("orders")
        self.channel = self.module("_generated.mail_events").mail_events
        self.data = self.module("_generated.events.databases").database()
        self.outbox, self.inbox, self.relay = (
            self.module(f"_generated.events.{each}") for each in ("outbox", "inbox", "relay")
        )

    def module(self, name: str) -> ModuleType:
        return importlib.import_module(f"{self.name}.{name}")

    def rows(self, sql: str) -> list[Any]:
        with self.data.unit():
            return [row[0] if len(row) == 1 else tuple(row) for row in self.data.execute(sql)]

    def main(self, *arguments: str) -> int:
        code: int = self.module("_generated.events.__main__").main(arguments)
        return code

    def pass_on(self) -> None:
        """What the relay does, until nothing is left."""
        while self.relay.step(self.data, "/shop", None):
            pass

    def work(self, name: str = "mail", receives: dict[str, str] | None = None, most: int = 100) -> int:
        """What a subscriber does, until nothing is due; how many events it took."""
        call = self.module("_generated.events.worker").caller(
            self.channel, receives or {function: function for function in self.channel.events}
        )
        with self.data.unit():
            start = self.inbox.since(self.data, name)
        self.channel.set_mode("local")
        for taken in range(most):
            if not self.inbox.carry_out(self.data, name, start, b"", call):
                return taken
        return most


def written(root: Path, name: str, files: dict[str, str]) -> Path:
    """The files of a project in a folder."""
    for path, text in files.items():
        file = root / path.format(name=name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text).format(name=name, folder=root), encoding="utf-8")
    return root


def apply_events(root: Path, service: str = "mail", **options: Any) -> None:
    graph = pipeline.analyze(root, cache=False, workers=1)
    plan = pipeline.plan(graph, load_agreed(root), service, root, step="events", **options)
    scaffold.require_safe(plan.steps[0])
    write.apply(scaffold.changes(plan.steps[0], graph), root, scaffold.subject(service, "events"))


@pytest.fixture(scope="session")
def _installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    root, name = tmp_path_factory.mktemp("events"), "shop_of_events"
    apply_events(written(root, name, SHOP))
    sys.path.insert(0, str(root))
    shop = Shop(root, name)
    shop.db.create()
    assert shop.main("install") == 0
    yield shop
    sys.path.remove(str(root))
    shop.db.engine.dispose()


@pytest.fixture
def shop(_installed: Shop) -> Iterator[Shop]:
    """With empty tables and its letters sent by events."""
    with _installed.data.unit():
        for table in ("orders", "letters", "points", "event_inbox", "event_outbox"):
            _installed.data.execute(f"DELETE FROM {table}")
        _installed.data.execute("DELETE FROM event_subscriptions WHERE name <> 'mail'")
        _installed.data.execute("UPDATE event_subscriptions SET since = 0")
    _installed.channel.set_mode("remote")
    yield _installed
    _installed.db.session.remove()


Written = Callable[[Path, str, dict[str, str]], Path]
