"""Bodies of routines, triggers and blocks."""

from __future__ import annotations

import pytest

from carveout.analyzer.sql import Statement, read_sql

PLPGSQL = """create or replace function pay(a int) returns int as $$
declare v int;
begin
  select amount into v from invoice where id = a;
  for r in select * from lines l where l.invoice = a loop
    update stock set n = n - 1 where id = r.id;
  end loop;
  if v > 0 then
    insert into payment (amount) values (v) returning id into v;
  end if;
  perform 1 from audit_log;
  return v;
end $$ language plpgsql"""
PLSQL = """CREATE OR REPLACE PACKAGE BODY billing AS
  CURSOR c IS SELECT id FROM customer;
  PROCEDURE charge(p NUMBER) IS
    v NUMBER;
  BEGIN
    SELECT total BULK COLLECT INTO v FROM orders WHERE id = p;
    MERGE INTO ledger l USING staging s ON (l.i = s.i) WHEN MATCHED THEN UPDATE SET l.x = 1;
    DELETE FROM queue WHERE id = p;
  EXCEPTION WHEN OTHERS THEN
    INSERT INTO errors (m) VALUES (SQLERRM);
  END charge;
END billing;
/
SELECT 1 FROM after_it;
"""
TRIGGER = """CREATE TRIGGER tr AFTER INSERT OR UPDATE ON orders FOR EACH ROW
BEGIN
  UPDATE totals SET n = n + 1 WHERE id = NEW.id;
  INSERT INTO history SELECT * FROM new;
END"""
TSQL = """CREATE PROCEDURE p AS
BEGIN
  INSERT INTO tab2 (col1)
  SELECT col1 FROM tab1
  UPDATE tab3 SET a = 1
  IF EXISTS (SELECT 1 FROM tab4) DELETE FROM tab5
END"""


def body(text: str, dialect: str = "auto") -> list[str]:
    """Return mode and table of what the first definition of a text uses."""
    return [f"{use.mode} {use.table}" for use in read_sql(text, dialect)[0].definitions[0].uses]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PLPGSQL, ["reads invoice", "reads lines", "writes stock", "writes payment", "reads audit_log"]),
        (
            PLSQL,
            [
                "reads customer",
                "reads orders",
                "writes ledger",
                "joins staging",
                "writes queue",
                "writes errors",
            ],
        ),
        (TRIGGER, ["writes totals", "writes history"]),
        (TSQL, ["writes tab2", "reads tab1", "writes tab3", "reads tab4", "writes tab5"]),
    ],
    ids=["plpgsql", "plsql", "trigger", "tsql"],
)
def test_statements_inside_bodies(text: str, expected: list[str]) -> None:
    """The statements of a body are found, control flow is ignored, variables after INTO are no tables."""
    assert body(text) == expected
    assert read_sql(text)[0].problem == ""


def test_names_and_lines() -> None:
    """A routine has its name, a trigger its table, and each use the line where it stands."""
    routine = read_sql(PLPGSQL)[0].definitions[0]
    assert (routine.kind, routine.name) == ("routine", "pay")
    assert [use.line for use in routine.uses] == [4, 5, 6, 9, 11]
    trigger = read_sql(TRIGGER)[0].definitions[0]
    assert (trigger.kind, trigger.name, trigger.on) == ("trigger", "tr", "orders")


def test_package_ends_at_its_slash() -> None:
    """What follows a package body is a statement of its own."""
    package, after = read_sql(PLSQL)
    assert package.definitions[0].name == "billing"
    assert [use.table for use in after.uses] == ["after_it"]


def test_anonymous_block_belongs_to_whoever_runs_it() -> None:
    """The uses of a block are those of the statement."""
    (block,) = read_sql("do $$ begin insert into t values (1); end $$")
    assert [(use.mode, use.table) for use in block.uses] == [("writes", "t")]
    (block,) = read_sql("BEGIN\n  UPDATE t SET a = 1;\n  DELETE FROM u;\nEND;")
    assert [use.table for use in block.uses] == ["t", "u"]


@pytest.mark.parametrize(
    "statement",
    ["execute 'drop table ' || t;", "execute immediate v_sql;", "exec(@sql);", "execute format('x %I', t);"],
)
def test_dynamic_sql_is_a_problem(statement: str) -> None:
    """A body that puts SQL together at run time says so, and keeps what is known."""
    (read,) = read_sql(f"create procedure p() as $$ begin {statement} delete from t; end $$")
    assert read.problem == "dynamic SQL"
    assert [use.table for use in read.definitions[0].uses] == ["t"]


def test_dynamic_trigger_name_hides_no_statement() -> None:
    """A trigger made from a template gives no name that nobody knows."""
    statement: Statement = read_sql("CREATE TRIGGER {n} AFTER INSERT ON {t} BEGIN DELETE FROM u; END")[0]
    assert statement.definitions == ()
    assert [use.table for use in statement.uses] == ["u"]


def test_expressions_literals_and_temporary_tables_of_bodies() -> None:
    """PL/pgSQL reads in expressions without SELECT; EXECUTE of one literal is known; temporary tables are none."""
    (made,) = read_sql(
        """CREATE FUNCTION f() RETURNS int AS $$
        BEGIN
          CREATE TEMP TABLE scratch AS SELECT * FROM source;
          INSERT INTO scratch SELECT 1;
          IF count(*) = 0 FROM room WHERE extract(day FROM now()) = 1 THEN
            x := a FROM t WHERE b IS DISTINCT FROM c;
            fetch next from cur into y;
          END IF;
          EXECUTE 'DELETE FROM gone WHERE a = ''x''' USING x;
        END $$ LANGUAGE plpgsql""",
        "postgres",
    )
    assert made.problem == ""
    assert [use.table for use in made.definitions[0].uses] == ["source", "room", "t", "gone"]


