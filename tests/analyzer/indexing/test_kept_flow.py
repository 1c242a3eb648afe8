"""What is kept of the values that flow: through edits of every kind, a run that has it gives a fresh run's bytes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carveout.analyzer.indexing import solutions
from carveout.analyzer.indexing.packed_graph import pack_graph
from carveout.analyzer.model.boundary import Project
from carveout.analyzer.pipeline import analyze

ProjectOf = Callable[[Mapping[str, str | bytes]], Path]
FILES = (
    "shop/base.py", "shop/orders.py", "shop/views.py", "shop/deep/pay.py", "tests/test_shop.py",
    "depot/stock.py", "depot/pay.py",
)  # fmt: skip
PIECES = (
    "from shop.base import *",
    "from shop.base import Gateway, HANDLERS",
    "from shop.orders import Order as Thing, total",
    "from shop import orders, views",
    "import shop.deep.pay",
    "class Gateway:\n    def charge(self, order):\n        return order.total()",
    "class Gateway(Thing):\n    def charge(self, order):\n        return self.total()",
    "class Order:\n    gateway = None\n    def total(self):\n        return self.gateway.charge(self)",
    "class Order(Gateway):\n    def __init__(self):\n        self.gateway = Gateway()\n    def total(self): return 1",
    "from django.db import models\nclass Order(models.Model):\n    lines = models.ManyToManyField('Line')",
    "class Line(Order):\n    @property\n    def total(self):\n        return super().total()",
    "HANDLERS = {}\ndef handles(name):\n    def keep(function):\n        HANDLERS[name] = function\n        return function\n    return keep",
    "@handles('pay')\ndef pay(order):\n    return Gateway().charge(order)",
    "KEY = 'pay'\ndef run(order):\n    return HANDLERS[KEY](order)",
    "KEY = 'ship'",
    "def total(order, *more, **named):\n    for each in (order, *more):\n        yield each.total()",
    "def total(order):\n    return [each.save() for each in Order.objects.filter(paid=True)]",
    "from importlib import import_module\nimport_module('shop.deep.pay').pay(Order())",
    "PLACE = 'depot'\nfrom importlib import import_module\nimport_module(f'{PLACE}.pay').pay(Order())",
    "INSTALLED_APPS = ['depot']",
    "import depot.pay\ndepot.pay.pay(Gateway())",
    "run(Order())",
    "def later(callback=lambda order: order.total()):\n    return callback(Order())",
    "__all__ = ['Gateway', 'Order']",
)
"""Parts of modules that hang together: each may define what others use, under one name in several ways."""

parts = st.sampled_from(PIECES)
files = st.sampled_from(FILES)
edits = st.one_of(
    st.tuples(st.just("add"), files, parts),
    st.tuples(st.just("add"), files, parts),
    st.tuples(st.just("remove"), files, st.integers(0, 9)),
    st.tuples(st.just("move"), files, st.integers(1, 3)),
    st.tuples(st.just("delete"), files, st.none()),
    st.tuples(st.just("rename"), files, st.sampled_from(["Order", "Gateway", "total", "run"])),
    st.tuples(st.just("settings"), st.just(""), st.sampled_from([(), ("shop",), (".",)])),
)
Edit = tuple[str, str, object]


class Edited:
    """A project that is edited part by part."""

    def __init__(self, root: Path) -> None:
        self._root, self.project = root, Project()
        self._parts: dict[str, list[str]] = {}

    def apply(self, edit: Edit) -> None:
        kind, file, value = edit
        here = self._parts.setdefault(file, []) if file else []
        if kind == "add":
            here.append(str(value))
        elif kind == "remove" and here:
            here.pop(int(str(value)) % len(here))
        elif kind == "move":
            here.insert(0, "# a comment\n" * int(str(value)))
        elif kind == "delete":
            del self._parts[file]
        elif kind == "rename":
            here[:] = [part.replace(str(value), f"{value}2") for part in here]
        elif kind == "settings":
            self.project = Project(roots=tuple(value))  # type: ignore[arg-type]

    def write(self) -> None:
        shutil.rmtree(self._root / "shop", ignore_errors=True)
        shutil.rmtree(self._root / "tests", ignore_errors=True)
        shutil.rmtree(self._root / "depot", ignore_errors=True)
        for name, own in {"shop/__init__.py": [], "shop/deep/__init__.py": [], **self._parts}.items():
            path = self._root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(own) + "\n", encoding="utf-8")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.lists(edits, min_size=1, max_size=8), min_size=2, max_size=5))
def test_incremental_equals_cold(tmp_path: Path, steps: list[list[Edit]]) -> None:
    """After each step of edits, what was kept of all steps before gives the bytes of a fresh run."""
    root = tmp_path / "project"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    edited = Edited(root)
    for step in steps:
        for edit in step:
            edited.apply(edit)
        edited.write()
        warm = analyze(root, project=edited.project, workers=1)
        assert pack_graph(warm) == pack_graph(analyze(root, project=edited.project, workers=1, cache=False))


MOVED = {
    "a comment": lambda text: f"# why\n\n{text}",
    "a longer docstring": lambda text: text.replace("carefully", "with all the care that it takes"),
    "other spaces": lambda text: text.replace("charge(order)", "charge( order )").replace("\n\n", "\n\n\n\n"),
    "another name of a local": lambda text: text.replace("gateway", "till"),
}
PAY = '''
class Gateway:
    def charge(self, order):
        return order.total()

class Order:
    def total(self):
        return 1

def pay(order):
    """
    Pays what is ordered, at the gateway that there is, carefully, once, and in the order of arrival.
    """
    gateway = Gateway()
    return gateway.charge(order)

pay(Order())
'''


@pytest.mark.parametrize("what", MOVED)
def test_code_that_is_only_moved_flows_as_before(
    project_of: ProjectOf, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """The solution that is kept is taken, and told where its code stands now."""
    root = project_of({"shop/__init__.py": "", "shop/pay.py": PAY})
    analyze(root, project=Project(), workers=1)
    moved = MOVED[what](PAY)
    assert moved != PAY
    (root / "shop/pay.py").write_text(moved)
    cold = pack_graph(analyze(root, project=Project(), workers=1, cache=False))

    def solve(*_: object) -> None:
        raise AssertionError("solved once more")

    monkeypatch.setattr(solutions, "solve", solve)
    warm = analyze(root, project=Project(), workers=1)
    assert pack_graph(warm) == cold
    assert any(
        (edge.source, edge.target) == ("function:shop.pay.Gateway.charge", "function:shop.pay.Order.total")
        for edge in warm.edges("calls")
    )
