"""SQL in strings and in files: who reads and writes which table."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

CASES = {
    "a literal that is run": (
        {"a.py": "def f(c): c.execute('select x from t where y = %s', (1,))\n"},
        {"a.f reads t"},
    ),
    "a constant of another module": (
        {"q.py": "FIND = 'SELECT x FROM t'\n", "a.py": "import q\ndef f(c): c.execute(q.FIND)\n"},
        {"a.f reads t"},
    ),
    "a constant built from a constant": (
        {"a.py": "BASE = 'SELECT x FROM t'\nONE = BASE + ' WHERE id = ?'\ndef f(c): c.execute(ONE)\n"},
        {"a.f reads t"},
    ),
    "an f-string with a hole for a value": (
        {"a.py": "def f(c, n): c.execute(f'DELETE FROM t WHERE id = {n}')\n"},
        {"a.f writes t"},
    ),
    "texts that are kept with a hole, and those that others begin with": (
        {
            "a.py": "COUNT = 'SELECT count(*) FROM {}'\nFIND = 'SELECT x FROM t'\nFIND += ' WHERE y = 1'\n"
            "def f(c): c.execute(COUNT.format('u') + ' WHERE x = 1')\n"
            "def g(c): c.execute(COUNT.format('v'))\n"
            "def h(c): c.execute(FIND + ' ORDER BY x')\n"
            "def i(c): c.execute(f'{FIND} LIMIT 1')\n"
        },
        {"a.f reads u", "a.g reads v", "a.h reads t", "a.i reads t"},
    ),
    "pieces added afterwards": (
        {
            "a.py": "def f(c):\n    sql = 'SELECT x FROM t'\n    if c:\n        sql += ' JOIN u ON t.id = u.id'\n    c.execute(sql)\n"
        },
        {"a.f reads t", "a.f joins u"},
    ),
    "text() around a constant": (
        {
            "a.py": "from sqlalchemy import text\nQUERY = text('UPDATE t SET x = :x')\ndef f(s): s.execute(QUERY)\n"
        },
        {"a.f writes t"},
    ),
    "pieces belong to the text before them alone": (
        {
            "a.py": "def f(c):\n    sql = 'SELECT a FROM t'\n    sql += ' JOIN u ON u.x = t.x'\n    c.execute(sql)\n"
            "def g(c):\n    sql = 'SELECT b FROM v'\n    c.execute(sql)\n    sql = 'SELECT c FROM w'\n    c.execute(sql=sql)\n"
        },
        {"a.f reads t", "a.f joins u", "a.g reads v", "a.g reads w"},
    ),
    "a constant under another name, given by keyword": (
        {
            "q.py": "find = 'SELECT x FROM t'\n",
            "a.py": "from q import find as it\ndef f(c): c.execute(sql=it)\n",
        },
        {"a.f reads t"},
    ),
    "English is no SQL": (
        {"a.py": "LABEL = 'Select an item from the list'\nHELP = 'Update your profile and set a password'\n"},
        set(),
    ),
    "a docstring is no SQL": ({"a.py": "def f():\n    '''SELECT x FROM t'''\n"}, set()),
    "a constant of another module in a text": (
        {
            "q.py": "class Names:\n    ORDERS = 'orders'\n",
            "a.py": "from q import Names\ndef f(c): c.execute(f'SELECT x FROM {Names.ORDERS} WHERE y = 1')\n"
            "def g(c): c.execute('DELETE FROM {} WHERE y = 1'.format(Names.ORDERS))\n",
        },
        {"a.f reads orders", "a.g writes orders"},
    ),
    "tables of a loop and of branches": (
        {
            "a.py": "def f(c, old):\n    for table, key in [('t1', 'x'), ('t2', 'y')]:\n"
            "        c.execute('DELETE FROM %s WHERE %s = 1' % (table, key))\n"
            "    if old:\n        name = 'u1'\n    else:\n        name = 'u2'\n"
            "    c.execute(f'UPDATE {name} SET x = 1')\n"
        },
        {"a.f writes t1", "a.f writes t2", "a.f writes u1", "a.f writes u2"},
    ),
    "a table that a caller names": (
        {"a.py": "def f(c, table): c.execute(f'TRUNCATE TABLE {table}')\ndef g(c): f(c, 't')\n"},
        {"a.f writes t"},
    ),
    "a list of lines": (
        {"a.py": "def f(c):\n    c.execute(' '.join(['INSERT INTO t (', 'a) SELECT b FROM', 'u']))\n"},
        {"a.f writes t", "a.f reads u"},
    ),
    "a piece that reads what the text before it names": (
        {
            "a.py": "def f(c):\n    sql = 'WITH page AS (SELECT x FROM t)'\n    if c:\n"
            "        sql += ' SELECT page.x FROM page'\n    c.execute(sql)\n"
        },
        {"a.f reads t"},
    ),
    "query files and named queries": (
        {
            "a.py": "import aiosql\nfrom pathlib import Path\nqueries = aiosql.from_path('sql/q.sql', 'sqlite3')\n"
            "def f(c): queries.get_user(c)\ndef g(c): c.execute(Path('sql/r.sql').read_text())\n",
            "sql/q.sql": "-- name: get-user^\nSELECT x FROM t;\n-- name: add!\nINSERT INTO u VALUES (1);\n",
            "sql/r.sql": "DELETE FROM v;\n",
        },
        {
            "a.f reads t",
            "a.g writes v",
            "sql/q.sql reads t",
            "sql/q.sql writes u",
            "sql/r.sql writes v",
        },
    ),
    "named queries of a folder, by a path that is put together": (
        {
            "db/q.py": "import aiosql, pathlib\nqueries = aiosql.from_path(pathlib.Path(__file__).parent / 'sql', 'x')\n",
            "a.py": "from db.q import queries\nasync def f(c): await queries.add_one(c, a=1)\n",
            "b.py": "import aiosql, os\nROOT = os.path.join(os.path.dirname(__file__), 'other')\n"
            "class Store:\n    def __init__(self):\n        self.queries = aiosql.from_path(ROOT, 'x')\n"
            "    def g(self): self.queries.drop_one()\n",
            "db/sql/q.sql": "-- name: add-one<!\nINSERT INTO u VALUES (1);\n",
            "other/sql/q.sql": "-- name: drop-one!\nDELETE FROM w;\n",
        },
        {"a.f writes u", "b.Store.g writes w", "db/sql/q.sql writes u", "other/sql/q.sql writes w"},
    ),
    "a script": (
        {"q.sql": "INSERT INTO t (a) SELECT a FROM u JOIN v ON u.id = v.id;\n"},
        {"q.sql writes t", "q.sql reads u", "q.sql joins v"},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_access(case: str, graph_of: Callable[..., Graph]) -> None:
    """Each case gives exactly its access edges."""
    files, expected = CASES[case]
    edges = graph_of(files).edges("reads", "writes", "joins")
    assert {f"{e.source.partition(':')[2]} {e.kind} {e.target[6:]}" for e in edges} == expected


def test_a_schema_file(graph_of: Callable[..., Graph]) -> None:
    """DDL gives tables with columns, foreign keys and lines; what reads a view reads a view."""
    graph = graph_of(
        {
            "s.sql": "CREATE TABLE a (id int);\nCREATE TABLE b (\n  id int,\n  a_id int REFERENCES a (id)\n);\n"
            "CREATE VIEW w AS SELECT a_id FROM b;\n",
            "x.py": "def f(c): c.execute('SELECT a_id FROM w')\n",
        }
    )
    table = graph.node("table:b")
    assert table is not None and (table.path, table.line) == ("s.sql", 2)
    assert [e.target for e in graph.out("table:b", "references")] == ["table:a"]
    assert [e.columns for e in graph.out("table:b", "references")] == [("a_id",)]
    assert [e.target for e in graph.out("function:x.f", "reads")] == ["view:w"]
    assert [e.target for e in graph.out("view:w", "reads")] == ["table:b"]
    assert "column:b.a_id" in graph


def test_what_statements_do_is_told(graph_of: Callable[..., Graph]) -> None:
    """Inserts, updates, locks; triggers with their table and routine; what DELETE does to references."""
    graph = graph_of(
        {
            "s.sql": "CREATE TABLE item (id int, b_id int REFERENCES b ON DELETE CASCADE);\n"
            "CREATE FUNCTION touch() RETURNS trigger AS $$ BEGIN INSERT INTO log VALUES (1); RETURN new; END $$ LANGUAGE plpgsql;\n"
            "CREATE TRIGGER t AFTER UPDATE ON item FOR EACH ROW EXECUTE FUNCTION touch();\n",
            "x.py": "def f(c):\n    c.execute('SELECT x FROM item FOR UPDATE')\n"
            "    c.execute('INSERT INTO item (id) VALUES (1)')\n    c.execute('CALL touch()')\n",
        }
    )
    told = {(e.source, e.kind, e.target): e.how for e in graph.edges("reads", "writes", "calls")}
    assert told["function:x.f", "reads", "table:item"] == ("lock",)
    assert told["function:x.f", "writes", "table:item"] == ("insert",)
    assert ("function:x.f", "calls", "routine:touch") in told
    assert ("table:item", "calls", "trigger:t") in told
    assert ("trigger:t", "calls", "routine:touch") in told
    assert ("routine:touch", "writes", "table:log") in told
    column = graph.node("column:item.b_id")
    assert column is not None and dict(column.attributes)["on_delete"] == "cascade"


def test_where_a_table_is_named(graph_of: Callable[..., Graph]) -> None:
    """The column is that of the text, or of the line in it that names the table."""
    text = 'def f(c):\n    c.execute("SELECT x FROM t")\n    c.execute("""SELECT y\n        FROM u""")\n'
    places = {e.target: e.evidence[0].place for e in graph_of({"a.py": text}).edges("reads")}
    assert {target: (place.line, place.column) for target, place in places.items()} == {
        "table:t": (2, 14),
        "table:u": (4, 8),
    }


def test_temporary_tables_are_none(graph_of: Callable[..., Graph]) -> None:
    """Also where one string makes them and another one uses them."""
    code = "def f(c):\n    c.execute('CREATE TEMP TABLE scratch AS SELECT * FROM t')\n"
    graph = graph_of({"x.py": code + "    c.execute('UPDATE scratch SET a = 1')\n"})
    assert [node.name for node in graph.nodes("table")] == ["t"]


def test_known_alternatives_stay_a_blind_spot(graph_of: Callable[..., Graph]) -> None:
    """Which of them it is only the run tells; one that constants tell for sure is no blind spot."""
    code = "def f(c):\n    for table in ('t1', 't2'): c.execute(f'DELETE FROM {table} WHERE x = 1')\n"
    graph = graph_of({"a.py": code + "T = 't3'\ndef g(c): c.execute('DELETE FROM ' + T)\n"})
    spots = [spot.text for spot in graph.blind_spots if spot.kind == "dynamic-table-name"]
    assert len(spots) == 1 and "t1, t2" in spots[0]
    assert {e.target: e.confidence for e in graph.edges("writes")} == {
        "table:t1": "likely",
        "table:t2": "likely",
        "table:t3": "certain",
    }


def test_a_table_that_is_not_known_is_a_blind_spot(graph_of: Callable[..., Graph]) -> None:
    """A hole where a table should stand invents none."""
    graph = graph_of({"a.py": "def f(c, t): c.execute(f'SELECT x FROM {t}')\n"})
    assert not list(graph.nodes("table"))
    assert [spot.kind for spot in graph.blind_spots if spot.kind != "unresolved-call"] == [
        "dynamic-table-name"
    ]


def test_tables_that_calls_name_without_sql(graph_of: Callable[..., Graph]) -> None:
    """pandas, COPY of drivers, stored procedures; namesakes of other objects are none."""
    text = """
        def load(df, pd, engine, cursor, conn, expression):
            df.to_sql("sales", engine, if_exists="append")
            pd.read_sql_table("stock", engine, schema="ware")
            pd.read_sql("items", engine)
            cursor.copy_from(open("x"), "rows", columns=("a",))
            conn.copy_records_to_table("records", records=[])
            cursor.callproc("billing.close_month", [1])
            expression.to_sql("mysql")
            expression.copy_from("a", "b")
    """
    graph = graph_of({"app.py": text})
    found = {(e.kind, e.target, e.how) for e in graph.out("function:app.load", "reads", "writes", "calls")}
    assert {row for row in found if row[1].startswith(("table:", "routine:"))} == {
        ("writes", "table:sales", ("insert",)),
        ("reads", "table:ware.stock", ()),
        ("reads", "table:items", ()),
        ("writes", "table:rows", ("insert",)),
        ("writes", "table:records", ("insert",)),
        ("calls", "routine:billing.close_month", ()),
    }


def test_names_that_psycopg_quotes_and_defaults_tell(graph_of: Callable[..., Graph]) -> None:
    text = """
        from psycopg import sql
        def f(cur, table="plain"):
            cur.execute(sql.SQL("SELECT {} FROM {} WHERE x = %s").format(sql.Identifier("a"), sql.Identifier("one")))
            cur.execute(sql.SQL("DELETE FROM {t} WHERE x = 1").format(t=sql.Identifier("app", "two")))
            cur.execute(f"UPDATE {table} SET a = 1 WHERE b = 2")
    """
    graph = graph_of({"app.py": text})
    found = {(e.kind, e.target, e.confidence) for e in graph.out("function:app.f", "reads", "writes")}
    assert found == {
        ("reads", "table:one", "certain"),
        ("writes", "table:app.two", "certain"),
        ("writes", "table:plain", "likely"),
    }


def test_constants_of_classes_are_read_by_who_runs_them(graph_of: Callable[..., Graph]) -> None:
    files = {
        "q.py": "class Q:\n    FIND = 'SELECT a FROM one WHERE x = 1'\n    def run(self, c): c.execute(self.FIND)\n",
        "app.py": "from q import Q\ndef f(c): c.execute(Q.FIND)\n",
    }
    graph = graph_of(files)
    assert [edge.source for edge in graph.into("table:one", "reads")] == [
        "function:app.f",
        "function:q.Q.run",
    ]


def test_what_no_parser_reads_has_its_line(graph_of: Callable[..., Graph]) -> None:
    """A blind spot of a script and a call of a routine stand where they were written, not at the top."""
    graph = graph_of(
        {"s.sql": "SELECT a FROM t;\nfrobnicate the u;\nCREATE PROCEDURE p() AS BEGIN END;\n/\nCALL p();\n"}
    )
    assert [(spot.place.line, spot.kind) for spot in graph.blind_spots] == [(2, "sql-not-parsed")]
    assert [e.evidence[0].place.line for e in graph.edges("calls")] == [5]


def test_statements_that_are_put_together_as_lists(graph_of: Callable[..., Graph]) -> None:
    text = """
        def f(cur, more):
            parts = ["SELECT a"]
            parts.append("FROM one")
            if more:
                parts.extend(["JOIN two ON one.b = two.b", "AND two.c = 1"])
            cur.execute(" ".join(parts))
        def g(cur, clauses):
            cur.execute("\\n".join(["UPDATE three", "SET a = 1"] + clauses))
        def h(cur):
            words = []
            words += ["DELETE FROM four"]
            words += ["WHERE a = 1"]
            cur.execute("".join(words))
        def k(names):
            shown = ["select one", "of the many"]
            shown.append("from the list")
            print(", ".join(shown))
    """
    graph = graph_of({"app.py": text})
    found = {(e.source[13:], e.kind, e.target[6:]) for e in graph.edges("reads", "joins", "writes")}
    assert found == {
        ("f", "reads", "one"), ("f", "joins", "two"), ("g", "writes", "three"), ("h", "writes", "four"),
    }  # fmt: skip
    assert not [spot for spot in graph.blind_spots if spot.kind == "sql-not-parsed"]


def test_what_stands_in_quotes_has_no_structure(graph_of: Callable[..., Graph]) -> None:
    graph = graph_of({"app.py": "def f(c): c.execute(\"SELECT 'from here to there' FROM places\")\n"})
    assert [(e.kind, e.target) for e in graph.out("function:app.f", "reads")] == [("reads", "table:places")]
    assert not [spot for spot in graph.blind_spots if spot.kind == "sql-not-parsed"]
