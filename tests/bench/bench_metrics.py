"""Holds the formulas against figures that others published for the same partitions. Prints, judges nothing.

    python tests/bench/bench_metrics.py

Reads CARVEOUT_BENCH_DATA (default ../shared/data), `decomposition/`: calls between classes and partitions of
several methods (CARGO's artifact). Published are medians of Mono2Micro (ESEC/FSE 2021); the setting that one
of them comes from is named. Its IFN counts crossing links, ours the units that they lead to: both are printed.
"""

from __future__ import annotations

import csv
import json
import os
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from carveout.analyzer.proposals.formulas import (
    Links,
    inter_partition_calls,
    interfaces,
    non_extreme_distribution,
    structural_modularity,
    transactional_purity,
)

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("CARVEOUT_BENCH_DATA", ROOT.parent / "shared/data")) / "decomposition"
PUBLISHED = {
    ("acmeair", "CoGCN", "9"): {"ICP": 0.444, "NED": 0.250},
    ("acmeair", "CoGCN", "13"): {"links / M": 2.846},
    ("acmeair", "MEM", "9"): {"ICP": 0.589, "SM": 0.097, "links / M": 4.333, "NED": 0.464},
    ("acmeair", "Mono2Micro", "7"): {"ICP": 0.527, "NED": 0.429},
    ("daytrader", "MEM", "9"): {"NED": 1.0},
}


def links_of(case: dict[str, Any], partition: dict[str, str]) -> Links:
    """The calls between classes that the partition places; the artificial class `Root` is none."""
    owner = {name.rpartition(".")[2]: group for name, group in partition.items() if name != "Root"}
    found = Links(tuple(sorted(set(owner.values()))), owner)
    for left, right, volume in case["edges"]:
        if left != right and left in owner and right in owner:
            found.calls[left, right] += volume
    return found


def main() -> None:
    """One line a figure."""
    cases = {
        name: json.loads((DATA / f"{name}.json").read_text("utf-8")) for name in ("acmeair", "daytrader")
    }
    for (name, method, setting), figures in PUBLISHED.items():
        links = links_of(cases[name], cases[name]["partitions"][method][setting])
        ours = {
            "SM": structural_modularity(links),
            "ICP": inter_partition_calls(links),
            "IFN": interfaces(links),
            "NED": non_extreme_distribution(links),
            "links / M": sum(map(links.crosses, links.calls)) / len(links.services),
        }
        for metric, value in figures.items():
            print(
                f"{name:<10} {method:<10} K={setting:<3} {metric:<10} {ours[metric]:.3f} published {value:.3f}"
            )
    with (DATA / "daytrader_table_access.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for method in ("CARGO_unique", "Mono2Micro"):
        partition = next(iter(cases["daytrader"]["partitions"][method].values()))
        owner = {name.rpartition(".")[2]: group for name, group in partition.items()}
        for column in ("entry_method", "sql_method"):
            users: defaultdict[str, Counter[str]] = defaultdict(Counter)
            for method_name, table in sorted({(row[column], row["table"]) for row in rows}):
                group = owner.get(method_name.split(".")[-2])
                if group is not None:
                    users[table][group] += 1
            purity = transactional_purity(users.values(), len(set(owner.values())))
            said = " published 1.0" if (method, column) == ("CARGO_unique", "entry_method") else ""
            print(f"daytrader  {method:<12} DTP by {column:<12} {purity:.3f}{said}")


if __name__ == "__main__":
    main()
