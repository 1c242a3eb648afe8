"""Tables, foreign keys and columns of django-oscar against what Django itself says of it.

The oracle lies in `$CARVEOUT_BENCH_DATA` (default `../shared/data`); it was made by importing the
application, which `analyze` never does. Exits 1 when a target is missed.
"""

from __future__ import annotations

import ast
import json
import os
import sys
from collections.abc import Set
from pathlib import Path

from sdists import ROOT, sdist  # type: ignore[import-not-found]  # scripts of one folder

from carveout.analyzer.model.boundary import Project
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.pipeline import analyze

TARGET = 0.9
Key = tuple[str, ...]


def score(name: str, truth: Set[Key], found: Set[Key]) -> float:
    """Prints precision and recall; returns the recall."""
    right = len(truth & found)
    recall, precision = right / len(truth), right / len(found) if found else 0.0
    print(
        f"{name:<14} {len(truth):>5} in truth  {right:>5} found  recall {recall:.3f}  precision {precision:.3f}"
    )
    for item in sorted(truth - found)[:10]:
        print(f"    missing {'.'.join(item)}")
    for item in sorted(found - truth)[:10]:
        print(f"    extra   {'.'.join(item)}")
    return recall


def string_relations(root: Path) -> dict[tuple[str, int], tuple[str, str]]:
    """(path, line) -> (app, other app) of the fields that name a model of another app of oscar by a string.

    Read with `ast` alone; an app is the folder that holds the models, as it is for all but one of
    oscar's labels.
    """
    found = {}
    folders = {path.parent.name for path in (root / "src/oscar/apps").rglob("abstract_models.py")}
    for path in sorted((root / "src/oscar/apps").rglob("*.py")):
        if "migrations" in path.parts:
            continue
        app = path.parent.name
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr not in ("ForeignKey", "OneToOneField", "ManyToManyField"):
                continue
            words = {k.arg: k.value for k in node.keywords}
            to = node.args[0] if node.args else words.get("to")
            if not isinstance(to, ast.Constant) or not isinstance(to.value, str) or "." not in to.value:
                continue
            other = to.value.partition(".")[0]
            if other != app and other in folders:
                found[str(path.relative_to(root)), node.lineno] = (app, other)
    return found


def cross_app(graph: Graph, root: Path) -> float:
    """Share of those fields that are the evidence of a `references` edge."""
    truth = string_relations(root)
    lines = {(e.place.path, e.place.line) for edge in graph.edges("references") for e in edge.evidence}
    right = {place: pair for place, pair in truth.items() if place in lines}
    print(
        f"{'cross-app':<14} {len(truth):>5} string relations  {len(right):>5} are references edges;", end=" "
    )
    print(f"{len(set(right.values()))} of {len(set(truth.values()))} pairs of apps")
    for path, line in sorted(truth.keys() - right.keys()):
        print(f"    missing {path}:{line}")
    return len(right) / len(truth)


def main() -> int:
    """Runs the bench."""
    data = (
        Path(os.environ.get("CARVEOUT_BENCH_DATA", ROOT.parent / "shared/data")) / "oracle-django-oscar.json"
    )
    if not data.exists():
        print(f"skipped: no {data.name} in $CARVEOUT_BENCH_DATA (default ../shared/data)")
        return 0
    root = sdist("django-oscar")
    graph = analyze(root, project=Project(exclude=("src/oscar/test",)), cache=False)
    oracle = json.loads(data.read_text("utf-8"))["models"]
    models = [m for m in oracle if m["module"].startswith("oscar") and not m["proxy"]]
    tables = {(m["table"],) for m in models}
    own = {name for (name,) in tables}
    keys = {(m["table"], f["column"], f["fk"]["to_table"]) for m in models for f in m["fields"] if "fk" in f}
    columns = {(m["table"], f["column"]) for m in models for f in m["fields"]}
    defined = {(node.name,) for node in graph.nodes("table") if node.path}
    references = {
        (edge.source.partition(":")[2], column, edge.target.partition(":")[2])
        for edge in graph.edges("references")
        for column in edge.columns
    }
    found = {tuple(node.name.rsplit(".", 1)) for node in graph.nodes("column")}
    recalls = [
        score("tables", tables, defined),
        score("foreign keys", keys, {key for key in references if key[0] in own}),
        score("columns", columns, {column for column in found if column[0] in own}),
    ]
    complete = cross_app(graph, root)
    return 0 if min(recalls) >= TARGET and complete == 1.0 else 1


if __name__ == "__main__":
    sys.exit(main())
