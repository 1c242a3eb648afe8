"""What SQLAlchemy does under a seam; docs/sqlalchemy.md says what follows from it."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, scoped_session, sessionmaker


class Base(DeclarativeBase):
    pass


class Row(Base):
    __tablename__ = "row"
    id: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]


class Borrowed:
    """A test's connection, lent: the borrower's transactions are savepoints of it."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw
        raw.execute("SAVEPOINT lent")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def commit(self) -> None:
        self._raw.execute("RELEASE lent")
        self._raw.execute("SAVEPOINT lent")

    def rollback(self) -> None:
        self._raw.execute("ROLLBACK TO lent")

    def close(self) -> None:
        """It is the lender's."""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = create_engine(f"sqlite:///{tmp_path / 'db'}", connect_args={"timeout": 0.1})
    Base.metadata.create_all(made)
    yield made
    made.dispose()


def numbers(session: Session) -> list[int]:
    return sorted(session.scalars(select(Row.n)))


def test_factories_that_were_bound_at_import_use_a_connection_that_is_lent(engine: Engine) -> None:
    factory = sessionmaker(bind=engine)
    raw = sqlite3.connect(str(engine.url.database), isolation_level=None)
    raw.execute("BEGIN")
    lent = Borrowed(raw)

    def lend(*_: Any) -> Any:
        return lent

    engine.dispose()
    event.listen(Engine, "do_connect", lend)
    try:
        with factory() as session:
            session.add(Row(n=1))
            session.commit()
        with factory() as session:
            session.add(Row(n=2))
            session.flush()
        with factory() as session:
            assert numbers(session) == [1]
        raw.execute("ROLLBACK")
    finally:
        event.remove(Engine, "do_connect", lend)
        engine.dispose()
        raw.close()
    with factory() as session:
        assert numbers(session) == []


@pytest.mark.parametrize(
    ("mode", "begin", "within", "left"),
    [
        ("create_savepoint", True, [1, 2], []),
        ("create_savepoint", False, [1, 2], [1, 2]),
        ("conditional_savepoint", True, [], []),
        ("control_fully", True, [1, 2], [1, 2]),
    ],
)
@pytest.mark.filterwarnings("ignore:transaction already deassociated")
def test_fixtures_that_nest(
    tmp_path: Path, mode: Any, begin: bool, within: list[int], left: list[int]
) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'db'}")
    if begin:
        event.listen(engine, "connect", lambda raw, _: setattr(raw, "isolation_level", None))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    Base.metadata.create_all(engine)
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode=mode) as session:
            for number in (1, 2):
                session.add(Row(n=number))
                session.commit()
            session.add(Row(n=3))
            session.flush()
            session.rollback()
            assert numbers(session) == within
        outer.rollback()
    with Session(engine) as session:
        assert numbers(session) == left
    engine.dispose()


def test_what_a_scoped_session_has_not_committed_nobody_else_sees(engine: Engine) -> None:
    scoped = scoped_session(sessionmaker(bind=engine))
    scoped.add(Row(n=1))
    scoped.flush()
    seen: list[list[int]] = []

    def other() -> None:
        seen.append(numbers(scoped()))
        scoped.remove()

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    scoped.remove()
    assert seen == [[]] and numbers(scoped()) == []
    scoped.remove()


def test_objects_that_the_caller_holds_stay_as_they_were(engine: Engine) -> None:
    with Session(engine) as session:
        session.add(Row(id=1, n=1))
        session.commit()
    with Session(engine) as caller:
        held = caller.get_one(Row, 1)
        caller.rollback()
        assert caller.get_one(Row, 1).n == 1
        with Session(engine) as service:
            service.get_one(Row, 1).n = 5
            service.commit()
        assert held.n == 1 and caller.scalars(select(Row)).one().n == 1
        assert caller.scalar(select(Row.n)) == 5
        caller.expire_all()
        assert held.n == 5


def test_a_caller_that_has_written_locks_the_service_out(engine: Engine) -> None:
    with Session(engine) as caller, Session(engine) as service:
        caller.add(Row(n=1))
        caller.flush()
        service.add(Row(n=2))
        with pytest.raises(OperationalError, match="database is locked"):
            service.commit()
