"""How much of the best possible extent the stop rule of `propose --strategy seeded` loses.

    python tests/bench/bench_seeded.py                          # applications that are downloaded
    python tests/bench/bench_seeded.py --checkout NAME=PATH ...  # and others

A case is a package that people drew (a Django application, or a package with models of its own) with at
least two tables, in a project with at least four of them. The seed is the table of the package that is tied
most. The best possible extent is the best cut of the ranking by random walk with restart, or what the stop
rule takes where that is better. F1 counts tables. `by rules alone` is what both rules agree on: as packages are
the truth here, the extent, which knows them, cannot lose much; that column says what the ties tell by
themselves. Exits with 1 when the target is missed.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import NamedTuple

from sdists import sdist  # type: ignore[import-not-found]  # scripts of one folder

from carveout.analyzer.pipeline import analyze
from carveout.analyzer.proposals.extents import Reach
from carveout.analyzer.proposals.survey import Survey, survey

APPLICATIONS = ("django-oscar", "wagtail", "mezzanine")
TARGET = 0.06
FEWEST = 4
"""Packages with tables that a project must have, so that there is something to stop at."""


class Case(NamedTuple):
    """F1 of the tables of a package: by the stop rule, and at the best cut of the ranking."""

    name: str
    tables: int
    own: float
    rules: float
    best: float

    @property
    def lost(self) -> float:
        """What the extent loses."""
        return self.best - self.own

    @property
    def lost_by_rules(self) -> float:
        """What the rules alone lose, where no package helps."""
        return self.best - self.rules


def packages(known: Survey) -> dict[str, set[str]]:
    """Package -> its tables, for those with two or more."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for table, unit in known.definers.items():
        module = known.units[unit].module
        parts = module.split(".")
        end = next((n for n, part in enumerate(parts) if part.endswith("models") and n), len(parts) - 1)
        found[".".join(parts[:end])].add(table)
    return {name: tables for name, tables in sorted(found.items()) if len(tables) > 1}


def f1(taken: set[str], wanted: set[str]) -> float:
    """Twice what is common over what both have."""
    return 2 * len(taken & wanted) / (len(taken) + len(wanted))


def cases(path: Path) -> Iterator[Case]:
    """The cases of one project."""
    known = survey(analyze(path, cache=False))
    parts = packages(known)
    if len(parts) < FEWEST:
        return
    reach = Reach(known)
    for name, wanted in parts.items():
        seed = min(wanted, key=lambda table: (-reach.ground.degree(table), table))
        extent = reach.extents({name: [seed]})[name]
        own, rules = (
            f1({t for t in names if t.startswith("table:")}, wanted) for names in (extent.taken, extent.near)
        )
        ranked = [
            each for each in reach.ground.ranked(reach.ground.walk([seed])) if each.startswith("table:")
        ]
        best = max(f1(set(ranked[:size]), wanted) for size in range(1, len(ranked) + 1))
        yield Case(name, len(wanted), own, rules, max(best, own, rules))


def main() -> int:
    """Prints each case and the mean loss."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--checkout", action="append", default=[], metavar="NAME=PATH")
    options = parser.parse_args()
    found: list[Case] = []
    for name, path in [(name, sdist(name)) for name in APPLICATIONS] + [
        (name, Path(path)) for name, _, path in (each.partition("=") for each in options.checkout)
    ]:
        own = list(cases(path))
        print(f"{name}: {len(own)} cases" + (f", F1 lost {mean(c.lost for c in own):.3f}" if own else ""))
        for case in own:
            print(
                f"  {case.name:<48} {case.tables:3} tables  F1 {case.own:.3f}, by rules alone {case.rules:.3f}, best {case.best:.3f}"
            )
        found += own
    lost = mean(case.lost for case in found)
    print(
        f"F1 lost against the best possible extent, mean of {len(found)} cases: {lost:.3f}, target {TARGET}"
    )
    return int(lost > TARGET)


if __name__ == "__main__":
    sys.exit(main())
