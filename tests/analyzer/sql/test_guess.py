"""What looks like SQL and what is English."""

from __future__ import annotations

import subprocess
import sys

import pytest

from carveout.analyzer.sql import looks_like_sql, read_string

ENGLISH = [
    "Select an item from the list",
    "Select users from the group",
    "Select files from disk",
    "select files from disk",
    "Select one from many.",
    "Select all, or none, from menu",
    "select a, b from the drop-down",
    "Select where items come from, e.g. shop",
    "Select the fields from form_fields to show",
    "Select a user, then choose an option from dropdown",
    "Select country from list or type (min. 3 chars)",
    "Select color from palette (optional)",
    "select value, from one of the options",
    "Select date range from calendar = required",
    "SELECT AN ITEM FROM THE LIST",
    "Update your profile and set a password",
    "Update profile set",
    "Update x set y",
    "Update %s set to %s",
    "Update column set = true",
    "UPDATE available: set your clock",
    "Delete from the cart",
    "Delete from cart",
    "delete from basket",
    "Delete from favorites where possible",
    "Delete rows from table where needed",
    "DELETE FROM %s failed: %s",
    "with this option as (default)",
    "With love as (always)",
    "Insert into cart",
    "Create table",
    "CREATE TABLE failed",
    "Create table view (beta)",
    "Drop table",
    "Drop table 5",
    "Truncate text",
    "Truncate text after 100 characters",
    "Replace into text",
    "Call me (maybe)",
    "call support (24h)",
    "call make_file() on the base directory",
    "Lock table in place",
    "copy files from 'a' to 'b'",
    "Merge into master using rebase",
    "merge branch using git",
    "Alter table layout",
    "Begin with select one from list",
    "Explain how to select values from table",
    "",
    "   ",
    "from users",
    "selected from users",
]
SQL = [
    "SELECT name FROM users",
    "select name from users where id = 1",
    "Select * from users",
    "  \n select u.name, u.id from users u",
    "-- a comment\nSELECT 1 FROM t",
    "(select a_b from t) union (select a_b from u)",
    "select count(*) from {table}",
    "SELECT * FROM ",
    "delete from users where id = %s",
    "DELETE FROM users",
    "insert into t (a, b) values (?, ?)",
    "INSERT INTO {} VALUES (%s)",
    "update t set a = %s",
    "UPDATE ta x JOIN tb y ON x.i = y.i SET x.a = 1",
    "merge into t using s on t.a = s.a when matched then delete",
    "replace into t (a) values (1)",
    "TRUNCATE TABLE t",
    "with x as (select * from t) select * from x",
    "create table t (a_b int)",
    "CREATE UNIQUE INDEX i ON t (a)",
    "create or replace view v as select * from t",
    "ALTER TABLE t ADD COLUMN a INT",
    "DROP TABLE IF EXISTS t",
    "CALL totals(%s)",
    "LOCK TABLE t IN SHARE MODE",
    "COPY t FROM STDIN",
    "REFRESH MATERIALIZED VIEW mv",
]


@pytest.mark.parametrize("text", ENGLISH)
def test_english_gives_nothing(text: str) -> None:
    """A sentence of a user interface, a log or a help text yields no statement."""
    assert read_string(text) == ()


@pytest.mark.parametrize("text", SQL)
def test_sql_is_recognised(text: str) -> None:
    """Statements of all kinds are recognised, in capitals or not."""
    assert looks_like_sql(text)
    assert read_string(text)


def test_sure_text_needs_structure_only() -> None:
    """A string that is known to be executed may be as plain as English."""
    assert not looks_like_sql("select name from users")
    assert looks_like_sql("select name from users", sure=True)
    assert [use.table for use in read_string("select name from users", sure=True)[0].uses] == ["users"]
    assert not looks_like_sql("Select a name from the users", sure=True)


def test_import_is_light() -> None:
    """Importing the room does not import sqlglot: projects without SQL do not pay for it."""
    code = "import sys, carveout.analyzer.sql as s; s.looks_like_sql('x'); print('sqlglot' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_tables_with_options_and_statements_behind_others() -> None:
    for text in (
        "CREATE TEMP TABLE tips ON COMMIT drop AS SELECT * FROM t",
        "CREATE VIRTUAL TABLE docs USING fts5(body)",
        "SET search_path TO app;\nCREATE TABLE t (a int);\n",
    ):
        assert looks_like_sql(text)
    assert not looks_like_sql("Set it up first;\nselect one of the items from the list;\n")


def test_insert_without_into_needs_values() -> None:
    """`INSERT IGNORE` and a log message are no statements."""
    for text in ("INSERT IGNORE", "INSERT version", "INSERT tinybird {datasource}"):
        assert not looks_like_sql(text)
    assert looks_like_sql("INSERT INTO version {}")


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        ("\ufeffSELECT a FROM t", {("t", "reads", "select")}),
        ("DO $$ BEGIN EXECUTE 'DELETE FROM ' || name; DELETE FROM t; END $$", {("t", "writes", "delete")}),
        ("LOAD DATA LOCAL INFILE '/x' INTO TABLE t (a)", {("t", "writes", "load")}),
        ("PREPARE p AS SELECT a FROM t WHERE b = $1", {("t", "reads", "select")}),
        ("UPSERT INTO t (a) VALUES (1)", {("t", "writes", "upsert")}),
        ("DECLARE @x int; SELECT a FROM t", {("t", "reads", "select")}),
        ("BEGIN; DELETE FROM t; COMMIT", {("t", "writes", "delete")}),
        (
            "IF EXISTS (SELECT 1 FROM t) DELETE FROM u",
            {("t", "reads", "select"), ("u", "writes", "delete")},
        ),
    ],
)
def test_statements_that_are_run_are_not_lost(text: str, uses: set[tuple[str, str, str]]) -> None:
    found = read_string(text, sure=True)
    assert {(use.table, use.mode, use.action) for each in found for use in each.uses} == uses


@pytest.mark.parametrize(
    "text",
    ["HANDLER t READ FIRST", "TABLE t", "COPY FILES FROM backup NOW", "{CALL p(?)}", "LIST TABLES FROM x"],
)
def test_what_is_run_and_unknown_has_a_problem_and_no_table(text: str) -> None:
    """Without being run it says nothing at all."""
    found = read_string(text, sure=True)
    assert found
    assert all(each.problem and not each.uses and not each.definitions for each in found)
    assert read_string(text) == ()


@pytest.mark.parametrize(
    "text",
    ["SELECT 1", "VALUES (1)", "VACUUM", "SET x = 1", "PRAGMA foreign_keys = ON", "get the key", "Load it"],
)
def test_what_touches_no_table_has_no_problem(text: str) -> None:
    assert not any(each.problem or each.uses for each in read_string(text, sure=True))


@pytest.mark.parametrize(
    "text",
    [
        "Load data from the file into table form.",
        "If exists (select one), delete from the list.",
        "Rename table to something shorter.",
        "Prepare it as selected from the menu.",
        "Upsert into the list of values.",
    ],
)
def test_sentences_with_the_newer_verbs_are_english(text: str) -> None:
    assert read_string(text, sure=True) == () == read_string(text)
