"""SQLAlchemy: repositories, query classes and sessions of an application's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

from .test_sqlalchemy_access import HEAD, MODELS


def test_query_classes_of_flask(graph_of: Callable[..., Graph], told: Callable[[Graph], set[str]]) -> None:
    """`User.query` has the methods of the class's own query class, whose methods ask for its rows."""
    models = """
        from flask_sqlalchemy import SQLAlchemy
        from flask_sqlalchemy.query import Query
        db = SQLAlchemy()
        class UserQuery(Query):
            def by_name(self, name): return self.filter_by(name=name).one()
        class User(db.Model):
            query_class = UserQuery
            id = db.Column(db.Integer, primary_key=True)
            group_id = db.Column(db.ForeignKey("group.id"))
            group = db.relationship("Group")
        class Group(db.Model):
            id = db.Column(db.Integer, primary_key=True)
    """
    views = """
        from shop.models import User, db
        def f(): return User.query.by_name("x").group
        def g():
            db.session.add(User())
            return User.query.filter_by(id=1).first_or_404().group.id
    """
    graph = graph_of({"shop/models.py": models, "views.py": views})
    assert told(graph) == {
        "f reads user", "f reads group", "g writes user (insert)", "g reads user", "g reads group id",
    }  # fmt: skip
    reads = {edge.target for edge in graph.out("function:shop.models.UserQuery.by_name", "reads")}
    assert reads == {"table:user"}


REPOSITORY = """
    from typing import Generic, TypeVar
    from sqlalchemy import select
    T = TypeVar("T")
    class Repository(Generic[T]):
        model_class: type[T] | None = None
        def __init__(self, session): self.session = session
        def query(self): return self.session.query(self.model_class)
        def find(self, key): return self.query().filter_by(id=key).first()
        def save(self, row):
            self.session.add(row)
"""


def test_repositories_work_on_the_model_that_they_name(
    graph_of: Callable[..., Graph], told: Callable[[Graph], set[str]]
) -> None:
    """In brackets of a base, or as an attribute: who calls what is inherited reads and writes that table."""
    views = """
        from shop.models import *
        from shop.repository import Repository
        class Orders(Repository[Order]):
            def late(self): return self.query().filter_by(paid=0).all()
        class Lines(Repository):
            model_class = Line
        def f(): return Orders(Session()).find(1)
        def g(): Lines(Session()).find(2)
        def h(): Orders(Session()).save(Order())
        def k(): Lines(Session()).save(Line())
    """
    files = {
        "shop/__init__.py": "",
        "shop/models.py": MODELS,
        "shop/repository.py": REPOSITORY,
        "views.py": views,
    }
    graph = graph_of(files)
    sure = {edge for edge in told(graph) if not edge.startswith("Orders.late")}
    assert {"f reads orders", "g reads lines", "h writes orders (insert)", "k writes lines (insert)"} <= sure
    assert not {"f reads lines", "g reads orders"} & sure
    assert "Orders.late reads orders" in told(graph)
    trusts = {
        edge.confidence
        for edge in graph.edges("reads")
        if edge.source == "function:shop.repository.Repository.query"
    }
    assert trusts == {"possible"}


def test_what_is_no_row_and_no_session(graph_of: Callable[..., Graph]) -> None:
    """Attributes of a class, and a set that a session keeps."""
    text = (
        HEAD
        + "from sqlalchemy.orm import declared_attr\nclass Seen:\n    @declared_attr\n    def mark(cls):\n"
        "        cls.seen = 1\n        return Column(Integer)\nclass Page(Seen, Base):\n"
        "    __tablename__ = 'pages'\n    id = Column(Integer, primary_key=True)\n    seen = 0\n"
        "def f(session: Session, row):\n    kept = session.info.setdefault('kept', set())\n    kept.add(row)\n"
    )
    graph = graph_of({"shop/__init__.py": "", "shop/models.py": MODELS, "shop/work.py": text})
    assert not list(graph.edges("writes"))
    assert not [spot for spot in graph.blind_spots if spot.kind == "unknown-write"]


