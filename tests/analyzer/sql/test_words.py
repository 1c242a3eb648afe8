"""Statements that no parser reads still tell their tables by their words, and invent none."""

from __future__ import annotations

import pytest

from carveout.analyzer.sql import read_sql, words


def told(text: str) -> list[tuple[str, str, str]]:
    """Return what the words of a text tell."""
    uses, _ = words.read(text, lambda at: text.count("\n", 0, at) + 1)
    return [(use.table, use.mode, use.action) for use in uses]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "SELECT a ** 2 FROM s.t x, u JOIN v ON v.id = x.id, w WHERE EXTRACT(year FROM day) = 1",
            [
                ("s.t", "reads", "select"),
                ("u", "joins", "select"),
                ("v", "joins", "select"),
                ("w", "joins", "select"),
            ],
        ),
        (
            "WITH c (a) AS MATERIALIZED (SELECT a FROM t), d AS (SELECT 1) SELECT * FROM c, d, generate_series(1, 2)",
            [("t", "reads", "select")],
        ),
        (
            "SELECT TRIM(BOTH FROM a), x IS NOT DISTINCT FROM y FROM (t JOIN u USING (id)) FOR UPDATE OF q",
            [("t", "reads", "select"), ("u", "joins", "select")],
        ),
        (
            "MERGE INTO s.a x USING (SELECT * FROM b) y ON (x.i = y.i) WHEN MATCHED THEN UPDATE SET c = 1 ^^ 2",
            [("s.a", "writes", "merge"), ("b", "reads", "select")],
        ),
        (
            "INSERT INTO t (a, b) SELECT a ^^ 1, b FROM t2 ON CONFLICT DO UPDATE SET a = 1",
            [("t", "writes", "insert"), ("t2", "reads", "select")],
        ),
        (
            "UPDATE ONLY x SET a = 1 FROM y WHERE x.i = y.i",
            [("x", "writes", "update"), ("y", "joins", "select")],
        ),
        ('DELETE FROM "A b" USING c WHERE 1', [("a b", "writes", "delete"), ("c", "joins", "select")]),
        ("SELECT 'from a' -- from b\n FROM c /* from d */", [("c", "reads", "select")]),
        ("SELECT x FROM", []),
        ("SELECT one of FROM the", []),
    ],
)
def test_words_tell_tables(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(text) == expected


def test_hostile_texts_end_soon() -> None:
    """Neither parentheses nor quotes that never close cost more than one pass."""
    for text in ("SELECT " + "(" * 50_000, "FROM " * 50_000, "select '" + "a" * 100_000, "as ( " * 20_000):
        told(text)


@pytest.mark.parametrize(
    ("text", "dialect", "expected"),
    [
        ("SELECT a.p ## b.q FROM a, b", "postgres", {"a", "b"}),
        ("UPDATE LOW_PRIORITY foo SET bar = 7", "mysql", {"foo"}),
        ("ALTER VIEW v (c) AS SELECT max(b) FROM t", "mysql", {"t"}),
        (
            "CREATE OR REPLACE NO FORCE EDITIONABLE VIEW v AS (SELECT a FROM t) WITH READ ONLY",
            "oracle",
            {"t"},
        ),
        ("SET @x = (SELECT sum(a) FROM t)", "mysql", {"t"}),
        ("INSERT INTO (SELECT a FROM t) VALUES (1)", "oracle", {"t"}),
        ("INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = (SELECT b FROM u)", "mysql", {"t", "u"}),
        ("INSERT INTO t SELECT 1 RETURNING (SELECT max(a) FROM u)", "postgres", {"t", "u"}),
        ("SELECT * FROM t FOR UPDATE OF x", "postgres", {"t"}),
        ("WITH c AS (SELECT a FROM t) DELETE FROM c WHERE a = 1", "tsql", {"t"}),
        ("WITH c AS (SELECT 1) INSERT INTO c SELECT * FROM c", "postgres", {"c"}),
        ("WITH RECURSIVE x AS (SELECT * FROM y), y AS (SELECT 1) SELECT * FROM x", "postgres", set()),
        ("SELECT a ** 2 FROM TABLE(f(1)) x, t", "oracle", {"t"}),
        ("LOCK TABLE ONLY a, b IN SHARE MODE", "postgres", {"a", "b"}),
        ("COPY t (a, b) FROM STDIN WITH CSV FORCE NOT NULL a, b", "postgres", {"t"}),
    ],
)
def test_forms_that_the_parser_refuses_or_hides(text: str, dialect: str, expected: set[str]) -> None:
    (statement,) = read_sql(text, dialect)
    uses = [*statement.uses, *(use for made in statement.definitions for use in made.uses)]
    assert {use.table for use in uses} == expected
