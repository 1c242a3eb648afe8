"""Table-level reads and writes against the cases of sqllineage's own suite, and the speed of reading.

    python tests/bench/bench_sql.py [-v] [--dialect auto]

`$CARVEOUT_BENCH_DATA` names the folder of the data (default `../shared/data` beside the repository). A case is exact
when the tables read or joined are its `source_tables` and the tables written are its `target_tables`. `-v` prints
each case that is not.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path

from carveout.analyzer.sql import Statement, read_sql
from carveout.analyzer.sql.reading import _read

NO_LINEAGE = {"delete", "truncate", "lock", "refresh"}


def lineage(statements: tuple[Statement, ...]) -> tuple[set[str], set[str]]:
    """Return sources and targets of a script the way the suite counts them: what only passes through is neither."""
    sources: set[str] = set()
    targets: set[str] = set()
    passing: set[str] = set()
    for statement in statements:
        uses = [*statement.uses, *(use for made in statement.definitions for use in made.uses)]
        reads = {use.table for use in uses if use.mode != "writes" and use.action not in NO_LINEAGE}
        writes = {use.table for use in uses if use.mode == "writes" and use.action not in NO_LINEAGE}
        reads |= {path for mode, path in statement.paths if mode == "reads"}
        writes |= {path for mode, path in statement.paths if mode == "writes"}
        for made in statement.definitions:
            if made.action == "create" and made.kind in ("table", "view"):
                writes.add(made.name)
            elif made.action == "swap":
                reads.add(made.on)
                writes.add(made.name)
            elif made.action == "rename" and made.name in targets:
                targets = targets - {made.name} | {made.on}
        passing |= reads & targets
        sources |= reads - targets
        targets |= writes
    return {normal(name) for name in sources}, {normal(name) for name in targets - passing}


def normal(name: str) -> str:
    """Compare names without the suite's default schema, in lower case."""
    return name.removeprefix("<default>.").lower()


def accuracy(cases: list[dict[str, object]], dialect: str | None, verbose: bool) -> None:
    """Print how many cases are exact, in all and without scripts and paths."""
    exact: Counter[str] = Counter()
    total: Counter[str] = Counter()
    failures: Counter[str] = Counter()
    for case in cases:
        plain = not case["multi"] and not case["has_path"]
        groups = ("all", "plain") if plain else ("all",)
        statements = read_sql(str(case["sql"]), dialect or str(case["dialect"]))
        found = lineage(statements)
        expected = tuple({normal(name) for name in case[key]} for key in ("source_tables", "target_tables"))  # type: ignore[attr-defined]
        total.update(groups)
        if found == expected:
            exact.update(groups)
            continue
        failures[str(case["dialect"])] += 1
        if verbose:
            print(f"{case['id']}\n  {case['sql']!r}\n  found {found}\n  expected {expected}")
            print("  problems", [statement.problem for statement in statements])
    for group, label in (("plain", "without scripts and paths"), ("all", "all")):
        print(f"{label}: {exact[group]}/{total[group]} exact ({exact[group] / max(1, total[group]):.3f})")
    if failures:
        print(
            "failures by dialect:", ", ".join(f"{name} {count}" for name, count in sorted(failures.items()))
        )


def speed(count: int = 4000) -> None:
    """Print statements per second on one core, none of them cached."""
    shapes = (
        "SELECT id, name FROM customer WHERE id = %s",
        "INSERT INTO orders (customer_id, total) VALUES (%(c)s, %(t)s)",
        "UPDATE payment SET amount = ?, state = 'paid' WHERE id = :id",
        "SELECT o.id, c.name FROM orders o JOIN customer c ON c.id = o.customer_id WHERE o.total > {limit} ORDER BY 1",
        "DELETE FROM basket WHERE owner_id = $1",
    )
    texts = [f"{shapes[index % len(shapes)]} /* {index} */" for index in range(count)]
    read_sql("SELECT 1 FROM warm_up")
    _read.cache_clear()
    started = time.process_time()
    for text in texts:
        read_sql(text)
    cold = count / (time.process_time() - started)
    started = time.process_time()
    for text in texts:
        read_sql(text)
    print(
        f"speed: {cold:,.0f} statements/s a core, {count / (time.process_time() - started):,.0f} when cached"
    )


def main() -> int:
    """Run the bench; a missing data folder is a reason to skip, said aloud."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("-v", "--verbose", action="store_true", help="print each case that is not exact")
    parser.add_argument(
        "--dialect", help="read every case in this dialect instead of its own, for example auto"
    )
    options = parser.parse_args()
    default = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    path = Path(os.environ.get("CARVEOUT_BENCH_DATA", default)) / "sql" / "lineage.json"
    if path.is_file():
        accuracy(json.loads(path.read_text("utf-8"))["table_cases"], options.dialect, options.verbose)
    else:
        print(
            f"skipped: {path} does not exist; set CARVEOUT_BENCH_DATA to the folder that holds sql/lineage.json"
        )
    speed()
    return 0


if __name__ == "__main__":
    sys.exit(main())
