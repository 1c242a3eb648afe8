"""Pins and sizes: kept by every strategy; contradictions are told with both places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from carveout.analyzer.graph.cut import Membership
from carveout.analyzer.model.boundary import Proposal, Wishes
from carveout.analyzer.model.errors import UsageError
from carveout.analyzer.model.evidence import Place
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.model.pins import Pin, Sizes
from carveout.analyzer.proposals.choose import propose

Make = Callable[..., Graph]
PLACE = Place("carveout.toml", 7)


def proposals(graph: Graph, *pins: Pin, smallest: int = 0, largest: int = 0) -> tuple[Proposal, ...]:
    """All proposals under these wishes."""
    return propose(graph, replace(Wishes(), pins=pins, sizes=Sizes(smallest, largest)))


def test_every_proposal_keeps_to_the_pins(shop: Make) -> None:
    """A package goes to the named service with its tables, a table alone without its code."""
    graph = shop()
    pins = (
        Pin("service", ("shop.apps.basket",), "sales"),
        Pin("service", ("table:order_orderline",), "sales"),
        Pin("together", ("shop.apps.order.views", "shop.apps.catalogue.views")),
        Pin("apart", ("table:catalogue_product", "table:catalogue_category")),
    )
    found = proposals(graph, *pins)
    assert {each.strategy for each in found} >= {"packages"}
    for proposal in found:
        membership = Membership(graph, proposal.boundary)
        owners = [membership.of(f"table:{name}") for name in ("basket_basket", "order_orderline")]
        assert owners == ["sales", "sales"]
        assert membership.of_module("shop.apps.basket.views") == "sales"
        views = {membership.of_module(f"shop.apps.{app}.views") for app in ("order", "catalogue")}
        assert len(views) == 1
        tables = {membership.of(f"table:catalogue_{name}") for name in ("product", "category")}
        assert len(tables) == 2
        said = [note for note in proposal.boundary.notes if "as pinned" in note]
        assert any("shop.apps.basket is kept in sales, from basket" in note for note in said)


def test_a_function_alone_can_be_pinned(shop: Make) -> None:
    """Its module stays where it was."""
    graph = shop()
    pin = Pin("service", ("shop.apps.dashboard.views.list",), "order")
    (proposal,) = (each for each in proposals(graph, pin) if each.strategy == "packages")
    membership = Membership(graph, proposal.boundary)
    assert membership.of("function:shop.apps.dashboard.views.list") == "order"
    assert membership.of_module("shop.apps.dashboard.views") == "dashboard"


@pytest.mark.parametrize(
    ("pins", "what", "why"),
    [
        (
            (
                Pin("service", ("shop.apps.order",), "a", PLACE),
                Pin("service", ("shop.apps.order",), "b", Place("carveout.toml", 9)),
            ),
            "shop.apps.order is pinned to a and to b",
            "carveout.toml:7 and carveout.toml:9 cannot both be kept",
        ),
        (
            (
                Pin("together", ("shop.apps.order", "shop.apps.basket"), place=PLACE),
                Pin("apart", ("shop.apps.basket", "shop.apps.order")),
            ),
            "shop.apps.basket and shop.apps.order stay together and apart",
            "carveout.toml:7 and --apart shop.apps.basket,shop.apps.order cannot both be kept",
        ),
        (
            (
                Pin("service", ("shop.apps.order",), "a", PLACE),
                Pin("service", ("shop.apps.basket",), "b"),
                Pin("together", ("shop.apps.order", "shop.apps.catalogue")),
                Pin("together", ("shop.apps.basket", "shop.apps.catalogue")),
            ),
            "stay together, but are pinned to",
            "carveout.toml:7",
        ),
        (
            (
                Pin("service", ("shop.apps.order", "shop.apps.basket"), "a", PLACE),
                Pin("apart", ("shop.apps.basket", "shop.apps.order")),
            ),
            "stay apart, but are both pinned to a",
            "carveout.toml:7",
        ),
    ],
)
def test_contradictions_name_both_places(shop: Make, pins: tuple[Pin, ...], what: str, why: str) -> None:
    """Nothing is drawn."""
    with pytest.raises(UsageError) as caught:
        proposals(shop(), *pins)
    assert what in caught.value.what
    assert why in caught.value.why
    assert caught.value.help == "take one of the two away"


def test_what_is_not_there_cannot_be_pinned(shop: Make) -> None:
    """The place and the nearest names are told."""
    with pytest.raises(UsageError) as caught:
        proposals(shop(), Pin("service", ("shop.apps.ordre",), "a", PLACE))
    assert caught.value.place == PLACE
    assert "shop.apps.order" in caught.value.help
    with pytest.raises(UsageError, match="cannot be the name of a service"):
        proposals(shop(), Pin("service", ("shop.apps.order",), "A b"))
    with pytest.raises(UsageError, match="no service has at least 9 and at most 2 modules"):
        proposals(shop(), smallest=9, largest=2)


def test_large_services_are_divided_and_small_ones_join(make: Make) -> None:
    """Three clusters of ten modules in one package; the package of one module joins what it uses."""
    modules = {"big": 1} | {f"big.{area}{n}": 40 for area in ("red", "blue", "green") for n in range(10)}
    edges = []
    for area in ("red", "blue", "green"):
        for n in range(10):
            edges += [(f"function:big.{area}{n}.f", f"function:big.{area}{m}.f", "calls") for m in range(10)]
            edges.append((f"function:big.{area}{n}.f", f"table:{area}_{n}", "writes"))
    edges.append(("function:little.one.f", "function:big.red0.f", "calls"))
    edges.append(("function:little.one.f", "table:little", "writes"))
    other = {"other": 1, "other.a": 200, "other.b": 200, "little": 1, "little.one": 40}
    edges += [("function:other.a.f", "table:other", "writes"), ("function:other.b.f", "table:other", "reads")]
    graph = make(modules | other, edges)
    (proposal,) = (each for each in proposals(graph, smallest=3, largest=12) if each.strategy == "packages")
    sizes: dict[str | None, int] = {}
    membership = Membership(graph, proposal.boundary)
    for node in graph.nodes("module"):
        owner = membership.of(node.id)
        sizes[owner] = sizes.get(owner, 0) + 1
    sizes.pop(None, None)
    assert len(sizes) == 4 and max(sizes.values()) <= 13 and min(sizes.values()) >= 3
    assert membership.of_module("little.one") == membership.of_module("big.red0")
    notes = " ".join(proposal.boundary.notes)
    assert "big had 31 modules, more than 12: it became big, big_" in notes
    assert "little: fewer than 3 modules, joined" in notes


def test_the_order_of_pins_and_of_the_graph_does_not_matter(shop: Make) -> None:
    """The same boundaries for any."""
    pins = (Pin("service", ("shop.apps.basket",), "sales"), Pin("together", ("shop.apps.order", "shop.core")))
    first = [each.boundary.services for each in proposals(shop(), *pins)]
    assert first == [each.boundary.services for each in proposals(shop(seed=3), *pins[::-1])]
