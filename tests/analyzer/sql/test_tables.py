"""CREATE TABLE in forms that the parser refuses, item by item."""

from __future__ import annotations

from carveout.analyzer.sql import ForeignKey, read_sql
from carveout.analyzer.sql.tables import create_table


def test_columns_types_and_foreign_keys_of_oracle() -> None:
    text = """CREATE GLOBAL TEMPORARY TABLE "App".orders (
      id NUMBER(10,2) GENERATED ALWAYS AS IDENTITY,
      "State" VARCHAR2(10 CHAR) DEFAULT 'a,b' NOT NULL, -- a, b
      customer_id NUMBER REFERENCES app.customer (id) ON DELETE SET NULL,
      key TIMESTAMP WITH TIME ZONE,
      CONSTRAINT pk PRIMARY KEY (id) USING INDEX (CREATE INDEX i ON orders (id)),
      FOREIGN KEY (a, b) REFERENCES other ON DELETE CASCADE,
      SUPPLEMENTAL LOG DATA (ALL) COLUMNS
    ) TABLESPACE users"""
    made = create_table(text, lambda at: text.count("\n", 0, at) + 1)
    assert made is not None
    assert (made.name, made.temporary) == ("app.orders", True)
    assert made.columns == (
        ("id", "number(10,2)"),
        ("state", "varchar2(10 char)"),
        ("customer_id", "number"),
        ("key", "timestamp with time zone"),
    )
    assert made.foreign_keys == (
        ForeignKey(("customer_id",), "app.customer", ("id",), "set null", 4),
        ForeignKey(("a", "b"), "other", (), "cascade", 7),
    )


def test_indexes_and_periods_are_no_columns() -> None:
    text = "CREATE TABLE t (a int, KEY k (a), PERIOD FOR p (x, y), key varchar(20), EXCLUDE USING gist (a))"
    made = create_table(text, lambda _: 1)
    assert made is not None and [name for name, _ in made.columns] == ["a", "key"]


def test_what_is_not_closed_or_not_named() -> None:
    """A text that a program goes on with elsewhere still names its table."""
    (statement,) = read_sql("CREATE TABLE IF NOT EXISTS preferences (")
    assert [made.name for made in statement.definitions] == ["preferences"]
    assert create_table("CREATE TABLE {name} (a int)", lambda _: 1) is None
    assert create_table("CREATE INDEX i ON t (a)", lambda _: 1) is None


def test_types_swallow_no_table() -> None:
    text = "CREATE TYPE mood AS ENUM ('a');\nCREATE TABLE t (a mood);\nCREATE TYPE o AS OBJECT (a int);\n"
    text += (
        "CREATE TYPE BODY o AS MEMBER FUNCTION f RETURN int IS BEGIN RETURN 1; END; END;\n/\nDROP TABLE t;"
    )
    assert [made.action for s in read_sql(text) for made in s.definitions if made.kind == "table"] == [
        "create",
        "drop",
    ]
