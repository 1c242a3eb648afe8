"""Share of the statements inside functions, procedures and blocks that yield their tables, against PostgreSQL's own parser.

    python tests/bench/bench_bodies.py [-v]

The texts are PostgreSQL's own regression tests, as they travel in the source distribution of `postgast`, and the
functions of applications that keep their logic in the database, downloaded by name. The oracle is PostgreSQL's parser
itself, in a throw-away environment (`listings/postgres_bodies.py`): what each statement and expression of a body reads
and writes. A statement is found when all of its tables are, with reads and writes told apart; an extra table is one
that no statement of the body has. Bodies in other languages, and those that the parser refuses, do not count.
Exits 1 below the target. `-v` prints what is missing or extra.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from sdists import environment, sdist  # type: ignore[import-not-found]  # same folder

from carveout.analyzer.sql import names, read_sql

TARGET = 0.9
PARSER = ("postgast", "0.2.0")
PROJECTS = (PARSER, ("nominatim-db", "5.3.3"), ("procrastinate", "3.10.0"), ("mbdata", "31.0.1"))
Pair = tuple[str, str]


def listed(python: Path, root: Path) -> list[dict[str, Any]]:
    """The bodies of a project with their statements, each body once."""
    files = sorted(path for path in root.rglob("*.sql*") if path.is_file())
    script = Path(__file__).parent / "listings" / "postgres_bodies.py"
    run = subprocess.run(
        [str(python), str(script), *map(str, files)], stdout=subprocess.PIPE, text=True, check=True
    )
    found = json.loads(run.stdout.splitlines()[-1])
    return list({body["text"]: body for body in found}.values())


def ours(text: str) -> set[Pair]:
    """What carveout sees: (table, reads or writes)."""
    uses = {
        use
        for statement in read_sql(text, "postgres")
        for use in [*statement.uses, *(use for made in statement.definitions for use in made.uses)]
    }
    kept = (use for use in uses if use.action not in ("create", "like"))
    return {(use.table, "writes" if use.mode == "writes" else "reads") for use in kept}


def wanted(statement: list[Pair]) -> set[Pair]:
    """The tables of a statement that are the application's own."""
    return {
        (table, mode)
        for table, mode in statement
        if not names.is_system(table) and table not in names.INSIDE and names.is_name(table)
    }


def compare(name: str, bodies: list[dict[str, Any]], verbose: bool) -> tuple[int, int]:
    """Prints one project's figures; how many statements there are, and how many are found."""
    total = good = said = extra = 0
    started = time.process_time()
    for body in bodies:
        seen = ours(body["text"])
        truth = [statement for statement in map(wanted, body["statements"]) if statement]
        missing = [statement - seen for statement in truth if not statement <= seen]
        known = {table for statement in truth for table, _ in statement}
        more = sorted(pair for pair in seen if pair[0] not in known)
        total, good = total + len(truth), good + len(truth) - len(missing)
        said, extra = said + len(seen), extra + len(more)
        if verbose and (missing or more):
            print(f"  {body['file']}: missing {missing} extra {more}\n    {body['text'][:400]}")
    share = good / total if total else 1.0
    print(
        f"{name:<14}{len(bodies):>6} bodies {total:>5} statements  {share:.3f} yield their tables"
        f"  {extra} of {said} extra  {time.process_time() - started:.1f} s"
    )
    return total, good


def main() -> int:
    """Runs the bench."""
    try:
        python = environment("bodies", [f"{PARSER[0]}=={PARSER[1]}"])
    except subprocess.CalledProcessError as error:
        print(f"skipped: {PARSER[0]}: {str(error.stderr).strip().splitlines()[-1:]}")
        return 0
    figures = [
        compare(name, listed(python, sdist(name, version)), "-v" in sys.argv) for name, version in PROJECTS
    ]
    total, good = sum(t for t, _ in figures), sum(g for _, g in figures)
    print(f"all: {good}/{total} ({good / total:.3f})")
    return 0 if good / total >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
