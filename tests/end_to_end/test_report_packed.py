"""What travels along in a page, in a real browser: it comes out as it went in, and long tables are whole again."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from carveout.analyzer.graph.tables import table_views
from carveout.analyzer.model.building import GraphBuilder
from carveout.analyzer.model.graph import Node
from carveout.analyzer.model.results import ReviewResult
from carveout.generators.reports.page import Page
from carveout.generators.reports.page.container import packed
from carveout.generators.reports.page.sections import script

pytestmark = pytest.mark.full


def opened(browser: Browser, place: Path, data: str) -> Tab:
    """A page that holds nothing but what travels, and what unpacks it."""
    place.write_text(
        f'<meta charset="utf-8"><body><p id="asleep" hidden></p><script type="text/plain" id="data">{data}</script>'
        f"<script>{script('boot')}</script>",
        encoding="utf-8",
    )
    tab = browser.new_page()
    tab.goto(place.as_uri())
    return tab


def test_a_browser_unpacks_what_python_packed(browser: Browser, tmp_path: Path) -> None:
    """Noise, repetitions near and far (past a megabyte), numbers of all widths, texts beyond ASCII."""
    rng = random.Random(5)
    noise = [rng.randrange(-(1 << 30), 1 << 30) for _ in range(150_000)]
    words = [f"{rng.choice('abcdef')}{rng.randrange(300)}.\u05e9\U0001f980" for _ in range(30_000)]
    value = {
        "script": "document.title = 'awake';",
        "noise": noise,
        "steps": list(range(-5_000, 5_000)),
        "words": words,
        "again": [*words, *noise[:50_000]],
        "long": "ab" * 40_000,
    }
    tab = opened(browser, tmp_path / "page.html", packed(value))
    assert tab.title() == "awake"
    assert json.loads(tab.evaluate("JSON.stringify(globalThis.carveout)")) == value
    tab.close()


def test_a_page_that_was_cut_short_says_so(browser: Browser, tmp_path: Path) -> None:
    text = packed({"script": "document.title = 'awake';", "words": [str(n) for n in range(9_999)]})
    tab = opened(browser, tmp_path / "page.html", text[:-400])
    assert tab.title() != "awake"
    assert tab.evaluate("document.getElementById('asleep').hidden") is False
    tab.close()


def test_long_tables_are_whole_with_script_and_told_short_without(browser: Browser, tmp_path: Path) -> None:
    builder = GraphBuilder()
    names = [f"<b>t{n:03}" for n in range(85)]
    for name in names:
        builder.add(Node(f"table:{name}", "schema.sql", 1, 2))
    graph = builder.build()
    place = tmp_path / "page.html"
    place.write_bytes(Page().render(ReviewResult("long", graph, table_views(graph, None), ())))
    rows = "#tables table tbody tr"
    for awake in (True, False):
        context = browser.new_context(java_script_enabled=awake)
        tab = context.new_page()
        tab.goto(place.as_uri() + "#tables")
        if awake:
            tab.wait_for_selector("html[data-ready]")
        told = tab.locator(f"{rows} th").all_text_contents()
        assert told == (names if awake else names[:50])
        assert tab.get_by_text("35 more rows").count() == (0 if awake else 1)
        context.close()
