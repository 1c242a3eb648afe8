"""One table with all that its sources tell, and what they tell differently."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph
from carveout.analyzer.sql import read_sql
from carveout.analyzer.sql.declared import types_differ

GraphOf = Callable[..., Graph]
MODELS = """from sqlalchemy.orm import DeclarativeBase
from sqlalchemy import Column, Integer, String
class Base(DeclarativeBase): pass
class Order(Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)
    note = Column(String)
    extra = Column(String)
"""


def drift(graph: Graph) -> list[str]:
    """What sources contradict each other about."""
    return [spot.text for spot in graph.blind_spots if spot.kind == "schema-drift"]


def tables(graph: Graph) -> set[str]:
    """The names of all tables."""
    return {node.name for node in graph.nodes("table")}


def test_classes_and_sql_declare_one_table(graph_of: GraphOf) -> None:
    """Each place is evidence of it, and what only one of them says is told."""
    graph = graph_of(
        {
            "models.py": MODELS,
            "schema.sql": "CREATE TABLE public.orders (\n  id int PRIMARY KEY,\n  note timestamp,\n  old text);",
        }
    )
    assert tables(graph) == {"orders"}
    edge = next(edge for edge in graph.out("table:orders", "contains") if edge.target.endswith(".note"))
    assert {(e.place.path, e.place.line, e.via) for e in edge.evidence} == {
        ("models.py", 7, "syntax"),
        ("schema.sql", 3, "sql"),
    }
    assert drift(graph) == [
        "orders.extra is declared by a class, but not in SQL",
        "orders.note is String in models.py, but timestamp here",
        "orders.old stands in SQL, but is not declared by a class",
    ]


def test_sql_in_code_that_only_alters_contradicts_nothing(graph_of: GraphOf) -> None:
    """An upgrade that adds a column by hand; beside a CREATE the columns are told again."""
    upgrade = 'def upgrade(cursor):\n    cursor.execute("ALTER TABLE orders ADD COLUMN id int")\n'
    assert drift(graph_of({"models.py": MODELS, "upgrade.py": upgrade})) == []
    made = upgrade + '    cursor.execute("CREATE TABLE orders (note text)")\n'
    assert "orders.extra is declared by a class, but not in SQL" in drift(
        graph_of({"models.py": MODELS, "upgrade.py": made})
    )


def test_what_sql_declares_in_part_contradicts_nothing(graph_of: GraphOf) -> None:
    """ALTER alone, INHERITS and AS SELECT do not tell all columns; nor do tests."""
    graph = graph_of(
        {
            "models.py": MODELS,
            "more.sql": "ALTER TABLE orders ADD COLUMN id int;",
            "tests/schema.sql": "CREATE TABLE orders (id int, gone int);",
        }
    )
    assert drift(graph) == []


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("VARCHAR", "character varying(20)", False),
        ("CharField", "int", True),
        ("BooleanField", "tinyint(1)", False),
        ("DateTimeField", "timestamptz", False),
        ("JSON", "text", False),
        ("PositiveSmallIntegerField", "number(3)", False),
        ("DecimalField", "varchar2(9)", True),
    ],
)
def test_types_of_classes_and_sql(one: str, other: str, differ: bool) -> None:
    assert types_differ(one, other) is differ


def test_the_default_schema_goes_without_saying(graph_of: GraphOf) -> None:
    """A name without a schema is that of the default schema, or of the only one that has it."""
    graph = graph_of(
        {
            "s.sql": "CREATE TABLE public.acc (id int);\nCREATE TABLE app.b (id int REFERENCES acc (id));\n"
            "CREATE TABLE app.c (id int);\nCREATE TABLE log.c (id int);",
            "q.py": "def f(c):\n    c.execute('SELECT id FROM acc')\n    c.execute('SELECT id FROM b')\n"
            "    c.execute('SELECT id FROM c')\n",
        }
    )
    reads = {edge.target: edge.confidence for edge in graph.out("function:q.f", "reads")}
    assert reads == {"table:public.acc": "likely", "table:app.b": "likely", "table:c": "certain"}
    assert [edge.target for edge in graph.out("table:app.b", "references")] == ["table:public.acc"]
    assert [edge.target for edge in graph.out("table:public.acc", "contains")] == ["column:public.acc.id"]


def test_schemas_are_kept_apart_by_search_paths(graph_of: GraphOf) -> None:
    """What is made lies in the first schema, what is used in the first that has it."""
    graph = graph_of(
        {
            "1.sql": "SET search_path = music, public;\nCREATE TABLE artist (id int);\nCREATE TABLE tag (id int);",
            "2.sql": "SET search_path TO 'docs', music;\nCREATE TABLE tag (id int REFERENCES artist (id));\n"
            "CREATE VIEW tags AS SELECT id FROM tag JOIN artist USING (id);\n"
            "RESET search_path;\nINSERT INTO other (id) SELECT id FROM docs.tag;",
        }
    )
    assert tables(graph) == {"music.artist", "music.tag", "docs.tag", "other"}
    assert [edge.target for edge in graph.out("table:docs.tag", "references")] == ["table:music.artist"]
    assert {edge.target for edge in graph.out("view:docs.tags", "reads", "joins")} == {
        "table:docs.tag",
        "table:music.artist",
    }


def test_the_only_schema_of_all_scripts_goes_without_saying(graph_of: GraphOf) -> None:
    graph = graph_of(
        {"dump.sql": "CREATE DATABASE shop;\nUSE `shop`;\nCREATE TABLE orders (id int);", "m.py": MODELS}
    )
    assert tables(graph) == {"orders"}


@pytest.mark.parametrize(
    ("said", "schemas"),
    [
        ("SET search_path = a, 'b', \"C\"", ("a", "b", "c")),
        ("SET LOCAL search_path TO a", ("a",)),
        ("SELECT pg_catalog.set_config('search_path', 'a, public', false)", ("a", "public")),
        ("SELECT pg_catalog.set_config('search_path', '', false)", ()),
        ("ALTER SESSION SET CURRENT_SCHEMA = hr", ("hr",)),
        ("USE [crm]", ("crm",)),
        ('SET search_path TO "$user", {{ schema }}', ()),
        ("SET names utf8", ()),
    ],
)
def test_search_paths(said: str, schemas: tuple[str, ...]) -> None:
    assert read_sql(f"{said};\nDELETE FROM t;")[-1].schemas == schemas
