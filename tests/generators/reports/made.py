"""A small graph made by hand, and results of it."""

from __future__ import annotations

from typing import Any

from carveout.analyzer.graph.cut import cut
from carveout.analyzer.model.boundary import Boundary, Proposal, Service
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.evidence import BlindSpot, Diagnostic, Evidence, Place
from carveout.analyzer.model.findings import Violation
from carveout.analyzer.model.graph import Coverage, Edge, Graph, Node
from carveout.analyzer.model.results import CheckResult, ProposalsResult
from carveout.generators.reports import choose

EVIL = "shop\x1b[2J\n\u202eevil.py"


def seen(path: str, line: int, column: int = 0) -> tuple[Evidence, ...]:
    return (Evidence(Place(path, line, column), "sql"),)


def graph() -> Graph:
    builder = GraphBuilder()
    for name in ("orders", "billing", "free"):
        builder.add(Node(f"module:shop.{name}", f"shop/{name}.py", 1, 90))
    builder.add(Node("function:shop.orders.show", "shop/orders.py", 10, 20))
    builder.add(Node("function:shop.billing.charge", "shop/billing.py", 5, 9))
    builder.add(Node("table:invoice", "schema.sql", 3, 0, (("type", "base"),)))
    builder.add(Node("route:GET /orders", "shop/orders.py", 9))
    builder.add(Edge("route:GET /orders", "function:shop.orders.show", "handles"))
    builder.add(Edge("function:shop.orders.show", "table:invoice", "reads", evidence=seen("shop/orders.py", 12, 8),
                     order=2, count=3, columns=("total",), seen=("static", "observed")))  # fmt: skip
    builder.add(Edge("function:shop.orders.show", "function:shop.billing.charge", "calls", "likely"))
    builder.add(Edge("function:shop.billing.charge", "table:invoice", "writes"))
    for name in ("orders", "billing", "free"):
        builder.add(Edge(f"module:shop.{name}", "module:os", "imports"))
    builder.add(BlindSpot("unresolved-call", Place("shop/orders.py", 14), "x.y()"))
    builder.add(Diagnostic("syntax-error", Place(EVIL, 3), "bad\x07 token"))
    return builder.build(Coverage(4, 3, 180, 1, 8, 7, 2, 2))


BOUNDARY = Boundary(
    (
        Service("billing", ("shop.billing",), tables=("invoice",), place=Place("carveout.toml", 14)),
        Service("orders", ("shop.orders",)),
    )
)


def violation(**changed: Any) -> Violation:
    fields: dict[str, Any] = {
        "id": "CO201", "rule": "table-read", "title": "orders must not read billing's tables",
        "source": "function:shop.orders.show", "target": "table:invoice", "origin": "orders", "owner": "billing",
        "evidence": (*seen("shop/a.py", 3), *seen("shop/orders.py", 12, 8)),
        "why": 'table "invoice" belongs to billing', "cost": "this read becomes a network call or a read model",
        "help": "call billing.api.get_invoice", "owner_place": "carveout.toml:14",
    }  # fmt: skip
    return Violation(**{**fields, **changed})


def checked(*violations: Violation, **changed: Any) -> CheckResult:
    return CheckResult(
        "shop", graph(), BOUNDARY, violations, **{"checked": {"reads": 1, "calls": 1}, **changed}
    )


def proposals() -> ProposalsResult:
    known = graph()
    metrics = {"services": 2.0, "SM": 0.12345, "ICP": 0.3, "shared tables": 1.0}
    one = Proposal(
        BOUNDARY, "packages", metrics, cut(known, BOUNDARY), ("services are packages",), {"shop.free": "free"}
    )
    other = Proposal(BOUNDARY, "community", {"SM": 0.2}, cut(known, BOUNDARY))
    return ProposalsResult("shop", known, (one, other))


def text(result: object) -> str:
    return choose(type(result), "text").render(result).decode("utf-8")
