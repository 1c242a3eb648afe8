"""One database session per request."""

from pathlib import Path
from typing import Any

from flask import Flask, current_app, g
from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.orm import DeclarativeBase, Session

from . import settings

SCHEMA = Path(__file__).parent / "schema" / "sqlite.sql"


class Base(DeclarativeBase):
    """Base of all mapped classes."""


def init_app(app: Flask) -> None:
    url = app.config.setdefault("DATABASE_URL", settings.database_url())
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
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


def create_schema() -> None:
    with engine().begin() as connection:
        for statement in SCHEMA.read_text(encoding="utf-8").split(";"):
            if statement.strip():
                connection.execute(text(statement))


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
