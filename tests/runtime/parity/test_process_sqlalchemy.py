"""The rungs process and committed with Flask, FastAPI and SQLAlchemy: a second process on what the tests lend."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from carveout.analyzer.model.errors import CarveoutError
from carveout.analyzer.model.parity import Parity
from carveout.generators import scaffold
from carveout.runtime import parity
from carveout.runtime.parity import replaying
from carveout.runtime.parity.running import Run, run_tests

from .carrying import carried_out, written

COMMAND = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore", "tests"]
STOCK = """
    from sqlalchemy import select
    from sqlalchemy.exc import IntegrityError
    from .db import Session
    from .models import Item
    from .prices import price

    class SoldOut(Exception): ...

    def put(sku: str, count: int) -> int:
        with Session() as session:
            item = session.scalar(select(Item).where(Item.sku == sku)) or Item(sku=sku, count=0)
            item.count = min(item.count + count, LIMIT)
            session.add(item)
            session.commit()
            return item.count

    def take(skus: list[str]) -> int:
        with Session() as session:
            for sku in skus:
                item = session.scalars(select(Item).where(Item.sku == sku)).one()
                if not item.count:
                    raise SoldOut(sku)
                item.count -= 1
                session.flush()
            session.commit()
            return len(skus)

    def twice(sku: str) -> bool:
        with Session() as session:
            session.add_all([Item(sku=sku, count=1), Item(sku=sku, count=1)])
            try:
                session.commit()
            except IntegrityError:
                session.rollback()
                return False
            return True

    def worth(sku: str) -> int:
        with Session() as session:
            return price(sku) * sum(session.scalars(select(Item.count).where(Item.sku == sku)))
    """
FILES = {
    "carveout.toml": '[services.stock]\nmodules = ["shop.stock"]\ntables = ["item"]\n',
    "shop/__init__.py": "",
    "shop/db.py": """
        import os
        from sqlalchemy import create_engine
        from sqlalchemy.orm import DeclarativeBase, sessionmaker
        from sqlalchemy.pool import StaticPool

        url = os.environ["SHOP_DATABASE"]
        alone = {"poolclass": StaticPool} if url == "sqlite://" else {}
        engine = create_engine(url, **alone)
        Session = sessionmaker(engine)

        class Base(DeclarativeBase): ...
        """,
    "shop/models.py": """
        from sqlalchemy.orm import Mapped, mapped_column
        from .db import Base

        class Item(Base):
            __tablename__ = "item"
            id: Mapped[int] = mapped_column(primary_key=True)
            sku: Mapped[str] = mapped_column(unique=True)
            count: Mapped[int]
        """,
    "shop/prices.py": "def price(sku: str) -> int:\n    return len(sku)\n",
    "tests/conftest.py": """
        import pytest
        from shop import db, models, stock

        @pytest.fixture(scope="session", autouse=True)
        def tables():
            db.Base.metadata.drop_all(db.engine)
            db.Base.metadata.create_all(db.engine)

        @pytest.fixture(autouse=True)
        def items(tables):
            with db.Session() as session:
                session.query(models.Item).delete()
                session.add_all([models.Item(sku="a", count=2), models.Item(sku="b", count=0)])
                session.commit()

        @pytest.fixture
        def counts():
            def told():
                with db.Session() as session:
                    return [(item.sku, item.count) for item in session.query(models.Item).order_by("sku")]
            return told

        @pytest.fixture
        def nested():
            '''All within one transaction that is taken back, as many projects do.'''
            with db.engine.connect() as connection:
                outer = connection.begin()
                if db.engine.dialect.name == "sqlite":  # its driver begins only with the first write
                    connection.exec_driver_sql("BEGIN")
                db.Session.configure(bind=connection, join_transaction_mode="create_savepoint")
                with db.Session() as session:
                    yield session
                db.Session.configure(bind=db.engine, join_transaction_mode="conditional_savepoint")
                outer.rollback()
        """,
    "tests/test_stock.py": """
        import pytest
        from shop import models, web
        from shop.stock import SoldOut

        def test_writes(counts):
            assert web.receive("a", 1) == 3
            assert counts() == [("a", 3), ("b", 0)]

        def test_takes_back_what_failed(counts):
            with pytest.raises(SoldOut): web.sell("a", "b")
            assert counts() == [("a", 2), ("b", 0)]
            assert web.sell("a") == 1
            assert counts() == [("a", 1), ("b", 0)]

        def test_errors_of_the_database(counts):
            assert web.doubled("c") is False
            assert counts() == [("a", 2), ("b", 0)]

        def test_patched(monkeypatch):
            monkeypatch.setattr("shop.stock.price", lambda sku: 7)
            assert web.told("a") == 14
        """,
    "tests/test_open.py": """
        from shop import models, web

        def test_sees_and_joins_a_transaction_that_is_open(nested, counts):
            nested.add(models.Item(sku="new", count=1))
            nested.flush()
            assert web.told("new") == 3
            assert web.receive("new", 1) == 2
            nested.expire_all()  # see docs/sqlalchemy.md: what the caller holds stays as it was
            assert nested.query(models.Item).filter_by(sku="new").one().count == 2

        def test_which_was_taken_back(counts):
            assert counts() == [("a", 2), ("b", 0)]
        """,
}
WEB = """
    from .stock import put, take, twice, worth

    def receive(sku, count): return put(sku, count)
    def sell(*skus): return take(list(skus))
    def doubled(sku): return twice(sku)
    def told(sku): return worth(sku)
    """
FLASK = {
    "requirements.txt": "Flask>=3\nSQLAlchemy>=2\n",
    "shop/stock.py": STOCK.replace(
        "LIMIT)", 'current_app.config["LIMIT"] + len(current_app.config["SECRET_KEY"]))'
    ).replace(
        "    from sqlalchemy import select\n",
        "    from flask import current_app\n    from sqlalchemy import select\n",
        1,
    ),
    "shop/web.py": WEB.replace("    from", "    from flask import Flask\n    from", 1)
    + '\n    app = Flask(__name__)\n    app.config["LIMIT"] = 4\n'
    + '    app.config["SECRET_KEY"] = "k"\n',
    "tests/test_settings.py": """
        import pytest
        from shop import web

        def test_settings(): assert web.receive("a", 40) == 5

        def test_settings_of_a_test():
            web.app.config["LIMIT"] = 50
            try: assert web.receive("a", 40) == 42
            finally: web.app.config["LIMIT"] = 4

        def test_settings_of_flask_itself_that_the_code_reads():
            web.app.config["SECRET_KEY"] = "k" * 11
            try: assert web.receive("a", 40) == 15
            finally: web.app.config["SECRET_KEY"] = "k"
        """,
}
FASTAPI = {
    "requirements.txt": "fastapi>=0.100\nSQLAlchemy>=2\n",
    "shop/stock.py": STOCK.replace("LIMIT)", "5)"),
    "shop/web.py": WEB.replace("    from", "    from fastapi import FastAPI\n    from", 1)
    + "\n    app = FastAPI()\n",
}


@pytest.fixture(scope="module")
def flask_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    context = """
        @pytest.fixture(autouse=True)
        def context():
            from shop.web import app
            with app.app_context(): yield
        """
    conftest = dedent(FILES["tests/conftest.py"]) + dedent(context)
    return carried_out(
        written(tmp_path_factory.mktemp("flask"), {**FILES, **FLASK, "tests/conftest.py": conftest}), "stock"
    )


@pytest.fixture(scope="module")
def fastapi_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return carried_out(written(tmp_path_factory.mktemp("fastapi"), {**FILES, **FASTAPI}), "stock")


@pytest.fixture(scope="module")
def before(flask_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The tests of Flask's shop as they are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHOP_DATABASE", f"sqlite:///{tmp_path_factory.mktemp('before') / 'shop.db'}")
        return run_tests(flask_shop, COMMAND)


def climbed(
    root: Path, rung: str = "process", *, before: Run | None = None, sabotage: bool = False
) -> Parity:
    at, service = scaffold.seam_of(root, "stock"), scaffold.service_of(root, "stock")
    return parity.climb(rung, root, COMMAND, at, service, before=before, sabotage=sabotage)


def proven(found: Parity) -> None:
    """All is as before, and everything was crossed."""
    assert found.differences == () and found.failed_before == 0, found.differences
    assert found.unproven == () and found.crossing_tests >= 5
    assert found.patched == (("shop.stock.price", 1),)


@pytest.mark.parametrize("database", ["file", "memory"])
def test_flask_on_the_connection_of_the_test(
    flask_shop: Path, before: Run, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = f"sqlite:///{tmp_path / 'shop.db'}" if database == "file" else "sqlite://"
    monkeypatch.setenv("SHOP_DATABASE", where)
    proven(climbed(flask_shop, before=before if database == "file" else None))


def test_fastapi_on_the_connection_of_the_test(
    fastapi_shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_DATABASE", f"sqlite:///{tmp_path / 'shop.db'}")
    proven(climbed(fastapi_shop))


def committed(root: Path) -> None:
    """What another connection cannot see differs: a transaction of the test that is open."""
    found = climbed(root, "committed")
    assert [each.request for each in found.differences] == [
        "tests/test_open.py::test_sees_and_joins_a_transaction_that_is_open"
    ]
    assert found.failed_before == 0 and found.unproven == ()


def test_what_is_committed_by_a_connection_of_its_own(
    flask_shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_DATABASE", f"sqlite:///{tmp_path / 'shop.db'}")
    committed(flask_shop)


@pytest.mark.full
def test_on_postgresql(flask_shop: Path, postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_DATABASE", postgres.replace("+pg8000", "+psycopg"))
    proven(climbed(flask_shop))
    committed(flask_shop)


@pytest.mark.full
def test_a_driver_whose_connections_cannot_be_lent(
    flask_shop: Path, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is said, and the other rung does without."""
    monkeypatch.setenv("SHOP_DATABASE", postgres)
    with pytest.raises(CarveoutError) as caught:
        climbed(flask_shop)
    assert "connections of postgresql by pg8000 cannot be lent" in str(caught.value.why)
    committed(flask_shop)


