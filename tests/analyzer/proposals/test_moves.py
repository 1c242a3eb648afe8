"""Changes to a boundary in words, and what they do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer import pipeline
from carveout.analyzer.graph.cut import Membership
from carveout.analyzer.model.boundary import Boundary, Service, Shared
from carveout.analyzer.model.errors import UsageError
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.proposals.choose import propose, weigh
from carveout.analyzer.proposals.moves import change

Shop = Callable[..., Graph]
BOUNDARY = Boundary(
    (
        Service("buying", ("shop.apps.order",), tables=("order_order", "order_orderline", "audit")),
        Service("carts", ("shop.apps.basket",), tables=("basket_basket", "basket_line")),
        Service("wares", ("shop.apps.catalogue",), tables=("catalogue_product", "catalogue_category")),
    ),
    Shared(("shop.core",)),
)


def services(boundary: Boundary) -> dict[str, tuple[str, ...]]:
    """Name -> modules and tables."""
    return {
        service.name: (*service.modules, *service.functions, *service.tables) for service in boundary.services
    }


def test_a_package_moves_with_its_tables(shop: Shop) -> None:
    """Its tables follow, its old service is empty and goes; all is said."""
    moved, said = change(shop(), BOUNDARY, "move shop.apps.basket to buying")
    assert "carts" not in services(moved)
    assert {"shop.apps.basket", "basket_basket", "basket_line"} < set(services(moved)["buying"])
    assert said == (
        "shop.apps.basket moves from carts to buying",
        "its tables follow: basket_basket, basket_line",
        "carts has nothing left, and goes",
    )


def test_the_rest_of_a_package_stays(shop: Shop) -> None:
    """A module below a service's package becomes an exception; a table moves alone; several at once."""
    graph = shop()
    moved, _ = change(
        graph,
        BOUNDARY,
        "move shop.apps.order.views, audit and shop.apps.basket.models.Basket.freeze to wares",
    )
    membership = Membership(graph, moved)
    assert membership.of("module:shop.apps.order.views") == "wares"
    assert membership.of("module:shop.apps.order.models") == "buying"
    assert membership.of("table:audit") == "wares"
    assert membership.of("function:shop.apps.basket.models.Basket.freeze") == "wares"
    back, _ = change(graph, moved, "move shop.apps.order to buying")
    assert Membership(graph, back).of("module:shop.apps.order.views") == "buying"


def test_merge_share_and_new_services(shop: Shop) -> None:
    """Several clauses follow one another; a service is moved as it is merged."""
    graph = shop()
    moved, said = change(graph, BOUNDARY, "merge carts into buying; move shop.apps.order.models to ledger")
    assert set(services(moved)) == {"buying", "ledger", "wares"}
    assert said[:2] == ("carts is part of buying", "ledger is a new service")
    shared, _ = change(graph, BOUNDARY, "move shop.apps.catalogue.views to shared")
    assert shared.shared.modules == ("shop.core", "shop.apps.catalogue.views")
    assert services(change(graph, BOUNDARY, "move carts to wares").boundary).keys() == {"buying", "wares"}


def test_routes_follow_their_handlers(shop: Shop) -> None:
    """A proposal names its routes; they are no reason for a service to stay where its code is gone."""
    graph = shop()
    (first, *_) = propose(graph)
    moved, _ = change(graph, first.boundary, "move shop.apps.basket to order")
    assert Membership(graph, moved).of("route:GET /basket") == "order"


@pytest.mark.parametrize(
    ("wish", "part"),
    [
        ("", "no change was named"),
        ("split carts", "is no change that is understood"),
        ("move shop.apps.baskte to carts", 'nothing is called "shop.apps.baskte"'),
        ("move views to carts", '"views" is several things'),
        ("move shop.apps.basket to Carts", '"Carts" cannot be the name of a service'),
        ("merge carts into carts", "cannot be merged into itself"),
        ("merge carts into cart", 'there is no service "cart"'),
        ("move route:GET /order to shared", "cannot be shared alone"),
    ],
)
def test_what_is_not_understood(shop: Shop, wish: str, part: str) -> None:
    """A mistake is told with what was meant, and nothing is changed."""
    with pytest.raises(UsageError) as caught:
        change(shop(), BOUNDARY, wish)
    assert part in caught.value.what and caught.value.help


def test_what_if_tells_the_difference(shop: Shop) -> None:
    """Edges that go and come are those of the two cuts; the base is left as it was."""
    graph = shop()
    base = weigh(graph, BOUNDARY, "what is agreed")
    found = pipeline.what_if(graph, base, "move shop.apps.basket to buying", "shop")
    assert {crossing.edge.kind for crossing in found.gone} == {"references", "calls"}
    assert not found.come and len(found.before.cut) - len(found.after.cut) == len(found.gone)
    assert found.before.boundary == BOUNDARY
    assert found.after.metrics["foreign keys across"] == 0
    other = pipeline.what_if(graph, base, "move audit to wares", "shop")
    assert [(c.edge.kind, c.edge.target, c.owner) for c in other.come] == [("writes", "table:audit", "wares")]


def test_tables_of_many_to_many_fields_follow_their_class(graph_of: Callable[..., Graph]) -> None:
    """No class is mapped to them, but one declares them."""
    files = {
        f"shop/{app}/models.py": "from django.db import models\n"
        f"class {app.title()}(models.Model):\n    tags = models.ManyToManyField('self')\n"
        for app in ("order", "stock")
    }
    packages = {f"shop/{name}__init__.py": "" for name in ("", "order/", "stock/")}
    graph = graph_of({**files, **packages})
    both = (
        Service(app, (f"shop.{app}",), tables=(f"{app}_{app}", f"{app}_{app}_tags"))
        for app in ("order", "stock")
    )
    boundary, said = change(graph, Boundary(tuple(both)), "move shop.order to stock")
    stock = boundary.service("stock")
    assert stock is not None
    assert {"order_order", "order_order_tags"} <= set(stock.tables)
    assert "its tables follow: order_order, order_order_tags" in said
