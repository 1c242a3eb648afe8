"""Draws violations of clean applications with boundaries by package, to be read and judged by hand.

    python tests/bench/draw_violations.py [--count 60] [--seed 1] [--applications NAME ...]

One of each rule in turn, then of what is left; what `gate/judged.csv` knows is passed over. For each the lines of
that list, without the verdict, and the first places with the code around them, for the eyes of the reader alone.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import sdists  # type: ignore[import-not-found]  # scripts of one folder

sys.path.insert(0, str(Path(__file__).parent))
from gate.judged import PACKAGES, by_package, judged  # type: ignore[import-not-found]

from carveout.analyzer.model.findings import Violation
from carveout.analyzer.pipeline import gate

BEFORE, AFTER, PLACES = 3, 2, 2
TODAY = date(2026, 1, 1)


def clean(name: str, folder: Path) -> Sequence[Violation]:
    """The violations of an application as it was published, copied to `folder`, by package."""
    shutil.copytree(
        sdists.sdist(PACKAGES[name]), folder, ignore=shutil.ignore_patterns(".carveout"), dirs_exist_ok=True
    )
    (folder / "carveout.toml").write_text(by_package(name), "utf-8")
    found: Sequence[Violation] = gate(folder, today=TODAY, cache=False).violations
    return found


def draw(violations: Sequence[Violation], count: int, seed: int) -> list[Violation]:
    """Some of them: of every rule in turn, each rule's in a random order."""
    chance = random.Random(seed)
    groups: dict[str, list[Violation]] = {}
    for each in sorted(violations, key=lambda each: (each.rule, each.source, each.target)):
        groups.setdefault(each.rule, []).append(each)
    for group in groups.values():
        chance.shuffle(group)
    drawn: list[Violation] = []
    while len(drawn) < count and any(groups.values()):
        for group in groups.values():
            if group and len(drawn) < count:
                drawn.append(group.pop())
    return drawn


def show(root: Path, project: str, each: Violation) -> None:
    """One violation for its reader."""
    print(f"\n{project},{sdists.APPLICATIONS[project]},{each.rule},{each.source},{each.target},?,")
    print(f"  {each.title}: {each.why}")
    for item in each.evidence[:PLACES]:
        place = item.place
        print(f"  {place} ({item.via})")
        lines = (root / place.path).read_text("utf-8", "replace").splitlines()
        for number in range(max(1, place.line - BEFORE), min(len(lines), place.line + AFTER) + 1):
            print(f"  {'>>' if number == place.line else '  '} {lines[number - 1][:120]}")


def main() -> int:
    """Print what is to be read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--applications", nargs="*", default=list(PACKAGES))
    chosen = parser.parse_args()
    share = -(-chosen.count // len(chosen.applications))
    for name in chosen.applications:
        project = PACKAGES[name]
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder, project)
            unread = judged(project, sdists.APPLICATIONS[project], clean(name, root)).open
            for each in draw(unread, share, chosen.seed):
                show(root, project, each)
    return 0


if __name__ == "__main__":
    sys.exit(main())
