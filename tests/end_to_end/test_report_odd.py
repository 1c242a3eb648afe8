"""The report in a real browser on what is odd: nothing, one node, 200 services, hostile names; and each edge's line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from carveout.analyzer.graph.functionality import functionalities
from carveout.analyzer.graph.tables import table_views
from carveout.analyzer.model.boundary import Boundary, Service
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.evidence import Evidence, Place
from carveout.analyzer.model.graph import Columns, Edge, Graph, Node
from carveout.analyzer.model.results import ReviewResult
from carveout.analyzer.review import review
from carveout.generators.reports.page import Page

pytestmark = pytest.mark.full
SAMPLE = Path(__file__).parents[2] / "sample_monolith"
HOSTILE = (
    "</script><script>alert(1)</script>", "x" * 300, "שלום_עולם", "\u202egnp.exe", "\U0001f980 crab", "a\nb\x00c",
    '"><img src=x onerror=alert(1)>', "{{7*7}}", "&lt;b&gt;",
)  # fmt: skip


def built(names: tuple[str, ...]) -> tuple[Graph, Boundary]:
    """A service, a module, a function and a table for each name, each calling the next."""
    builder = GraphBuilder()
    for number, name in enumerate(names):
        path = f"shop/{name}.py"
        builder.add(Node(f"module:shop.m{number}", path, 1, 40))
        builder.add(Node(f"function:shop.m{number}.{name}", path, 3, 9))
        builder.add(Node(f"table:{name}", path, 12, 20))
        builder.add(Node(f"route:GET /{name}", path, 3, 9))
    for number, name in enumerate(names):
        at = (Evidence(Place(f"shop/{name}.py", 5), "syntax"),)
        source, after = f"function:shop.m{number}.{name}", (number + 1) % len(names)
        builder.add(Edge(f"route:GET /{name}", source, "handles", evidence=at))
        builder.add(Edge(source, f"function:shop.m{after}.{names[after]}", "calls", evidence=at))
        builder.add(Edge(source, f"table:{names[after]}", "writes", evidence=at))
    services = tuple(Service(name, (f"shop.m{n}",), tables=(name,)) for n, name in enumerate(names))
    return builder.build(), Boundary(services)


def result(graph: Graph, boundary: Boundary | None, project: str = "odd") -> ReviewResult:
    views = table_views(graph, boundary)
    return ReviewResult(
        project, graph, views, functionalities(graph), agreed=boundary, nothing="nothing here"
    )


def nothing() -> ReviewResult:
    return result(Graph(Columns()), None)


def one_node() -> ReviewResult:
    builder = GraphBuilder()
    builder.add(Node("module:a", "a.py", 1, 1))
    return result(builder.build(), None)


def hostile() -> ReviewResult:
    owners = {f"shop/{name}.py": (f"@{name}",) for name in HOSTILE}
    churn = dict.fromkeys(owners, 3)
    return replace(result(*built(HOSTILE), HOSTILE[0]), owners=owners, churn=churn)


def two_hundred() -> ReviewResult:
    return result(*built(tuple(f"part_{n:03}" for n in range(200))))


ODD: dict[str, Callable[[], ReviewResult]] = {
    "nothing": nothing, "one node": one_node, "hostile names": hostile, "200 services": two_hundred,
}  # fmt: skip


@pytest.fixture(scope="module", params=list(ODD))
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("odd") / "report.html"
    place.write_bytes(Page().render(ODD[request.param]()))
    return place.as_uri()


def opened(browser: Browser, address: str, width: int = 1400, scheme: str = "light") -> Iterator[Tab]:
    tab = browser.new_page(viewport={"width": width, "height": 900})
    tab.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("dialog", lambda dialog: dialog.dismiss())
    tab.add_init_script("window.alert = text => console.log('alert ' + text)")
    tab.goto(address)
    tab.wait_for_selector("html[data-ready]")
    yield tab
    tab.close()
    assert said == []


@pytest.mark.parametrize(("width", "scheme"), [(1400, "light"), (390, "dark")])
def test_every_view_says_something_and_fits(browser: Browser, page: str, width: int, scheme: str) -> None:
    """No view is blank, none is wider than the screen, no name runs or breaks out, and search finds what is there."""
    for tab in opened(browser, page, width, scheme):
        names = tab.eval_on_selector_all("nav a", "links => links.map(link => link.dataset.view)")
        assert {"overview", "map", "matrix"} <= set(names)
        for name in names:
            tab.click(f"nav a[data-view={name}]")
            assert len(tab.locator(f"#{name}").inner_text()) > 20
            wide = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, name
        for heat in tab.eval_on_selector_all("#heat option", "all => all.map(each => each.value)"):
            tab.click("nav a[data-view=map]")
            tab.select_option("#heat", heat)
        tab.click("[data-map=open]")
        tab.click("[data-map=close]")
        assert tab.locator("script").count() == 3  # data, what wakes the page, and its script
        assert tab.locator("img").count() == 0
        tab.fill("#search", "x" * 20)
        if tab.locator("#found li").count():
            tab.keyboard.press("Enter")
            assert tab.locator("#panel").is_visible()


def test_any_edge_shows_its_line_within_two_clicks(browser: Browser, tmp_path: Path) -> None:
    """A cell of the matrix is one click; all of its edges stand there with path and line, after one more at most."""
    found = review(SAMPLE)
    place = tmp_path / "report.html"
    place.write_bytes(Page().render(found))
    cut = found.proposals[0].cut
    with_place = {(edge.origin, edge.owner) for edge in cut if edge.edge.evidence}
    seen = 0
    for tab in opened(browser, place.as_uri() + "#matrix"):
        cells = tab.locator("#matrix-table button")
        for number in range(cells.count()):
            told = re.search(r": ([\d,]+)", cells.nth(number).get_attribute("aria-label") or "")
            assert told
            cells.nth(number).click()
            more = tab.locator("#panel li button")
            for button in more.all():
                button.click()
            places = tab.eval_on_selector_all("#panel .at", "all => all.map(each => each.textContent)")
            assert len(places) == int(told[1].replace(",", ""))
            assert [place for place in places if not re.fullmatch(r"\S+:\d+", place)] == []
            seen += len(places)
        assert cells.count() == len(with_place)
    assert seen == len(cut)
