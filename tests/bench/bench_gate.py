"""Seeded violations of every kind in real applications: how many `carveout check` finds, and what it adds falsely.

    python tests/bench/bench_gate.py [--show] [--applications NAME ...]

Seeds (`gate/`) are appended to modules of an application, as a user would err, each breaking one promise of a
boundary drawn by hand. Found: a violation of that rule between these services, with a place inside the seed,
that the clean version does not have. Beside it what import-linter's graph (grimp) can see at best: an import
between the two services that was not there. Target: .97. `--show` prints what was missed, and a fixed sample of
the clean version's violations to be read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import sdists  # type: ignore[import-not-found]  # scripts of one folder

sys.path.insert(0, str(Path(__file__).parent))
from gate import oscar, superset, wagtail  # type: ignore[import-not-found]
from gate.seeds import Application, Seed  # type: ignore[import-not-found]

from carveout.analyzer.model.findings import Violation
from carveout.analyzer.model.results import CheckResult
from carveout.analyzer.pipeline import gate

TARGET, SAMPLE = 0.97, 20
APPLICATIONS: dict[str, Application] = {
    each.name: each for each in (oscar.APPLICATION, wagtail.APPLICATION, superset.APPLICATION)
}
_GRIMP = """
import grimp, json, sys
sys.path.insert(0, sys.argv[1])
graph = grimp.build_graph(sys.argv[2])
print(json.dumps(sorted([m, i] for m in graph.modules for i in graph.find_modules_directly_imported_by(m))))
"""


def seeded(root: Path, application: Application) -> dict[Seed, tuple[int, int]]:
    """Appends the seeds and gives the lines that each takes."""
    for path, text in application.files.items():
        place = root / path
        old = place.read_text("utf-8") if place.exists() else ""
        place.write_text(old + text, "utf-8")
    lines = {}
    for seed in application.seeds:
        place = root / seed.path
        old = place.read_text("utf-8")
        place.write_text(old + seed.text if seed.code else old, "utf-8")
        first = old.count("\n") + 1
        lines[seed] = (first, first + seed.text.count("\n")) if seed.code else (0, 10**9)
    return lines


def is_found(seed: Seed, lines: tuple[int, int], violations: list[Violation]) -> bool:
    """Whether one of the violations is the seed's."""
    for each in violations:
        ends = (each.origin, each.owner)
        if each.rule != seed.rule or (seed.origin and ends[0] != seed.origin):
            continue
        if seed.owner and ends[1] != seed.owner:
            continue
        if any(e.place.path == seed.path and lines[0] <= e.place.line <= lines[1] for e in each.evidence):
            return True
    return False


def imports_of(python: Path, root: Path, package: str) -> set[tuple[str, str]]:
    """The imports that import-linter's graph has."""
    run = subprocess.run([str(python), "-c", _GRIMP, str(root), package], capture_output=True, text=True)
    if run.returncode:
        return set()
    return {(a, b) for a, b in json.loads(run.stdout.strip().splitlines()[-1])}


def owners(application: Application) -> dict[str, str]:
    """Dotted name -> service."""
    import tomllib

    services = tomllib.loads(application.boundary)["services"]
    return {module: name for name, service in services.items() for module in service["modules"]}


def service_of(known: dict[str, str], name: str) -> str:
    while name and name not in known:
        name = name.rpartition(".")[0]
    return known.get(name, "")


def run(name: str, application: Application, show: bool) -> tuple[int, int]:
    """(found, seeds) of one application, printed."""
    python = sdists.environment("grimp", ["grimp"])
    with tempfile.TemporaryDirectory() as folder:
        clean, dirty = Path(folder, "clean"), Path(folder, "dirty")
        for place in (clean, dirty):
            shutil.copytree(sdists.sdist(name), place, ignore=shutil.ignore_patterns(".carveout"))
            (place / "carveout.toml").write_text(application.boundary, "utf-8")
        before: CheckResult = gate(clean)
        lines = seeded(dirty, application)
        after: CheckResult = gate(dirty)
        top = next(iter(owners(application))).partition(".")[0]
        source = "src" if (clean / "src" / top).is_dir() else "."
        seen = imports_of(python, dirty / source, top) - imports_of(python, clean / source, top)
    known = {each.fingerprint for each in before.violations}
    old = {
        each.fingerprint: {(e.place.path, e.place.line) for e in each.evidence} for each in before.violations
    }
    new = [
        each
        for each in after.violations
        if each.fingerprint not in known
        or {(e.place.path, e.place.line) for e in each.evidence} - old[each.fingerprint]
    ]
    of = owners(application)
    crossing = {(service_of(of, a), service_of(of, b)) for a, b in seen}
    table: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    missed = []
    for seed in application.seeds:
        found = is_found(seed, lines[seed], new)
        row = table[seed.rule]
        row[0] += 1
        row[1] += found
        row[2] += (seed.origin, seed.owner) in crossing
        if not found:
            missed.append(seed)
    total = [sum(row[column] for row in table.values()) for column in range(3)]
    print(f"{name}: {total[1]} of {total[0]} seeds found; an import between the services shows in {total[2]}")
    for rule, (number, found_, other) in sorted(table.items()):
        print(f"  {rule:<20}{found_:3d} of {number:<3d} imports {other}")
    for seed in missed:
        print(f"  missed: {seed.rule} {seed.origin} -> {seed.owner} ({seed.form}, {seed.path})")
    kinds = Counter(each.rule for each in before.violations)
    print(
        f"  clean version: {sum(kinds.values()):,} violations: "
        + ", ".join(f"{k} {n}" for k, n in sorted(kinds.items()))
    )
    if show:
        _sample(before)
    return total[1], total[0]


def _sample(result: CheckResult) -> None:
    """A fixed sample to be read: the first by a digest of their fingerprints."""
    ordered = sorted(result.violations, key=lambda v: hashlib.sha256(v.fingerprint.encode()).hexdigest())
    for each in ordered[:SAMPLE]:
        places: Any = ", ".join(str(e.place) for e in each.evidence[:2])
        print(
            f"    {each.fingerprint[:10]} {each.id} {each.title} | {each.source} -> {each.target} | {places}"
        )


def main() -> int:
    """Print the figures; 1 where too few seeds are found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--applications", nargs="*", default=list(APPLICATIONS))
    chosen = parser.parse_args()
    found = seeds = 0
    for name in chosen.applications:
        some, number = run(name, APPLICATIONS[name], chosen.show)
        found, seeds = found + some, seeds + number
    share = found / seeds if seeds else 1.0
    print(f"all: {found} of {seeds} seeds found ({share:.3f}; target {TARGET})")
    return 0 if share >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
