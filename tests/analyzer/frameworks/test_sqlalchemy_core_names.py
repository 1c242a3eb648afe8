"""Core tables that code takes by their names, and keys that columns get from functions and types."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

BASE = """
    from typing import Annotated
    from sqlalchemy import Column, ForeignKey
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
    class Base(DeclarativeBase): pass
    class User(Base):
        __tablename__ = "users"
        id: Mapped[int] = mapped_column(primary_key=True)
    USERS = "users"
    user_fk = Annotated[int, mapped_column(ForeignKey("users.id"))]
    def reference_col(table, nullable=False, key="id", **more):
        return Column(ForeignKey(f"{table}.{key}"), nullable=nullable, **more)
"""
TAKEN = {
    "return c.execute(sa.select(light.c.id))": "reads",
    "t = Base.metadata.tables['users']; c.execute(sa.select(t.c.id).where(t.c.id > 1))": "reads",
    "t = sa.Table('users', sa.MetaData(), autoload_with=c); c.execute(t.select())": "reads",
    "t = Base.metadata.tables.get('users'); c.execute(sa.update(t).values(n=1))": "writes",
    "c.execute(Base.metadata.tables['users'].delete())": "writes",
    "t = db.Table('users', db.MetaData(), autoload_with=c); c.execute(t.insert().values(n=1))": "writes",
}


@pytest.mark.parametrize("code", TAKEN)
def test_tables_that_are_taken_by_name(code: str, graph_of: Callable[..., Graph]) -> None:
    files = {
        "base.py": BASE,
        "a.py": f"""
            import sqlalchemy as sa
            from base import Base
            light = sa.table("users", sa.column("id"))
            def run(c, db):
                {code}
        """,
    }
    found = {(e.kind, e.target) for e in graph_of(files).edges("reads", "writes", "joins")}
    assert found == {(TAKEN[code], "table:users")}


KEYS = (
    "x = reference_col('users')",
    "x = base.reference_col(table='users', nullable=True)",
    "x: Mapped[user_fk]",
    "x: Mapped[int] = mapped_column(ForeignKey(NAME + '.id'))",
    "x: Mapped[int] = mapped_column(ForeignKey(f'{User.__tablename__}.id'))",
    "x = Column(ForeignKey('%s.id' % USERS))",
)


@pytest.mark.parametrize("code", KEYS)
def test_keys_that_are_put_together(code: str, graph_of: Callable[..., Graph]) -> None:
    files = {
        "base.py": BASE,
        "m.py": f"""
            import base
            from base import Base, USERS, User, reference_col, user_fk
            from sqlalchemy import Column, ForeignKey
            from sqlalchemy.orm import Mapped, mapped_column
            NAME = User.__tablename__
            class Order(Base):
                __tablename__ = "orders"
                id: Mapped[int] = mapped_column(primary_key=True)
                {code}
        """,
    }
    edges = [(e.source, e.target, e.evidence[0].place.line) for e in graph_of(files).edges("references")]
    assert ("table:orders", "table:users", 10) in edges


def test_a_migration_adds_a_key_to_a_table_that_none_creates(graph_of: Callable[..., Graph]) -> None:
    files = {
        "base.py": BASE,
        "m.py": """
            from base import Base, Mapped, mapped_column
            class Cart(Base):
                __tablename__ = "carts"
                id: Mapped[int] = mapped_column(primary_key=True)
                user_id: Mapped[int]
        """,
        "migrations/one.py": """
            from alembic import op
            revision, down_revision = "1", None
            revision = "1"
            down_revision = None
            def upgrade():
                with op.batch_alter_table("carts") as batch:
                    batch.create_foreign_key("fk", "users", ["user_id"], ["id"])
        """,
    }
    assert {(e.source, e.target) for e in graph_of(files).edges("references")} == {
        ("table:carts", "table:users")
    }
