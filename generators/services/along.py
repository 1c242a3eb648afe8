"""The tests that go along with moved code: where they lie in the service, and what they find set up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...analyzer.model.changes import Change
from ...analyzer.model.plan import Step
from .layout import Layout, target

_TEMPLATE = "services/along"
_MOST_TOLD = 20


def files_along(step: Step, at: Layout, context: dict[str, Any]) -> Iterator[Change]:
    """The tests under their import paths, and a conftest with the variables and tables that they need."""
    places = _places(step, at)
    for path, place in places.items():
        yield Change(f"{at.base}/{place}", step.tests.texts[path], owner="user")
    if step.tests.cases and "conftest.py" not in places.values():
        yield from at.rendered(_TEMPLATE, context)


def told_along(step: Step, at: Layout) -> dict[str, Any]:
    """What templates are told of the tests that go along, and of those that stay."""
    places = _places(step, at).values()
    by_reason: dict[tuple[str, str], list[str]] = {}
    for each in step.tests.staying:
        by_reason.setdefault((each.path, each.why), []).append(each.name)
    rows = [
        {"path": path, "why": why, "count": len(names)} for (path, why), names in sorted(by_reason.items())
    ]
    return {
        "count": step.tests.cases,
        "places": sorted(place for place in places if place.rpartition("/")[2] != "__init__.py"),
        "in_src": sorted(place for place in places if place.startswith("src/")),
        "needs": list(step.tests.distributions),
        "staying": rows[:_MOST_TOLD],
        "staying_more": max(0, len(rows) - _MOST_TOLD),
    }


def _places(step: Step, at: Layout) -> dict[str, str]:
    """Path in the monolith -> path in the service: beside the code of the same package, else at the top."""
    packages = {place.partition("/")[0] for place in at.moved}
    found: dict[str, str] = {}
    for path in sorted(step.tests.texts):
        place = target(step, path)
        if place not in at.moved:
            found[path] = f"src/{place}" if place.partition("/")[0] in packages else place
    return found
