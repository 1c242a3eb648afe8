"""The strategy `seeded`, its walks and its stop rules."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.boundary import Boundary, Wishes
from carveout.analyzer.model.errors import UsageError
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.proposals.extents import Reach
from carveout.analyzer.proposals.seeded import strategy
from carveout.analyzer.proposals.survey import survey
from carveout.analyzer.proposals.walks import Ground

Make = Callable[..., Graph]
AREAS = ("order", "stock", "letter", "invoice")


def layered(make: Make, seed: int = 0) -> Graph:
    """One models.py, one views package and one package of jobs: only the data tells four areas."""
    modules = {"app": 1, "app.models": 400, "app.views": 1, "app.jobs": 1}
    edges = []
    for area in AREAS:
        modules |= {f"app.views.{area}s": 100, f"app.jobs.{area}_import": 100}
        edges.append((f"route:GET /{area}", f"function:app.views.{area}s.index", "handles"))
        for number in "123":
            table = f"table:{area}_{area}{number}"
            edges.append((f"model:app.models.{area.title()}{area.title()}{number}", table, "maps"))
            edges.append((f"function:app.views.{area}s.index", table, "writes"))
            edges.append((f"function:app.jobs.{area}_import.run", table, "writes"))
        edges.append((f"function:app.views.{area}s.index", "table:order_order1", "reads"))
    return make(modules, edges, seed)


def carved(graph: Graph, *seeds: tuple[str, str]) -> Boundary:
    (boundary,) = strategy.propose(graph, Wishes(seeds=seeds))
    return boundary


def test_one_table_finds_its_service(make: Make) -> None:
    """Models, views and jobs around the table come along, out of the file that holds all models."""
    boundary = carved(layered(make), ("stock", "table:stock_stock2"))
    stock, rest = boundary.service("stock"), boundary.service("rest")
    assert stock is not None
    assert rest is not None
    assert stock.tables == ("stock_stock1", "stock_stock2", "stock_stock3")
    assert stock.modules == ("app.jobs.stock_import", "app.views.stocks")
    assert stock.functions == ("app.models.StockStock1", "app.models.StockStock2", "app.models.StockStock3")
    assert "order_order1" in rest.tables
    assert any("both stop rules agree on" in note for note in boundary.notes)


def packaged(make: Make, *edges: tuple[str, str, str]) -> Graph:
    """Four packages, each with a model, a table and views; `forms` is one of them, whatever it is called."""
    modules, own = {"app": 1}, list(edges)
    for area in ("order", "stock", "forms", "letter"):
        modules |= {f"app.{area}": 1, f"app.{area}.models": 100, f"app.{area}.views": 200}
        own.append((f"route:GET /{area}", f"function:app.{area}.views.index", "handles"))
        for number in "12":
            table = f"table:{area}_{area}{number}"
            own.append((f"model:app.{area}.models.M{number}", table, "maps"))
            own.append((f"function:app.{area}.views.index", table, "writes"))
    return make(modules, own)


def test_a_package_with_tables_is_a_home_whatever_it_is_called(make: Make) -> None:
    """`forms` is a layer elsewhere; here it has models, views and tables of its own."""
    boundary = carved(packaged(make), ("forms", "table:forms_forms1"))
    (found,) = [each for each in boundary.services if each.name == "forms"]
    assert found.modules == ("app.forms",)
    assert found.tables == ("forms_forms1", "forms_forms2")
    assert any("takes app.forms and what both stop rules agree on" in note for note in boundary.notes)


@pytest.mark.parametrize(
    ("writer", "taken"), [("", ()), ("app.stock", ("table:far",)), ("app.letter", ()), ("both", ())]
)
def test_tables_of_others_join_when_nobody_else_writes_them(
    make: Make, writer: str, taken: tuple[str, ...]
) -> None:
    """What both rules agree on of tables that no package of the service defines has one writer: the service."""
    edges = [("function:app.stock.views.index", "table:far", "reads")] * 3
    for package in ("app.stock", "app.letter") if writer == "both" else (writer,) if writer else ():
        edges.append((f"function:{package}.views.index", "table:far", "writes"))
    extent = Reach(survey(packaged(make, *edges))).extents({"stock": ["table:stock_stock1"]})["stock"]
    assert {"table:stock_stock1", "table:stock_stock2"} <= set(extent.taken)
    assert tuple(name for name in extent.taken if name == "table:far") == taken


def test_packages_of_one_name_in_two_layers_are_one_home(make: Make) -> None:
    """Tables in `data.stock` and `flows.stock`: a service takes both, whichever it starts from."""
    modules, edges = {"app": 1, "app.data": 1, "app.flows": 1}, []
    for area in AREAS:
        for layer in ("data", "flows"):
            place = f"app.{layer}.{area}"
            modules |= {place: 1, f"{place}.records": 100, f"{place}.actions": 100}
            edges.append((f"model:{place}.records.M", f"table:{area}_{layer}", "maps"))
            edges.append((f"function:{place}.actions.run", f"table:{area}_{layer}", "writes"))
            edges.append((f"route:GET /{layer}/{area}", f"function:{place}.actions.run", "handles"))
    reach = Reach(survey(make(modules, edges)))
    for start in ("data", "flows"):
        extent = reach.extents({"stock": [f"table:stock_{start}"]})["stock"]
        assert {name for name in extent.taken if name.startswith("table:")} == {
            "table:stock_data",
            "table:stock_flows",
        }


def test_several_services_share_nothing(make: Make) -> None:
    """Each name has one owner, and what was named goes where it was named."""
    boundary = carved(
        layered(make), ("stock", "table:stock_stock2"), ("post", "module:app.views.letters"),
        ("post", "table:order_order3"),
    )  # fmt: skip
    tables = [table for service in boundary.services for table in service.tables]
    assert len(tables) == len(set(tables)) == 3 * len(AREAS)
    post = boundary.service("post")
    assert post is not None
    assert {"letter_letter1", "order_order3"} <= set(post.tables)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_order_does_not_matter(make: Make, seed: int) -> None:
    """Shuffled input gives the same boundary."""
    wish = ("stock", "route:GET /stock")
    assert carved(layered(make, seed), wish) == carved(layered(make), wish)


def test_seeds_that_mean_nothing_are_told(make: Make) -> None:
    """A near name is offered; one seed for two services, and reserved names, are mistakes."""
    graph = layered(make)
    with pytest.raises(UsageError, match="stock_stock22") as caught:
        carved(graph, ("stock", "table:stock_stock22"))
    assert "stock_stock2" in str(caught.value.help)
    with pytest.raises(UsageError, match="is a seed of"):
        carved(graph, ("a", "table:stock_stock2"), ("b", "table:stock_stock2"))
    with pytest.raises(UsageError, match="cannot be the name"):
        carved(graph, ("rest", "table:stock_stock2"))
    with pytest.raises(UsageError, match="needs seeds"):
        list(strategy.propose(graph, Wishes(strategies=("seeded",))))
    assert list(strategy.propose(graph, Wishes())) == []


def test_a_walk_stays_near(make: Make) -> None:
    """Names without any tie are reached by nothing, and end no walk with an error."""
    ground = Ground({("a", "b"): 1.0, ("b", "c"): 1.0, ("x", "y"): 1.0})
    chance = ground.walk(["a"])
    assert ground.ranked(chance)[0] == "a"
    assert set(ground.ranked(chance)) == {"a", "b", "c"}
    assert ground.walk(["nobody"]) == [0.0] * 5
    alone = make({"one": 1, "two": 1}, [])
    assert Reach(survey(alone)).extents({"s": ["one"]})["s"].taken == ("one",)


def test_god_modules_are_divided(make: Make) -> None:
    """Functions of a module that touch disjoint data go with the data; what touches none stays."""
    modules = {"app": 1, "app.db": 900} | {f"app.{area}s": 100 for area in AREAS}
    edges = [("function:app.orders.index", "function:app.db.helper", "calls")]
    for area in AREAS:
        for kind in ("head", "line"):
            edges.append((f"function:app.db.save_{area}_{kind}", f"table:{area}_{kind}", "writes"))
            edges.append((f"function:app.{area}s.index", f"table:{area}_{kind}", "reads"))
    split = survey(make(modules, edges)).split
    assert split == {f"app.db.save_{area}_{kind}": "app.db" for area in AREAS for kind in ("head", "line")}
