"""Compares proposals with boundaries that people really drew, each figure beside its floors.

    python tests/bench/bench_boundaries.py                       # published decompositions; oscar, downloaded
    python tests/bench/bench_boundaries.py --checkout flack=PATH --checkout dd_python=PATH

Checkouts: oscar (django-oscar 4.2.1), flack (miguelgrinberg/flack at 57ad5d2f47e8), dd_python
(DomainDrivers/dd-python), nova2019 (openstack/nova at 760fc2de3205). The truth is read from
CARVEOUT_BENCH_DATA (default ../shared/data). ARI: 1 is equal, 0 is chance. Exits with 1 when a target that
was measured is missed.

Only the resolution of communities was chosen by looking (at flack, dd_python and oscar). So `leave-one-out`
chooses the one of least worst loss on all cases but one and takes the figure of that one.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Mapping
from math import log
from pathlib import Path
from statistics import mean, median

import networkx
from decompositions import read  # type: ignore[import-not-found]  # scripts of one folder
from sdists import ROOT, sdist  # type: ignore[import-not-found]

from carveout.analyzer.graph.cut import Membership
from carveout.analyzer.model.boundary import Boundary, Wishes
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.pipeline import analyze
from carveout.analyzer.proposals.choose import prepare, strategies, weigh
from carveout.analyzer.proposals.extents import Reach
from carveout.analyzer.proposals.formulas import adjusted_rand, mojo_fm
from carveout.analyzer.proposals.survey import Survey, survey

DATA = Path(os.environ.get("CARVEOUT_BENCH_DATA", ROOT.parent / "shared/data"))
CASES = {"oscar": "oscar_apps", "flack": "flack", "dd_python": "dd_python", "nova2019": "nova2019_modules"}
FACTORS = (1.0, 1.2, 1.4, 1 / 1.2)
"""What the resolution of communities is multiplied by, the default first."""
COPIED = ("shared", "common")
"""What the author of flack copied into each service or made a library of: no service."""
METRICS = ("SM", "ICP", "IFN", "NED", "DTP by code")


class Targets:
    """The rows that must be reached."""

    def __init__(self) -> None:
        self.missed = 0
        self.rows: list[str] = []

    def add(self, what: str, figure: float, target: float, *, low: bool = False) -> None:
        """Notes a figure with its target: at least that, at most if `low`."""
        met = figure <= target if low else figure >= target
        self.missed += not met
        sign = "<=" if low else ">="
        self.rows.append(f"  {what:<52} {figure:7.3f} {sign} {target:<5g} {'' if met else 'MISSED'}".rstrip())


def by_path(names: Iterable[str]) -> dict[str, str]:
    """Each name's first component below what all names have in common."""
    parts = {name: name.split(".") for name in names}
    depth = 0
    while len({tuple(part[: depth + 1]) for part in parts.values()}) == 1:
        depth += 1
    return {name: ".".join(part[: depth + 1]) for name, part in parts.items()}


def by_imports(graph: Graph, names: Iterable[str]) -> dict[str, str]:
    """Louvain on the imports between modules of the project, with one seed."""
    known = survey(graph)
    net: networkx.Graph[str] = networkx.Graph()
    net.add_nodes_from(sorted({unit.module for unit in known.units.values()}))
    for source, target, _, count in graph.pairs("imports"):
        one, two = known.module_of(source), known.module_of(target)
        if one and two and one in net and two in net and one != two:
            net.add_edge(one, two, weight=count)
    groups = networkx.community.louvain_communities(net, seed=1)
    place = {module: str(number) for number, group in enumerate(groups) for module in group}
    return {name: place.get(module_of(known, name), "(none)") for name in names}


def module_of(known: Survey, name: str) -> str:
    """The module that a module, class or function lies in."""
    return known.module_of(f"module:{name}") or ""


def owners(graph: Graph, boundary: Boundary, names: Iterable[str]) -> dict[str, str]:
    """The service of each name, whatever kind of node it is; names in no service form one group."""
    membership = Membership(graph, boundary)
    found = {}
    for name in names:
        ids = [f"{kind}:{name}" for kind in ("class", "function", "module") if f"{kind}:{name}" in graph]
        found[name] = (membership.of(ids[0]) or "(none)") if ids else "(not in the graph)"
    return found


def drawn(graph: Graph, factor: float = 1.0) -> dict[str, Boundary]:
    """Strategy -> its boundary, with the resolution of communities times a factor."""
    wishes = Wishes(granularity=0.5 + log(factor, 4) / 2)
    prepare(graph, wishes)
    found = {}
    for strategy in strategies():
        if factor != 1.0 and strategy.name != "community":
            continue
        for boundary in strategy.propose(graph, wishes):
            found[strategy.name] = boundary
    return found


