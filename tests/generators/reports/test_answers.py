"""Violations, proposals and plans of a small graph as text and JSON."""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import replace

from carveout.analyzer.graph.cut import cut
from carveout.analyzer.model.boundary import Boundary, Ignore, Proposal, Service
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.findings import Hazard
from carveout.analyzer.model.graph import Edge, Node
from carveout.analyzer.model.plan import Plan, Step
from carveout.analyzer.model.results import CheckResult, ProposalsResult
from carveout.generators.reports import choose

from .made import checked, graph, proposals, seen, text, violation


def test_violations_text() -> None:
    """One block in the agreed shape, then the summary with counts and what was not seen."""
    result = checked(violation(), sources={("shop/orders.py", 12): '  cur.execute("SELECT")'})
    assert text(result).startswith(
        "CO201 orders must not read billing's tables\n"
        " --> shop/a.py:3:1\n"
        "also: shop/orders.py:12:9\n"
        'why:  table "invoice" belongs to billing (carveout.toml:14)\n'
        "cost: this read becomes a network call or a read model\n"
        "help: call billing.api.get_invoice\n"
        "\n"
        "1 violation\n"
    )
    assert text(result).splitlines()[8:12] == [
        "  CO201 table-read                                1",
        "",
        "services: billing, orders",
        "checked:  2 edges cross between them: calls 1, reads 1",
    ]
    assert "unowned:  1 of 3 modules (shop.free), held to nothing" in text(result)
    assert "not seen: 1 blind spot: unresolved-call 1; 1 file not read" in text(result)
    only = checked(violation(evidence=seen("shop/orders.py", 12, 8)), sources=result.sources)
    assert '\n --> shop/orders.py:12:9\n      | cur.execute("SELECT")\nwhy:' in text(only)


def test_no_violations_is_never_a_bare_tick() -> None:
    """A clean check says what was checked, what is accepted and what was not seen."""
    ignore = Ignore("table-read", "a", "b", "moves in step 4", datetime.date(2027, 3, 1))
    shown = text(checked(violation(baseline=True), ignored=((violation(), ignore),)))
    assert "no violations (1 accepted as debt, 1 ignored with a reason)" in shown
    assert shown.startswith("no violations (1 accepted") and "carveout baseline show" in shown
    assert "CO201 orders must not read billing's tables (accepted debt)\n" in text(
        checked(violation(baseline=True), every=True)
    )
    assert "not seen: 1 blind spot" in shown


def test_many_violations() -> None:
    """At most 20 are shown, some of each pair of services, with the summary at the end; or all."""
    many = [violation(target=f"table:t{n}") for n in range(300)]
    many += [violation(origin="free", id="CO202", rule="table-write") for _ in range(2)]
    shown = text(checked(*many))
    blocks = re.findall("^CO20. orders must not", shown, re.MULTILINE)
    assert len(blocks) == 20
    assert "# CO201 table-read, orders -> billing: 300, 18 shown\nCO201 orders" in shown
    assert "# CO202 table-write, free -> billing: 2\nCO202 orders" in shown
    assert "\n282 more violations: carveout check --all, or --format json\n\n302 violations\n" in shown
    every = text(checked(*many, every=True))
    assert every.count("must not read") == 302 and "more violations" not in every and "# " not in every


def test_violations_json() -> None:
    """The machine's version names the relationship, its fingerprint and all places."""
    ignore = Ignore("table-read", "a", "b", "moves in step 4", datetime.date(2027, 3, 1))
    result = checked(violation(), ignored=((violation(target="table:x"), ignore),))
    data = json.loads(choose(CheckResult, "json").render(result))
    assert data["schema"] == "carveout/violations/1"
    (found,) = data["violations"]
    assert (found["rule"], found["from"], found["to"], found["baseline"]) == (
        "table-read",
        "orders",
        "billing",
        False,
    )
    assert found["fingerprint"] == violation().fingerprint
    assert found["evidence"][1] == {"path": "shop/orders.py", "line": 12, "column": 8, "via": "sql"}
    assert (data["ignored"][0]["reason"], data["ignored"][0]["until"]) == ("moves in step 4", "2027-03-01")
    assert data["blind_spots"] == {"unresolved-call": 1}


