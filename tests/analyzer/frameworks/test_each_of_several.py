"""Models that code lists itself and takes in turn: each is read or written, not one of them perhaps."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

SQLALCHEMY = """
    from sqlalchemy import Column, ForeignKey, Integer, select
    from sqlalchemy.ext.asyncio import AsyncAttrs
    from sqlalchemy.orm import DeclarativeBase, Mapped, relationship
    class Mixin:
        @classmethod
        def drop(cls, db): db.query(cls).delete()
    class Base(DeclarativeBase, AsyncAttrs, Mixin): pass
    class Order(Base):
        __tablename__ = "orders"
        id = Column(Integer, primary_key=True)
        lines: Mapped[list["Line"]] = relationship()
    class Line(Base):
        __tablename__ = "lines"
        id = Column(Integer, primary_key=True)
        order_id = Column(ForeignKey("orders.id"))
    class Note(Base):
        __tablename__ = "notes"
        id = Column(Integer, primary_key=True)
"""
DJANGO = """
    from django.db import models
    class Order(models.Model):
        class Meta: db_table = "orders"
    class Line(models.Model):
        class Meta: db_table = "lines"
    class Note(models.Model):
        class Meta: db_table = "notes"
"""
HEAD = "from shop.models import *\nfrom sqlalchemy import select\nfrom shop.models import Line, Note, Order\n"
BOTH = {("reads", "orders"), ("reads", "lines")}

CASES = {
    "a loop over a tuple": (
        SQLALCHEMY,
        "def f(db):\n    for model in (Order, Line):\n        db.query(model).filter_by(id=1).delete()\n",
        {("writes", "orders"), ("writes", "lines")},
    ),
    "a table of models, by a key and by its items": (
        SQLALCHEMY,
        'KINDS = {"order": Order, "line": Line}\n'
        "def f(db, kind):\n    for name, model in KINDS.items():\n        db.query(model).count()\n"
        "    return db.query(KINDS[kind]).all()\n",
        BOTH,
    ),
    "methods that all models have": (
        SQLALCHEMY,
        "def f(db):\n    for model in [Order, Line]:\n        model.drop(db)\n",
        {("writes", "orders"), ("writes", "lines")},
    ),
    "rows in the making, by a session that is called so": (
        SQLALCHEMY,
        "def f(db, ids): db.add_all([Line(id=id) for id in ids])\n",
        {("writes", "lines")},
    ),
    "attributes that are awaited": (
        SQLALCHEMY,
        "async def f(db):\n    row = await db.get(Order, 1)\n    return await row.awaitable_attrs.lines\n",
        BOTH,
    ),
    "a model that callers give": (
        SQLALCHEMY,
        "def f(db, model): return db.query(model).all()\n"
        "def g(db): return f(db, Order)\ndef h(db): return f(db, Line)\n",
        set(),
    ),
    "managers of Django": (
        DJANGO,
        "def f():\n    for model in (Order, Line):\n        list(model.objects.all())\n",
        BOTH,
    ),
    "one of two by a condition, imported in the function": (
        DJANGO,
        "def f(old):\n    from shop.models import Line, Order\n    model = Order if old else Line\n"
        "    return list(model.objects.all())\n",
        BOTH,
    ),
    "what a parameter may be is the caller's to say": (
        DJANGO,
        "def f(model=None):\n    model = model or Order\n    return list(model.objects.all())\nf(Line)\n",
        set(),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each(case: str, graph_of: Callable[..., Graph]) -> None:
    """What is likely of the function f."""
    models, text, expected = CASES[case]
    graph = graph_of({"shop/__init__.py": "", "shop/models.py": models, "views.py": HEAD + text})
    found = {
        (edge.kind, edge.target.partition(":")[2])
        for edge in graph.out("function:views.f", "reads", "writes")
        if edge.confidence != "possible"
    }
    assert found == expected
