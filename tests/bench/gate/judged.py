"""The hand-checked list: violations of clean versions that somebody read at their place, and what they said.

`judged.csv` has a line a relationship: project, version, rule, source, target, verdict, why. The verdict is
`yes` (the code does what the violation says), `no` (it does not) or `unsure`; whether a boundary should be drawn
there is another question. `draw_violations.py` draws what is read next.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from carveout.analyzer.model.findings import Violation

_HERE = Path(__file__).parent
PACKAGES = {
    "oscar": "django-oscar",
    "flaskbb": "FlaskBB",
    "wagtail": "wagtail",
    "superset": "apache-superset",
    "mezzanine": "mezzanine",
    "privacyidea": "privacyidea",
}
"""Boundary by package, of which source distribution."""


class Judged(NamedTuple):
    """The violations of a clean version, by their verdicts; `open`: nobody read them yet."""

    yes: list[Violation]
    no: list[Violation]
    unsure: list[Violation]
    open: list[Violation]


def verdicts(project: str, version: str) -> dict[tuple[str, str, str], str]:
    """(rule, source, target) -> verdict, of one version of a project."""
    with (_HERE / "judged.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if (row["project"], row["version"]) == (project, version)]
    return {(row["rule"], row["source"], row["target"]): row["verdict"] for row in rows}


def judged(project: str, version: str, violations: Iterable[Violation]) -> Judged:
    """Violations apart by what the list says of them."""
    known, found = verdicts(project, version), Judged([], [], [], [])
    for each in violations:
        getattr(found, known.get((each.rule, each.source, each.target), "open")).append(each)
    return found


def by_package(name: str) -> str:
    """The text of a boundary by package."""
    return (_HERE / "packages" / f"{name}.toml").read_text("utf-8")
