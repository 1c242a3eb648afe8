"""What a function leaves to its caller to commit, and what an application does to new connections."""

import sys
from pathlib import Path
from textwrap import dedent

import pytest

from carveout.analyzer import pipeline
from carveout.analyzer.project.config import load_agreed
from carveout.generators import scaffold, write
from carveout.generators.reports.parity_text import report
from carveout.runtime import parity

COMMAND = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
ACCEPTED = ("commit-left-to-caller", "transaction-spans")
FILES = {
    "carveout.toml": '[services.stock]\nmodules = ["shop.stock"]\ntables = ["item"]\n',
    "requirements.txt": "Flask>=3\nSQLAlchemy>=2\n",
    "shop/__init__.py": "",
    "shop/db.py": """
        import os
        from sqlalchemy import create_engine, event
        from sqlalchemy.orm import DeclarativeBase, scoped_session, sessionmaker

        engine = create_engine(os.environ["SHOP_DATABASE"])
        session = scoped_session(sessionmaker(engine))

        @event.listens_for(engine, "connect")
        def prepare(connection, record):
            # SQLite refuses this within a transaction.
            connection.cursor().execute("PRAGMA synchronous = NORMAL")

        class Base(DeclarativeBase): ...
        """,
    "shop/models.py": """
        from sqlalchemy.orm import Mapped, mapped_column
        from .db import Base

        class Item(Base):
            __tablename__ = "item"
            id: Mapped[int] = mapped_column(primary_key=True)
            sku: Mapped[str]
        """,
    "shop/stock.py": """
        from sqlalchemy import func, select
        from .db import session
        from .models import Item

        class Unknown(Exception): ...

        def put(sku: str) -> int:
            item = Item(sku=sku)
            session.add(item)
            session.flush()
            if sku == "none":
                raise Unknown(sku)
            return item.id + 0 * ord(sku[0])

        def count() -> int:
            return session.scalar(select(func.count(Item.id))) or 0
        """,
    "shop/web.py": """
        from flask import Flask
        from .db import session
        from .stock import Unknown, count, put

        app = Flask(__name__)

        def receive(sku):
            put(sku)
            session.commit()

        def tried(sku):
            try: put(sku)
            except Unknown: session.rollback(); return False
            return True

        def counted(): return count()
        """,
    "tests/conftest.py": """
        import pytest
        from shop import db, models

        @pytest.fixture(autouse=True)
        def rows():
            db.Base.metadata.create_all(db.engine)
            db.session.execute(models.Item.__table__.insert(), [{"sku": "mine"}])  # a transaction is open
            yield
            db.session.rollback()
            db.session.remove()
            db.Base.metadata.drop_all(db.engine)
        """,
    "tests/test_stock.py": """
        import pytest
        from shop import web

        def test_what_is_pending_is_kept():
            web.receive("a")
            assert web.counted() == 2

        def test_what_fails_is_taken_back():
            web.receive("a")
            assert not web.tried("none")
            assert web.counted() == 2

        def test_an_error_that_nobody_declared():
            with pytest.raises(IndexError): web.receive("")
        """,
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "shop"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(dedent(text))
    for step, accepted in (("seam", ACCEPTED), ("service", ())):
        graph = pipeline.analyze(root, cache=False, workers=1)
        plan = pipeline.plan(graph, load_agreed(root), "stock", root, step=step, accepted=accepted)
        for planned in plan.steps:
            if step == "seam":
                (hazard,) = (each for each in planned.hazards if each.id == "commit-left-to-caller")
                assert "the rows stay when the caller rolls back" in hazard.consequence
                scaffold.require_safe(planned)
            write.apply(scaffold.changes(planned, graph), root, scaffold.subject("stock", step))
    monkeypatch.setenv("SHOP_DATABASE", f"sqlite:///{tmp_path / 'shop.db'}")
    return root


def test_the_service_commits_with_its_answer(shop: Path) -> None:
    at, service = scaffold.seam_of(shop, "stock"), scaffold.service_of(shop, "stock")
    found = parity.climb("process", shop, COMMAND, at, service)
    told = report.render(found).decode()
    assert [each.request for each in found.differences] == [
        "tests/test_stock.py::test_an_error_that_nobody_declared"
    ], told
    assert found.requests >= 6 and found.unproven == ()
    assert "did not declare, the most frequent first:\n  IndexError: string index out of range\n" in told
