"""SQLAlchemy: mapped classes, Core tables, foreign keys, sessions and statements."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

BASE = "from sqlalchemy import *\nfrom sqlalchemy.orm import *\nclass Base(DeclarativeBase): pass\n"

CASES: dict[str, tuple[dict[str, str], set[str], set[tuple[str, str, str]]]] = {
    "mapped_column with a foreign key": (
        {
            "m.py": BASE
            + "class A(Base):\n    __tablename__ = 'a'\n    id: Mapped[int] = mapped_column(primary_key=True)\n"
            + "class B(Base):\n    __tablename__ = 'b'\n    a_id: Mapped[int] = mapped_column(ForeignKey('a.id'))\n    n: Mapped[str]\n"
        },
        {"a", "b"},
        {("b", "a_id", "a")},
    ),
    "Column with its own name, a schema, a key given as an attribute": (
        {
            "m.py": BASE
            + "class A(Base):\n    __tablename__ = 'a'\n    __table_args__ = {'schema': 's'}\n    id = Column(Integer)\n"
            + "class B(Base):\n    __tablename__ = 'b'\n    a = Column('A_ID', Integer, ForeignKey(A.id))\n"
        },
        {"s.a", "b"},
        {("b", "a_id", "s.a")},
    ),
    "a mixin gives its columns": (
        {
            "m.py": BASE
            + "class Mix:\n    owner_id = Column(Integer, ForeignKey('users.id'))\n"
            + "class A(Mix, Base):\n    __tablename__ = 'a'\n"
        },
        {"a", "users"},
        {("a", "owner_id", "users")},
    ),
    "a Core table, also as association": (
        {
            "m.py": "from sqlalchemy import *\nt = Table('ab', MetaData(), Column('a_id', ForeignKey('a.id')), Column('b_id'))\n"
        },
        {"ab", "a"},
        {("ab", "a_id", "a")},
    ),
    "Flask-SQLAlchemy names tables by the class": (
        {
            "ext.py": "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n",
            "m.py": "from ext import db\nclass OrderLine(db.Model):\n    id = db.Column(db.Integer)\n",
        },
        {"order_line"},
        set(),
    ),
    "a class without a table of its own shares the one above": (
        {"m.py": BASE + "class A(Base):\n    __tablename__ = 'a'\nclass B(A):\n    x = Column(Integer)\n"},
        {"a"},
        set(),
    ),
    "a composite key in __table_args__": (
        {
            "m.py": BASE
            + "class A(Base):\n    __tablename__ = 'a'\n"
            + "    __table_args__ = (ForeignKeyConstraint(['x', 'y'], ['b.x', 'b.y']),)\n"
        },
        {"a", "b"},
        {("a", "x", "b"), ("a", "y", "b")},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_tables_and_references(case: str, graph_of: Callable[..., Graph]) -> None:
    """Each case gives exactly its tables and foreign keys."""
    files, tables, references = CASES[case]
    graph = graph_of(files)
    assert {node.name for node in graph.nodes("table")} == tables
    assert {
        (e.source[6:], c, e.target[6:]) for e in graph.edges("references") for c in e.columns
    } == references


def test_access(edges_of: Callable[..., set[str]]) -> None:
    """select, query, get, add, delete, join, Flask-SQLAlchemy's query, bulk update of a query."""
    files = {
        "m.py": BASE + "class A(Base):\n    __tablename__ = 'a'\nclass B(Base):\n    __tablename__ = 'b'\n",
        "use.py": """
            from sqlalchemy import select, update
            from m import A, B
            def read(s): return s.execute(select(A).join(B))
            def old(s): return s.query(B).all()
            def one(s): return s.get(A, 1)
            def make(s):
                a = A()
                s.add(a)
            def bulk(s): s.query(B).filter(B.x == 1).update({"x": 2})
            def core(s): s.execute(update(A).values(x=1))
            def flask(): return A.query.filter_by(x=1)
        """,
    }
    assert edges_of(files, "reads") == {
        "use.read -> a", "use.old -> b", "use.one -> a", "use.flask -> a",
    }  # fmt: skip
    assert edges_of(files, "joins") == {"use.read -> b"}
    assert edges_of(files, "writes") == {"use.make -> a", "use.bulk -> b", "use.core -> a"}


def test_writes_through_what_was_fetched(graph_of: Callable[..., Graph]) -> None:
    """Bulk deletes, deletes of fetched objects, Core statements; containers and caches are no sessions."""
    files = {
        "m.py": BASE
        + "class A(Base):\n    __tablename__ = 'a'\nclass B(Base):\n    __tablename__ = 'b'\n"
        + "t = Table('t', MetaData(), Column('x'))\n",
        "use.py": """
            from m import A, B, t
            from sqlalchemy import select
            def bulk(): A.query.filter_by(x=1).delete()
            def wipe(): A.query.delete()
            def one(): return A.query.get(1)
            def fetched(session):
                a = session.get(A, 1)
                session.delete(a)
            def first(s):
                b = s.query(B).filter(B.x == 1).first()
                s.delete(b)
            def loop(s):
                for b in s.scalars(select(B)): s.delete(b)
            def core(s): s.execute(t.insert())
            def no():
                seen = set()
                seen.add(A)
                cache.delete(A)
            def unknown(db, data): db.session.add(data)
        """,
    }
    graph = graph_of(files)
    writes = {(e.source.rpartition(".")[2], e.target[6:]) for e in graph.edges("writes")}
    assert writes == {
        ("bulk", "a"),
        ("wipe", "a"),
        ("fetched", "a"),
        ("first", "b"),
        ("loop", "b"),
        ("core", "t"),
    }
    reads = {(e.source.rpartition(".")[2], e.target[6:]) for e in graph.edges("reads")}
    assert {("one", "a"), ("fetched", "a"), ("first", "b"), ("loop", "b")} <= reads
    assert not [e for e in graph.edges("reads", "writes") if e.source.endswith(".no")]
    assert [s.text for s in graph.blind_spots if s.kind == "unknown-write"] == ["db.session.add(data)"]
