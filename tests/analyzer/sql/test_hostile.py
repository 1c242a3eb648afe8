"""Input that means no good: nothing is raised, nothing takes long, nothing is invented."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carveout.analyzer.sql import looks_like_sql, read_sql, read_string

REPEATED = [
    "(", ")", "'", '"', "`", "$$", "/*", "--", "{", "{{", "{%", "%s ", "%(", "[", ";", "\n/\n", "\0", "\\",
    "select ", "from ", "if ", "not ", "- ", "case when 1 then ", "begin ", "end ", "with a as (", "join b ",
    "struct(", "array<", "convert(", "union ", "select * from (", "select * from t join ", "a.", "a::b", "DELIMITER $$\n",
]  # fmt: skip


@pytest.mark.parametrize("count", [20, 3000])
@pytest.mark.parametrize("start", ["", "select * from t where ", "insert into t values ("])
@pytest.mark.parametrize("token", REPEATED)
def test_repetition_neither_hangs_nor_crashes(token: str, start: str, count: int) -> None:
    """Whatever is repeated, reading ends soon and in records."""
    started = time.process_time()
    text = start + token * count
    looks_like_sql(text)
    for statement in read_sql(text):
        assert all(use.table in ("t", "b", "a") for use in statement.uses)
    assert time.process_time() - started < 8


def test_deep_nesting_is_a_problem() -> None:
    """Nesting that would overflow the parser's stack is refused before it gets there."""
    (statement,) = read_sql("select * from " + "(select * from " * 20_000 + "t" + ")" * 20_000)
    assert (statement.problem, statement.uses) == ("nested too deeply", ())


def test_long_chains_are_fine() -> None:
    """A thousand conditions are no deep nesting."""
    (statement,) = read_sql("select a from t where " + " or ".join(["a = 1"] * 1000))
    assert (statement.problem, [use.table for use in statement.uses]) == ("", ["t"])


def test_five_megabytes_in_one_statement() -> None:
    """A statement above one megabyte is not parsed; its target is known all the same."""
    text = "INSERT INTO big (a) VALUES " + ",".join(["(f('x'))"] * 600_000)
    started = time.process_time()
    (statement,) = read_sql(text + ";")
    assert statement.problem == "longer than 1 MB"
    assert [(use.table, use.mode) for use in statement.uses] == [("big", "writes")]
    assert time.process_time() - started < 10


def test_rows_of_dumps_are_read_once() -> None:
    """Whatever is written in them, they are literals of one table."""
    row = "'it''s FROM a','x\\'); DELETE FROM b;',NULL,-1.5e3,X'0a',\"c\""
    texts = [f"INSERT INTO `big` VALUES ({number},{row});" for number in range(10_000)]
    texts.append("INSERT INTO big (a) VALUES " + ",".join(["('x', 1)"] * 300_000) + ";")
    texts.append("INSERT INTO big (a) VALUES ((SELECT max(id) FROM other)), (1) ON CONFLICT DO NOTHING;")
    started = time.process_time()
    found = read_sql("\n".join(texts))
    assert time.process_time() - started < 5
    assert len(found) == 10_002
    assert not any(statement.problem for statement in found)
    assert {use.table for statement in found[:-1] for use in statement.uses} == {"big"}
    assert [use.table for use in found[-1].uses] == ["big", "other"]
    assert found[9_999].uses[0].line == 10_000


def test_an_open_quote_takes_no_memory() -> None:
    """Five megabytes without its end are passed over in one step."""
    tracemalloc.start()
    read_sql("SELECT 'a" + "x ; DROP TABLE users;" * 100_000)
    assert tracemalloc.get_traced_memory()[1] < 50_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    "text",
    [
        "select a \0from\0 t",
        "\0select 'a\0b' from t\0",
        "select 'it''s \0' from t -- a\0b",
        'select /* a\0b */ "a" from t',
        "select a from t where b = 'c\0d' and e['\0'] = 1",
    ],
)
def test_nul_bytes_between_names(text: str) -> None:
    """NUL bytes in data, in comments and between words are blanks."""
    (statement,) = read_sql(text)
    assert [use.table for use in statement.uses] == ["t"]


@pytest.mark.parametrize(
    "text",
    [
        "CREATE TABLE sec\0ond (id int)",
        "CREATE TABLE sec\0\0ond (id int)",
        "select a from sec\0ond",
        "select a\0from\0t",
        'INSERT INTO "sec\0ond" VALUES (1)',
        "INSERT INTO `\0second` VALUES (1)",
        "UPDATE [second\0] SET a = 1",
        "S\0E\0L\0E\0C\0T\0 \0a\0 \0F\0R\0O\0M\0 \0t",
        "CREATE FUNCTION f() RETURNS void AS $$ BEGIN DELETE FROM sec\0ond; END $$ LANGUAGE plpgsql",
    ],
)
def test_nul_bytes_inside_a_name(text: str) -> None:
    """What a name with a NUL inside stands for is unknown: a problem, no table, and the rest is read."""
    first, broken, last = read_sql(f"select 1 from a;\n{text};\nselect 1 from b")
    assert [use.table for use in (*first.uses, *last.uses)] == ["a", "b"]
    assert (broken.uses, broken.definitions, broken.line) == ((), (), 2)
    assert broken.problem == "NUL byte inside a name"


@pytest.mark.parametrize(
    "text",
    ["select * from where", "insert into values", "update set", "delete from where 1 = 1", "select ((("],
)
def test_broken_sql_invents_no_table(text: str) -> None:
    """Broken SQL has a problem and no table."""
    for statement in read_sql(text):
        assert statement.uses == ()


def test_what_cannot_be_parsed_keeps_its_target() -> None:
    """A writing statement that nothing parses still names its target, beside the problem."""
    (statement,) = read_sql("insert into audit (a) values (1) frobnicate the whole lot!! ,,")
    assert statement.problem == "not understood as SQL"
    assert [(use.table, use.action) for use in statement.uses] == [("audit", "insert")]


WORDS = st.sampled_from(
    "select from where join insert into update set delete ( ) , ; ' \" %s {x} $$ t u as with values 1 = * . case end begin "
    "create table trigger on -- /* */ \n if not union merge using when then :a ? @b [ ] `".split(" ")
)


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=25).map(" ".join))
def test_any_words_are_read_without_an_exception(text: str) -> None:
    """No arrangement of SQL's words raises, and every line lies inside the text."""
    lines = text.count("\n") + 1
    for statement in read_sql(text):
        assert 1 <= statement.line <= lines
        assert all(1 <= use.line <= lines for use in statement.uses)
    read_string(text)


def test_templates_full_of_tags_are_passed_over_in_no_time() -> None:
    text = "{% if a %}{{ b }}" * 2 + "{% set x = 1 %}" * 400 + "{{ no_sql }}"
    assert not looks_like_sql(text)
    assert looks_like_sql("{% set x = 1 %}" * 100 + "select a from t where a = 1")
