"""Seeded violations of every kind in real applications: how many `carveout check` finds, and what it adds falsely.

    python tests/bench/bench_gate.py [--show] [--applications NAME ...] [--clean [NAME ...]]

Seeds (`gate/`) are appended to modules of an application, as a user would err, each breaking one promise of a
boundary drawn by hand. Found: a violation of that rule between these services, with a place inside the seed,
that the clean version does not have. Beside it what `lint-imports`, `tach check` and `deply`, given the same
boundary in their words, say in the lines of the seeds. Target: .97. Then three applications as they were published,
with a boundary by package (`gate/packages`): what is reported is held against the hand-checked list
(`gate/judged.py`). Target: nothing that the list calls false; what nobody read yet is counted. Without arguments all is done.
`--show` prints what was missed, what the list calls false, and a fixed sample of the violations to be read.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import sdists  # type: ignore[import-not-found]  # scripts of one folder
from linters import Places, findings  # type: ignore[import-not-found]

sys.path.insert(0, str(Path(__file__).parent))
from draw_violations import clean as clean_violations  # type: ignore[import-not-found]
from gate import oscar, superset, wagtail  # type: ignore[import-not-found]
from gate.judged import PACKAGES, judged  # type: ignore[import-not-found]
from gate.seeds import Application, Seed, from_folder  # type: ignore[import-not-found]

from carveout.analyzer.model.findings import Violation
from carveout.analyzer.model.results import CheckResult
from carveout.analyzer.pipeline import gate

TARGET, SAMPLE = 0.97, 20
APPLICATIONS: dict[str, Application] = {
    each.title or each.name: each
    for each in (
        oscar.APPLICATION,
        wagtail.APPLICATION,
        superset.APPLICATION,
        from_folder("django-oscar", "oscar_apart"),
        from_folder("FlaskBB", "flaskbb"),
        from_folder("lnbits", "lnbits"),
        from_folder("mezzanine", "mezzanine"),
        from_folder("zou", "zou"),
        from_folder("argilla-server", "argilla"),
        from_folder("Grafana OnCall, its folder `engine`", "oncall", checkout="CARVEOUT_ONCALL"),
        from_folder("Mozilla's Kitsune", "kitsune", checkout="CARVEOUT_KITSUNE"),
        from_folder("Netflix' Dispatch", "dispatch", checkout="CARVEOUT_DISPATCH"),
        from_folder("GOV.UK Notify's API", "notify", checkout="CARVEOUT_NOTIFY"),
        from_folder("Froide", "froide", checkout="CARVEOUT_FROIDE"),
        from_folder(
            "Grand Challenge, its folder `app`", "grandchallenge", checkout="CARVEOUT_GRANDCHALLENGE"
        ),
        from_folder("QFieldCloud, its folder `docker-app`", "qfieldcloud", checkout="CARVEOUT_QFIELDCLOUD"),
        from_folder("Hypha", "hypha", checkout="CARVEOUT_HYPHA"),
        from_folder("flask-shop", "flaskshop", checkout="CARVEOUT_FLASKSHOP"),
        from_folder("dstack", "dstack", checkout="CARVEOUT_DSTACK"),
        from_folder("CritiqueBrainz", "critiquebrainz", checkout="CARVEOUT_CRITIQUEBRAINZ"),
        from_folder("Quetz", "quetz", checkout="CARVEOUT_QUETZ"),
    )
}
TODAY = date(2026, 1, 1)


def seeded(root: Path, application: Application) -> dict[Seed, tuple[int, int]]:
    """Appends the seeds and gives the lines that each takes."""
    for path, text in application.files.items():
        place = root / path
        old = place.read_text("utf-8") if place.exists() else ""
        _write(place, old + text)
    lines = {}
    for seed in application.seeds:
        place = root / seed.path
        old = place.read_text("utf-8") if place.exists() else ""
        _write(place, old + seed.text if seed.code else old)
        first = old.count("\n") + 1
        lines[seed] = (first, first + seed.text.count("\n")) if seed.code else (0, 10**9)
    return lines


def _write(place: Path, text: str) -> None:
    """Writes a file, whose folder may be a new package."""
    if not place.parent.exists():
        place.parent.mkdir(parents=True)
        if place.suffix == ".py":
            (place.parent / "__init__.py").touch()
    place.write_text(text, "utf-8")


def is_found(seed: Seed, lines: tuple[int, int], violations: list[Violation]) -> bool:
    """Whether one of the violations is the seed's."""
    for each in violations:
        ends = (each.origin, each.owner)
        if each.rule == seed.rule == "service-cycle" and set(ends) == {seed.origin, seed.owner}:
            return True  # which of the uses in the circle is to go is the rule's to say
        if each.rule not in (seed.rule, *seed.also) or (seed.origin and ends[0] != seed.origin):
            continue
        if seed.owner and ends[1] != seed.owner:
            continue
        if any(e.place.path == seed.path and lines[0] <= e.place.line <= lines[1] for e in each.evidence):
            return True
    return False


