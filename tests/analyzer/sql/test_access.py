"""Statements and the tables that they touch, as pairs of text and `mode:action:table:columns`."""

from __future__ import annotations

import pytest

from carveout.analyzer.sql import Statement, read_sql


def touched(text: str, dialect: str = "auto") -> list[str]:
    """Return the uses of all statements in a notation that reads well in a table."""
    return [shown(use) for statement in read_sql(text, dialect) for use in statement.uses]


def shown(use: object) -> str:
    """Return one use as text."""
    return ":".join((use.mode, use.action, use.table, ",".join(use.columns)))  # type: ignore[attr-defined]


def only(text: str, dialect: str = "auto") -> Statement:
    """Return the one statement of a text."""
    (statement,) = read_sql(text, dialect)
    return statement


READS = {
    "select x, y from t": ["reads:select:t:x,y"],
    "SELECT a.x, b.y FROM foo a JOIN bar.baz b ON a.id = b.foo_id": [
        "reads:select:foo:id,x",
        "joins:select:bar.baz:foo_id,y",
    ],
    "select x from ta, tb": ["reads:select:ta:", "joins:select:tb:"],
    'SELECT * FROM "MyTable"': ["reads:select:mytable:"],
    "select * from `db`.`tbl`": ["reads:select:db.tbl:"],
    "select 1 from [dbo].[Order Details] od with (nolock)": ["reads:select:dbo.order details:"],
    "select * from (ta left join tb using (id))": ["reads:select:ta:", "joins:select:tb:"],
    "select n.a from t n where exists (select 1 from u where u.t_id = n.id)": [
        "reads:select:t:a,id",
        "joins:select:u:t_id",
    ],
    "select count(*) as n from t group by kind order by n": ["reads:aggregate:t:kind"],
    "select to_tsvector(a) into new.search from t": ["reads:select:t:a"],
    "select max(a) from t": ["reads:select:t:a"],
    "select a, (select sum(b) from u) from t": ["reads:select:t:a", "joins:aggregate:u:b"],
    "select ta.x from t ta join t tb on ta.id = tb.parent": ["reads:select:t:id,parent,x"],
    "select * from ta union select * from tb": ["reads:select:ta:", "reads:select:tb:"],
    "select extract(year from d), substring(e from 1 for 2) from t": ["reads:select:t:d,e"],
    "select e.n from emp e, dept d where e.d = d.id(+) and rownum < 10": [
        "reads:select:emp:d,n",
        "joins:select:dept:id",
    ],
    "explain analyze select * from t": ["reads:select:t:"],
    "declare c cursor for select * from t": ["reads:select:t:"],
    "select * from t for update skip locked": ["reads:select for update:t:"],
    "copy (select * from orders) to stdout": ["reads:select:orders:"],
    "lock table ta, tb in exclusive mode": ["reads:lock:ta:", "reads:lock:tb:"],
}
WRITES = {
    "insert into t (a, b) values (1, 2)": ["writes:insert:t:a,b"],
    "insert into t (a) select c from u where d = 1": ["writes:insert:t:a", "reads:select:u:c,d"],
    "insert overwrite table foo select col from foo": ["writes:insert:foo:", "reads:select:foo:col"],
    "insert into t (a) values (1) on conflict (a) do update set b = 2": ["writes:upsert:t:a,b"],
    "insert into t (a) values (1) on duplicate key update b = 2": ["writes:upsert:t:a,b"],
    "INSERT OR REPLACE INTO kv (k, v) VALUES (?, ?)": ["writes:replace:kv:k,v"],
    "REPLACE INTO kv (k) VALUES (1)": ["writes:replace:kv:k"],
    "update t set a = 1 where b = 2": ["writes:update:t:a"],
    "update t set a = (select max(a) from t)": ["writes:update:t:a"],
    "UPDATE OR IGNORE kv SET v = ? WHERE k = ?": ["writes:update:kv:v"],
    "update t set a = u.b from u where u.id = t.id": ["writes:update:t:a", "joins:select:u:b,id"],
    "update x set a = 1 from tab1 x join tab2 y on x.i = y.i": [
        "writes:update:tab1:a",
        "joins:select:tab2:i",
    ],
    "update ta x join tb y on x.i = y.i set x.a = 1, y.b = 2": ["writes:update:ta:a", "writes:update:tb:b"],
    "update ta x join tb y on x.i = y.i set x.a = y.b": ["writes:update:ta:a", "joins:select:tb:b,i"],
    "delete from t where id in (select t_id from u)": ["writes:delete:t:", "joins:select:u:t_id"],
    "delete from only parent where id = 1": ["writes:delete:parent:"],
    "delete from t using u where t.i = u.i": ["writes:delete:t:", "joins:select:u:i"],
    "delete x from tab1 x join tab2 y on x.i = y.i": ["writes:delete:tab1:", "joins:select:tab2:i"],
    "merge into t using s on (t.a = s.a) when matched then update set x = 1 delete where y = 1": [
        "writes:merge:t:x",
        "joins:select:s:a",
    ],
    "truncate table ta, tb": ["writes:truncate:ta:", "writes:truncate:tb:"],
    "select * into films_recent from films": ["writes:insert:films_recent:", "reads:select:films:"],
    "create table t as select a from u": ["writes:create:t:", "reads:select:u:a"],
    "copy t (a, b) from stdin": ["writes:copy:t:a,b"],
    "refresh materialized view concurrently mv": ["writes:refresh:mv:"],
    "load data infile 'x.csv' into table imports": ["writes:load:imports:"],
    "with d as (delete from ta returning *) insert into tb select * from d": [
        "writes:delete:ta:",
        "writes:insert:tb:",
    ],
    "insert all into ta (x) values (y) into tb (x) values (y) select y from tc": [
        "writes:insert:ta:x",
        "writes:insert:tb:x",
        "reads:select:tc:y",
    ],
    "insert into tab1 select * from foo\ninsert into tab2 select * from bar": [
        "writes:insert:tab1:",
        "reads:select:foo:",
        "writes:insert:tab2:",
        "reads:select:bar:",
    ],
}
NO_TABLES = [
    "with x as (select 1) select * from x",
    "with recursive x as (select 1 union all select n + 1 from x) select * from x",
    "select * from generate_series(1, 2) g",
    "select * from (values (1, 2)) as t(a, b)",
    "select * from table(pkg.fn(1)) x",
    "select sysdate from dual",
    "select * from information_schema.tables",
    "select * from pg_catalog.pg_class",
    "select * from #temporary",
    "select trim(both ' ' from 'abc')",
    "select nextval('s')",
    "select * from unnest(array[1, 2]) with ordinality as t(a, b)",
    "grant select on x to y",
    "comment on table x is 'from y'",
    "begin",
    "set search_path to x",
    "drop table x",
]


