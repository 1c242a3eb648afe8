"""Programs of one project: each is solved by itself, and they are one as soon as one knows of the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from carveout.analyzer.indexing import solutions
from carveout.analyzer.indexing.packed_graph import pack_graph
from carveout.analyzer.indexing.programs import Programs
from carveout.analyzer.model.boundary import Project
from carveout.analyzer.model.world import Row
from carveout.analyzer.pipeline import analyze

ProjectOf = Callable[[Mapping[str, str | bytes]], Path]
SHOP = "class Order:\n    def pay(self):\n        pass\n\ndef pay(order):\n    order.pay()\n\npay(Order())\n"
DEPOT = (
    "class Stock:\n    def take(self):\n        pass\n\ndef take(stock):\n    stock.take()\n\ntake(Stock())\n"
)
CALLS = {("function:shop.orders.pay", "function:shop.orders.Order.pay")}
TWO = {"shop/__init__.py": "", "shop/orders.py": SHOP, "depot/__init__.py": "", "depot/stock.py": DEPOT}
Solved = list[list[str]]


@pytest.fixture
def solved(monkeypatch: pytest.MonkeyPatch) -> Solved:
    """The paths of each program, in the order in which they were solved."""
    found: Solved = []
    solve = vars(solutions)["solve"]

    def noted(files: Any, *rest: Any) -> Any:
        ordered = sorted(files)
        found.append([file.path for file in ordered])
        return solve(ordered, *rest)

    monkeypatch.setattr(solutions, "solve", noted)
    return found


def _programs(solved: Solved) -> list[list[str]]:
    return sorted([path for path in paths if not path.endswith("__init__.py")] for paths in solved)


def _calls(root: Path) -> set[tuple[str, str]]:
    graph = analyze(root, project=Project(), workers=1)
    return {(edge.source, edge.target) for edge in graph.edges("calls")}


def test_a_changed_file_lets_the_values_of_its_own_program_flow(
    project_of: ProjectOf, solved: Solved
) -> None:
    root = project_of(TWO)
    assert _calls(root) >= CALLS
    assert _programs(solved) == [["depot/stock.py"], ["shop/orders.py"]]
    for number in range(4):
        solved.clear()
        (root / "depot/stock.py").write_text(f"{DEPOT}\n\ndef added{number}():\n    take(Stock())\n")
        assert _calls(root) >= {(f"function:depot.stock.added{number}", "function:depot.stock.take")} | CALLS
        assert _programs(solved) == [["depot/stock.py"]]
    warm = pack_graph(analyze(root, project=Project(), workers=1))
    assert warm == pack_graph(analyze(root, project=Project(), workers=1, cache=False))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("shop/more.py", "def f():\n    from depot import stock\n"),
        ("shop/settings.py", "INSTALLED_APPS = ['depot']\n"),
        ("shop/settings.py", "MIDDLEWARE = ['depot.stock.Stock']\n"),
        ("shop/more.py", "from importlib import import_module\nimport_module('depot.stock')\n"),
    ],
)
def test_what_names_the_other_is_of_the_same_program(
    project_of: ProjectOf, solved: Solved, path: str, text: str
) -> None:
    _calls(project_of({**TWO, path: text}))
    assert _programs(solved) == [sorted(["depot/stock.py", "shop/orders.py", path])]


def test_what_is_loaded_by_a_text_that_flows_makes_one_of_two(project_of: ProjectOf, solved: Solved) -> None:
    """Only the values tell what is loaded; then what was loaded is known at once."""
    loads = (
        "from importlib import import_module\nfrom shop.orders import Order\n\n"
        "def load(place):\n    return import_module(f'{place}.stock')\n\nload('depot').take(Order())\n"
    )
    root = project_of({**TWO, "shop/load.py": loads})
    assert ("module:shop.load", "function:depot.stock.take") in _calls(root)
    both = ["depot/stock.py", "shop/load.py", "shop/orders.py"]
    assert solved[-1][-1].startswith("shop") and both in _programs(solved)
    solved.clear()
    (root / "shop/orders.py").write_text(f"{SHOP}\n\ndef added():\n    pay(Order())\n")
    cold = pack_graph(analyze(root, project=Project(), workers=1, cache=False))
    assert pack_graph(analyze(root, project=Project(), workers=1)) == cold


def test_a_class_that_is_no_model_is_not_loaded_as_one(project_of: ProjectOf, solved: Solved) -> None:
    """`get_model("stock", "Stock")` means another than a class of that name without any base."""
    text = "from django.apps import apps\nNAMES = {'stock': 'Stock'}\n\n" + (
        "def find(label):\n    return apps.get_model(label, NAMES[label])\n\nfind('stock').take()\n"
    )
    _calls(project_of({**TWO, "shop/find.py": text}))
    assert _programs(solved) == [["depot/stock.py"], ["shop/find.py", "shop/orders.py"]]


def test_rows_go_to_their_programs_and_those_of_libraries_to_all() -> None:
    programs = Programs(["a", "b", "c"], [("a.x", "b.y"), ("a", "requests.api")])
    assert [programs.of(name) for name in ("a.m.C", "b", "c.d", "requests")] == ["a", "a", "c", ""]
    rows = [Row("b.models.Order"), Row("c.Line"), Row("django.http.HttpRequest")]
    assert programs.rows(rows) == {"a": [rows[0]], "c": [rows[1]], "": [rows[2]]}
    assert not programs.tie("b", "a") and programs.tie("c.d", "b") and programs.of("c") == "a"


def test_work_is_shared_out_by_its_size() -> None:
    shared = vars(solutions)["shared"]
    assert shared({"a": 5, "b": 3, "c": 2, "d": 1}, 2) == [["a", "d"], ["b", "c"]]
    assert shared({"a": 5}, 4) == [["a"]] and shared({}, 2) == []
