"""Compares proposals with boundaries that people really drew. Prints, judges nothing.

    python tests/bench/bench_boundaries.py                                 # oscar, downloaded by name
    python tests/bench/bench_boundaries.py --case flack --path CHECKOUT

Cases: oscar (django-oscar 4.2.1), flack (miguelgrinberg/flack at 57ad5d2f47e8), dd_python
(DomainDrivers/dd-python), nova2019. The truth is read from CARVEOUT_BENCH_DATA (default
../shared/data), `truth/*.json`: {name: group}. Each figure is an adjusted Rand index: 1 is equal, 0 is
chance; beside it stand the floors, grouping by path and all in one.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from math import comb
from pathlib import Path

from sdists import ROOT, sdist  # type: ignore[import-not-found]  # scripts of one folder

from carveout.analyzer.graph.cut import Membership
from carveout.analyzer.model.boundary import Wishes
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.pipeline import analyze
from carveout.analyzer.proposals.choose import propose

CASES = {"oscar": "oscar_apps", "flack": "flack", "dd_python": "dd_python", "nova2019": "nova2019_modules"}


def adjusted_rand(truth: Sequence[object], found: Sequence[object]) -> float:
    """(index - expected) / (maximum - expected) over pairs of items (Hubert and Arabie 1985)."""
    pairs = comb(len(truth), 2)
    index = sum(comb(n, 2) for n in Counter(zip(truth, found, strict=True)).values())
    rows = sum(comb(n, 2) for n in Counter(truth).values())
    columns = sum(comb(n, 2) for n in Counter(found).values())
    expected = rows * columns / pairs if pairs else 0.0
    maximum = (rows + columns) / 2
    return 1.0 if maximum == expected else (index - expected) / (maximum - expected)


def by_path(names: Sequence[str]) -> list[str]:
    """Each name's first component below what all names have in common."""
    parts = [name.split(".") for name in names]
    depth = 0
    while len({tuple(part[: depth + 1]) for part in parts}) == 1:
        depth += 1
    return [".".join(part[: depth + 1]) for part in parts]


def owner(graph: Graph, membership: Membership, name: str) -> str:
    """The service of a name, whatever kind of node it is; names in no service form one group."""
    for kind in ("class", "function", "module"):
        if f"{kind}:{name}" in graph:
            return membership.of(f"{kind}:{name}") or "(none)"
    return "(not in the graph)"


def table_hits(membership: Membership, truth: Mapping[str, str], label: Mapping[str, str]) -> str:
    """How many tables lie in the service that holds most of their group's code."""
    right = sum(membership.of(f"table:{table}") == label.get(group) for table, group in truth.items())
    return f"{right}/{len(truth)}"


def main() -> int:
    """Prints one line per strategy and floor."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--case", choices=sorted(CASES), default="oscar")
    parser.add_argument("--path", type=Path, help="a checkout; oscar's source distribution when not given")
    parser.add_argument("--granularity", type=float, default=0.5)
    options = parser.parse_args()
    if options.path is None and options.case != "oscar":
        parser.error(f"--path: give a checkout of {options.case}")
    data = Path(os.environ.get("CARVEOUT_BENCH_DATA", ROOT.parent / "shared/data")) / "truth"
    file = data / f"{CASES[options.case]}.json"
    if not file.is_file():
        print(f"skipped: no {file.name} in $CARVEOUT_BENCH_DATA/truth (default ../shared/data)")
        return 0
    truth: dict[str, str] = json.loads(file.read_text("utf-8"))
    beside = data / f"{options.case.removesuffix('2019')}_tables.json"
    tables: dict[str, str] = json.loads(beside.read_text("utf-8")) if beside.is_file() else {}
    graph = analyze(options.path or sdist("django-oscar"), cache=False)
    names, groups = sorted(truth), [truth[name] for name in sorted(truth)]
    known = sum(any(f"{kind}:{name}" in graph for kind in ("class", "function", "module")) for name in names)
    print(f"{options.case}: {len(names)} names, {known} of them in the graph, {len(set(groups))} groups")
    print(f"  {'floor: by path':<24} ARI {adjusted_rand(groups, by_path(names)):6.3f}")
    print(f"  {'floor: all in one':<24} ARI {adjusted_rand(groups, [''] * len(names)):6.3f}")
    for proposal in propose(graph, Wishes(granularity=options.granularity)):
        membership = Membership(graph, proposal.boundary)
        found = [owner(graph, membership, name) for name in names]
        counts = Counter(zip(groups, found, strict=True))
        label = {group: max((n, s) for (g, s), n in counts.items() if g == group)[1] for group in set(groups)}
        line = f"ARI {adjusted_rand(groups, found):6.3f}   {len(proposal.boundary.services)} services"
        right = f"   tables {table_hits(membership, tables, label)}" if tables else ""
        print(f"  {proposal.strategy:<24} {line}{right}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
