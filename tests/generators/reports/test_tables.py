"""The tables as text and as data."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from carveout.analyzer.graph.tables import table_views
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.errors import UsageError
from carveout.analyzer.model.evidence import BlindSpot, Evidence, Place
from carveout.analyzer.model.graph import Edge, Graph, Node
from carveout.analyzer.model.results import TablesResult
from carveout.cli.options import table_result
from carveout.generators.reports import choose
from carveout.generators.reports.plain import cells, ending

HOSTILE = "evil\x1b[2J" + "x" * 60


def graph() -> Graph:
    builder = GraphBuilder()
    for package in ("orders", "billing", "mail", "stock", "users", "pages"):
        path = f"shop/{package}/service.py"
        builder.add(Node(f"module:shop.{package}.service", path, 1, 90))
        builder.add(Node(f"function:shop.{package}.service.run", path, 3, 9))
        builder.add(Node(f"model:shop.{package}.Thing", path, 20))
        builder.add(Node(f"table:{package}", path, 20))
        for target in ("orders", package):
            evidence = (Evidence(Place(path, 5)),)
            builder.add(
                Edge(f"function:shop.{package}.service.run", f"table:{target}", "writes", evidence=evidence)
            )
    builder.add(Node(f"table:{HOSTILE}", "shop/orders/service.py", 30))
    builder.add(Edge("route:GET /", "function:shop.mail.service.run", "handles"))
    owner, id = "function:shop.mail.service.run", "transaction:shop.mail.service.run#1"
    builder.add(Node(id, "shop/mail/service.py", 4, 9))
    builder.add(Edge(owner, id, "contains"))
    for target, how in (("table:orders", "writes"), ("table:mail", "writes"), ("host:smtp", "requests")):
        builder.add(Edge(id, target, "spans", how=(how,)))
    builder.add(BlindSpot("dynamic-table-name", Place("shop/mail/service.py", 8), "x"))
    return builder.build()


def result() -> TablesResult:
    return TablesResult("shop", graph(), table_views(graph()))


def test_text_says_first_what_is_shared() -> None:
    """The summary fits a screen of 80 columns; names cannot steer the terminal."""
    lines = choose(TablesResult, "text").render(result()).decode().splitlines()
    assert max(map(cells, lines)) <= 80
    assert lines[0] == "shop: 7 tables"
    assert lines[1].split("; ")[0].strip() == "1 written by several packages"
    text = "\n".join(lines)
    assert "\x1b" not in text
    assert "orders                      orders                  billing 1, mail 1, 3 more" in lines
    assert "  mail.service.run          mail 1, orders 1                        service.py:4" in lines
    assert "  mail.service.run          smtp                                    service.py:4" in lines
    assert "not seen: dynamic-table-name 1; these may use tables as well" in lines
    assert lines[-2].startswith("next: carveout analyze --table orders ")


def test_text_of_one_table_names_each_place() -> None:
    """Writers and readers with `path:line`, routes with letters, transactions."""
    (only,) = (table for table in result().views.tables if table.name == "orders")
    lines = choose(TablesResult, "text").render(replace(result(), only=only)).decode().splitlines()
    assert max(map(cells, lines)) <= 80
    assert lines[:3] == [
        "table orders",
        "declared: shop/orders/service.py:20",
        "owner:    shop.orders; written by several",
    ]
    assert "written by 6" in lines
    assert (
        lines[lines.index("  shop.mail.service.run".ljust(74) + "writes") + 1]
        == "      shop/mail/service.py:5"
    )
    assert "  GET /".ljust(79) + "W" in lines
    assert "      shop/mail/service.py:4" in lines


def test_json_holds_all() -> None:
    """The schema is named; each table, use and transaction is there."""
    data = json.loads(choose(TablesResult, "json").render(result()))
    assert (data["schema"], data["by"], len(data["tables"])) == ("carveout/tables/0", "package", 7)
    orders = next(table for table in data["tables"] if table["id"] == "table:orders")
    assert (orders["owner"], orders["sharing"]) == ("shop.orders", "written by several")
    assert orders["functionalities"] == {"route:GET /": "W"}
    assert orders["uses"][0]["places"] == ["shop/billing/service.py:5"]
    assert data["transactions"][0]["outbound"] == ["host:smtp"]


def test_tables_are_named_in_full_or_without_their_schema(tmp_path: Path) -> None:
    """What is not there is refused with names that are."""
    found = table_result(tmp_path, graph(), "ORDERS")
    assert found.only is not None
    assert found.only.name == "orders"
    with pytest.raises(UsageError) as refused:
        table_result(tmp_path, graph(), "order")
    assert 'did you mean "orders"' in refused.value.help


def test_one_table_says_where_else_it_is_declared_and_what_differs() -> None:
    """Its columns, further files, and what its sources contradict each other in."""
    builder = GraphBuilder()
    builder.add(Node("table:orders", "shop/models.py", 4))
    for name, path in (("id", "shop/models.py"), ("id", "db/schema.sql"), ("old", "db/schema.sql")):
        builder.add(Node(f"column:orders.{name}", path, 7))
        evidence = (Evidence(Place(path, 7)),)
        builder.add(Edge("table:orders", f"column:orders.{name}", "contains", evidence=evidence))
    builder.add(
        Edge(
            "script:db/schema.sql",
            "table:orders",
            "contains",
            evidence=(Evidence(Place("db/schema.sql", 6)),),
        )
    )
    builder.add(
        BlindSpot("schema-drift", Place("db/schema.sql", 7), "orders.old stands in SQL, but nowhere else")
    )
    builder.add(BlindSpot("schema-drift", Place("db/schema.sql", 9), "orders_2.x is odd"))
    views = table_views(builder.build())
    only = next(table for table in views.tables if table.name == "orders")
    told = TablesResult("shop", builder.build(), views, only)
    lines = choose(TablesResult, "text").render(told).decode().splitlines()
    assert lines[1:5] == [
        "declared: shop/models.py:4",
        "also in:  db/schema.sql:6",
        "columns:  id, old",
        "differs:  orders.old stands in SQL, but nowhere else (db/schema.sql:7)",
    ]


def test_names_keep_their_ends() -> None:
    """Packages and functions are told apart by their last parts."""
    assert ending("shop.modules.events.registration", 22) == "events.registration"

    assert cells(ending("a.b.ControllerThatIsVeryLongIndeed._process", 24)) <= 24
    assert ending("a.b.ControllerThatIsVeryLongIndeed._process", 24).endswith("._process")
