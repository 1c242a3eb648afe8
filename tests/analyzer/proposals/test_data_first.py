"""The strategy `data_first` and the likeness of entities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from carveout.analyzer.model.boundary import Boundary, Wishes
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.proposals.data_first import strategy
from carveout.analyzer.proposals.entities import clusters, likeness

Make = Callable[..., Graph]
AREAS = ("order", "stock", "letter")


def layered(make: Make, seed: int = 0) -> Graph:
    """Layers as packages: only who uses the data tells three areas, and a report reads all of it."""
    modules = {"app": 1, "app.models": 400, "app.views": 1, "app.jobs": 1, "app.jobs.report": 50}
    edges = [("route:GET /report", "function:app.jobs.report.run", "handles")]
    for area in AREAS:
        modules |= {f"app.views.{area}s": 100, f"app.jobs.{area}_import": 100, f"app.jobs.{area}_text": 30}
        edges.append((f"function:app.views.{area}s.index", f"function:app.jobs.{area}_text.f", "calls"))
        for number in "123":
            table = f"table:{area}_{number}"
            route = f"route:GET /{area}/{number}"
            edges.append((route, f"function:app.views.{area}s.show{number}", "handles"))
            edges.append((f"model:app.models.{area.title()}{number}", table, "maps"))
            edges.append((f"function:app.views.{area}s.show{number}", table, "writes"))
            edges.append((f"function:app.views.{area}s.show{number}", f"table:{area}_1", "reads"))
            edges.append((f"function:app.jobs.{area}_import.run", table, "writes"))
            edges.append(("function:app.jobs.report.run", table, "reads"))
    return make(modules, edges, seed)


def proposed(graph: Graph, granularity: float = 0.5) -> Boundary:
    (boundary,) = strategy.propose(graph, Wishes(granularity=granularity))
    return boundary


def test_what_is_used_together_stays_together(make: Make) -> None:
    """Three areas out of one models.py; views and jobs follow what they write, helpers their callers."""
    boundary = proposed(layered(make))
    assert sorted(service.tables for service in boundary.services) == [
        (f"{area}_1", f"{area}_2", f"{area}_3") for area in sorted(AREAS)
    ]
    stock = next(each for each in boundary.services if "stock_1" in each.tables)
    assert {"app.views.stocks", "app.jobs.stock_import", "app.jobs.stock_text"} <= set(stock.modules)
    assert stock.functions == ("app.models.Stock1", "app.models.Stock2", "app.models.Stock3")
    assert boundary.notes[0].startswith("9 tables form 3 groups")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_order_does_not_matter(make: Make, seed: int) -> None:
    """Shuffled input gives the same boundary."""
    assert proposed(layered(make, seed)) == proposed(layered(make))


def test_granularity_parts_more(make: Make) -> None:
    """At 1 there are at least as many groups of tables as at 0."""
    graph = layered(make)
    tables = [node.id for node in graph.nodes("table")]
    assert len(clusters(graph, tables, 1.0)) > len(clusters(graph, tables, 0.0))


def test_large_functionalities_say_less() -> None:
    """Two tables that one small functionality uses are more alike than two of a large one."""
    read = Counter(reads=1)
    large = dict.fromkeys("abcdefgh", read)
    found = likeness([large, {"a": read, "b": read}])
    assert found["a", "b"] == pytest.approx(1.0)
    assert found["a", "c"] < found["c", "d"] == pytest.approx(1.0)
    assert likeness([]) == {}


def test_no_data_no_proposal(make: Make) -> None:
    """Code without tables has nothing to go by."""
    graph = make({"app": 1, "app.a": 10, "app.b": 10}, [("module:app.a", "module:app.b", "imports")])
    assert list(strategy.propose(graph, Wishes())) == []
