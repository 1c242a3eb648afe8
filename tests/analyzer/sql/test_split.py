"""Scripts to statements."""

from __future__ import annotations

import pytest

from carveout.analyzer.sql import read_sql, split

SCRIPTS = {
    "select 1; select 2;": ["select 1", "select 2"],
    "select ';' ; select \"a;b\"": ["select ';'", 'select "a;b"'],
    "select 1 -- a; b\n; /* c; d */ select 2": ["select 1 -- a; b", "select 2"],
    "select 'it''s; fine'; select 2": ["select 'it''s; fine'", "select 2"],
    "select $$a;b$$; select $x$ c; $$ $x$": ["select $$a;b$$", "select $x$ c; $$ $x$"],
    "begin; update t set a = 1; commit;": ["begin", "update t set a = 1", "commit"],
    "create trigger t after insert on a begin update b set c = 1; end; select 1": [
        "create trigger t after insert on a begin update b set c = 1; end",
        "select 1",
    ],
    "create trigger t after insert on a for each row insert into b values (1); select 1": [
        "create trigger t after insert on a for each row insert into b values (1)",
        "select 1",
    ],
    "create function f() return int is v int; begin if v then null; end if; return 1; end;\n/\nselect 1": [
        "create function f() return int is v int; begin if v then null; end if; return 1; end",
        "select 1",
    ],
    "create procedure p() begin select case when a then b end from t; end; select 1": [
        "create procedure p() begin select case when a then b end from t; end",
        "select 1",
    ],
    "DELIMITER $$\ncreate procedure p() begin delete from t; end$$\nDELIMITER ;\nselect 1;": [
        "create procedure p() begin delete from t; end",
        "select 1",
    ],
    "select 1\nGO\nselect 2\ngo\n": ["select 1", "select 2"],
    "declare v int; begin delete from t; end;\n/\nselect 1": [
        "declare v int; begin delete from t; end",
        "select 1",
    ],
    "copy t (a) from stdin;\n1\tit's; here\n\\.\nselect 1;": ["copy t (a) from stdin", "select 1"],
    "\\connect db\nselect 1;": ["select 1"],
    "select '\\'; select 2": ["select '\\'", "select 2"],
    "select 'open;\ndelete from t;\nselect 1;": ["select 'open", "delete from t", "select 1"],
    'select "open;\n\nselect 1': ['select "open', "select 1"],
    "select 1;\nselect 'open": ["select 1", "select 'open"],
    ";;; \n": [],
    "-- only a comment": [],
    "": [],
}


@pytest.mark.parametrize(("text", "expected"), SCRIPTS.items())
def test_statements_of_a_script(text: str, expected: list[str]) -> None:
    """A semicolon separates only where it ends a statement."""
    assert [text[start:end] for start, end in split(text)] == expected


def test_one_bad_statement_spoils_no_other() -> None:
    """What cannot be read has its problem and its line; the rest of the script goes on."""
    bad, good = read_sql("select from where;\nselect a from t;")
    assert (bad.problem, bad.uses) == ("not understood as SQL", ())
    assert (good.problem, good.uses[0].line) == ("", 2)


def test_commands_of_sqlplus_and_psql_end_with_their_line() -> None:
    """They stand without a semicolon, and swallow no statement behind them."""
    oracle = "PROMPT it's next\nSET SCAN OFF\nREM can't; (do\nrem =====\n@other.sql x\nSELECT a FROM t;\n"
    assert [use.table for s in read_sql(oracle, "oracle") for use in s.uses] == ["t"]
    psql = "SELECT a FROM t \\gset\n\\copy u FROM 'x'\nSELECT b\nFROM v\n\\crosstabview\nSELECT 1;"
    assert [use.table for s in read_sql(psql, "postgres") for use in s.uses] == ["t", "u", "v"]
