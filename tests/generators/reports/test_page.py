"""The report as a page: what stands in it without script, what travels along, and that names stay text."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carveout.analyzer.assessment import assess
from carveout.analyzer.graph.functionality import functionalities
from carveout.analyzer.graph.order import order
from carveout.analyzer.graph.tables import table_views
from carveout.analyzer.model.boundary import Boundary, Proposal, Service
from carveout.analyzer.model.graph import Columns, Graph
from carveout.analyzer.model.results import ReviewResult
from carveout.analyzer.pipeline import propose, wishes_of
from carveout.analyzer.review import review
from carveout.generators.reports.groupings import groupings, tables_of
from carveout.generators.reports.page import Page, navigation
from carveout.generators.reports.page.container import packed, unpacked
from carveout.generators.reports.page.views.services import Services
from carveout.generators.reports.review_markdown import ReviewMarkdown

GraphOf = Callable[..., Graph]

SHOP = {
    "shop/__init__.py": "",
    "shop/orders.py": """
        import sqlite3
        from shop import billing

        def place(connection, order):
            connection.execute("INSERT INTO orders (id) VALUES (?)", (order,))
            billing.charge(connection, order)
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


def result_of(graph: Graph, *boundaries: Boundary, agreed: Boundary | None = None) -> ReviewResult:
    proposals = []
    for boundary in boundaries:
        found = groupings(ReviewResult("shop", graph, table_views(graph, None), (), agreed=boundary))[0]
        proposals.append(Proposal(boundary, "packages", {"SM": 0.25}, found.cut))
    return ReviewResult(
        "shop", graph, table_views(graph, agreed), functionalities(graph), tuple(proposals), agreed=agreed
    )


def data_of(page: bytes) -> dict[str, Any]:
    text = re.search(rb'id="data">([^<]*)<', page)
    assert text
    value: dict[str, Any] = unpacked(text[1].decode())
    return value


