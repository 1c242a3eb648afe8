"""Placeholders of drivers and templates: values vanish, dynamic names are blind spots."""

from __future__ import annotations

import pytest

from carveout.analyzer.sql import read_sql
from carveout.analyzer.sql.placeholders import HOLE, rewrite

VALUES = [
    "select a from t where a = %s",
    "select a from t where a = %(a)s and a in %(b)s",
    "select a from t where a = ? or a = :a or a = :1 or a = $1 or a = @a",
    "select a from t where a in ({}) and a = {x['y']} and a = ${z} and a = #{w}",
    "select a from t where a = {{ x }} {% if y %} and a = {{ y }} {% endif %}",
    "select a from t where a like '%%x%%' and a %% 2 = 0",
    "select a from t where a = '%s {x} :y ?'",
    "select a from t where a > now() - interval '%s days'",
    "select a from t where a = 'C:\\' and a = %s",
    "select a from t limit %s",
]


@pytest.mark.parametrize("text", VALUES)
def test_placeholders_for_values(text: str) -> None:
    """A placeholder for a value hides nothing."""
    (statement,) = read_sql(text)
    assert statement.problem == ""
    assert [(use.table, use.columns) for use in statement.uses] == [("t", ("a",))]


@pytest.mark.parametrize(
    "text",
    [
        "select * from %s",
        "select * from {table} where id = 1",
        "SELECT * FROM {}",
        "select * from orders_{year}",
        "select * from {prefix}_orders",
        'select * from "{table}"',
        "select * from ?",
        "select * from {schema}.{table}",
        "insert into {table} (a) values (1)",
        "update %s set a = 1",
        "delete from {self.table}",
        "SELECT * FROM ",
        "drop table {name}",
        "truncate table %s",
    ],
)
def test_dynamic_table_names(text: str) -> None:
    """A placeholder in the place of a table is a problem and never a table."""
    (statement,) = read_sql(text)
    assert statement.problem == "dynamic table name"
    assert statement.uses == ()
    assert all(made.name and HOLE not in made.name for made in statement.definitions)


def test_dynamic_schema() -> None:
    """When only the schema is dynamic, the table is known and the problem says what is not."""
    (statement,) = read_sql("select * from {schema}.orders")
    assert [use.table for use in statement.uses] == ["orders"]
    assert statement.problem == "dynamic schema name"


@pytest.mark.parametrize(
    "text",
    [
        "select a from t {where}",
        "select a from t {joins} where a = 1",
        "select a from t where a = 1 {more} order by a {direction}",
        "{cte} select a from t",
    ],
)
def test_dynamic_clauses(text: str) -> None:
    """A placeholder where a clause can hide keeps the tables that are known, and says so."""
    (statement,) = read_sql(text)
    assert [use.table for use in statement.uses] == ["t"]
    assert statement.problem == "dynamic clause"


def test_dynamic_operators() -> None:
    """A placeholder between two operands is an operator."""
    (statement,) = read_sql("select a from t where {column} {operator} %s")
    assert (statement.problem, [use.table for use in statement.uses]) == ("", ["t"])


def test_offsets_lead_back() -> None:
    """Each character that was not rewritten is found again at its old offset."""
    text = "select %(long_name)s, {a\n}, x from t where y = %s and z %% 2 = {{ jinja }} or w = 'q'"
    rewritten = rewrite(text)
    assert HOLE in rewritten.text
    for word in ("from", "where", "and", "w = 'q'"):
        assert text.startswith(word, rewritten.original(rewritten.text.index(word)))
    assert rewritten.text.count("\n") == text.count("\n")


def test_text_without_placeholders_is_untouched() -> None:
    """What has no placeholder comes back as it is."""
    assert rewrite("select 1").text == "select 1"


def test_placeholders_for_whole_queries_and_rows() -> None:
    """The names of such queries are no tables, and what stands beside them is read."""
    for text, tables in (
        ("WITH x AS ( {} ), y AS ( {} ) SELECT a FROM x JOIN y ON x.i = y.i JOIN t ON 1 = 1", ["t"]),
        ("WITH m (id) AS (VALUES %s) SELECT r.a FROM r JOIN m ON m.id = r.id", ["r"]),
        ("SELECT id FROM t WHERE", ["t"]),
    ):
        (statement,) = read_sql(text)
        assert [use.table for use in statement.uses] == tables


def test_values_that_are_called_like_words_of_sql() -> None:
    """`:from` and `@end` are values, whatever they are called."""
    for text in (
        "select a from t where x = :from and y = :join",
        "select a from t where d between @start and @end",
        "# from a comment\nselect a from t where b = :order::int; # from another",
    ):
        (statement,) = read_sql(text)
        assert (statement.problem, [use.table for use in statement.uses]) == ("", ["t"])
