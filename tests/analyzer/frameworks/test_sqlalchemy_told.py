"""Access of tables whose class a call tells: repositories, helpers, tables of classes, columns of variables."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

MODELS = """
    from sqlalchemy import delete, func, select
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
    class Base(DeclarativeBase): pass
    class Order(Base):
        __tablename__ = "orders"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]
    class User(Base):
        __tablename__ = "users"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]
    class Repository:
        def __init__(self, model, session): self.model, self.session = model, session
        async def count(self):
            return (await self.session.execute(select(func.count()).select_from(self.model))).scalar_one()
        async def drop(self, key):
            await self.session.execute(delete(self.model).where(self.model.id == key))
    def counted(model): return select(func.count()).select_from(model)
    def remove(model, session, key): session.delete(session.get(model, key))
    async def elsewhere(session):
        await Repository(User, session).count(), await Repository(User, session).drop(1)
        session.execute(counted(User)), remove(User, session, 1)
"""
CASES = {
    "await Repository(Order, session).count()": {"reads orders"},
    "repository = Repository(session=session, model=Order)\n    await repository.drop(3)": {"writes orders"},
    "await session.execute(counted(Order))": {"reads orders"},
    "return partial(remove, Order)": {"reads orders", "writes orders"},
    "return await session.scalar(select(TABLES[key].id))": {"reads orders", "reads users"},
    "model = tables()[key]\n    return session.query(model).all()": {"reads orders", "reads users"},
    "for model in (Order, User):\n        session.execute(select(model.id))": {"reads orders", "reads users"},
    "row = await session.get_one(Order, key)\n    setattr(row, key, 1)": {"reads orders", "writes orders"},
    "row = await session.get_one(Order, key)\n    form.populate_obj(row)": {"reads orders", "writes orders"},
    "return form(factory=Order.query)": {"reads orders"},
}


@pytest.mark.parametrize("code", CASES)
def test_told(code: str, graph_of: Callable[..., Graph]) -> None:
    text = (
        "from functools import partial\nfrom sqlalchemy import select\n"
        "from sqlalchemy.ext.asyncio import AsyncSession\n"
        "from models import Order, Repository, User, counted, remove\n"
        "TABLES = {'a': Order, 'b': User}\n"
        "def tables(): return {'a': Order, 'b': User}\n"
        f"async def f(session: AsyncSession, key, form):\n    {code}\n"
    )
    found = {
        f"{e.kind} {e.target.partition(':')[2]}"
        for e in graph_of({"models.py": MODELS, "a.py": text}).edges("reads", "writes", "joins")
        if e.source == "function:a.f" and e.confidence != "possible"
    }
    assert found == CASES[code]


CRUD = """
    from models import Order, User
    class Base:
        def __init__(self, model): self.model = model
        def get(self, db, key): return db.get(self.model, key)
        def bump(self, db, key, **values): db.query(self.model).filter(self.model.id == key).update(values)
    orders = Base(Order)
    users = Base(model=User)
    class Above(Base):
        def __init__(self): super().__init__(Order)
    class Service:
        kept = Base(Order)
        def __init__(self): self.other = Base(User)
        def one(self, db): self.kept.get(db, 1)
        def two(self, db): self.other.bump(db, 1, name="x")
