"""Rows that code hands on in containers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from carveout.analyzer.model.graph import Graph
from carveout.analyzer.model.world import RowUse
from carveout.analyzer.python.flow.row_uses import RowUses
from carveout.analyzer.python.flow.units import Unit

MODELS = """
    from sqlalchemy import Column, Integer
    from sqlalchemy.orm import declarative_base
    Base = declarative_base()
    class Order(Base):
        __tablename__ = "orders"
        id = Column(Integer, primary_key=True)
    class Line(Base):
        __tablename__ = "lines"
        id = Column(Integer, primary_key=True)
"""
CODE = """
    import lib
    from models import Line, Order
    def fill(table, key):
        table[key] = Order()
        table[key] = Line()
    def save(key):
        first, second, third, all = {}, {}, {}, {}
        for table in (first, second, third):
            fill(table, key)
        all[key] = first
        all[key] = second
        all[key] = third
        lib.save(all)
"""


def test_tables_that_hold_the_same(
    graph_of: Callable[[dict[str, str]], Graph], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[RowUse] = []
    tell = RowUses.uses

    def listen(self: RowUses, units: list[Unit]) -> Iterator[RowUse]:
        for use in tell(self, units):
            seen.append(use)
            yield use

    monkeypatch.setattr(RowUses, "uses", listen)
    graph_of({"models.py": MODELS, "a.py": CODE})
    [given] = [use.given for use in seen if use.name == "lib.save"]
    # Each class once, however many ways lead to it: of containers that hold each other there are millions.
    assert given == (("0", "instance", "models.Line"), ("0", "instance", "models.Order"))
