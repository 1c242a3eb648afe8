"""Precision and recall of each detector of patterns, on candidates labelled by reading (`patterns/labels.csv`).

The applications lie, one folder each under its project's name, in the folder that CARVEOUT_BENCH_APPS names; those that
do not are skipped and said. A detector is held against the packages that were labelled, under the boundary that
`propose` puts first. What it reports and nobody labelled counts as wrong. Prints each difference; exits 1 when precision
falls below .85 or recall below .7 for one detector. `bench_patterns.py PATTERN ...` shows some patterns only.
Where labels are about packages (`reverse_proxy_split`), each labelled package is a service, so that what is measured is
the detector alone.
"""

from __future__ import annotations

import csv
import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from carveout.analyzer.graph.cut import cut
from carveout.analyzer.model.boundary import Boundary, Service
from carveout.analyzer.model.findings import Recommendation
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.pipeline import analyze, propose
from carveout.analyzer.plugins import plugins

PACKAGES = {
    "django-oscar": "src/oscar/apps/order/",
    "taiga-back": "taiga/users/",
    "flaskbb": "flaskbb/forum/",
    "mealie": "mealie/routes/recipe/",
}
OTHERS = {
    ("multiple_receiver", "indico"): "indico/core/signals/",
    ("multiple_receiver", "django-oscar"): "src/oscar/apps/",
    ("cqrs", "django-oscar"): "src/oscar/apps/dashboard/",
}
"""Where a pattern was labelled elsewhere, as it is rare: the signals that two applications declare, and reports."""
IN_A_ROW = {"dispatch": "dispatch."}
"""Where receivers that a function calls in a row were labelled (elsewhere signals alone): each package that begins so
is a service then, so that what is measured is the detector alone."""
BY_PACKAGE = "reverse_proxy_split"
PRECISION, RECALL = 0.85, 0.7
Subject = tuple[str, str, str]


def found(project: str, root: Path, rows: list[dict[str, str]]) -> dict[str, set[Subject]]:
    """What the detectors report of the labelled packages of one project: pattern -> subjects."""
    graph = analyze(root)
    wanted = {row["pattern"] for row in rows}
    result: dict[str, set[Subject]] = defaultdict(set)
    if wanted - {BY_PACKAGE}:
        proposals = propose(graph)
        boundary = proposals[0].boundary if proposals else Boundary()
        if "multiple_receiver" in wanted and project in IN_A_ROW:
            boundary = _by_package(graph, IN_A_ROW[project])
        for each in detected(graph, boundary, wanted - {BY_PACKAGE}):
            node = graph.node(each.subject)
            path = (node.path if node is not None else None) or ""
            title = each.title.partition(" has ")[0]
            if each.subject.startswith("signal:") and " of " in title:
                if any(" of " in row["name"] for row in rows):  # a library's signals, by their senders
                    result[each.pattern].add((project, "", title.rpartition(".")[2]))
                continue
            start = _labelled_in(each.pattern, project, rows)
            if path.startswith(start) and "/migrations/" not in path and _is_labelled(each, project):
                short = each.subject.partition(":")[2].rpartition(f".{Path(path).stem}.")[2]
                result[each.pattern].add((project, path, short))
    packages = {row["name"]: row["path"] for row in rows if row["pattern"] == BY_PACKAGE}
    if packages:
        services = tuple(Service(name, modules=(name,)) for name in sorted(packages))
        for each in detected(graph, Boundary(services), {BY_PACKAGE}):
            name = each.subject.partition(":")[2]
            result[BY_PACKAGE].add((project, packages[name], name))
    return result


def _by_package(graph: Graph, start: str) -> Boundary:
    """Each package below another one as a service."""
    below = {node.name[len(start) :] for node in graph.nodes("module") if node.name.startswith(start)}
    names = sorted({name.partition(".")[0] for name in below})
    return Boundary(tuple(Service(name, modules=(start + name,)) for name in names))


def _labelled_in(pattern: str, project: str, rows: list[dict[str, str]]) -> str | tuple[str, ...]:
    """What the paths begin with in which a pattern was labelled: a package, else the files of the labels."""
    package = OTHERS.get((pattern, project), PACKAGES.get(project))
    return package or tuple(sorted({row["path"] for row in rows if row["pattern"] == pattern}))


def _is_labelled(each: Recommendation, project: str) -> bool:
    """Whether candidates of this kind were labelled: of multiple receivers mostly signals alone."""
    if each.pattern != "multiple_receiver" or project in IN_A_ROW:
        return True
    return each.subject.startswith("signal:") and "[" not in each.subject


def detected(graph: Graph, boundary: Boundary, wanted: set[str]) -> Iterator[Recommendation]:
    """What these detectors say of a graph under a boundary."""
    crossing = cut(graph, boundary)
    for detector in plugins("analyzer.patterns", "detector"):
        if detector.name in wanted:
            yield from detector.detect(crossing, graph, boundary)


def main(asked: list[str]) -> int:
    """The bench."""
    place = os.environ.get("CARVEOUT_BENCH_APPS")
    if not place:
        print("skipped: CARVEOUT_BENCH_APPS names no folder with the applications")
        return 0
    with (Path(__file__).parent / "patterns" / "labels.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if not asked or row["pattern"] in asked]
    patterns = sorted({row["pattern"] for row in rows})
    reported: dict[str, set[Subject]] = defaultdict(set)
    read = set()
    for project in sorted({row["project"] for row in rows}):
        root = Path(place) / project
        if not root.is_dir():
            print(f"skipped: {project} does not lie in CARVEOUT_BENCH_APPS")
            continue
        read.add(project)
        for pattern, subjects in found(
            project, root, [row for row in rows if row["project"] == project]
        ).items():
            reported[pattern] |= subjects
    failed = False
    for pattern in patterns:
        yes, why = set(), {}
        for row in rows:
            if row["pattern"] == pattern and row["project"] in read:
                path = "" if " of " in row["name"] else row["path"]
                subject = (row["project"], path, row["name"])
                why[subject] = f"{row['path']}:{row['line']} {row['why']}"
                if row["applies"] == "yes":
                    yes.add(subject)
        right = len(reported[pattern] & yes)
        precision = right / len(reported[pattern]) if reported[pattern] else 1.0
        recall = right / len(yes) if yes else 1.0
        good = precision >= PRECISION and recall >= RECALL
        failed |= not good
        print(
            f"{pattern:18} precision {precision:.2f} ({right}/{len(reported[pattern])})"
            f"  recall {recall:.2f} ({right}/{len(yes)})  of {len(why)} candidates{'' if good else '  BELOW'}"
        )
        for subject in sorted(reported[pattern] - yes):
            print(f"    invented {subject[0]} {subject[2]}: {why.get(subject, 'not labelled')}")
        for subject in sorted(yes - reported[pattern]):
            print(f"    missed   {subject[0]} {subject[2]}: {why[subject]}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
