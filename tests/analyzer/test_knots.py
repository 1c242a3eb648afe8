"""The sample shop's knots (`KNOTS.md`): `assess` finds each one of its kind at its place, and invents nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from carveout.analyzer.assessment import assess
from carveout.analyzer.model.assessment import AssessmentResult
from carveout.analyzer.model.findings import Finding

SHOP = Path(__file__).parents[2] / "sample_monolith"
KIND: Mapping[int, str] = {
    1: "orchestration", 2: "request-in-transaction", 3: "cqrs", 5: "hub-table", 6: "package-circle",
    7: "god-class", 8: "multiple-receiver", 9: "multiple-receiver", 10: "pre-calculation",
    11: "spatial-locality", 12: "cache-aside", 13: "process-state", 14: "static-content",
    15: "static-content", 16: "no-timeout", 17: "swallowed-exception", 18: "no-check", 19: "sql-from-input",
    21: "process-state", 22: "streams", 23: "own-thread", 24: "switch-at-import",
}  # fmt: skip
"""Knot -> the finding that tells it. What else there is stands in the graph or the plan, see the tests below."""
_PLACE = re.compile(r"- `(?P<path>[^`:]+):(?P<line>\d+)`")


class Place(NamedTuple):
    """Where a knot is, as its page says."""

    path: str
    line: int


def _knots() -> dict[int, list[Place]]:
    text = (SHOP / "KNOTS.md").read_text()
    found: dict[int, list[Place]] = {}
    for part in re.split(r"^## (?=\d+\.)", text, flags=re.MULTILINE)[1:]:
        places = [Place(each["path"], int(each["line"])) for each in _PLACE.finditer(part)]
        found[int(part.partition(".")[0])] = places
    return found


KNOTS = _knots()


@pytest.fixture(scope="module")
def shop() -> AssessmentResult:
    """The assessment of the shop as it is proposed."""
    return assess(SHOP, "shop", workers=1, cache=False)


def _told(shop: AssessmentResult, id: str) -> Iterator[tuple[Finding, set[Place]]]:
    """The findings of a kind, each with its places and those of what it is about."""
    for each in (*shop.weaknesses, *shop.recommendations):
        if each.id == id:
            places = {Place(found.place.path, found.place.line) for found in each.evidence}
            if id == "hub-table":
                table = f"table:{each.title.rpartition(' ')[2]}"
                referring = (
                    found for edge in shop.graph.into(table, "references") for found in edge.evidence
                )
                places |= {Place(found.place.path, found.place.line) for found in referring}
            node = shop.graph.node(getattr(each, "subject", ""))
            if node is not None and node.path:
                places.add(Place(node.path, node.line))
            yield each, places


def _near(one: Place, other: Place) -> bool:
    return one.path == other.path and abs(one.line - other.line) <= 4


@pytest.mark.parametrize("knot", sorted(KIND))
def test_each_knot_is_found_where_it_is(shop: AssessmentResult, knot: int) -> None:
    """By a finding of its kind that has a place within a few lines of one of the knot's own."""
    told = [place for _, places in _told(shop, KIND[knot]) for place in places]
    assert any(_near(place, own) for place in told for own in KNOTS[knot]), told


def test_every_knot_has_a_kind_or_stands_in_the_graph() -> None:
    """4 and 20 are no single place: tables that two write, and names of tables in a loop."""
    assert KNOTS.keys() - KIND.keys() == {4, 20}


def test_tables_that_two_packages_write_stand_in_the_plans() -> None:
    """Knot 4: who must no longer write what before its owner leaves."""
    plans = assess(SHOP, "shop", workers=1, cache=False, every_plan=True).plans
    said = [each for plan in plans for each in plan.prerequisites if each.kind == "written-elsewhere"]
    places = {Place(found.place.path, found.place.line) for each in said for found in each.evidence}
    assert any(_near(place, own) for place in places for own in KNOTS[4])


def test_names_of_tables_in_a_loop_are_blind_spots_that_are_told(shop: AssessmentResult) -> None:
    """Knot 20: nobody can tell which tables; said where, and counted on the first screen."""
    spots = [Place(each.place.path, each.place.line) for each in shop.graph.blind_spots]
    tables = {
        Place(each.place.path, each.place.line)
        for edge in shop.graph.out("function:shop.admin.backoffice.merge_customers", "writes")
        for each in edge.evidence
    }
    assert any(_near(place, own) for place in (*spots, *tables) for own in KNOTS[20])


def test_nothing_is_invented(shop: AssessmentResult) -> None:
    """Of kinds that stand for single places: read in the shop's source, these and no more."""
    single = {
        "no-check": ["orders/routes.py"],
        "sql-from-input": ["admin/backoffice.py", "catalogue/search.py"],
        "swallowed-exception": ["notifications/sender.py", "notifications/tasks.py"],
        "own-thread": ["admin/nightly.py"],
        "cache-aside": ["cart/service.py"],
        "god-class": ["orders/manager.py"],
        "secret-in-code": [],
        "debug-switch": [],
        "endless-retry": [],
        "print": [],
        "god-module": [],
        "no-timeout": ["payments/gateway.py", "shipping/carrier.py"],
        "process-state": ["admin/changes.py", "recommendations/model.py", "users/sessions.py"],
        "switch-at-import": ["pricing/engine.py", "tasks.py"],
    }
    for id, paths in single.items():
        found = sorted(each.evidence[0].place.path for each, _ in _told(shop, id))
        assert found == paths, id


def test_every_finding_opens_at_its_line(shop: AssessmentResult) -> None:
    """The files are there and have as many lines; nothing stands in tests."""
    lines: dict[str, int] = {}
    for each in (*shop.weaknesses, *shop.recommendations):
        assert each.evidence, each.title
        for found in each.evidence:
            path = found.place.path
            if path not in lines:
                lines[path] = len((SHOP / path).read_text().splitlines())
            assert 1 <= found.place.line <= lines[path], (each.title, found.place)
            assert not path.startswith("tests/"), each.title
