"""The strategy `single`: what to carve out first, and what its two extents disagree on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.graph.order import order
from carveout.analyzer.model.boundary import Boundary, Wishes
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.proposals.choose import propose
from carveout.analyzer.proposals.single import strategy

Make = Callable[..., Graph]
ASKED = Wishes(strategies=("single",))


def shop_of(make: Make, seed: int = 0) -> Graph:
    """`letter` is on its own; `sale` and `stock` write each other's tables; a `print` package lies between."""
    modules, edges = {"app": 1}, []
    for area in ("letter", "sale", "stock"):
        modules |= {f"app.{area}": 1, f"app.{area}.models": 100, f"app.{area}.views": 200}
        for number in "12":
            table = f"table:{area}{number}"
            edges.append((f"class:app.{area}.models.{area.title()}{number}", table, "maps"))
            edges.append((f"function:app.{area}.views.save", table, "writes"))
        edges.append((f"route:GET /{area}", f"function:app.{area}.views.save", "handles"))
    edges.append(("function:app.sale.views.save", "table:stock1", "writes"))
    edges.append(("function:app.stock.views.save", "table:sale1", "writes"))
    modules |= {"app.print": 1, "app.print.paper": 80, "app.print.queue": 80}
    edges.append(("function:app.letter.views.save", "function:app.print.paper.page", "calls"))
    edges.append(("function:app.sale.views.save", "function:app.print.paper.page", "calls"))
    edges.append(("function:app.print.paper.page", "function:app.print.queue.put", "calls"))
    return make(modules, edges, seed)


def carved(graph: Graph) -> list[Boundary]:
    return list(strategy.propose(graph, ASKED))


def test_the_first_in_the_order_of_extraction_is_carved_out(make: Make) -> None:
    """Nobody else touches the tables of `letter`; the other two follow, with their days."""
    found = carved(shop_of(make))
    assert 1 <= len(found) <= 2
    for boundary in found:
        letter = boundary.service("letter")
        assert letter is not None
        assert letter.tables == ("letter1", "letter2")
        assert [service.name for service in boundary.services] == ["letter", "rest"]
        assert boundary.notes[0].startswith("letter first: it answers 1 of 3 routes, tasks, ")
        assert boundary.notes[1].startswith("next in the order of extraction: stock (1 entry point, ")
        assert ", sale (" in boundary.notes[1]


@pytest.mark.parametrize("bare", [False, True])
def test_it_names_what_assess_names_or_says_why_not(make: Make, bare: bool) -> None:
    """The services are those of `packages`, ranked alike; what keeps no table goes with a sentence."""
    modules, edges = {"app": 1}, []
    for area in ("letter", "sale", "stock"):
        modules |= {f"app.{area}": 1, f"app.{area}.models": 100, f"app.{area}.views": 200}
        if not (bare and area == "letter"):
            edges.append((f"class:app.{area}.models.Row", f"table:{area}", "maps"))
            edges.append((f"function:app.{area}.views.save", f"table:{area}", "writes"))
        edges.append((f"route:GET /{area}", f"function:app.{area}.views.save", "handles"))
    edges += [(f"route:GET /letter/{n}", "function:app.letter.views.save", "handles") for n in range(60)]
    edges.append(("function:app.sale.views.save", "table:stock", "writes"))
    graph = make(modules, edges, 0)
    drawn = next(each for each in propose(graph) if each.strategy == "packages")
    first = order(graph, drawn.boundary, drawn.cut)[0].name
    assert first == "letter"
    for boundary in carved(graph):
        chosen, *told = boundary.notes
        why = [note for note in told if note.startswith("letter stands before it in the order of extraction")]
        assert chosen.startswith("letter first: ") is not bare
        assert [note.endswith(", but keeps no table of its own") for note in why] == [True] * bare


def test_what_the_rules_disagree_on_has_a_reason_and_a_place(tangle: Callable[..., Graph]) -> None:
    """Each extent says what it takes alone or leaves out, with the edge that ties it, at file:line."""
    one, two = carved(tangle())
    told = [note for note in (*one.notes, *two.notes) if note.startswith(("takes alone", "leaves out"))]
    reasons = [note for note in told if not note.endswith(" more")]
    assert reasons
    assert all("; outside: " in note or note.endswith("; nothing outside") for note in reasons)
    assert any("(x.py:" in note for note in told)
    alone = {note.removeprefix("takes alone ") for note in one.notes if note.startswith("takes alone")}
    left = {note.removeprefix("leaves out ") for note in two.notes if note.startswith("leaves out")}
    assert alone == left


def test_it_is_only_made_when_asked_for(make: Make) -> None:
    """One service and the rest do not stand beside cuts of everything, unless that is wanted."""
    graph = shop_of(make)
    assert all(proposal.strategy != "single" for proposal in propose(graph))
    assert {proposal.strategy for proposal in propose(graph, ASKED)} == {"single"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_order_does_not_matter(make: Make, seed: int) -> None:
    """Shuffled input gives the same boundaries."""
    services = [boundary.services for boundary in carved(shop_of(make, seed))]
    assert services == [boundary.services for boundary in carved(shop_of(make))]


def test_without_data_there_is_nothing_to_carve_out(make: Make) -> None:
    """No tables, no first service."""
    graph = make({"app": 1, "app.a": 1, "app.a.b": 90, "app.c": 1, "app.c.d": 90}, [])
    assert carved(graph) == []
