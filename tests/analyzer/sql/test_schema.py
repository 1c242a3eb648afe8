"""DDL to definitions."""

from __future__ import annotations

import pytest

from carveout.analyzer.sql import Definition, ForeignKey, TableUse, read_sql


def made(text: str, dialect: str = "auto") -> list[Definition]:
    """Return all definitions of a script."""
    return [definition for statement in read_sql(text, dialect) for definition in statement.definitions]


def test_table_with_columns_and_foreign_keys() -> None:
    """Columns keep order and type, foreign keys their target and action, wherever they are written."""
    (table,) = made(
        "CREATE TABLE Shop.Payment (\n id INT PRIMARY KEY,\n order_id BIGINT REFERENCES orders(id) ON DELETE CASCADE,\n"
        " a INT, b INT,\n FOREIGN KEY (a, b) REFERENCES shop.pair (x, y) ON DELETE SET NULL)"
    )
    assert (table.kind, table.name, table.action) == ("table", "shop.payment", "create")
    assert table.columns == (("id", "int"), ("order_id", "bigint"), ("a", "int"), ("b", "int"))
    assert table.foreign_keys == (
        ForeignKey(("order_id",), "orders", ("id",), "cascade", 3),
        ForeignKey(("a", "b"), "shop.pair", ("x", "y"), "set null", 5),
    )


def test_foreign_key_added_later() -> None:
    """ALTER TABLE adds columns and foreign keys to a table."""
    (table,) = made(
        "ALTER TABLE ONLY child ADD CONSTRAINT fk FOREIGN KEY (pid) REFERENCES parent(id) ON DELETE SET NULL"
    )
    assert (table.name, table.action) == ("child", "alter")
    assert table.foreign_keys == (ForeignKey(("pid",), "parent", ("id",), "set null", 1),)
    (table,) = made("alter table t add column z int references other(id)")
    assert table.columns == (("z", "int"),)
    assert table.foreign_keys[0].target == "other"


def test_view_reads_its_tables() -> None:
    """What a view reads belongs to the view, not to whoever creates it."""
    (statement,) = read_sql("create materialized view mv as\nselect a.x from ta a join tb on tb.i = a.i")
    (view,) = statement.definitions
    assert statement.uses == ()
    assert (view.kind, view.name) == ("view", "mv")
    assert view.uses == (
        TableUse("ta", "reads", "select", ("i", "x"), 2),
        TableUse("tb", "joins", "select", ("i",), 2),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "create unique index concurrently i on public.t using gin (f)",
            ("index", "i", "create", "public.t"),
        ),
        ("create sequence s start 1", ("sequence", "s", "create", "")),
        ("drop table if exists x1 cascade", ("table", "x1", "drop", "")),
        ("drop view v", ("view", "v", "drop", "")),
        ("alter table a1 rename to b1", ("table", "a1", "rename", "b1")),
        ("rename table a1 to b1", ("table", "a1", "rename", "b1")),
        ("alter table app.a1 rename to b1", ("table", "app.a1", "rename", "app.b1")),
        ("alter table t rename constraint x to y", ("table", "t", "alter", "")),
        ("alter table t rename active to kept", ("table", "t", "alter", "")),
        ('alter table t rename "active" to kept', ("table", "t", "alter", "")),
        ("create index i on t (a) with (timescaledb.transaction_per_chunk)", ("index", "i", "create", "t")),
        ("alter table t add constraint u unique using index i", ("table", "t", "alter", "")),
        ("create temp table t (a int)", ("table", "t", "create", "")),
        ("create table t like u", ("table", "t", "create", "")),
        ("create virtual table f using fts5(a)", ("table", "f", "create", "")),
    ],
)
def test_other_definitions(text: str, expected: tuple[str, str, str, str]) -> None:
    """Indexes, sequences, renames and drops are definitions, without a problem."""
    (statement,) = read_sql(text)
    (definition,) = statement.definitions
    assert (definition.kind, definition.name, definition.action, definition.on) == expected
    assert statement.problem == ""


def test_temporary_table_is_marked() -> None:
    """A temporary table says so."""
    assert made("create temporary table t (a int)")[0].temporary
    assert not made("create table t (a int)")[0].temporary