def test_triggers_with_transition_tables_end_at_their_semicolon() -> None:
    text = (
        "CREATE TRIGGER a AFTER UPDATE ON t REFERENCING OLD TABLE AS o NEW TABLE AS n\n"
        "FOR EACH STATEMENT EXECUTE FUNCTION f();\nUPDATE u SET a = 1;"
    )
    assert len(read_sql(text, "postgres")) == 2


def test_quotes_and_conditions_of_oracle() -> None:
    """`q'[it's]'`, `$if ... $end` and texts with ` as ` in them change neither where a package ends nor its body."""
    package = """CREATE OR REPLACE PACKAGE BODY p IS
      g varchar2(99) := q'[it's "done"]';
      PROCEDURE a IS BEGIN
        $if dbms_db_version.version > 12 $then INSERT INTO one VALUES (1); $else DELETE FROM two; $end
        x := 'to_char('||c||') as '||d;
        EXECUTE IMMEDIATE q'!select 'x' from !' || t;
        UPDATE three SET a = q'{don't}';
      END;
    BEGIN
      SELECT count(*) INTO n FROM four;
    END p;
    /
    SELECT a FROM five;
    """
    made, last = read_sql(package, "oracle")
    assert [use.table for use in made.definitions[0].uses] == ["one", "two", "three", "four"]
    assert made.problem == "dynamic SQL"
    assert [use.table for use in last.uses] == ["five"]


def test_quotes_that_never_close_cost_one_pass() -> None:
    """An open `q'` takes all that follows."""
    for text in ("q'! a " * 50_000, "create package body p is begin " + "x := q'[a' " * 30_000):
        assert len(read_sql(text, "oracle")) == 1


def test_named_queries_of_a_body_belong_to_their_statement() -> None:
    """A line that begins with UPDATE ends nothing behind WITH, nor in a language that needs semicolons."""
    text = """CREATE FUNCTION f() RETURNS jobs LANGUAGE plpgsql AS $$
    BEGIN
        WITH candidate AS (
            SELECT j.id FROM job AS j FOR UPDATE OF j SKIP LOCKED
        ), locked AS (
            INSERT INTO job_lock SELECT id FROM candidate RETURNING id
        )
        UPDATE job
            SET status = 'doing'
            FROM candidate
            WHERE job.id = candidate.id;
        DELETE FROM job_lock;
    END $$;"""
    (made,) = read_sql(text)
    assert made.problem == ""
    assert {(use.table, use.mode, use.action) for use in made.definitions[0].uses} == {
        ("job", "writes", "update"),
        ("job", "reads", "select for update"),
        ("job_lock", "writes", "insert"),
        ("job_lock", "writes", "delete"),
    }
    loose = "CREATE PROCEDURE p AS BEGIN\nWITH c AS (SELECT a FROM one)\nUPDATE two SET a = 1 FROM c\nDELETE FROM three\nEND"
    assert [use.table for use in read_sql(loose, "tsql")[0].definitions[0].uses] == ["one", "two", "three"]


def test_templates_inside_a_body_are_dynamic_names() -> None:
    """The part of a name in front of a hole is no table."""
    text = (
        "CREATE FUNCTION f(p int) RETURNS int LANGUAGE plpgsql AS $x$\nBEGIN\n{% for n in all %}\n"
        "  DELETE FROM area_{{ n }} WHERE id = p;\n{% endfor %}\n  DELETE FROM area WHERE x = '{{ n }}';\nEND $x$;"
    )
    (made,) = read_sql(text)
    assert "dynamic" in made.problem
    assert [(use.table, use.line) for use in made.definitions[0].uses] == [("area", 6)]


def test_batches_without_semicolons_lose_nothing() -> None:
    """T-SQL ends a statement where the next one begins on its own line."""
    text = "SET NOCOUNT ON\nDELETE FROM one\nPRINT 'x'\nINSERT INTO two (a) SELECT a FROM three\nSET @x = 3\nSELECT 1 FROM four"
    tran = "BEGIN TRAN\nUPDATE five\nSET a = 1\nCOMMIT TRAN\nGO\nSET @y = (\nSELECT max(a) FROM six)"
    found = [*read_sql(text, "tsql"), *read_sql(tran, "tsql")]
    assert not any(statement.problem for statement in found)
    assert [use.table for statement in found for use in statement.uses] == [
        "one", "two", "three", "four", "five", "six",
    ]  # fmt: skip


def test_when_triggers_run() -> None:
    """Timing and events, in the words of each dialect."""
    for text, timing, events in (
        ("CREATE TRIGGER a BEFORE INSERT OR UPDATE OF x, y ON t FOR EACH ROW EXECUTE FUNCTION f()", "before", "insert,update"),
        ("CREATE TRIGGER a ON t FOR INSERT, DELETE AS BEGIN DELETE FROM u END", "after", "insert,delete"),
        ("CREATE OR REPLACE TRIGGER a INSTEAD OF UPDATE ON t FOR EACH ROW BEGIN NULL; END;", "instead of", "update"),
        ("create trigger a after delete on t begin insert into u values (1); end", "after", "delete"),
    ):  # fmt: skip
        (made,) = read_sql(text)[0].definitions
        assert (made.on, dict(made.marks)) == ("t", {"timing": timing, "events": events})
