"""The strategy `community`, its consensus and its coupling."""

from __future__ import annotations

from collections.abc import Callable
from math import log1p, sqrt

import pytest

from carveout.analyzer.model.boundary import Wishes
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.model.ties import WEIGHTS
from carveout.analyzer.proposals.choose import propose
from carveout.analyzer.proposals.consensus import communities
from carveout.analyzer.proposals.coupling import VIRTUAL, combined, ties
from carveout.analyzer.proposals.survey import survey

Make = Callable[..., Graph]


def test_tables_draw_modules_together_across_packages(make: Make) -> None:
    """Views and jobs that write the same tables end up in one service, named by the code's words."""
    modules = {"app": 1, "app.web": 1, "app.batch": 1}
    edges = []
    for word in ("orders", "stock", "letters"):
        modules |= {f"app.web.{word}": 100, f"app.batch.{word}_import": 100}
        edges.append((f"route:GET /{word}", f"function:app.web.{word}.index", "handles"))
        for table in (word, f"{word}_log"):
            edges.append((f"function:app.web.{word}.index", f"table:{table}", "writes"))
            edges.append((f"function:app.batch.{word}_import.run", f"table:{table}", "writes"))
    (proposal,) = propose(make(modules, edges), Wishes(strategies=("community",)))
    assert [(s.name, s.modules) for s in proposal.boundary.services] == [
        ("letters", ("app.batch.letters_import", "app.web.letters")),
        ("orders", ("app.batch.orders_import", "app.web.orders")),
        ("stock", ("app.batch.stock_import", "app.web.stock")),
    ]
    assert proposal.boundary.services[1].tables == ("orders", "orders_log")
    assert proposal.metrics["shared tables"] == 0


def test_library_code_is_set_aside_before_clustering(shop: Callable[..., Graph]) -> None:
    """The kernel is the same as that of `packages`, and its modules are in no service."""
    (proposal,) = propose(shop(), Wishes(strategies=("community",)))
    assert proposal.boundary.shared.modules == ("shop.core",)
    assert proposal.aside["shop.settings"] == "configures or starts the project"


def test_communities_of_two_cliques() -> None:
    """A weak bridge does not join two cliques, and the result is sorted."""
    weights = {(a, b): 1.0 for group in ("abcd", "wxyz") for a in group for b in group if a < b}
    weights["d", "w"] = 0.1
    assert communities(weights, 1.0) == (("a", "b", "c", "d"), ("w", "x", "y", "z"))
    assert communities(dict(reversed(weights.items())), 1.0) == communities(weights, 1.0)


def test_communities_of_nothing() -> None:
    """No edges, no groups."""
    assert communities({}, 1.0) == ()


def test_a_tie_counts_less_the_more_its_target_is_used(make: Make) -> None:
    """log1p(times) / sqrt(fan-in), divided by the mean of its kind, times the kind's weight."""
    modules = {"a": 5, "b": 5, "c": 5, "d": 5}
    edges = [(f"function:{name}.f", "function:d.used", "calls") for name in "abc"] + [
        ("function:a.f", "function:b.g", "calls")
    ]
    known = survey(make(modules, edges))
    found = {(t.left, t.right): t for t in ties(known, known.units) if t.kind == "calls"}
    strong, weak = log1p(1), log1p(1) / sqrt(3)
    mean = (strong + 3 * weak) / 4
    assert found["a", "b"].weight == pytest.approx(WEIGHTS["calls"] * strong / mean)
    assert found["a", "d"].weight == pytest.approx(WEIGHTS["calls"] * weak / mean)
    assert found["a", "d"].times == 1


def test_ties_by_package_and_word_run_through_virtual_nodes(shop: Callable[..., Graph]) -> None:
    """Modules of one package share a node, unless the package holds most of the code."""
    known = survey(shop())
    found = ties(known, known.units)
    packages = {tie.right for tie in found if tie.kind == "package"}
    assert "package#shop.apps.order" in packages
    assert "package#shop" not in packages
    assert {"package", "words"} == {tie.kind for tie in found if tie.right.startswith(VIRTUAL)}
    assert all(left < right for left, right in combined(known, known.units))


def test_layers_tie_nothing_together(make: Make) -> None:
    """URL files that nothing else ties are no service: each goes with the views that it leads to."""
    modules = {f"app.{layer}": 1 for layer in ("urls", "views", "models")} | {"app": 1}
    edges = []
    for word in ("orders", "stock", "letters"):
        modules |= {f"app.{layer}.{word}": 100 for layer in ("urls", "views", "models")}
        edges.append((f"route:GET /{word}", f"function:app.views.{word}.index", "handles"))
        edges.append((f"module:app.urls.{word}", f"module:app.views.{word}", "imports"))
        edges.append((f"model:app.models.{word}.EntityModel", f"table:app_{word}model", "maps"))
        edges.append((f"function:app.views.{word}.index", f"table:app_{word}model", "writes"))
    (proposal,) = propose(make(modules, edges), Wishes(strategies=("community",)))
    assert {s.name: s.modules for s in proposal.boundary.services} == {
        word: (f"app.models.{word}", f"app.urls.{word}", f"app.views.{word}")
        for word in ("letters", "orders", "stock")
    }