@pytest.mark.parametrize(("text", "expected"), READS.items())
def test_reads(text: str, expected: list[str]) -> None:
    """The first table of a query is read, further ones are joined, columns go where they belong."""
    assert touched(text) == expected
    assert all(not statement.problem for statement in read_sql(text))


@pytest.mark.parametrize(("text", "expected"), WRITES.items())
def test_writes(text: str, expected: list[str]) -> None:
    """Targets are written, their own WHERE is no second read, other tables are read or joined."""
    assert touched(text) == expected
    assert all(not statement.problem for statement in read_sql(text))


@pytest.mark.parametrize("text", NO_TABLES)
def test_what_is_no_table(text: str) -> None:
    """CTE names, functions, VALUES, system catalogues and temporary tables are never tables."""
    assert touched(text) == []
    assert only(text).problem == ""


def test_cte_does_not_hide_the_table_of_its_own_name() -> None:
    """A CTE that is not recursive reads the real table that it is called after."""
    assert touched("with tree as (select id from tree) select * from tree") == ["reads:select:tree:id"]


def test_temporary_tables_of_the_same_script_are_left_out() -> None:
    """A table that a script creates as temporary is no table of the application."""
    text = "create temp table tt as select * from src; insert into dst select * from tt"
    assert touched(text) == ["reads:select:src:", "writes:insert:dst:"]


def test_multi_column_set_and_swapped_case() -> None:
    """Names come out in lower case, and a list on the left of SET is a list of columns."""
    assert touched("UPDATE Sales.ORDERS SET (A, B) = (SELECT 1, 2)") == ["writes:update:sales.orders:a,b"]


def test_lines_survive_placeholders() -> None:
    """A use has the line of the table in the given text, however long the placeholders are."""
    text = "SELECT %(a_long_name)s,\n  {another_hole}\nFROM ta\nJOIN {{ x\n}} ON 1 = 1\nJOIN tb ON tb.i = %s"
    assert {use.table: use.line for use in only(text).uses} == {"ta": 3, "tb": 6}


def test_lines_in_a_script() -> None:
    """Statements and uses count lines from the top of the script."""
    first, second = read_sql("-- head\nselect 1\nfrom ta;\n\nupdate tb\nset x = 1;\n")
    assert (first.line, first.uses[0].line) == (2, 3)
    assert (second.line, second.uses[0].line) == (5, 5)


def test_calls_and_paths() -> None:
    """Stored routines that are called, and files in the place of tables, are kept apart from tables."""
    assert only("CALL pkg.refresh_totals(%s)").calls == ("pkg.refresh_totals",)
    assert only("EXEC sp_do @x = 1").calls == ("sp_do",)
    assert only("COPY tab1 FROM 's3://bucket/path'").paths == (("reads", "s3://bucket/path"),)
    assert only("unload ('select * from venue') to 's3://x/y'").paths == (("writes", "s3://x/y"),)


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("SELECT NVL(a, b) FROM t WHERE ROWNUM < 3", "oracle"),
        ("SELECT TOP 3 a FROM [t]", "tsql"),
        ('SELECT a FROM `t` WHERE b = "x"', "mysql"),
        ("SELECT a::int FROM t", "postgres"),
        ("SELECT a FROM t", "no such dialect"),
    ],
)
def test_named_dialects(text: str, dialect: str) -> None:
    """A named dialect, a wrong one and a guessed one all find the table."""
    for name in (dialect, "auto", "sqlite"):
        assert [use.table for use in only(text, name).uses] == ["t"]


def test_administrative_views_are_no_tables() -> None:
    """DB2's own, in each of its schemas."""
    for name in ("SYSIBMADM.ENV_INST_INFO", "syscat.tables", "SYSSTAT.COLUMNS"):
        (statement,) = read_sql(f"SELECT a FROM {name} JOIN own ON 1 = 1")
        assert [use.table for use in statement.uses] == ["own"]
