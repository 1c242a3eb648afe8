"""The report in a real browser: each view, by mouse and by keys, without script, narrow, dark, printed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from carveout.analyzer.graph.functionality import functionalities
from carveout.analyzer.model.results import ReviewResult
from carveout.analyzer.review import review
from carveout.generators.reports.groupings import groupings
from carveout.generators.reports.page import Page, navigation
from carveout.generators.reports.page.sections import Following

pytestmark = pytest.mark.full
SAMPLE = Path(__file__).parents[2] / "sample_monolith"


@pytest.fixture(scope="module")
def result() -> ReviewResult:
    return review(SAMPLE)


@pytest.fixture(scope="module")
def report(result: ReviewResult, tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("report") / "report.html"
    place.write_bytes(Page().render(result))
    return place.as_uri()


@pytest.fixture
def tab(browser: Browser, report: str) -> Iterator[Tab]:
    """The page, awake; afterwards nothing may have been asked of the network or complained about."""
    opened = browser.new_page(viewport={"width": 1400, "height": 900})
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda request: said.append(request.url) if request.url.startswith("http") else None)
    opened.goto(report)
    opened.wait_for_selector("html[data-ready]")
    yield opened
    opened.close()
    assert said == []


def views(tab: Tab) -> list[str]:
    return tab.eval_on_selector_all("nav a", "links => links.map(link => link.dataset.view)")


def show_all(tab: Tab) -> None:
    """Opens what the lists of the panel leave out."""
    more = tab.locator("#panel li button", has_text=re.compile(r"^\d+ more$"))
    while more.count():
        more.first.click()


def test_each_view_opens_by_its_key_and_alone(tab: Tab) -> None:
    names = views(tab)
    assert {"overview", "map", "matrix", "tables", "functionalities", "proposals"} <= set(names)
    for number, name in enumerate(names, 1):
        tab.keyboard.press(str(number))
        shown = tab.eval_on_selector_all(
            "section.view", "all => all.filter(each => each.offsetParent).map(each => each.id)"
        )
        assert shown == [name]
        assert tab.evaluate("location.hash").startswith(f"#{name}")
        tab.evaluate("document.activeElement.blur()")


def test_the_matrix_counts_what_the_cut_counts(tab: Tab, result: ReviewResult) -> None:
    tab.click("nav a[data-view=matrix]")
    labels = tab.eval_on_selector_all(
        "#matrix-table button", "all => all.map(each => each.getAttribute('aria-label'))"
    )
    found = {}
    for label in labels:
        told = re.fullmatch(r"(.+) to (.+): ([\d,]+)(?: \(\d+ db\))?", label)
        assert told
        origin = "shared" if told[1] == "shared kernel" else told[1]
        found[origin, told[2]] = int(told[3].replace(",", ""))
    assert result.check is not None or result.proposals
    cut = result.proposals[0].cut
    assert found == dict(Counter((edge.origin, edge.owner) for edge in cut))


def test_a_functionality_is_followed_as_the_analysis_follows_it(tab: Tab) -> None:
    tab.click("nav a[data-view=functionalities]")
    entries = tab.eval_on_selector_all("[data-entry]", "all => all.map(each => each.dataset.entry)")
    known = {each.entry: each for each in functionalities(review(SAMPLE).graph)}
    assert entries
    for position, entry in enumerate(entries[:12]):
        tab.locator("[data-entry]").nth(position).click()
        names = tab.eval_on_selector_all(
            "#trace li", "all => all.map(each => each.querySelector('button').textContent)"
        )
        assert names == [step.id.partition(":")[2] for step in known[entry].steps]


def test_from_the_map_to_a_line_in_four_keys(tab: Tab) -> None:
    tab.click("nav a[data-view=map]")
    tab.focus("#canvas")
    for key in ("ArrowRight", "e", "Enter"):
        tab.keyboard.press(key)
    places = tab.eval_on_selector_all("#panel .at", "all => all.map(each => each.textContent)")
    assert places
    assert all(re.fullmatch(r"\S+\.\w+:\d+", place) for place in places)


def test_a_click_on_an_arrow_tells_its_lines(tab: Tab) -> None:
    tab.click("nav a[data-view=matrix]")
    tab.click("#matrix-table button >> nth=0")
    assert tab.locator("#panel .at").count() > 0
    tab.keyboard.press("Escape")
    assert not tab.locator("#panel").is_visible()


def test_search_jumps_and_the_address_keeps_it(tab: Tab, browser: Browser) -> None:
    tab.keyboard.press("/")
    tab.keyboard.type("payment")
    assert tab.locator("#found li").count() > 0
    first = tab.locator("#found li").first.text_content() or ""
    tab.keyboard.press("Enter")
    title = tab.locator("#panel h2").text_content() or "?"
    assert title in first
    again = browser.new_page()
    again.goto(tab.url)
    again.wait_for_selector("html[data-ready]")
    assert again.locator("#panel h2").text_content() == title
    again.close()


def test_a_table_tells_first_who_writes_and_who_reads_it(tab: Tab, result: ReviewResult) -> None:
    """Found by its name, with no further click: every function and line that the table view knows."""
    table = max(result.tables.tables, key=lambda each: len(each.uses))
    tab.keyboard.press("/")
    tab.keyboard.type(table.name)
    tab.keyboard.press("Enter")
    show_all(tab)
    shown = tab.locator("#panel").inner_text()
    assert re.search(r"written by \(\d+\)", shown)
    assert re.search(r"read by \(\d+\)", shown)
    for use in table.uses:
        assert use.source.partition(":")[2] in shown


def test_filters_take_edges_away_and_back(tab: Tab) -> None:
    tab.click("nav a[data-view=map]")
    before = tab.locator("#hidden-arrows").text_content()
    tab.click("#filters summary")
    for box in tab.locator("[data-kind]").all():
        box.uncheck()
    assert (tab.locator("#hidden-arrows").text_content() or "").startswith("0 arrows drawn")
    for box in tab.locator("[data-kind]").all():
        box.check()
    assert tab.locator("#hidden-arrows").text_content() == before


def test_proposals_switch_the_map_and_back(tab: Tab) -> None:
    tab.click("nav a[data-view=proposals]")
    if tab.locator("thead .switch").count() < 2:
        pytest.skip("the sample has one proposal only")
    tab.locator("thead .switch").nth(1).click()
    assert re.match("#(map|matrix)[?]in=proposal-2", tab.evaluate("location.hash"))
    tab.go_back()
    tab.wait_for_function("!location.hash.includes('proposal-2') || location.hash.startsWith('#proposals')")


def test_from_a_proposal_to_the_packages_of_today_and_back(tab: Tab) -> None:
    """Before and after: the same map by what the packages are today, and by a proposal."""
    tab.click("nav a[data-view=proposals]")
    tab.click("[data-grouping=packages]")
    assert re.match("#(map|matrix)[?]in=packages", tab.evaluate("location.hash"))
    tab.click("nav a[data-view=map]")
    before = tab.locator("#hidden-arrows").text_content()
    tab.select_option("#grouping", "proposal-1")
    assert tab.locator("#hidden-arrows").text_content() != before


def rows_of(tab: Tab, name: str) -> list[list[str]]:
    return tab.eval_on_selector_all(
        f"[data-follows='{name}'] tbody tr",
        "all => all.map(r => [...r.cells].map(c => c.textContent.trim()))",
    )


def test_all_tables_follow_the_chosen_services(tab: Tab, result: ReviewResult) -> None:
    """By proposal and by package each view says what the analysis says of it, and goes back to the first."""
    names = ("map", "services", "tables", "functionalities")
    before = {name: rows_of(tab, name) for name in names}
    followers = {view.name: view for view in navigation() if isinstance(view, Following)}
    assert set(followers) == {*names, "overview", "difference"}
    for grouping in groupings(result)[1:]:
        tab.select_option("#grouping", grouping.key)
        for name in names:
            expected = [
                [cell[1] if isinstance(cell, tuple) else cell for cell in row]
                for row in followers[name].shown(result, grouping).rows
            ]
            assert [
                row[: len(told)] for row, told in zip(rows_of(tab, name), expected, strict=True)
            ] == expected
        for name in ("overview", *names):
            for part, said in followers[name].shown(result, grouping).said.items():
                assert tab.text_content(f'[data-said="{name}.{part}"]') == said
        spanning = followers["tables"].shown(result, grouping).further["transactions"]
        assert [row[1:] for row in rows_of(tab, "tables.transactions")] == [list(row[1:]) for row in spanning]
    tab.select_option("#grouping", groupings(result)[0].key)
    assert {name: rows_of(tab, name) for name in names} == before


def test_what_moves_tells_the_entry_points_that_reach_it(tab: Tab, result: ReviewResult) -> None:
    """Of services and tables: all those whose functionality passes through, and a click shows the path."""
    first = groupings(result)[0]
    of = first.membership.of
    busiest = max(
        (s.name for s in first.boundary.services), key=lambda s: sum(e.owner == s for e in first.cut)
    )
    table = max(result.tables.tables, key=lambda each: len(each.functionalities)).node.id
    places = (
        ("services", f'[data-service="{busiest}"]', lambda id: of(id) == busiest),
        ("tables", f'[data-node="{table}"]', lambda id: id == table),
    )
    for view, button, has in places:
        tab.click(f"nav a[data-view={view}]")
        tab.click(button)
        show_all(tab)
        shown = tab.eval_on_selector_all(
            ".reaching [data-entry]", "all => all.map(each => each.dataset.entry)"
        )
        expected = {
            each.entry
            for each in result.functionalities
            if has(each.entry) or any(has(step.id) for step in each.steps)
        }
        assert set(shown) == expected != set()
    tab.locator(".reaching [data-entry]").first.click()
    assert tab.locator("#trace li").count() > 0


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_the_map_is_saved_as_a_picture(tab: Tab, kind: str, tmp_path: Path) -> None:
    tab.click("nav a[data-view=map]")
    with tab.expect_download() as waiting:
        tab.click(f"[data-map={kind}]")
    place = tmp_path / f"map.{kind}"
    waiting.value.save_as(place)
    data = place.read_bytes()
    if kind == "png":
        assert data.startswith(b"\x89PNG")
    else:
        from xml.etree import ElementTree

        assert len(list(ElementTree.fromstring(data).iter("{http://www.w3.org/2000/svg}rect"))) > 3


def test_opening_all_draws_all(tab: Tab) -> None:
    tab.click("nav a[data-view=map]")
    tab.click("[data-map=open]")
    tab.click("[data-map=close]")
    assert "arrow" in (tab.locator("#hidden-arrows").text_content() or "")


def test_without_script_all_sections_stand_one_below_another(browser: Browser, report: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(report)
    for name in ("overview", "map", "matrix", "tables", "functionalities", "proposals"):
        assert tab.locator(f"#{name}").is_visible()
    assert tab.locator("#map-picture svg").is_visible()
    assert not tab.locator("#canvas").is_visible()
    context.close()


@pytest.mark.parametrize("options", [{"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 800}}])
def test_dark_and_narrow_pages_fit(browser: Browser, report: str, options: dict[str, Any]) -> None:
    context = browser.new_context(**options)
    tab = context.new_page()
    tab.goto(report)
    tab.wait_for_selector("html[data-ready]")
    for name in views(tab):
        tab.click(f"nav a[data-view={name}]")
        wide = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, name
        towers = "all => all.filter(each => each.clientWidth < 40 && each.clientHeight > 100).map(each => each.textContent)"
        assert tab.eval_on_selector_all(f"#{name} table:not(.matrix) :is(td, th)", towers) == [], name
    context.close()


def test_print_shows_every_section_and_no_tools(tab: Tab) -> None:
    tab.emulate_media(media="print")
    for name in views(tab):
        assert tab.locator(f"#{name}").is_visible()
    assert not tab.locator(".tools").is_visible()
    assert tab.locator("#map-picture").is_visible()


def test_the_name_of_a_service_leads_to_all_of_it(tab: Tab, result: ReviewResult) -> None:
    """Not to the module that bears the same name: its panel tells what it would become and who uses it."""
    tables = {table.name for table in result.tables.tables}
    name = next(each.name for each in result.proposals[0].boundary.services if each.name not in tables)
    tab.keyboard.press("/")
    tab.keyboard.type(name)
    assert tab.locator("#found li").first.text_content() == f"service:{name}"
    tab.keyboard.press("Enter")
    assert tab.locator("#panel h2").text_content() == name
    told = tab.locator("#panel").inner_text()
    assert told.index("if it ran apart") < told.index("entry points that reach it")
    assert "used by" in told or "uses" in told


_RECT = re.compile(r'<rect x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="([\d.]+)" rx="([\d.]+)"')


def over(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    (x, y, w, h), (a, b, c, d) = one[:4], other[:4]
    return x + 1 < a + c and a + 1 < x + w and y + 1 < b + d and b + 1 < y + h


def test_no_label_of_the_map_lies_on_a_name(tab: Tab) -> None:
    """Of labels, boxes that can be read, and each other, as they are drawn; also inside an open service."""
    tab.click("nav a[data-view=map]")
    for _ in range(2):
        tab.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        with tab.expect_download() as waiting:
            tab.click("[data-map=svg]")
        drawn = Path(waiting.value.path()).read_text("utf-8")
        rects = [tuple(map(float, each)) for each in _RECT.findall(drawn)]
        plates = [each for each in rects if each[3:] == (18, 4)]
        boxes = [each for each in rects if each[4] == 8]
        assert plates
        assert boxes or "open=" in tab.url
        for n, one in enumerate(plates):
            assert not any(over(one, other) for other in (*boxes, *plates[n + 1 :]))
        tab.focus("#canvas")
        tab.keyboard.press("ArrowRight")
        tab.keyboard.press("Enter")