def edges_of(data: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The edges as a browser unpacks them."""
    ids: list[str] = []
    for shared, rest in zip(data["nodes"]["shared"], data["nodes"]["rest"], strict=True):
        ids.append((ids[-1][:shared] if ids else "") + rest)
    edges, found, e = data["edges"], [], 0
    recent: list[int] = []
    far = iter(edges["target"])
    for source, number in enumerate(edges["out"]):
        for _ in range(number):
            kind = edges["combinations"][ord(edges["code"][e]) - 40][0]
            met = edges["recent"][e]
            target = recent.pop(met - 1) if met else source + next(far)
            recent = [target, *recent][:255]
            found.append((ids[source], ids[target], data["edgeKinds"][kind]))
            e += 1
    return found


class Elements(HTMLParser):
    """Counts elements and gathers texts."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.texts: list[str] = []
        self.handlers: list[str] = []
        self.feed(page.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "style"]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_same_graph_gives_the_same_bytes(graph_of: GraphOf) -> None:
    result = result_of(graph_of(SHOP), AGREED)
    assert Page().render(result) == Page().render(result)


def test_the_edges_that_travel_along_are_those_of_the_graph(graph_of: GraphOf) -> None:
    graph = graph_of(SHOP)
    edges = set(edges_of(data_of(Page().render(result_of(graph, AGREED)))))
    assert ("function:shop.orders.place", "function:shop.billing.charge", "calls") in edges
    assert ("function:shop.billing.charge", "table:orders", "reads") in edges
    known = {(e.source, e.target, e.kind) for e in graph.edges()}
    assert edges <= known
    assert {kind for _, _, kind in known - edges} <= {"contains", "calls", "imports"}  # calls of libraries


def test_what_crosses_is_told_as_the_cut_tells_it(graph_of: GraphOf) -> None:
    result = result_of(graph_of(SHOP), AGREED)
    page = Page().render(result).decode()
    pairs = Counter((edge.origin, edge.owner) for edge in result.proposals[0].cut)
    assert pairs
    for (origin, owner), number in pairs.items():
        ends = rf'<th scope="row"[^>]*>{origin}</th><td>{owner}</td>'
        row = rf'{ends}<td class="n">{number}</td>'
        assert re.search(row, page)


def test_a_page_without_script_tells_tables_functions_and_proposals(graph_of: GraphOf) -> None:
    text = " ".join(Elements(Page().render(result_of(graph_of(SHOP), AGREED))).texts)
    for expected in ("payment", "shop.billing.charge", "shop/billing.py:3", "SM", "0.25", "exclusive"):
        assert expected in text


def test_names_never_become_markup(graph_of: GraphOf) -> None:
    hostile = "</script><img src=x onerror=alert(1)>\"'&"
    boundary = Boundary((Service(hostile, ("shop.billing",)), Service("\u202eevil", ("shop.orders",))))
    files = {**SHOP, "x.sql": f'CREATE TABLE "{hostile[:30]}" (id INT);'}
    graph = graph_of(files)
    calm = Elements(Page().render(result_of(graph_of(SHOP), AGREED)))
    page = Page().render(result_of(graph, boundary))
    elements = Elements(page)
    assert elements.tags["script"] == calm.tags["script"] == 2
    assert elements.tags["img"] == 0
    assert elements.handlers == []
    assert "\u202e" not in page.decode().partition('id="data"')[0]


def test_the_policy_names_just_what_stands_in_the_page(graph_of: GraphOf) -> None:
    page = Page().render(result_of(graph_of(SHOP), AGREED)).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]

    def digest(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    styles = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert len(scripts) == 1
    assert styles
    carried = data_of(page.encode())["script"]
    for text in (*scripts, carried, *styles):
        import html

        found = [digest(text), digest(html.unescape(text))]
        assert any(f"'sha256-{each}'" in policy[1] for each in found)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


def test_today_stands_beside_what_is_proposed(graph_of: GraphOf) -> None:
    """The last grouping is the packages, also where services are agreed; a dense cut points to the matrix."""
    graph = graph_of(SHOP)
    for result in (result_of(graph, AGREED), result_of(graph, agreed=AGREED)):
        assert [each.key for each in groupings(result)][1:] == ["packages"]
        page = Page().render(result).decode()
        assert "100 % of the pairs of services are linked" in page
        assert re.findall(r'data-view="(\w+)"', page)[:3] == ["overview", "matrix", "map"]
    assert {s.name for s in groupings(result)[-1].boundary.services} <= {
        "shop",
        "shop.orders",
        "shop.billing",
    }


def test_what_follows_the_grouping_travels_along(graph_of: GraphOf) -> None:
    """Each view tells the other groupings as the page would if they were the first."""
    graph = graph_of(SHOP)
    result = result_of(graph, AGREED)
    _, packages = data_of(Page().render(result))["groupings"]
    first, today = groupings(result)
    assert tables_of(result, first).tables[0].owner == "orders"
    assert tables_of(result, today) == result.tables
    rows = {row[0][1]: row[1:] for row in packages["views"]["tables"]["rows"]}
    assert rows["orders"] == ["shop", "exclusive", ["high", "100 %"], "shop 1", "shop 1"]
    assert packages["views"]["map"]["said"]["caption"] == "Nothing crosses."
    assert set(packages["views"]) == {
        "overview",
        "map",
        "services",
        "tables",
        "functionalities",
        "difference",
    }


def test_an_empty_graph_gives_a_page() -> None:
    graph = Graph(Columns())
    page = Page().render(ReviewResult("void", graph, table_views(graph, None), (), nothing="nothing here"))
    assert b"nothing here" in page
    assert data_of(page)["edges"]["target"] == []


def test_views_stand_in_their_order() -> None:
    names = [view.name for view in navigation()]
    assert [name for name in names if name != "difference"][:3] == ["overview", "map", "matrix"]
    assert len(set(names)) == len(names)


def test_services_with_a_life_of_their_own_come_first(graph_of: GraphOf) -> None:
    """Those that answer and keep data stand before those that do one of both, and the page says why."""
    files = {
        **SHOP,
        "shop/web.py": """
            from flask import Flask
            from shop import billing
            app = Flask(__name__)

            @app.post("/pay")
            def pay():
                return billing.charge(None, 1)
            """,
    }
    services = (
        Service("billing", ("shop.billing", "shop.web"), tables=("payment",)),
        Service("orders", ("shop.orders",), tables=("orders",)),
        Service("idle", ("shop",)),
    )
    found = groupings(result_of(graph_of(files), agreed=Boundary(services)))[0]
    rows = order(graph_of(files), found.boundary, found.cut)
    assert [(row.name, row.entries, row.tables) for row in rows] == [
        ("billing", 1, 1), ("orders", 0, 1), ("idle", 0, 0),
    ]  # fmt: skip
    page = Page().render(result_of(graph_of(files), agreed=Boundary(services))).decode()
    assert "Carve out first: billing. It answers 1 of 1 routes, tasks, jobs and commands for " in page
    assert rows[0].used_by == ("orders",)


def test_the_page_ranks_services_as_assess_does(tmp_path: Path) -> None:
    """`assess`, the page, Markdown and `propose --strategy single` name the same service first."""
    for name, text in SHOP.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(dedent(text))
    (tmp_path / "carveout.toml").write_text(
        '[services.orders]\nmodules = ["shop.orders"]\ntables = ["orders"]\n'
        '[services.billing]\nmodules = ["shop.billing"]\ntables = ["payment"]\n'
    )
    ranked = [each.name for each in assess(tmp_path, workers=1).order]
    result = review(tmp_path, workers=1)
    rows = Services().shown(result, groupings(result)[0]).rows
    assert [row[0][1] for row in rows] == ranked
    assert f"Carve out first: **{ranked[0]}**" in ReviewMarkdown().render(result).decode()


def test_an_agreed_boundary_shows_its_violations(tmp_path: Path) -> None:
    for name, text in SHOP.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
    (tmp_path / "carveout.toml").write_text(
        '[services.orders]\nmodules = ["shop.orders"]\ntables = ["orders"]\n'
        '[services.billing]\nmodules = ["shop.billing"]\ntables = ["payment"]\n'
    )
    result = review(tmp_path, workers=1)
    text = " ".join(Elements(Page().render(result)).texts)
    assert result.check is not None
    found = next(each for each in result.check.violations if each.target == "table:orders")
    assert found.title in text
    assert "shop/billing.py:3" in text
    assert 'connection.execute("SELECT id FROM orders' in text


def test_proposals_bear_the_numbers_that_propose_gives_them(tmp_path: Path) -> None:
    """What the page calls proposal 1 is what `carveout propose --accept 1` writes, agreed services or not."""
    for part in ("orders", "billing", "stock"):
        for name in ("__init__", "models", "views"):
            place = tmp_path / "shop" / part / f"{name}.py"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(f"def {part}_{name}(x):\n    return x\n" if name != "__init__" else "")
    (tmp_path / "shop" / "__init__.py").write_text("")
    services = "".join(f'[services.{p}]\nmodules = ["shop.{p}"]\n' for p in ("orders", "billing"))
    (tmp_path / "carveout.toml").write_text(services)
    result = review(tmp_path, workers=1)
    expected = propose(result.graph, wishes_of(tmp_path))
    assert [each.strategy for each in expected][:1] == ["agreed"]
    assert [(p.strategy, p.boundary) for p in result.proposals] == [
        (p.strategy, p.boundary) for p in expected
    ]


def test_two_hundred_services_and_long_names_fit(graph_of: GraphOf) -> None:
    names = [f"part{n:03d}_{'x' * 300 if n == 7 else 'y'}" for n in range(200)]
    files = {f"{name[:40]}{n}.py": "import os\n" for n, name in enumerate(names)}
    graph = graph_of(files)
    services = tuple(Service(name, (f"{name[:40]}{n}",)) for n, name in enumerate(names))
    page = Page().render(result_of(graph, Boundary(services)))
    assert len(data_of(page)["groupings"][0]["services"]) == 200


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=3),
        lambda below: (
            st.lists(below, max_size=8).filter(lambda each: not each or each[0] is not None)
            | st.lists(st.integers(-(2**40), 2**40), max_size=40)
            | st.dictionaries(st.text(max_size=3), below, max_size=4)
        ),
        max_leaves=30,
    )
)
def test_what_is_packed_comes_out_again(value: Any) -> None:
    """Lists of numbers leave the JSON and come back, negative and wide ones too."""
    assert unpacked(packed({"value": value})) == {"value": value}


@pytest.mark.parametrize("name", ["data", "units", "trace"])
def test_scripts_are_files_of_their_own(name: str) -> None:
    from carveout.generators.reports.page.sections import script

    assert "function" in script(f"script/{name}")
    assert "\n//" not in script(f"script/{name}")