@pytest.mark.parametrize("rung", ["process", pytest.param("committed", marks=pytest.mark.full)])
def test_sabotage_is_noticed_by_the_tests_of_every_function(
    flask_shop: Path, before: Run, rung: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_DATABASE", f"sqlite:///{tmp_path / 'shop.db'}")
    found = climbed(flask_shop, rung, before=before, sabotage=True)
    assert found.sabotage and found.unnoticed == () and len(found.noticed) == 4


def test_a_change_in_the_service_is_noticed(
    flask_shop: Path, before: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service's own code answers, not the monolith's."""
    root = tmp_path / "shop"
    shutil.copytree(flask_shop, root)
    monkeypatch.setenv("SHOP_DATABASE", f"sqlite:///{tmp_path / 'shop.db'}")
    moved = root / "services/stock/src/shop/stock.py"
    moved.write_text(moved.read_text().replace("item.count -= 1", "item.count -= 2"))
    differing = [each.request for each in climbed(root, before=before).differences]
    assert differing == ["tests/test_stock.py::test_takes_back_what_failed"]


def test_recorded_calls_are_asked_again_and_taken_back(
    flask_shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sessions commit; nothing of it stays, on either side, and rows are compared: one planted change is found."""
    root, data = tmp_path / "shop", tmp_path / "shop.db"
    shutil.copytree(flask_shop, root)
    monkeypatch.setenv("SHOP_DATABASE", f"sqlite:///{data}")
    with (root / "shop/db.py").open("a") as file:  # what no transaction may change
        file.write("from sqlalchemy import event\n")
        file.write(
            "event.listen(engine, 'connect', lambda raw, _: raw.execute('PRAGMA synchronous=NORMAL'))\n"
        )
    begins = "from shop import db, models, web; db.Base.metadata.create_all(db.engine)"
    calls = (
        "web.app.app_context().push(); web.receive('a', 4); web.told('a'); web.sell('a'); web.doubled('a')"
    )
    recording = {**os.environ, "STOCK_SEAM_RECORD": str(tmp_path / "calls.jsonl")}
    subprocess.run([sys.executable, "-c", f"{begins}; {calls}"], cwd=root, check=True, env=recording)
    moved = root / "services/stock/src/shop/stock.py"
    moved.write_text(moved.read_text().replace("item.count -= 1", "item.count -= 2"))
    before = data.read_bytes()
    at, service = scaffold.seam_of(root, "stock"), scaffold.service_of(root, "stock")
    load = [sys.executable, "-c", "import shop.web"]
    found = replaying.replay("process", root, load, at, service, replaying.read(tmp_path / "calls.jsonl"))
    assert data.read_bytes() == before
    assert found.requests == 4 and found.unproven == () and found.replayed is not None
    assert found.replayed.failed == () and found.replayed.noise == ()
    fields = [(each.request, *each.fields[0]) for each in found.differences]
    assert fields == [('shop.stock.take(skus=["a"])', "rows of item[0].count", '"2"', '"1"')]
