"""SQLAlchemy: which function reads, joins and writes which table, told by the values that flow."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

MODELS = """
    from sqlalchemy import Column, ForeignKey, Integer, String, Table
    from sqlalchemy.orm import Mapped, declarative_base, mapped_column, relationship, sessionmaker
    Base = declarative_base()
    Session = sessionmaker()
    tags = Table("order_tag", Base.metadata, Column("order_id", ForeignKey("orders.id")), Column("tag_id", Integer))
    class User(Base):
        __tablename__ = "users"
        id = Column(Integer, primary_key=True)
        email = Column(String)
        orders = relationship("Order", backref="user")
    class Tag(Base):
        __tablename__ = "tag"
        id = Column(Integer, primary_key=True)
    class Order(Base):
        __tablename__ = "orders"
        id = Column(Integer, primary_key=True)
        paid = Column(Integer)
        user_id = Column(ForeignKey("users.id"))
        tags = relationship(Tag, secondary=tags)
        lines: Mapped[list["Line"]] = relationship(back_populates="order")
    class Line(Base):
        __tablename__ = "lines"
        id = Column(Integer, primary_key=True)
        order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
        order: Mapped["Order"] = relationship(back_populates="lines")
"""
HEAD = "from shop.models import *\nfrom sqlalchemy import Column, ForeignKey, Integer, Table, delete, insert, select, update\nfrom sqlalchemy.orm import relationship\n"

CASES = {
    "a query that is handed on, with what it joins": (
        "def build(session): return session.query(Order).join(User)\n"
        "def f():\n    found = build(Session())\n    return found.filter(Order.paid == 1).first()\n",
        {"build reads orders", "build joins users", "f reads orders", "f joins users"},
    ),
    "a query that is gone over, counted, deleted": (
        "def build(): return Session().query(Line)\n"
        "def f(): return [line.id for line in build()]\n"
        "def g(): return build().count()\n"
        "def h(): build().delete()\n",
        {"build reads lines", "f reads lines id", "g reads lines (aggregate)", "h writes lines (delete)"},
    ),
    "rows that a relation leads to are not those that it starts from": (
        "def f(session):\n    for order in session.query(Order):\n        session.delete(order.user)\n",
        {
            "f reads orders (loop)", "f reads users (loop)", "f writes users (delete)",
            "f writes orders (loop update)",
        },
    ),
    "sessions that nothing but their name and use tells": (
        "def f(db_session, pk):\n    order = db_session.query(Order).filter_by(id=pk).one()\n    order.paid = 1\n"
        "def g(*, session, model=Tag):\n    return session.get(model, 1), session.scalars(select(User.email))\n"
        "def h(session): return session.get('https://x')\n",
        {"f reads orders", "f writes orders (update) paid", "g reads tag", "g reads users"},
    ),
    "relations of one name by different tables": (
        "both = Table('line_tag', Base.metadata, Column('line_id', ForeignKey('lines.id')), Column('tag_id', Integer))\n"
        "class Note(Base):\n    __tablename__ = 'notes'\n    id = Column(Integer, primary_key=True)\n"
        "    tags = relationship(Tag, secondary=both)\n"
        "def f(session, tag):\n    order = session.query(Order).first()\n    order.tags.append(tag)\n",
        {
            "f reads orders", "f reads tag", "f joins order_tag", "f writes order_tag (insert)",
        },
    ),
    "relations and columns that methods of a mixin declare": (
        "from sqlalchemy.orm import declared_attr\n"
        "class Owned:\n    @declared_attr\n    def owner_id(cls): return Column(ForeignKey('users.id'))\n"
        "    @declared_attr\n    def owner(cls) -> Mapped['User']: return relationship('User')\n"
        "class Note(Owned, Base):\n    __tablename__ = 'notes'\n    id = Column(Integer, primary_key=True)\n"
        "def f(session):\n    note = session.query(Note).first()\n    return note.owner.email\n",
        {"f reads notes", "f reads users email"},
    ),
    "what a function saves that saves anything, and one that does not": (
        "def save(session, obj):\n    session.add(obj)\n    session.flush()\n"
        "def keep(session, order): session.add(order)\n"
        "def only(session, obj):\n    session.add(obj)\n    session.flush()\n"
        "def f(session: Session): save(session, Tag())\ndef h(session: Session): save(session, Line())\n"
        "def i(session: Session): only(session, Tag())\n"
        "def g(session: Session): keep(session, Order())\n",
        {
            "save writes tag (insert)", "save writes lines (insert)", "keep writes orders (insert)",
            "keep writes order_tag (insert)", "only writes tag (insert)",
            "f writes tag (insert)", "h writes lines (insert)",
        },
    ),
    "statements that are run elsewhere": (
        "def one(): return select(Order)\ndef two(): return update(Tag).values(id=1)\n"
        "def f(session):\n    session.execute(two())\n    return session.scalars(one()).all()\n",
        {"one reads orders", "two writes tag (update)", "f writes tag (update)", "f reads orders"},
    ),
    "tables of classes, put into variables, and columns in a list": (
        "ORDERS = Order.__table__\nOTHER = Order.__table__.alias()\nPLAIN = [1]\n"
        "def f(session): session.execute(ORDERS.insert().values(paid=1))\n"
        "def g(session): session.execute(insert(ORDERS).values(paid=1))\n"
        "def h(session): return session.execute(select([ORDERS.c.id, ORDERS.c.paid]))\n"
        "def i(session): return session.execute(select([OTHER.c.id]).where(OTHER.c.id == 1))\n"
        "def j(session): return session.execute(select([1, PLAIN]))\n",
        {"f writes orders (insert)", "g writes orders (insert)", "h reads orders", "i reads orders"},
    ),
    "tables between two others, written as a join": (
        "class Shelf(Base):\n    __tablename__ = 'shelves'\n    id = Column(Integer, primary_key=True)\n"
        "    tags = relationship('Tag', secondary='join(Line, Order, and_(Order.id == Line.order_id))')\n"
        "def f(session):\n    for tag in session.get(Shelf, 1).tags:\n        print(tag.id)\n",
        {"f reads shelves", "f reads tag id", "f joins lines"},
    ),
    "attributes of rows in the making, until somebody else knows them": (
        "def build():\n    o = Order()\n    o.paid = 1\n    return o\n"
        "def never():\n    o = build()\n    o.paid = 2\n    return o\n"
        "def added(session):\n    o = Order()\n    o.paid = 1\n    session.add(o)\n"
        "def later(session):\n    o = Order()\n    session.add(o)\n    o.paid = 1\n"
        "def alias(session):\n    o = Order()\n    p = o if session else None\n    print(p)\n    o.paid = 1\n"
        "def listed(session):\n    o = Order()\n    found = [o]\n    o.paid = 1\n"
        "def maybe(session, new):\n    o = Order() if new else session.get(Order, 1)\n    o.paid = 1\n"
        "def related(session, user):\n    o = Order()\n    o.user = user\n",
        {
            "added writes orders (insert)",
            "added writes order_tag (insert)",
            "later writes orders (insert update) paid",
            "later writes order_tag (insert)",
            "alias writes orders (update) paid",
            "listed writes orders (update) paid",
            "maybe reads orders",
            "maybe writes orders (update) paid",
            "related writes orders (update)",
        },
    ),
    "copies that a base class makes": (
        "class Copying:\n    def take(self, other):\n        for name in ('id', 'paid'):\n"
        "            setattr(self, name, getattr(other, name))\n"
        "    def copy(self):\n        new = self.__class__()\n        new.take(self)\n        return new\n"
        "class Kept:\n    def keep(self): Session().add(self)\n"
        "class Bill(Copying, Kept, Base):\n    __tablename__ = 'bills'\n"
        "    id = Column(Integer, primary_key=True)\n    paid = Column(Integer)\n"
        "def f(session):\n    c = session.get(Bill, 1).copy()\n    c.paid = 1\n    return c\n"
        "def g():\n    b = Bill()\n    b.keep()\n    b.paid = 1\n",
        {
            "Copying.take reads bills id paid",
            "Kept.keep writes bills (insert)",
            "f reads bills",
            "g writes bills (update) paid",
        },
    ),
    "instances that are made, added, merged and deleted": (
        "def make(): return User(email='x')\n"
        "def f(session): session.add(make())\n"
        "def g(session):\n    with Session() as s:\n        s.add_all([make(), Tag()])\n        s.merge(Line())\n",
        {
            "f writes users (insert)", "g writes users (insert)", "g writes tag (insert)",
            "g writes lines (upsert)", "g reads lines",
        },
    ),
    "a method of a row that is called as one of sessions is": (
        "def f(session, order: Order):\n    users = session.query(User).all()\n    order.delete(users)\n",
        {"f reads users"},
    ),
    "rows that go with a deleted one": (
        "def f(session):\n    order = session.get(Order, 1)\n    session.delete(order)\n",
        {
            "f reads orders", "f writes orders (delete)", "f reads order_tag", "f writes order_tag (delete)",
            "f reads lines", "f writes lines (update)",
        },
    ),
    "attributes that lead to other rows, also in loops": (
        "def f(order: Order): return order.user.email, order.tags\n"
        "def g(user: User):\n    for order in user.orders:\n        print([line.id for line in order.lines])\n",
        {
            "f reads users email", "f reads tag", "f joins order_tag", "g reads orders", "g reads lines (loop) id",
            "f reads orders", "g reads users",
        },
    ),
    "what is assigned": (
        "def f(order: Order): order.paid = 1\n"
        "def g(order: Order, user):\n    order.user = user\n    order.lines.append(Line())\n"
        "    order.tags.remove(Tag())\n    order.note = 'not kept'\n",
        {
            "f writes orders (update) paid", "g writes orders (update)", "g reads lines", "g reads tag",
            "g joins order_tag", "g writes lines (insert)", "g writes order_tag (delete)", "g reads orders",
        },
    ),
    "joins along relations, and tables that conditions name": (
        "from sqlalchemy import func\n"
        "def f(session): return session.query(Order).join(Order.tags).outerjoin(Order.lines).all()\n"
        "def g(session): return session.query(Order.id).filter(Order.user_id == User.id, Line.id == 1)\n"
        "def h(session): return session.query(User).filter(User.orders.any(Order.paid == 1)).all()\n"
        "def k(session): return session.scalar(select(func.coalesce(func.sum(Line.id), 0)))\n"
        "def up(session): session.execute(update(Line).where(Line.id == 1))\n",
        {
            "f reads orders", "f joins tag", "f joins order_tag", "f joins lines", "g reads orders",
            "g joins users", "g joins lines", "h reads users", "h joins orders", "k reads lines (aggregate)",
            "up writes lines (update)",
        },
    ),
    "what a method gives that many models inherit": (
        "class Found:\n    @classmethod\n    def by_key(cls, key): return Session().get(cls, key)\n"
        + "".join(
            f"class N{n}(Found, Base):\n    __tablename__ = 'n{n}'\n    id = Column(Integer, primary_key=True)\n"
            f"def f{n}():\n    row = N{n}.by_key(1)\n    row.id = 2\n"
            for n in range(2)
        ),
        {
            "f0 writes n0 (update) id", "f1 writes n1 (update) id", "f0 reads n0", "f1 reads n1",
            "Found.by_key reads n0", "Found.by_key reads n1",
        },
    ),
    "columns of a class that is handed on": (
        "def ask(session, model): return session.query(model.id).filter(model.paid == 1).all()\n"
        "def f(): return [key for key, in ask(Session(), Order)]\n",
        {"ask reads orders", "f reads orders"},
    ),
    "what options load is not loaded again and again": (
        "from sqlalchemy.orm import joinedload\n"
        "def f(session):\n    for line in session.query(Line).options(joinedload(Line.order)):\n        line.order.tags\n",
        {
            "f reads lines", "f joins orders", "f reads orders", "f reads tag (loop)", "f joins order_tag (loop)",
        },
    ),
    "what an option loads beside is loaded where the query is asked for its rows": (
        "from sqlalchemy.orm import selectinload\n"
        "def build(session): return session.query(User).options(selectinload(User.orders).joinedload(Order.lines))\n"
        "def f(): return build(Session()).first()\n",
        {
            "build reads users", "build joins orders", "build joins lines",
            "f reads users", "f joins orders", "f joins lines",
        },
    ),
    "what always loads its relations, and takes rows with it when it goes": (
        "class Base2(Base):\n    __tablename__ = 'basket'\n    id = Column(Integer, primary_key=True)\n"
        "    user_id = Column(ForeignKey('users.id'))\n"
        "    user = relationship('User', lazy='joined')\n"
        "    items = relationship('Item', cascade='all, delete-orphan')\n"
        "class Item(Base):\n    __tablename__ = 'item'\n    id = Column(Integer, primary_key=True)\n"
        "    basket_id = Column(ForeignKey('basket.id'))\n"
        "def f(session):\n    basket = session.get(Base2, 1)\n    session.delete(basket)\n"
        "def g(session): return session.query(Base2.id).count()\n",
        {
            "f reads basket", "f joins users", "f writes basket (delete)", "f reads item", "f writes item (delete)",
            "g reads basket (aggregate)",
        },
    ),
    "locks": (
        "def f(session): return session.query(Order).with_for_update().first()\n",
        {"f reads orders (lock)"},
    ),
    "rows of a result": (
        "def f(session):\n    for order, in session.execute(select(Order)):\n        order.user\n",
        {"f reads orders", "f reads users (loop)"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_access(case: str, graph_of: Callable[..., Graph], told: Callable[[Graph], set[str]]) -> None:
    """Tables, columns and how, per function."""
    body, expected = CASES[case]
    files = {"shop/__init__.py": "", "shop/models.py": MODELS, "views.py": HEAD + body}
    assert told(graph_of(files)) == expected


def test_too_many_models_are_a_blind_spot(graph_of: Callable[..., Graph]) -> None:
    """What may be about any of very many models is told once, and has no edges."""
    head = "from sqlalchemy import Column, Integer\nfrom sqlalchemy.orm import declarative_base\nBase = declarative_base()\n"
    models = "".join(
        f"class M{n}(Base):\n    __tablename__ = 't{n}'\n    id = Column(Integer, primary_key=True)\n"
        for n in range(60)
    )
    views = (
        "from models import *\nimport sqlalchemy\ndef ask(session, model): return session.query(model)\n"
        + "".join(f"def f{n}(session): return ask(session, M{n})\n" for n in range(60))
    )
    graph = graph_of({"models.py": head + models, "views.py": views})
    assert not [edge for edge in graph.edges("reads") if edge.source == "function:views.ask"]
    spots = [spot for spot in graph.blind_spots if spot.kind == "dynamic-table-name"]
    assert [spot.place.line for spot in spots] == [3]
    assert "views.ask reads one of many tables" in spots[0].text


def test_what_many_functions_are_given_by_one_wrapper_is_possible(graph_of: Callable[..., Graph]) -> None:
    """Unless a parameter declares its class, or bears its name."""
    body = """
