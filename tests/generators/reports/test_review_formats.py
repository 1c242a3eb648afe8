"""The review as Markdown, CSV and decision record: the same figures as the page's, harmless for their readers."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from io import StringIO

import pytest
from markdown_it import MarkdownIt

from carveout.analyzer.graph.functionality import functionalities
from carveout.analyzer.graph.tables import table_views
from carveout.analyzer.model.boundary import Boundary, Service
from carveout.analyzer.model.errors import UsageError
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.model.results import ReviewResult
from carveout.generators.reports import choose, formats
from carveout.generators.reports.spreadsheet import table

SHOP = {
    "shop/__init__.py": "",
    "shop/orders.py": """
        from flask import Flask
        from shop import billing
        app = Flask(__name__)

        @app.post("/orders")
        def place():
            return billing.charge(None, 1)
        """,
    "shop/billing.py": """
        def charge(connection, order):
            connection.execute("SELECT id FROM orders WHERE id = ?", (order,))
            connection.execute("INSERT INTO payment (id) VALUES (?)", (order,))
        """,
    "schema.sql": "CREATE TABLE orders (id INT); CREATE TABLE payment (id INT);",
}
AGREED = Boundary(
    (
        Service("billing", ("shop.billing",), tables=("payment",)),
        Service("orders", ("shop.orders",), tables=("orders",)),
    )
)


@pytest.fixture
def result(graph_of: Callable[..., Graph]) -> ReviewResult:
    graph = graph_of(SHOP)
    views = table_views(graph, AGREED)
    return ReviewResult("shop", graph, views, functionalities(graph), agreed=AGREED)


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(data.decode("utf-8"))))


def test_all_formats_are_there() -> None:
    assert set(formats(ReviewResult)) == {"adr", "cut-csv", "html", "markdown", "tables-csv"}


def test_every_format_tells_the_same_figures(result: ReviewResult) -> None:
    page = choose(ReviewResult, "html").render(result).decode()
    markdown = choose(ReviewResult, "markdown").render(result).decode()
    rows = rows_of(choose(ReviewResult, "cut-csv").render(result))
    pairs = Counter((row["from"], row["into"]) for row in rows)
    assert pairs
    for (origin, owner), number in pairs.items():
        assert f"| <code>{origin}</code> | <code>{owner}</code> | {number} |" in markdown
        assert re.search(
            rf'<th scope="row"[^>]*>{origin}</th><td>{owner}</td><td class="n">{number}</td>', page
        )
    assert f"2 services; {len(rows)} edges cross between them." in markdown
    (hops,) = re.findall(r"\| <code>route:POST /orders</code> \| \d+ \| \d+ \| (\d+) \|", markdown)
    shown = page.partition('data-value="route:*">POST /orders<')[2]
    assert f'<td class="n">{hops}</td><td>billing, orders</td>' in shown.partition("</tr>")[0]


def test_every_edge_of_the_cut_has_its_place(result: ReviewResult) -> None:
    rows = rows_of(choose(ReviewResult, "cut-csv").render(result))
    found = {(row["kind"], row["target"], row["path"], row["line"]) for row in rows}
    assert ("reads", "table:orders", "shop/billing.py", "3") in found


def test_tables_by_who_uses_them(result: ReviewResult) -> None:
    rows = rows_of(choose(ReviewResult, "tables-csv").render(result))
    told = [(row["table"], row["owner"], row["user"], row["writing functions"]) for row in rows]
    assert told == [("orders", "orders", "billing", "0"), ("payment", "billing", "billing", "1")]


def test_no_cell_is_a_formula() -> None:
    data = table(("name",), [("=cmd|' /C calc'!A0",), ("@SUM(A1)",), ("-1",), ('a,"b"\nc',)])
    cells = [row[0] for row in csv.reader(StringIO(data.decode()))][1:]
    assert cells == ["'=cmd|' /C calc'!A0", "'@SUM(A1)", "'-1", 'a,"b"\\nc']


def test_a_decision_record_is_about_one_service(result: ReviewResult) -> None:
    record = choose(ReviewResult, "adr").render(replace(result, service="billing")).decode()
    assert record.startswith("---\nstatus: proposed\n---\n")
    for heading in ("Context and problem statement", "Considered options", "Decision outcome"):
        assert f"\n## {heading}\n" in record
    assert "* 1 `reads` of its own to others: this read becomes" in record
    assert "* turn " in record and "shop/billing.py:3" in record
    with pytest.raises(UsageError) as caught:
        choose(ReviewResult, "adr").render(replace(result, service="pay"))
    assert "billing, orders" in caught.value.help


def test_names_stay_text_in_markdown(result: ReviewResult) -> None:
    hostile = "x](http://evil) <img src=x> | @everyone"
    boundary = Boundary((Service(hostile, ("shop.billing",)), Service("orders", ("shop.orders",))))
    views = table_views(result.graph, boundary)
    changed = replace(result, agreed=boundary, tables=views, service=hostile)
    for format in ("markdown", "adr"):
        text = choose(ReviewResult, format).render(changed).decode()
        html = MarkdownIt("commonmark").enable("table").render(text)
        assert "<img" not in html
        assert "<a " not in html