def run(application: Application, show: bool) -> tuple[int, int]:
    """(found, seeds) of one application, printed."""
    boundary = tomllib.loads(application.boundary)
    source = _source(application)
    if source is None:
        return 0, 0
    with tempfile.TemporaryDirectory() as folder:
        clean, dirty = Path(folder, "clean"), Path(folder, "dirty")
        for place in (clean, dirty):
            shutil.copytree(source, place, ignore=shutil.ignore_patterns(".carveout", ".git"))
            (place / "carveout.toml").write_text(application.boundary, "utf-8")
        before: CheckResult = gate(clean, today=TODAY, cache=False)
        lines = seeded(dirty, application)
        after: CheckResult = gate(dirty, today=TODAY, cache=False)
        top = next(iter(boundary["services"].values()))["modules"][0].partition(".")[0]
        root = "src" if (clean / "src" / top).is_dir() else "."
        linters: dict[str, Places] = findings(dirty, root, boundary)
    new = _added(before.violations, after.violations)
    rules = sorted({seed.rule for seed in application.seeds})
    table = {rule: Counter[str]() for rule in rules}
    missed = []
    for seed in application.seeds:
        row, (first, last) = table[seed.rule], lines[seed]
        found = is_found(seed, lines[seed], new)
        row.update(("seeds", *(["carveout"] if found else ())))
        for name, places in linters.items():
            row[name] += any(
                seed.code and path == seed.path and first <= line <= last for path, line in places
            )
        if not found:
            missed.append(seed)
    total = sum(table.values(), Counter[str]())
    beside = ", ".join(f"{name} {total[name]}" for name in linters)
    title = application.title or application.name
    print(f"{title}: {total['carveout']} of {total['seeds']} seeds found; {beside}")
    for rule, row in table.items():
        beside = ", ".join(f"{name} {row[name]}" for name in linters)
        print(f"  {rule:<20}{row['carveout']:3d} of {row['seeds']:<3d} {beside}")
    for seed in missed:
        print(f"  missed: {seed.rule} {seed.origin} -> {seed.owner} ({seed.form}, {seed.path})")
    kinds = Counter(each.rule for each in before.violations)
    print(
        f"  clean version: {sum(kinds.values()):,} violations: "
        + ", ".join(f"{k} {n}" for k, n in sorted(kinds.items()))
    )
    read = judged(title, "checkout", before.violations) if application.checkout else None
    if read is not None and (read.yes or read.no or read.unsure):
        print(f"  read by hand: {len(read.yes)} right, {len(read.unsure)} unsure, {len(read.no)} false")
    if show:
        _sample(before)
    return total["carveout"], total["seeds"]


def _source(application: Application) -> Path | None:
    """The folder of an application; None, and said, where a checkout is needed and not named."""
    if not application.checkout:
        return Path(sdists.sdist(application.name))
    given = os.environ.get(application.checkout)
    if given is None:
        print(f"skipped: {application.checkout} names no checkout of {application.name}")
    return Path(given) if given is not None else None


def _added(before: Sequence[Violation], after: Sequence[Violation]) -> list[Violation]:
    """What the clean version does not have, or not at all of these places."""
    old = {each.fingerprint: _places(each) for each in before}
    return [each for each in after if _places(each) - old.get(each.fingerprint, set())]


def _places(found: Violation) -> set[tuple[str, int]]:
    return {(item.place.path, item.place.line) for item in found.evidence}


def _sample(result: CheckResult) -> None:
    """A fixed sample to be read: the first by a digest of their fingerprints."""
    ordered = sorted(result.violations, key=lambda v: hashlib.sha256(v.fingerprint.encode()).hexdigest())
    for each in ordered[:SAMPLE]:
        places: Any = ", ".join(str(e.place) for e in each.evidence[:2])
        print(
            f"    {each.fingerprint[:10]} {each.id} {each.title} | {each.source} -> {each.target} | {places}"
        )


def hold(name: str, show: bool) -> int:
    """How many violations of a clean version the hand-checked list calls false, printed with the others."""
    project = PACKAGES[name]
    with tempfile.TemporaryDirectory() as folder:
        violations = clean_violations(name, Path(folder, project))
    found = judged(project, sdists.APPLICATIONS[project], violations)
    read = len(found.yes) + len(found.no) + len(found.unsure)
    print(
        f"{name} by package, clean: {len(violations):,} violations, {read} of them read by hand:"
        f" {len(found.yes)} right, {len(found.unsure)} unsure, {len(found.no)} false; not yet judged {len(found.open):,}"
    )
    for each in found.no if show else ():
        print(f"  false: {each.id} {each.rule} | {each.source} -> {each.target}")
    return len(found.no)


def main() -> int:
    """Print the figures; 1 where too few seeds are found, or something is reported that is known to be false."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--applications", nargs="*", choices=list(APPLICATIONS))
    parser.add_argument("--clean", nargs="*", choices=list(PACKAGES))
    chosen = parser.parse_args()
    found = seeds = 0
    everything = chosen.applications is None and chosen.clean is None
    for name in APPLICATIONS if everything else chosen.applications or ():
        some, number = run(APPLICATIONS[name], chosen.show)
        found, seeds = found + some, seeds + number
    share = found / seeds if seeds else 1.0
    if seeds:
        print(f"all: {found} of {seeds} seeds found ({share:.3f}; target {TARGET})")
    held = PACKAGES if everything or chosen.clean == [] else chosen.clean or ()
    false = sum(hold(name, chosen.show) for name in held)
    if held:
        print(f"clean versions: {false} violations that the hand-checked list calls false (target 0)")
    return 0 if share >= TARGET and not false else 1


if __name__ == "__main__":
    sys.exit(main())