from functools import wraps
def committed(function):
    @wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper
@committed
def keep(template): Session().merge(template)
@committed
def pay(new_order): new_order.paid = 1
@committed
def drop(thing: Line): thing.order_id = None
def f(): pay(Session().query(Order).first())
"""
    graph = graph_of({"shop/__init__.py": "", "shop/models.py": MODELS, "views.py": HEAD + body})
    assert {(e.source, e.target, e.confidence) for e in graph.edges("writes")} == {
        ("function:views.keep", "table:orders", "possible"),
        ("function:views.pay", "table:orders", "likely"),
        ("function:views.drop", "table:lines", "likely"),
    }


def test_a_call_through_a_shared_wrapper_gives_what_the_function_of_its_name_gives(
    graph_of: Callable[..., Graph],
) -> None:
    getter = "from shop.models import *\nfrom timing import timed\n@timed\ndef get(session, pk): return session.get({}, pk)\n"
    use = """
import lines as few
import orders
from orders import get as first
def one(session): orders.get(session, 1).paid = 1
def two(session):
    line = few.get(session, 1)
    line.order_id = 2
def three(session, kind):
    row = orders.get(session, 1) if kind else few.get(session, 1)
    row.id = 3
def four(session):
    from lines import get
    get(session, 1).order_id = 4
