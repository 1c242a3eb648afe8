"""Rows that are added in a service and committed by its caller would be lost."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from carveout.analyzer.model.boundary import Boundary, Service, Shared
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.planning.seam import seam

ADDS = "    db.session.add(Payment(n=n))"
BODIES = {
    "left": f"def pay(n):\n{ADDS}\n",
    "left below": f"def pay(n):\n    return inner(n)\ndef inner(n):\n{ADDS}\n    db.session.flush()\n",
    "of a function": "from .base import get_session\ndef pay(n):\n    get_session().add(Payment(n=n))\n",
}
FINE = {
    "commits": f"def pay(n):\n{ADDS}\n    db.session.commit()\n",
    "commits below": f"def pay(n):\n{ADDS}\n    done()\ndef done():\n    db.session.commit()\n",
    "a block": f"def pay(n):\n  with db.session.begin():\n{ADDS}\n",
    "no session": "def pay(n):\n    seen = set()\n    seen.add(n)\n",
    "a browser's": "from flask import request\ndef pay(n):\n    request.session.delete(n)\n",
}


def hazards(graph_of: Callable[..., Graph], root: Path, body: str, orm: str = "sqlalchemy") -> list[str]:
    base = f"""
        from {orm} import create_engine
        from {orm}.orm import DeclarativeBase, Session, mapped_column
        class Base(DeclarativeBase): ...
        class db:
            session = Session(create_engine("sqlite://"))
        class Payment(Base):
            __tablename__ = "payment"
            id = mapped_column(primary_key=True)
        """
    files = {
        "shop/__init__.py": "",
        "shop/base.py": dedent(base),
        "shop/pay.py": f"from .base import Payment, db\n{body}",
        "shop/web.py": "from .pay import pay\ndef view():\n    pay(1)\n",
    }
    boundary = Boundary((Service("pay", modules=("shop.pay",), tables=("payment",)),), Shared())
    (step,) = seam(graph_of(files), boundary, "pay", root).steps
    return [f"{each.id} {each.subject}" for each in step.hazards if each.id == "commit-left-to-caller"]


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_it_is_told(graph_of: Callable[..., Graph], tmp_path: Path, body: str) -> None:
    assert hazards(graph_of, tmp_path, body) == ["commit-left-to-caller shop.pay.pay"]


@pytest.mark.parametrize("body", FINE.values(), ids=FINE)
def test_what_commits_or_has_no_session_is_fine(
    graph_of: Callable[..., Graph], tmp_path: Path, body: str
) -> None:
    assert hazards(graph_of, tmp_path, body) == []


def test_other_orms_have_hazards_of_their_own(graph_of: Callable[..., Graph], tmp_path: Path) -> None:
    assert hazards(graph_of, tmp_path, BODIES["left"], orm="orm") == []