def test_a_session_of_oslo_and_rows_that_a_mixin_makes(graph_of: Callable[..., Graph]) -> None:
    """`enginefacade` gives sessions; what a session is given that the values tell is no blind spot."""
    views = """
        from oslo_db.sqlalchemy import enginefacade
        from sqlalchemy import Column, Integer
        from sqlalchemy.orm import declarative_base
        manager = enginefacade.transaction_context()
        Base = declarative_base()
        class Made:
            @classmethod
            def from_dict(cls, d): return cls(**d)
        class Region(Base, Made):
            __tablename__ = "region"
            id = Column(Integer, primary_key=True)
            name = Column(Integer)
        def session_for_write(): return manager.writer.using(None)
        def found(session, pk): return session.get(Region, pk)
        def create(d):
            with session_for_write() as session:
                region = Region.from_dict(d)
                session.add(region)
        def delete(pk):
            with session_for_write() as session:
                session.delete(found(session, pk))
        def unknown(row):
            with session_for_write() as session:
                session.add(row)
    """
    graph = graph_of({"views.py": views})
    sure = {(e.source[15:], e.target[6:]) for e in graph.edges("writes") if e.confidence != "possible"}
    assert sure == {("create", "region"), ("delete", "region")}
    assert [s.text for s in graph.blind_spots if s.kind == "unknown-write"] == ["session.add(row)"]


def test_mixins_of_very_many_models(
    graph_of: Callable[..., Graph], told: Callable[[Graph], set[str]]
) -> None:
    """`cls.query` and `model.query` in code that all models share: who names the model reads its table."""
    many = 30
    base = """
        from flask_sqlalchemy import SQLAlchemy
        db = SQLAlchemy()
        class Mixin:
            @classmethod
            def get_by(cls, **kw): return cls.query.filter_by(**kw).first()
            @classmethod
            def create(cls, **kw):
                row = cls(**kw)
                db.session.add(row)
                return row
    """
    models = ["from shop.base import Mixin, db"]
    users = ["from shop import models"]
    for number in range(many):
        columns = "    id = db.Column(db.Integer, primary_key=True)"
        models += [f"class M{number}(db.Model, Mixin):", columns]
        users += [
            f"def f{number}():",
            f"    models.M{number}.get_by(id=1)",
            f"    models.M{number}.create(id=1)",
        ]
    helper = """
        from shop.models import M1, M2
        def one(model, id): return model.query.get(id)
        def f(): return one(M1, 1)
        def g(): return one(M2, 1)
    """
    files = {
        "shop/base.py": base,
        "shop/models.py": "\n".join(models),
        "shop/users.py": "\n".join(users),
        "views.py": helper,
    }
    graph = graph_of(files)
    for number in (0, many - 1):
        for kind in ("reads", "writes"):
            edges = graph.out(f"function:shop.users.f{number}", kind)
            assert [(edge.target, edge.confidence) for edge in edges] == [(f"table:m{number}", "likely")]
    assert {"f reads m1", "g reads m2"} <= told(graph)


@pytest.mark.parametrize("many", (2, 30))
def test_a_function_that_is_told_a_class_gives_its_rows(many: int, graph_of: Callable[..., Graph]) -> None:
    """What a call gets is of the class that it gave, not of those that other calls gave."""
    lines = [
        "from flask_sqlalchemy import SQLAlchemy",
        "db = SQLAlchemy()",
        "class Person(db.Model):",
        "    id = db.Column(db.Integer, primary_key=True)",
        "def load(model, id, error):",
        "    row = None",
        "    if id: row = db.session.get(model, id)",
        "    if row is None: raise error()",
        "    return row",
        "def load_or_person(model, id): return db.session.get(model, id) or Person.query.first()",
    ]
    for n in range(many):
        lines += [
            f"class M{n}(db.Model):",
            "    id = db.Column(db.Integer, primary_key=True)",
            f"    def done{n}(self): pass",
            f"def get{n}(id): return load(M{n}, id, ValueError)",
            f"def f{n}(): get{n}(1).done{n}()",
            f"def g{n}():",
            f"    row = get{n}(1)",
            f"    row.{'id' if n else 'name'} = 2",
            f"def h{n}(): return load_or_person(M{n}, 1).id",
        ]
    lines.append("def other(): load(Person, 1, ValueError).id = 3")
    graph = graph_of({"a.py": "\n".join(lines)})
    calls = [(edge.target, edge.confidence) for edge in graph.out("function:a.f1", "calls")]
    assert ("function:a.M1.done1", "likely") in calls
    writes = [(edge.target, edge.confidence) for edge in graph.out("function:a.g1", "writes")]
    assert writes == [("table:m1", "likely")]
    assert [edge.target for edge in graph.out("function:a.other", "writes")] == ["table:person"]
    assert "table:person" in {edge.target for edge in graph.out("function:a.h1", "reads")}
