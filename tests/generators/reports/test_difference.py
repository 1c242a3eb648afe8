"""What a change adds to the cut and takes from it, in every format the same."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from carveout.analyzer.graph.difference import difference
from carveout.analyzer.model.boundary import Boundary, Service
from carveout.analyzer.model.difference import Difference
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.pipeline import analyze
from carveout.generators.reports import choose, formats

BEFORE = {
    "shop/__init__.py": "",
    "shop/orders.py": "from shop import billing\n\ndef place(order):\n    return billing.check(order)\n",
    "shop/billing.py": "def check(order):\n    return order\n\ndef charge(order):\n    return order\n",
    "shop/stock.py": "def take(order):\n    return order\n",
}
AFTER = {
    **BEFORE,
    "shop/orders.py": """
        from shop import billing, stock

        def place(order):
            stock.take(order)
            return billing.charge(order)

        def cancel(order):
            return None
        """,
}
AGREED = Boundary(tuple(Service(name, (f"shop.{name}",)) for name in ("billing", "orders", "stock")))


def graph_in(folder: Path, files: Mapping[str, str]) -> Graph:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
    return analyze(folder, cache=False, workers=1)


@pytest.fixture
def changed(tmp_path: Path) -> Difference:
    before, after = graph_in(tmp_path / "a", BEFORE), graph_in(tmp_path / "b", AFTER)
    return difference(before, after, AGREED, project="shop", base="main", head="work")


def test_new_and_gone_edges_are_told_by_pair(changed: Difference) -> None:
    told = {
        (pair.origin, pair.owner): (
            [(e.edge.kind, e.edge.target) for e in pair.added],
            [(e.edge.kind, e.edge.target) for e in pair.removed],
        )
        for pair in changed.pairs
    }
    assert told[("orders", "stock")] == (
        [("calls", "function:shop.stock.take"), ("imports", "module:shop.stock")],
        [],
    )
    assert told[("orders", "billing")] == (
        [("calls", "function:shop.billing.charge")],
        [("calls", "function:shop.billing.check")],
    )


def test_pairs_that_nothing_crossed_before_come_first(changed: Difference) -> None:
    assert (changed.pairs[0].origin, changed.pairs[0].owner, changed.pairs[0].before) == (
        "orders",
        "stock",
        0,
    )


def test_new_nodes_are_named_and_edges_counted(changed: Difference) -> None:
    assert [(change.kind, change.added, change.removed) for change in changed.nodes] == [
        ("function", ("shop.orders.cancel",), ())
    ]
    assert changed.edges["calls"] == (2, 1)


def test_tests_do_not_count(tmp_path: Path) -> None:
    files = {
        **BEFORE,
        "tests/test_shop.py": "from shop import billing\n\ndef test_it():\n    billing.check(1)\n",
    }
    before, after = graph_in(tmp_path / "a", BEFORE), graph_in(tmp_path / "b", files)
    found = difference(before, after, AGREED)
    assert (found.pairs, found.nodes, dict(found.edges)) == ((), (), {})


def test_without_services_packages_are_compared(tmp_path: Path) -> None:
    before = {f"shop/{name}/{file}.py": "" for name in ("orders", "stock") for file in ("__init__", "main")}
    before["shop/__init__.py"] = ""
    after = {**before, "shop/orders/main.py": "from shop.stock import main\n"}
    found = difference(graph_in(tmp_path / "a", before), graph_in(tmp_path / "b", after), None)
    assert found.groups == "package"
    assert [(pair.origin, pair.owner) for pair in found.pairs] == [("shop.orders", "shop.stock")]


def test_all_formats_tell_the_same_figures(changed: Difference) -> None:
    text = choose(Difference, "text").render(changed).decode()
    document = json.loads(choose(Difference, "json").render(changed))
    markdown = choose(Difference, "markdown").render(changed).decode()
    added = sum(len(pair["added"]) for pair in document["pairs"])
    removed = sum(len(pair["removed"]) for pair in document["pairs"])
    assert (added, removed) == (len(changed.added), len(changed.removed)) == (3, 1)
    assert text.count("\n  + ") == markdown.count("| new |") == added
    assert text.count("\n  - ") == markdown.count("| gone |") == removed
    assert "3 new edges cross between services, 1 pair for the first time; 1 gone" in " ".join(text.split())
    assert set(formats(Difference)) == {"text", "json", "markdown"}
    assert all(len(line) <= 80 for line in text.splitlines())


def test_the_picture_holds_what_changed_alone(changed: Difference) -> None:
    markdown = choose(Difference, "markdown").render(changed).decode()
    picture = markdown.partition("```mermaid")[2].partition("```")[0]
    assert len(re.findall("-->", picture)) == len(changed.pairs) == 2


def test_nothing_new_says_so(tmp_path: Path) -> None:
    graph = graph_in(tmp_path, BEFORE)
    text = choose(Difference, "text").render(difference(graph, graph, AGREED)).decode()
    assert "nothing crosses between services that did not before" in text
    assert "no difference" in text