"""
USES = {
    "crud.orders.get(db, 1)": {"reads orders"},
    "users.bump(db, 1, name='x')": {"writes users"},
    "crud.Above().get(db, 1)": {"reads orders"},
}


@pytest.mark.parametrize("code", USES)
def test_objects_that_modules_and_classes_keep(code: str, graph_of: Callable[..., Graph]) -> None:
    """`db` is a session, though no file that uses it imports the library: it names rows that it keeps."""
    files = {
        "models.py": MODELS,
        "crud.py": CRUD,
        "a.py": f"import crud\nfrom crud import users\ndef f(db):\n    {code}\n",
    }
    found = {
        f"{e.source.partition(':')[2]} {e.kind} {e.target.partition(':')[2]}"
        for e in graph_of(files).edges("reads", "writes")
        if e.target.startswith("table:")
        and e.confidence != "possible"
        and not e.source.startswith("function:models")
    }
    told = {"crud.Service.one reads orders", "crud.Service.two writes users"}
    assert found - told == {f"a.f {use}" for use in USES[code]}
    assert told <= found


ACTIVE = """
    from flask_sqlalchemy import SQLAlchemy
    from sqlalchemy import Column, Integer
    db = SQLAlchemy()
    class Active:
        def save(self): db.session.add(self)
        def delete(self): db.session.delete(self)
        @classmethod
        def by_id(cls, key): return db.session.get(cls, int(key))
    class Model(Active, db.Model):
        __abstract__ = True
    class Cart(Model):
        __tablename__ = "carts"
        id = Column(Integer, primary_key=True)
    class Sale(Model):
        __tablename__ = "sales"
        id = Column(Integer, primary_key=True)
"""


def test_a_row_that_a_method_of_its_class_gives(graph_of: Callable[..., Graph]) -> None:
    """Of `Cart.by_id(1)`, which gives rows of any class below, a cart comes."""
    text = (
        "from m import Cart, Sale\ndef f(key): Cart.by_id(key).delete()\ndef g(key): Sale.by_id(key).save()\n"
    )
    found = {
        f"{e.source[11:]} {e.kind} {e.target[6:]}"
        for e in graph_of({"m.py": ACTIVE, "a.py": text}).edges("reads", "writes")
        if e.source.startswith("function:a.") and e.confidence != "possible"
    }
    assert found == {"f reads carts", "f writes carts", "g reads sales", "g writes sales"}


def test_a_constraint_of_several_columns_says_which_way_a_relation_leads(
    graph_of: Callable[..., Graph],
) -> None:
    """Who deletes a version changes no package: a version has one, it is not the other way round."""
    text = """
        from sqlalchemy import Column, ForeignKeyConstraint, Integer, String
        from sqlalchemy.orm import backref, declarative_base, relationship
        Base = declarative_base()
        class Package(Base):
            __tablename__ = "packages"
            name = Column(String, primary_key=True)
            channel = Column(String, primary_key=True)
        class Version(Base):
            __tablename__ = "versions"
            __table_args__ = (
                ForeignKeyConstraint(["channel", "package"], ["packages.channel", "packages.name"]),
            )
            id = Column(Integer, primary_key=True)
            channel, package = Column(String), Column(String)
            of = relationship("Package", backref=backref("versions", cascade="all,delete-orphan"))
        def f(session):
            session.delete(session.query(Version).first())
        def g(session):
            session.delete(session.query(Package).first())
    """
    found = {(e.source, e.target) for e in graph_of({"a.py": text}).edges("writes")}
    assert found == {
        ("function:a.f", "table:versions"),
        ("function:a.g", "table:packages"),
        ("function:a.g", "table:versions"),
    }


def test_what_a_method_of_rows_gives_may_be_a_call_in_part(
    graph_of: Callable[[dict[str, str]], Graph],
) -> None:
    """`partial(f, *several)` among what methods give that many models inherit: no fault, and no row."""
    graph = graph_of(
        {
            "shop/__init__.py": "",
            "shop/models.py": """
                from functools import partial
                from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

                def later(first, second):
                    return first

                class Base(DeclarativeBase):
                    @classmethod
                    def by_id(cls, id):
                        return partial(later, cls, id)

                    def again(self, *rest):
                        return partial(later, self, *rest)

                class Order(Base):
                    __tablename__ = "orders"
                    id: Mapped[int] = mapped_column(primary_key=True)

                class Item(Base):
                    __tablename__ = "items"
                    id: Mapped[int] = mapped_column(primary_key=True)

                def orders():
                    return Order.by_id(1)(), Order().again(2)()

                def items():
                    return Item.by_id(1)(), Item().again(2)()
                """,
        }
    )
    assert any(edge.target.endswith("models.later") for edge in graph.edges())
