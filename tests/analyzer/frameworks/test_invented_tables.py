"""What looks like a table and is none, as real applications write it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.graph.access import own_tables
from carveout.analyzer.model.graph import Graph

GraphOf = Callable[..., Graph]

CASES = {
    "examples and messages for people": (
        'SCHEMA = {"example": "SELECT value FROM series WHERE a = 1", "sql": "SELECT a FROM real WHERE b = 1"}\n'
        'def f(log, Field):\n    log.info("DELETE FROM told WHERE id = %s", 1)\n'
        '    Field(description="SELECT a FROM said WHERE b = 1")\n    raise ValueError("UPDATE x SET a = 1 WHERE b = 2")\n',
        {"real"},
    ),
    "a named query of another text in the same function": (
        'def f(c, more):\n    sql = "WITH RECURSIVE walk(id) AS (SELECT a FROM edge e, walk w WHERE w.id = e.id) %s"\n'
        '    part = f"SELECT id FROM node INNER JOIN walk USING (id) WHERE {more}"\n    c.execute(sql % part)\n'
        'def g(c): c.execute("WITH node AS (SELECT * FROM node) SELECT a FROM node")\n',
        {"edge", "node"},
    ),
    "a table that lives while a function rebuilds another": (
        'def up(c):\n    c.execute("CREATE TABLE t_new (a int)")\n    c.execute("INSERT INTO t_new SELECT a FROM t")\n'
        '    c.execute("DROP TABLE t")\n    c.execute("ALTER TABLE t_new RENAME TO t")\n'
        'def old(c):\n    c.execute("ALTER TABLE u RENAME TO u_old")\n    c.execute("CREATE TABLE u (a int)")\n'
        '    c.execute("INSERT INTO u SELECT a FROM u_old")\n    c.execute("DROP TABLE u_old")\n',
        {"t", "u"},
    ),
    "placeholders": (
        'A = "UPDATE __TABLE__ SET a = 1 WHERE b = 2"\n'
        'def f(c, x, y): c.execute("SELECT %s, f() AS x FROM t r %s%sORDER BY s DESC, rank" % (x, x, y))\n',
        {"t"},
    ),
    "the database's own tables": (
        'def f(c):\n    c.execute("SELECT table_schema, table_name FROM columns WHERE is_system = false")\n'
        '    c.execute("SELECT 1 FROM pg_rewrite JOIN pg_table_def USING (oid) JOIN own ON true")\n'
        '    c.execute("SELECT name FROM system:keyspaces")\n',
        {"own"},
    ),
    "rows of constants are told together": (
        'ROWS = [("one", "a"), ("two", "b")]\ndef f(c):\n    for schema, table in ROWS:\n'
        '        c.execute(f"DELETE FROM {schema}.{table} WHERE x = 1")\n',
        {"one.a", "two.b"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_no_table_is_invented(name: str, graph_of: GraphOf) -> None:
    text, tables = CASES[name]
    assert {node.name for node in own_tables(graph_of({"app.py": text}))} == tables


def test_what_only_migrations_touch_is_gone(graph_of: GraphOf) -> None:
    """Unless something declares it."""
    graph = graph_of(
        {
            "app/migrations/0001_x.py": 'def f(c): c.execute("DELETE FROM old WHERE a = 1")\n',
            "app/db.py": 'def f(c): c.execute("SELECT a FROM now WHERE b = 1")\n',
        }
    )
    assert {node.name for node in own_tables(graph)} == {"now"}


def test_sql_that_functions_of_migrations_run_is_replayed(graph_of: GraphOf) -> None:
    graph = graph_of(
        {
            "app/migrations/0001_x.py": "from django.db import migrations\n"
            "def toggle(apps, editor):\n    editor.execute('DROP TABLE entry; ALTER TABLE entry_new RENAME TO entry;')\n"
            "class Migration(migrations.Migration):\n    operations = [\n"
            "        migrations.RunSQL('CREATE TABLE entry_new (id int)'), migrations.RunPython(toggle)]\n",
        }
    )
    assert {node.name for node in graph.nodes("table")} == {"entry"}


def test_numbered_files_drop_what_others_made(graph_of: GraphOf) -> None:
    """A script that takes all down again does not."""
    graph = graph_of(
        {
            "db/1_a.sql": "-- migrate:up\nCREATE TABLE a (x int);\nCREATE TABLE b (x int);\n-- migrate:down\nDROP TABLE a;",
            "db/2_b.sql": "-- +goose Up\nDROP TABLE b;\n-- +goose Down\nCREATE TABLE b (x int);",
            "db/clean.sql": "DROP TABLE a;",
        }
    )
    assert {node.name for node in graph.nodes("table")} == {"a"}