"""
    timing = (
        "from functools import wraps\ndef timed(function):\n    @wraps(function)\n"
        "    def wrapper(*args, **kwargs):\n        result = function(*args, **kwargs)\n        return result\n"
        "    return wrapper\n"
    )
    files = {"timing.py": timing, "orders.py": getter.format("Order"), "lines.py": getter.format("Line")}
    graph = graph_of({"shop/__init__.py": "", "shop/models.py": MODELS, "use.py": use, **files})
    assert {(e.source[-3:], e.target, e.confidence) for e in graph.edges("writes")} == {
        ("one", "table:orders", "likely"),
        ("two", "table:lines", "likely"),
        ("ree", "table:orders", "possible"),
        ("ree", "table:lines", "possible"),
        ("our", "table:lines", "likely"),
    }


def test_keys_that_a_relation_names_tell_which_way_it_leads(graph_of: Callable[..., Graph]) -> None:
    """A shop has many visits, and one that is its best: nothing is read of shops when a visit is deleted."""
    body = """
class Visit(Base):
    __tablename__ = "visits"
    id = Column(Integer, primary_key=True)
    shop_id = Column(ForeignKey("shops.id"))
class Shop(Base):
    __tablename__ = "shops"
    id = Column(Integer, primary_key=True)
    best_id = Column(ForeignKey("visits.id"))
    best = relationship("Visit", foreign_keys=[best_id])
    visits = relationship("Visit", backref="shop", foreign_keys=[Visit.shop_id])
    others = relationship("Visit", backref="other", foreign_keys="[Visit.shop_id]")