def compare(case: str, graph: Graph, targets: Targets) -> dict[float, float]:
    """Prints the figures of one checkout; the ARI of `community` by factor, less that of `packages`."""
    truth = json.loads((DATA / "truth" / f"{CASES[case]}.json").read_text("utf-8"))
    if case == "flack":
        truth = {name: group for name, group in truth.items() if group not in COPIED}
    floors = {
        "by path": by_path(truth),
        "by module": {name: module_of(survey(graph), name) for name in truth},
        "Louvain on imports": by_imports(graph, truth),
        "all in one": dict.fromkeys(truth, ""),
    }
    print(f"{case}: {len(truth)} names, {len(set(truth.values()))} groups")
    for name, found in floors.items():
        print(
            f"  floor: {name:<20} ARI {adjusted_rand(found, truth):6.3f}  MoJoFM {mojo_fm(found, truth):5.1f}"
        )
    file = DATA / "truth" / f"{case.removesuffix('2019')}_tables.json"
    if case == "nova2019":
        file = DATA / "truth" / "nova2019_tables.json"
    tables = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    figures, right = {}, {}
    for name, boundary in drawn(graph).items():
        found = owners(graph, boundary, truth)
        figures[name] = adjusted_rand(found, truth)
        line = f"ARI {figures[name]:6.3f}  MoJoFM {mojo_fm(found, truth):5.1f}  {len(boundary.services)} services"
        if tables:
            membership = Membership(graph, boundary)
            right[name] = adjusted_rand({t: membership.of(f"table:{t}") or "" for t in tables}, tables)
            line += f"  tables ARI {right[name]:.3f}"
        print(f"  {name:<27} {line}")
    if case == "flack":
        targets.add("flack, ARI (18 units; community)", figures["community"], 0.75)
        targets.add("flack, its tables, ARI (community)", right["community"], 1.0)
    if case == "dd_python":
        targets.add("dd_python, ARI (packages)", figures["packages"], 0.80)
        targets.add("dd_python, ARI (community)", figures["community"], 0.68)
    if case == "nova2019":
        seeds(graph, tables, targets)
    losses = {1.0: figures["packages"] - figures["community"]}
    for factor in FACTORS[1:]:
        found = owners(graph, drawn(graph, factor)["community"], truth)
        losses[factor] = figures["packages"] - adjusted_rand(found, truth)
    return losses


def seeds(graph: Graph, tables: Mapping[str, str], targets: Targets) -> None:
    """F1 of the tables of the placement service, from each of them as the only seed, by the own stop rule."""
    wanted = {f"table:{name}" for name, group in tables.items() if group == "placement"}
    reach, found = Reach(survey(graph)), {}
    for seed in sorted(wanted & set(survey(graph).tables)):
        taken = {n for n in reach.extents({"placement": [seed]})["placement"].taken if n.startswith("table:")}
        found[seed] = 2 * len(taken & wanted) / (len(taken) + len(wanted))
        print(f"  seeded from {seed:<36} F1 {found[seed]:.3f}")
    print(f"  seeded from any of them, median {'':<31} F1 {median(found.values()):.3f}")
    targets.add("nova2019, tables from one seed, F1 (mean over seeds)", mean(found.values()), 0.90)


def entities(targets: Targets) -> None:
    """BlendedWorkflow: entities of the data-first proposal against the expert's."""
    case, graph = read(DATA / "decomposition", "bw")
    truth = {entity.lower(): group for group, names in case["expert_clusters"].items() for entity in names}
    most = 1.5 * len(case["expert_clusters"])
    print(
        f"bw: {len(truth)} entities, {len(case['expert_clusters'])} groups; at most {most:g} services count"
    )
    print(f"  floor: all in one           MoJoFM {mojo_fm(dict.fromkeys(truth, ''), truth):5.1f}")
    for name, boundary in drawn(graph).items():
        found = {table: each.name for each in boundary.services for table in each.tables}
        few = len(boundary.services) <= most
        figure = mojo_fm(found, truth) if few else 0.0
        ari = adjusted_rand(found, truth)
        print(f"  {name:<27} MoJoFM {figure:5.1f}  ARI {ari:6.3f}  {len(boundary.services)} services")
        if name == "data_first":
            targets.add("BlendedWorkflow, MoJoFM (data_first)", figure, 75)


def calls(name: str) -> None:
    """DayTrader and AcmeAir: nobody's own cut is known, so only metrics, to hold against published ones."""
    _, graph = read(DATA / "decomposition", name)
    print(f"{name}: no cut by people is known")
    for strategy, boundary in drawn(graph).items():
        figures = weigh(graph, boundary, strategy).metrics
        told = "  ".join(f"{metric} {figures[metric]:.3f}" for metric in METRICS if metric in figures)
        print(f"  {strategy:<27} {len(boundary.services)} services  {told}")


def leave_one_out(losses: Mapping[str, Mapping[float, float]]) -> float:
    """The worst loss against `packages`, the resolution chosen on all other cases."""
    worst = -1.0
    for case, own in losses.items():
        others = [row for name, row in losses.items() if name != case]
        chosen = min(FACTORS, key=lambda factor: max(row[factor] for row in others)) if others else 1.0
        print(
            f"  leave-one-out: {case:<12} resolution x {chosen:.2f}, loss against packages {own[chosen]:6.3f}"
        )
        worst = max(worst, own[chosen])
    return worst


def main() -> int:
    """Prints all that can be measured here, then the rows that must be reached."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--checkout", action="append", default=[], metavar="CASE=PATH")
    options = parser.parse_args()
    paths = dict(each.partition("=")[::2] for each in options.checkout)
    if unknown := paths.keys() - CASES.keys():
        parser.error(f"--checkout: no case {', '.join(sorted(unknown))}; there are {', '.join(CASES)}")
    if not DATA.is_dir():
        print("skipped: no $CARVEOUT_BENCH_DATA (default ../shared/data)")
        return 0
    targets = Targets()
    entities(targets)
    for name in ("daytrader", "acmeair"):
        calls(name)
    losses: dict[str, dict[float, float]] = {}
    for case in CASES:
        if case in paths or case == "oscar":
            graph = analyze(Path(paths[case]) if case in paths else sdist("django-oscar"), cache=False)
            losses[case] = compare(case, graph, targets)
        else:
            print(f"skipped: {case}, as no --checkout {case}=PATH is given")
    targets.add("leave-one-out, worst loss against packages, ARI", leave_one_out(losses), 0.05, low=True)
    print("must reach", *targets.rows, sep="\n")
    return 1 if targets.missed else 0


if __name__ == "__main__":
    sys.exit(main())
