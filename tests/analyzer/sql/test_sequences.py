"""Sequences: what makes them, who takes numbers from them, which are shared."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.graph.tables import table_views
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.model.results import TablesResult
from carveout.analyzer.sql import read_sql
from carveout.generators.reports.tables_text import report

GraphOf = Callable[..., Graph]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("SELECT nextval('app.order_seq'::regclass)", {("app.order_seq", "writes")}),
        ("SELECT setval('\"s\"', (SELECT max(id) FROM t))", {("s", "writes")}),
        ("INSERT INTO t (id, x) VALUES (t_seq.NEXTVAL, hr.u_seq.currval)", {("t_seq", "writes"), ("hr.u_seq", "reads")}),
        ("SELECT NEXT VALUE FOR dbo.s", {("dbo.s", "writes")}),
        ("SELECT a.nextval FROM a", set()),
        ("SELECT nextval(:name), nextval('{}')", set()),
        ("-- nextval('gone')\nSELECT 1", set()),
        ("SELECT currval(pg_get_serial_sequence('t', 'id'))", set()),
    ],
)  # fmt: skip
def test_numbers_are_taken(text: str, told: set[tuple[str, str]]) -> None:
    assert {(use.table, use.mode) for found in read_sql(text) for use in found.sequences} == told


def test_tables_triggers_and_code_share_sequences(graph_of: GraphOf) -> None:
    """As pg_dump, Oracle and SQLAlchemy say it."""
    graph = graph_of(
        {
            "schema.sql": "CREATE SEQUENCE public.n_seq START 1 CACHE 20;\nCREATE TABLE public.orders (id int);\n"
            "CREATE TABLE public.bills (id int DEFAULT nextval('n_seq'), x int);\n"
            "ALTER SEQUENCE public.n_seq OWNED BY public.orders.id;\n"
            "ALTER TABLE ONLY public.notes ALTER COLUMN id SET DEFAULT nextval('public.n_seq'::regclass);\n"
            "CREATE TRIGGER t BEFORE INSERT ON logs FOR EACH ROW BEGIN SELECT log_seq.NEXTVAL INTO :new.id FROM dual; END;\n/\n",
            "shop/__init__.py": "",
            "shop/models.py": "from sqlalchemy import Column, Integer, Sequence\nfrom sqlalchemy.orm import declarative_base\n"
            "Base = declarative_base()\nseq = Sequence('own_seq', schema='s')\nclass A(Base):\n    __tablename__ = 'a'\n"
            "    id = Column(Integer, Sequence('n_seq'), primary_key=True)\n"
            "    n = Column(Integer, server_default=seq.next_value())\n",
            "shop/pay.py": "def f(c):\n    c.execute(\"SELECT nextval('log_seq')\")\n",
        }
    )
    assert [edge.source for edge in graph.into("sequence:n_seq", "references")] == [
        "table:a",
        "table:public.bills",
        "table:public.notes",
        "table:public.orders",
    ]
    assert next(graph.into("sequence:s.own_seq", "references")).columns == ("n",)
    assert [edge.source for edge in graph.into("sequence:log_seq", "writes")] == [
        "function:shop.pay.f",
        "trigger:t",
    ]
    views = table_views(graph)
    shared = {found.id: found.tables for found in views.sequences if found.shared}
    assert shared == {
        "sequence:n_seq": ("table:a", "table:public.bills", "table:public.notes", "table:public.orders")
    }
    assert [found.tables for found in views.sequences if found.id == "sequence:log_seq"] == [("table:logs",)]
    text = report.render(TablesResult("shop", graph, views, None)).decode()
    assert "shared sequences: n_seq (a, public.bills, public.notes, 1 more)" in text