def leave(session: Session): session.delete(session.query(Visit).first())
def close(session: Session): session.delete(session.query(Shop).first())
"""
    graph = graph_of({"shop/__init__.py": "", "shop/models.py": MODELS, "views.py": HEAD + body})
    assert {(e.source[15:], e.kind, e.target[6:]) for e in graph.edges("reads", "writes")} == {
        ("leave", "reads", "visits"),
        ("leave", "writes", "visits"),
        ("close", "reads", "shops"),
        ("close", "writes", "shops"),
        ("close", "reads", "visits"),
        ("close", "writes", "visits"),
    }


def test_one_row_by_scalar(graph_of: Callable[[dict[str, str]], Graph]) -> None:
    """`session.scalar(select(Order))` gives a row, of a column or a count it gives none."""
    code = """
        from sqlalchemy import func, select
        from sqlalchemy.ext.asyncio import AsyncSession
        from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
        class Base(DeclarativeBase): pass
        class Order(Base):
            __tablename__ = "orders"
            id: Mapped[int] = mapped_column(primary_key=True)
            name: Mapped[str]
        class Service:
            def __init__(self, session: AsyncSession):
                self.session = session
            async def drop(self, name):
                statement = select(Order).where(Order.id == 1, func.lower(Order.name) == name)
                order = await self.session.scalar(statement)
                await self.session.delete(order)
            async def rename(self):
                order = await self.session.scalar(select(Order).limit(1))
                order.name = "x"
            async def count(self):
                number = await self.session.scalar(select(func.count()).select_from(Order))
                number.name = "x"
            async def number(self):
                number = await self.session.scalar(select(Order.id))
                number.name = "x"
    """
    graph = graph_of({"shop.py": code})
    written = {(e.source, e.target) for e in graph.edges("writes") if e.target == "table:orders"}
    assert written == {
        ("function:shop.Service.drop", "table:orders"),
        ("function:shop.Service.rename", "table:orders"),
    }
