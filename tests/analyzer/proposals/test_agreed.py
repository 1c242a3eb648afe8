"""What is agreed, as a proposal."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.boundary import Boundary, Service, Shared, Wishes
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.proposals.choose import propose

Shop = Callable[..., Graph]
AGREED = Boundary(
    (
        Service("buying", ("shop.apps.basket", "shop.apps.order"), tables=("basket_basket", "basket_line")),
        Service("wares", ("shop.apps.catalogue",), tables=("catalogue_product",), public=("x",)),
    ),
    Shared(("shop.core",)),
)


def test_what_is_agreed_stands_first_and_unmoved(shop: Shop) -> None:
    """Its services keep their names and members; what came since joins what it is tied to most."""
    first, second, *_ = propose(shop(), Wishes(agreed=AGREED))
    assert (first.strategy, second.strategy) == ("agreed", "packages")
    buying, wares = first.boundary.services
    assert buying.modules[:2] == ("shop.apps.basket", "shop.apps.order")
    assert set(buying.tables) == {"basket_basket", "basket_line", "order_order", "order_orderline", "audit"}
    assert set(wares.tables) == {"catalogue_product", "catalogue_category"} and wares.public == ("x",)
    assert "shop.apps.dashboard" in (*buying.modules, *wares.modules)
    assert any(reason.startswith("new: shop.apps.dashboard joins") for reason in first.reasons)
    assert first.boundary.shared == AGREED.shared


def test_the_rest_of_a_monolith_is_no_addition(shop: Shop) -> None:
    """One service out of four: what nobody agreed on stays out of it."""
    one = Boundary((Service("buying", ("shop.apps.order",)),))
    (found,) = propose(shop(), Wishes(strategies=("agreed",), agreed=one))
    assert found.boundary.services[0].modules == ("shop.apps.order",)
    assert any("most of the code is not agreed yet" in reason for reason in found.reasons)


@pytest.mark.parametrize("wishes", [Wishes(strategies=("agreed",)), Wishes()])
def test_nothing_agreed(shop: Shop, wishes: Wishes) -> None:
    """Then there is no such proposal."""
    assert all(each.strategy != "agreed" for each in propose(shop(), wishes))
