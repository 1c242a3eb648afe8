"""Tables as scripts leave them behind."""

from __future__ import annotations

from collections.abc import Callable

from carveout.analyzer.model.graph import Graph

GraphOf = Callable[..., Graph]


def columns(graph: Graph, table: str) -> dict[str, dict[str, str]]:
    """The columns of a table with what is told of them."""
    ids = sorted(edge.target for edge in graph.out(f"table:{table}", "contains"))
    nodes = [node for node in map(graph.node, ids) if node is not None]
    return {node.name.rpartition(".")[2]: dict(node.attributes) for node in nodes}


def test_changes_are_replayed_in_the_order_of_names(graph_of: GraphOf) -> None:
    """`V2` comes before `V10`; what goes backwards is not done."""
    graph = graph_of(
        {
            "V10__b.sql": "ALTER TABLE person RENAME COLUMN nick TO name, DROP COLUMN old;\nALTER TABLE person RENAME TO users;",
            "V2__a.sql": "CREATE TABLE person (id int PRIMARY KEY, old int, nick varchar(9) NOT NULL UNIQUE);\n"
            "CREATE TABLE pet (id int, owner int REFERENCES person (id) ON DELETE CASCADE);\n"
            "CREATE TABLE gone (id int);\nDROP TABLE gone;\nCREATE INDEX i ON pet (owner);\n"
            "ALTER TABLE pet ALTER COLUMN id TYPE bigint;",
            "V2__a.down.sql": "ALTER TABLE pet DROP COLUMN owner;",
        }
    )
    assert {node.name for node in graph.nodes("table")} == {"users", "pet"}
    assert columns(graph, "users") == {
        "id": {"type": "int", "primary_key": "true"},
        "name": {"type": "varchar(9)", "unique": "true"},
    }
    assert columns(graph, "pet") == {
        "id": {"type": "bigint", "null": "true"},
        "owner": {"type": "int", "null": "true", "indexed": "true", "on_delete": "cascade"},
    }
    assert [edge.target for edge in graph.out("table:pet", "references")] == ["table:users"]


def test_partitions_inheritance_and_synonyms(graph_of: GraphOf) -> None:
    graph = graph_of(
        {
            "s.sql": "CREATE TABLE log (day date) PARTITION BY RANGE (day);\n"
            "CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM (1) TO (2);\n"
            "CREATE TABLE kid (x int) INHERITS (log);\nCREATE SYNONYM journal FOR app.log;\n",
            "q.py": "def f(c): c.execute('SELECT x FROM journal')\n",
        }
    )
    assert [edge.target for edge in graph.out("table:log_1", "inherits")] == ["table:log"]
    assert [edge.target for edge in graph.out("table:kid", "inherits")] == ["table:log"]
    assert [edge.target for edge in graph.out("function:q.f", "reads")] == ["table:app.log"]


def test_dumps_mark_keys_behind_their_tables(graph_of: GraphOf) -> None:
    """As pg_dump writes them."""
    graph = graph_of(
        {
            "dump.sql": "CREATE TABLE public.orders (\n    id integer NOT NULL,\n    shop_id integer\n);\n"
            "COPY public.orders (id) FROM stdin;\n1\n\\.\n"
            "ALTER TABLE ONLY public.orders ADD CONSTRAINT pk PRIMARY KEY (id);\n"
            "ALTER TABLE ONLY public.orders ADD CONSTRAINT fk FOREIGN KEY (shop_id) REFERENCES public.shop(id) ON DELETE SET NULL;\n"
        }
    )
    assert columns(graph, "public.orders") == {
        "id": {"type": "int", "primary_key": "true"},
        "shop_id": {"type": "int", "null": "true", "on_delete": "set null"},
    }


def test_transactions_of_scripts(graph_of: GraphOf) -> None:
    """From BEGIN to COMMIT, or up to a COMMIT; what is rolled back, or touches nothing, is none."""
    graph = graph_of(
        {
            "move.sql": "BEGIN;\nUPDATE orders SET a = 1;\nINSERT INTO log SELECT a FROM users;\nCOMMIT;\n"
            "DELETE FROM apart;\nCOMMIT;\nSTART TRANSACTION;\nDELETE FROM users;\nROLLBACK;\n"
            "BEGIN;\nCREATE TABLE x (a int);\nCOMMIT;\n",
            "a.py": "",
        }
    )
    found = {node.name: dict(node.attributes) for node in graph.nodes("transaction")}
    assert found == {
        "move.sql#1": {"lines": "1-4", "opened": "begin"},
        "move.sql#2": {"lines": "5-6", "opened": "commit"},
    }
    spans = {edge.target: edge.how for edge in graph.out("transaction:move.sql#1", "spans")}
    assert spans == {"table:orders": ("writes",), "table:log": ("writes",), "table:users": ("reads",)}
    (edge,) = graph.into("transaction:move.sql#1", "contains")
    assert edge.source == "script:move.sql"


def test_a_snapshot_has_the_last_word(graph_of: GraphOf) -> None:
    """What numbered scripts add stands in it: it is how a new installation starts, and they rename nothing of it."""
    graph = graph_of(
        {
            "admin/create_indexes.sql": "CREATE INDEX i ON listen (at);\nALTER TABLE listen ADD PRIMARY KEY (id);\n",
            "admin/create_tables.sql": "CREATE TABLE listen (id int NOT NULL, at date, kind text);\n",
            "admin/updates/2023-01-15-new.sql": "ALTER TABLE listen ADD COLUMN kind text;\n"
            "ALTER TABLE listen RENAME TO listen_old;\n",
        }
    )
    assert columns(graph, "listen") == {
        "id": {"type": "int", "primary_key": "true"},
        "at": {"type": "date", "null": "true", "indexed": "true"},
        "kind": {"type": "text", "null": "true"},
    }
    table = graph.node("table:listen")
    assert table is not None and table.path == "admin/create_tables.sql"


def test_numbered_scripts_come_after_what_they_change(graph_of: GraphOf) -> None:
    """A script that has nothing of what they add is where they start."""
    graph = graph_of(
        {
            "base.sql": "CREATE TABLE a (id int, old int);\nCREATE TABLE b (id int);\n",
            "updates/001.sql": "ALTER TABLE a ADD COLUMN new int;\nALTER TABLE a DROP COLUMN old;\n"
            "ALTER TABLE b RENAME id TO key;\nALTER TABLE b RENAME TO c;\n",
        }
    )
    assert {node.name for node in graph.nodes("table")} == {"a", "c"}
    assert (set(columns(graph, "a")), set(columns(graph, "c"))) == ({"id", "new"}, {"key"})


def test_what_a_later_script_drops_is_gone(graph_of: GraphOf) -> None:
    """Views and triggers, unless the same file makes them anew; digests tell no order."""
    trigger = "CREATE TRIGGER {} AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();\n"
    graph = graph_of(
        {
            "1_a.sql": "CREATE TABLE a (id int);\nCREATE VIEW v AS SELECT id FROM a;\nCREATE VIEW w AS SELECT id FROM a;\n"
            + trigger.format("t")
            + trigger.format("u"),
            "10_c.sql": "DROP VIEW v;\nDROP TRIGGER t ON a;\nDROP TRIGGER IF EXISTS u ON a;\n"
            + trigger.format("u"),
            "9_b.sql": "DROP VIEW w;\nCREATE VIEW w AS SELECT id FROM a;\n",
            "drop_all.sql": "DROP VIEW w;\n",
        }
    )
    assert [node.name for node in graph.nodes("view")] == ["w"]
    assert [node.name for node in graph.nodes("trigger")] == ["u"]
