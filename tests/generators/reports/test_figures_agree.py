"""Every figure that two formats tell is the same in both: the page, Markdown, CSV and JSON of the sample monolith."""

from __future__ import annotations

import csv
import html
import json
import re
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest

from carveout.analyzer.model.measures import MEASURES
from carveout.analyzer.model.results import ProposalsResult, ReviewResult
from carveout.analyzer.review import review
from carveout.generators.diagrams.draw import draw, render
from carveout.generators.reports import choose
from carveout.generators.reports.groupings import first_grouping
from carveout.generators.reports.page.container import unpacked
from carveout.generators.reports.proposals_text import figure

SAMPLE = Path(__file__).parents[3] / "sample_monolith"


@pytest.fixture(scope="module")
def result() -> ReviewResult:
    return review(SAMPLE)


@pytest.fixture(scope="module")
def told(result: ReviewResult) -> dict[str, str]:
    names = ("html", "markdown", "cut-csv", "tables-csv")
    texts = {name: choose(ReviewResult, name).render(result).decode("utf-8") for name in names}
    return {**texts, "html": whole(texts["html"])}


def whole(page: str) -> str:
    """The page with its long tables whole, as script makes them."""
    packed = re.search(r'id="data">([^<]*)<', page)
    assert packed
    rest = unpacked(packed[1])["rest"]
    assert rest
    return re.sub(
        r'data-rest="(\d+)">(.*?)</tbody>',
        lambda m: f">{m[2]}{rest[int(m[1])]}</tbody>",
        page,
        flags=re.DOTALL,
    )


def section(page: str, name: str) -> list[list[str]]:
    """The rows of all tables of a view, tags and separators of thousands taken out."""
    body = page.partition(f'<section id="{name}"')[2].partition('<section id="')[0]
    rows = []
    for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL):
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        rows.append([html.unescape(re.sub(r"<[^>]+>", "", cell)).replace(",", "").strip() for cell in cells])
    return rows


def table(markdown: str, heading: str) -> list[list[str]]:
    """The rows of the table under a heading of the Markdown."""
    body = markdown.partition(f"## {heading}")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in body.splitlines() if line.startswith("| ")]
    return [[html.unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in row] for row in rows[1:]]


def test_totals(result: ReviewResult, told: dict[str, str]) -> None:
    page, markdown = told["html"], told["markdown"]
    entries = len(result.functionalities)
    assert f">{entries:,} entry points<" in page
    assert f"{entries:,} entry points" in markdown
    assert f'Functionalities <span class="badge">{entries:,}</span>' in page
    tables, spots = len(result.tables.tables), len(result.graph.blind_spots)
    assert f"{tables:,} tables" in page
    assert f"{tables:,} tables" in markdown
    assert f"{spots:,} blind spot" in page
    assert f"{spots:,} blind spot" in markdown
    assert f"{result.graph.coverage.lines:,} lines of Python" in page
    assert f"{result.graph.coverage.lines:,} lines of Python" in markdown


def test_pairs(result: ReviewResult, told: dict[str, str]) -> None:
    first = first_grouping(result)
    rows = list(csv.DictReader(StringIO(told["cut-csv"])))
    counts = Counter((row["from"], row["into"]) for row in rows)
    assert counts == Counter((edge.origin, edge.owner) for edge in first.cut)
    in_page = {
        (row[0], row[1]): int(row[2])
        for row in section(told["html"], "map")
        if len(row) == 4 and row[2].isdigit()
    }
    title = first.title[:1].upper() + first.title[1:]
    in_markdown = {(row[0], row[1]): int(row[2]) for row in table(told["markdown"], title)}
    assert 0 < len(in_markdown) <= len(in_page)
    assert in_markdown.items() <= in_page.items() <= dict(counts).items()
    assert f"{len(counts) - len(in_markdown)} more pairs." in told["markdown"]
    picture = json.loads(render(draw(result.graph, first.boundary, "service"), "json"))
    assert sum(arrow["weight"] for arrow in picture["arrows"]) <= len(rows)


def test_services(told: dict[str, str]) -> None:
    in_page = [row[:1] + row[2:10] for row in section(told["html"], "services")[1:]]
    in_markdown = [[*row, *[""] * (9 - len(row))] for row in table(told["markdown"], "Services")]
    assert in_page
    assert [[cell.replace("\u2013", "-") for cell in row] for row in in_page] == in_markdown


def test_functionalities(told: dict[str, str]) -> None:
    in_page = [[f"{row[1]}:{row[0]}", *row[2:5]] for row in section(told["html"], "functionalities")[1:]]
    in_markdown = [row[:4] for row in table(told["markdown"], "Functionalities")]
    assert in_markdown
    assert in_page[: len(in_markdown)] == [[cell.replace(",", "") for cell in row] for row in in_markdown]


def test_tables(result: ReviewResult, told: dict[str, str]) -> None:
    page = {row[0]: row[2] for row in section(told["html"], "tables") if len(row) == 7}
    markdown = {row[0]: row[2] for row in table(told["markdown"], "Tables")}
    assert markdown
    assert {name: page[name] for name in markdown} == markdown
    in_csv = {row["table"] for row in csv.DictReader(StringIO(told["tables-csv"]))}
    assert in_csv == {each.name for each in result.tables.tables}


def test_measures(result: ReviewResult, told: dict[str, str]) -> None:
    text = choose(ProposalsResult, "json").render(ProposalsResult("s", result.graph, result.proposals))
    exact = [each["metrics"] for each in json.loads(text)["proposals"]]
    page = {row[0]: row[1:-1] for row in section(told["html"], "proposals") if len(row) == len(exact) + 2}
    markdown = {row[0]: row[1:] for row in table(told["markdown"], "Proposals")}
    known = [each for each in MEASURES if each.name in exact[0] and each.name != "services"]
    assert known
    for measure in known:
        shown = [figure(measure, metrics.get(measure.name)).replace(",", "") for metrics in exact]
        assert page[measure.name] == shown
        assert [cell.replace(",", "") for cell in markdown[measure.name]] == shown
