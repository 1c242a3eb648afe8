"""One database session per request; the ORM and hand-written SQL share its transaction."""

from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g
from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import DeclarativeBase, Session

from . import settings

PACKAGE = Path(__file__).parent


class Base(DeclarativeBase):
    """Base of all mapped classes."""


def init_app(app: Flask) -> None:
    url = app.config.setdefault("DATABASE_URL", settings.database_url())
    if url.startswith("sqlite"):
        engine = create_engine(url)
        event.listen(engine, "connect", _configure_sqlite)
    else:
        engine = create_engine(url, pool_size=settings.THREADS, pool_pre_ping=True)
    app.extensions["shop_engine"] = engine
    app.teardown_appcontext(_close_session)


def engine() -> Engine:
    shop_engine: Engine = current_app.extensions["shop_engine"]
    return shop_engine


def session() -> Session:
    """The session of the current request; what is not committed is rolled back at its end."""
    if "session" not in g:
        g.session = Session(engine())
    current: Session = g.session
    return current


def commit() -> None:
    session().commit()


# ---------------------------------------------------------------- hand-written SQL


def rows(sql: str, **values: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in _run(sql, values).mappings()]


def row(sql: str, **values: Any) -> dict[str, Any] | None:
    """The first row, or None."""
    found = _run(sql, values).mappings().first()
    return None if found is None else dict(found)


def scalar(sql: str, **values: Any) -> Any:
    """The first column of the first row, or None."""
    return _run(sql, values).scalar()


def execute(sql: str, **values: Any) -> int:
    """Runs an INSERT, UPDATE or DELETE within the session's transaction; the number of rows."""
    session().flush()
    return _run(sql, values).rowcount


def _run(sql: str, values: dict[str, Any]) -> CursorResult[Any]:
    """On the session's connection and in its transaction, but past the ORM, which doubles the cost."""
    return session().connection().execute(_statement(sql), values)


@cache
def query(name: str) -> str:
    """The text of a query file: `reports/sales_by_day` is reports/queries/sales_by_day.sql."""
    package, _, file = name.partition("/")
    return (PACKAGE / package / "queries" / f"{file}.sql").read_text(encoding="utf-8")


def call(routine: str, **values: Any) -> Any:
    """Calls a routine of a PL/SQL package, such as `pkg_inventory.reserve_stock`, and gives its result.

    In production the routine lies in the database. SQLite and PostgreSQL have none: there the function of
    the same name in the Python module of the package's name does the same work.
    """
    package, _, name = routine.partition(".")
    if engine().dialect.name == "oracle":
        cursor = session().connection().connection.cursor()
        return cursor.callfunc(routine, str, keyword_parameters=values)
    return getattr(_twin(package), name)(**values)


def _twin(package: str) -> Any:
    from .inventory import pkg_inventory
    from .orders import pkg_orders
    from .pricing import pkg_pricing
    from .reports import pkg_reports

    twins = {
        "pkg_inventory": pkg_inventory,
        "pkg_orders": pkg_orders,
        "pkg_pricing": pkg_pricing,
        "pkg_reports": pkg_reports,
    }
    return twins[package]


# Text clauses are kept: parsing one costs as much as a small query.
_statement = cache(text)


# ---------------------------------------------------------------- the schema


def create_schema() -> None:
    """Creates all tables. Statements of the schema files are parted by an empty line."""
    dialect = engine().dialect.name
    script = (PACKAGE / "schema" / f"{'sqlite' if dialect == 'sqlite' else 'postgres'}.sql").read_text(
        "utf-8"
    )
    with engine().begin() as connection:
        for statement in script.split("\n\n"):
            lines = [line for line in statement.splitlines() if not line.startswith("--")]
            if any(lines):
                connection.exec_driver_sql("\n".join(lines))


def has_schema() -> bool:
    return inspect(engine()).has_table("orders")


def _close_session(_error: BaseException | None) -> None:
    current = g.pop("session", None)
    if current is not None:
        current.close()


def _configure_sqlite(connection: Any, _record: Any) -> None:
    """Several processes may work on the file: writers wait for each other, readers for nobody."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {settings.DATABASE_TIMEOUT_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()
