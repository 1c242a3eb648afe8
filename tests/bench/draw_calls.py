"""Precision of the call graph, as people read it: draws edges with their source, and counts verdicts.

    draw_calls.py draw [--count 400] [--seed 1]   edges (certain or likely) of functions that the traces of
                                                  `bench_traced.py` entered, without their confidence
    draw_calls.py count FIRST SECOND              verdicts of two readers, a line for each edge: its number
                                                  and `right` or `wrong`; an edge is wrong if either says so

`count` prints the share of right edges with its 95% interval (Wilson) and how often the readers agree; it
exits 1 where the lower end is below .95.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
from pathlib import Path

from bench_traced import (  # type: ignore[import-not-found]  # scripts of one folder
    APPLICATIONS,
    Pair,
    static,
    traced,
)
from sdists import sdist  # type: ignore[import-not-found]

TARGET = 0.95
BEFORE, AFTER = 6, 2


def population() -> list[tuple[Path, Pair, int]]:
    """(root, edge, line) of all edges that may be drawn, always in the same order."""
    found = []
    for application in APPLICATIONS:
        root = sdist(application.name, application.version)
        seen = traced(application, root)
        entered = {pair[:2] for pair in seen} | {pair[2:] for pair in seen}
        _, claimed = static(root)
        found += [
            (root, pair, min(lines))
            for pair, lines in sorted(claimed.items())
            if pair[2] and pair[:2] in entered
        ]
    return found


def shown(root: Path, pair: Pair, line: int) -> str:
    """The place of the call, and the head of what is said to be called."""
    path, name, callee_path, callee = pair
    lines = (root / path).read_text(encoding="utf-8", errors="replace").splitlines()
    first, last = max(0, line - 1 - BEFORE), min(len(lines), line + AFTER)
    text = [f"{root.name} {path}:{line} in {name or 'the module'} -> {callee_path}: {callee}"]
    text += [
        f"{'>>' if number == line - 1 else '  '} {number + 1} {lines[number]}"
        for number in range(first, last)
    ]
    return "\n".join(text)


def interval(right: int, count: int) -> tuple[float, float]:
    """The 95% interval of a share after Wilson."""
    z = 1.959964
    share = right / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    width = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return middle - width, middle + width


def verdicts(path: str) -> dict[int, bool]:
    """Number of the edge -> whether it is right."""
    rows = [line.split() for line in Path(path).read_text(encoding="utf-8").splitlines() if line.strip()]
    return {int(row[0]): row[1] == "right" for row in rows}


def count(first: dict[int, bool], second: dict[int, bool]) -> int:
    """Prints what two readers found; 1 if too many edges are wrong."""
    both = sorted(first.keys() & second.keys())
    right = sum(first[number] and second[number] for number in both)
    agreed = sum(first[number] == second[number] for number in both)
    low, high = interval(right, len(both))
    print(f"{len(both)} edges read twice, {right} right: {right / len(both):.3f} ({low:.3f} to {high:.3f})")
    print(f"readers agree on {agreed / len(both):.3f}")
    return int(low < TARGET)


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    draw = commands.add_parser("draw")
    draw.add_argument("--count", type=int, default=400)
    draw.add_argument("--seed", type=int, default=1)
    counting = commands.add_parser("count")
    counting.add_argument("first")
    counting.add_argument("second")
    options = parser.parse_args()
    if options.command == "count":
        return count(verdicts(options.first), verdicts(options.second))
    edges = population()
    drawn = random.Random(options.seed).sample(edges, min(options.count, len(edges)))
    print(f"{len(drawn)} of {len(edges)} edges")
    for number, (root, pair, line) in enumerate(drawn, 1):
        print(f"\n{number}  {shown(root, pair, line)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
