"""Functions without a declared result that return rows are told as such."""

from collections.abc import Callable
from textwrap import indent

import pytest

from carveout.analyzer.model.boundary import Boundary, Service, Shared
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.planning.interface import full_interface

BASE = """
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
class Base(DeclarativeBase): ...
session = Session(create_engine("sqlite://"))
class Payment(Base):
    __tablename__ = "payment"
    id = mapped_column(primary_key=True)
    amount = mapped_column()
"""
ROWS = {
    "get": "return session.get(Payment, n)",
    "a query": "return session.query(Payment).filter(Payment.id > n).order_by(Payment.id).all()",
    "a variable": "found = session.scalars(select(Payment).where(Payment.id == n))\nreturn found.first()",
    "a new one": "made = Payment(amount=n)\nsession.add(made)\nreturn made",
    "a loop": "kept = []\nfor each in session.scalars(select(Payment)):\n    kept.append(each)\nreturn kept",
    "on a condition": "return None if n else session.get(Payment, n)",
    "by key": "return {each.id: each for each in session.scalars(select(Payment))}",
    "of another function": "return find(n)",
    "one that declares": "return told(n)",
    "of a class that is handed on": "kept = set()\nrow, made = get_or_make(session, Payment)\n"
    "kept.add(row)\nreturn list(kept)",
}
VALUES = {
    "a number": "return session.query(Payment).filter(Payment.id > n).count()",
    "a column": "return session.scalar(select(Payment.amount).where(Payment.id == n))",
    "an attribute": "return session.get(Payment, n).amount",
    "values": "return [each.amount for each in session.scalars(select(Payment))]",
    "another's": "return n.first()",
    "in circles": "found = found or n\nreturn found",
}
MORE = """
def find(n):
    return session.get(Payment, n)

def told(n) -> Payment:
    raise NotImplementedError

def get_or_make(session, model, **more):
    found = session.query(model).filter_by(**more).first()
    return (found, False) if found else (model(**more), True)
"""


def result(graph_of: Callable[..., Graph], body: str, returns: str = "") -> tuple[str, str]:
    function = f"def pay(n){returns}:\n{indent(body, '    ')}\n"
    head = "from sqlalchemy import select\nfrom .base import Payment, session\n"
    files = {
        "shop/__init__.py": "",
        "shop/base.py": BASE,
        "shop/pay.py": f"{head}{function}{MORE}",
        "shop/web.py": "from .pay import pay\ndef view():\n    pay(1)\n",
    }
    graph = graph_of(files)
    boundary = Boundary((Service("pay", modules=("shop.pay",), tables=("payment",)),), Shared())
    (offered,) = full_interface(graph, boundary, "pay", files).offered
    return offered.result.how, offered.result.hazard


@pytest.mark.parametrize("body", ROWS.values(), ids=ROWS)
def test_rows(graph_of: Callable[..., Graph], body: str) -> None:
    assert result(graph_of, body) == ("never", "instance-crosses")


@pytest.mark.parametrize("body", VALUES.values(), ids=VALUES)
def test_values(graph_of: Callable[..., Graph], body: str) -> None:
    assert result(graph_of, body) == ("value", "")


@pytest.mark.parametrize(
    "returns", [" -> list", " -> [None, Payment]", " -> object", " -> dict[str, object]"]
)
def test_a_type_that_does_not_tell(graph_of: Callable[..., Graph], returns: str) -> None:
    """A list as an annotation is no type; `list` says nothing of what it holds."""
    assert result(graph_of, ROWS["a query"], returns) == ("never", "instance-crosses")


def test_a_type_that_tells(graph_of: Callable[..., Graph]) -> None:
    assert result(graph_of, ROWS["a query"], " -> list[int]") == ("declared", "")
    assert result(graph_of, VALUES["a number"], " -> object") == ("declared", "")