def test_proposals_text() -> None:
    """Proposals stand side by side; metrics are explained; cuts are named with their kinds."""
    shown = text(proposals())
    assert re.search(r"^ +1 packages +2 community$", shown, re.MULTILINE)
    assert re.search(r"^SM +0\.12 +0\.20$", shown, re.MULTILINE)
    assert re.search(r"^ICP +0\.30 +-$", shown, re.MULTILINE)
    assert "share of calls that cross" in shown
    assert re.search(r"orders -> billing +2  calls 1, reads 1", shown)
    assert "  - services are packages" in shown


def test_what_comes_after_proposals() -> None:
    """With services agreed, --accept alone would be refused: it is not what one is told to type."""
    assert text(proposals()).endswith("--accept 1    writes these services to carveout.toml\n")
    agreed = text(replace(proposals(), agreed=2))
    assert "next: carveout check    holds the code to the 2 services agreed in carveout.toml\n" in agreed
    assert "carveout propose --accept 1 --yes    replaces them by those of proposal 1" in agreed


def test_cuts_stand_on_a_line() -> None:
    """No word is left alone on a line, and a long name loses its own middle, not the arrow."""
    builder = GraphBuilder()
    kinds = ("imports", "calls", "reads", "writes", "joins", "references", "inherits")
    names = ("documents", "documents_document_consumer_of_everything_else")
    for name in names:
        builder.add(Node(f"module:{name}", f"{name}.py", 1, 9))
    for kind in kinds:
        builder.add(Edge(f"module:{names[0]}", f"module:{names[1]}", kind))
    known = builder.build()
    boundary = Boundary(tuple(Service(name, (name,)) for name in names))
    shown = text(ProposalsResult("shop", known, (Proposal(boundary, "packages", {}, cut(known, boundary)),)))
    assert re.search(
        r"^    documents -> documents?\S*\.\.\S*everything_else +7  \S.* more$", shown, re.MULTILINE
    )
    services = tuple(Service(f"s{n:02}", (f"s{n:02}",)) for n in range(13))
    many = Proposal(Boundary(services), "packages", {}, ())
    assert "  and 1 smaller one with 0 modules\n" in text(ProposalsResult("shop", known, (many,)))


def test_no_proposals() -> None:
    """When nothing is worth cutting, the reason is given."""
    shown = text(ProposalsResult("shop", graph(), (), "all code is in one module"))
    assert shown.startswith("shop: all code is in one module\n")


def test_proposals_json() -> None:
    """Services with their tables and routes, metrics and the whole cut."""
    data = json.loads(choose(ProposalsResult, "json").render(proposals()))
    assert data["schema"] == "carveout/proposals/1"
    first = data["proposals"][0]
    assert (first["id"], first["strategy"]) == (1, "packages")
    assert first["services"][1] == {"name": "orders", "modules": ["shop.orders"], "functions": [], "tables": [],
                                    "routes": ["GET /orders"]}  # fmt: skip
    assert [(edge["kind"], edge["from"], edge["to"]) for edge in first["cut"]] == [
        ("calls", "orders", "billing"),
        ("reads", "orders", "billing"),
    ]
    assert first["aside"] == {"shop.free": "free"}


def test_plan_text() -> None:
    """Steps and hazards of a plan."""
    hazard = Hazard(
        id="shared-table", title="orders reads invoice", evidence=seen("shop/orders.py", 12), help="an API"
    )
    step = Step(
        "service", Service("orders"), moved=("shop/orders.py",), distributions=("flask",), hazards=(hazard,)
    )
    shown = text(Plan(Service("orders"), (step,)))
    assert shown.startswith("orders: 1 step\n1. service: moves 1 file\n   needs:   flask\n")
    assert "shared-table orders reads invoice\n --> shop/orders.py:12\nhelp: an API\n" in shown


def test_many_services_say_where_to_begin() -> None:
    """Nobody carries out nine at once: the first three with their days, and how to get fewer."""
    building = GraphBuilder()
    for number in range(9):
        building.add(Node(f"module:shop.s{number}", f"shop/s{number}.py", 1, 1))
    made = building.build()
    for many in (8, 9):
        services = tuple(Service(f"s{number}", modules=(f"shop.s{number}",)) for number in range(many))
        shown = text(ProposalsResult("shop", made, (Proposal(Boundary(services), "packages", {}, (), ()),)))
        assert ("carry out first, and leave the other 6 together\n    s0 " in shown) == (many == 9)
        assert ("carveout propose --granularity 0.2" in shown) == (many == 9)
        assert all(len(line) <= 80 for line in shown.splitlines())
