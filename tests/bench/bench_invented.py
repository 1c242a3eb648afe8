"""Invented tables: every table that SQL in real applications is said to touch, against what a reader said of it.

For each application of `invented.json`, its wheel is downloaded by name and version; its files with SQL are analysed as
they are, and the tables and views that `carveout analyze --tables` would count as the application's own are compared with
the stored verdicts: `real`, or `invented` (English, a CTE, an alias, a placeholder, a name of a demonstration: whatever
is no table of the application). Files without SQL are left out, so that nothing but SQL tells of a table.

    bench_invented.py [NAME ...]         measures (all applications, or these)
    bench_invented.py read [NAME ...]    prints the tables without a verdict with the line that tells of them, for a reader

Exits 1 when a table is found that is invented or that nobody has read, or when one that is real is found no more.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

from draw_tables import facts_of  # type: ignore[import-not-found]  # scripts of one folder
from sdists import wheel  # type: ignore[import-not-found]

from carveout.analyzer.graph.access import own_tables
from carveout.analyzer.model.boundary import Project
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.pipeline import analyze

VERDICTS = Path(__file__).with_name("invented.json")


def with_sql(root: Path, out: Path) -> int:
    """Copies the files in which SQL stands; how many these are."""
    count = 0
    for path in sorted([*root.rglob("*.py"), *root.rglob("*.sql")]):
        if path.is_file() and facts_of(path)[1]:
            place = out / path.relative_to(root)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)
            count += 1
    return count


def tables(root: Path) -> dict[str, str]:
    """Table -> where the graph has it from, with that line."""
    with tempfile.TemporaryDirectory() as folder:
        if not with_sql(root, Path(folder)):
            return {}
        graph = analyze(Path(folder), project=Project(), cache=False)
        return {node.name: _evidence(graph, node.id, Path(folder)) for node in own_tables(graph)}


def _evidence(graph: Graph, id: str, root: Path) -> str:
    node = graph.node(id)
    if node is not None and node.path:
        path, line = node.path, node.line
    else:
        edge = next(graph.into(id))
        path, line = edge.evidence[0].place.path, edge.evidence[0].place.line
    text = (root / path).read_text("utf-8", "replace").splitlines()
    return f"{path}:{line} | {' / '.join(part.strip() for part in text[line - 1 : line + 2])[:150]}"


def main() -> int:
    """Measures, or prints what is to be read."""
    reading, names = sys.argv[1:2] == ["read"], sys.argv[1:]
    known = json.loads(VERDICTS.read_text("utf-8"))
    counts = {"real": 0, "invented": 0, "unread": 0, "lost": 0}
    applications = 0
    for name, about in sorted(known.items()):
        if not {*names} <= {"read"} and name not in names:
            continue
        root = wheel(name, about["version"])
        if root is None:
            print(f"{name:<20} left out, it cannot be downloaded here")
            continue
        applications += 1
        found, verdicts = (
            tables(root),
            {table: verdict for verdict in ("real", "invented") for table in about[verdict]},
        )
        told = {table: verdicts.get(table, "unread") for table in found}
        lost = [table for table in about["real"] if table not in found]
        for verdict in told.values():
            counts[verdict] += 1
        counts["lost"] += len(lost)
        print(f"{name:<20} {about['version']:<10} {len(found):>4} tables", *(f"lost: {t}" for t in lost))
        for table, verdict in told.items():
            if verdict == "invented" or (verdict == "unread" and reading):
                print(f"    {verdict} {table}  {found[table]}")
    print(f"{applications} applications: " + ", ".join(f"{n} {verdict}" for verdict, n in counts.items()))
    return int(bool(counts["invented"] + counts["unread"] + counts["lost"]))


if __name__ == "__main__":
    sys.exit(main())
