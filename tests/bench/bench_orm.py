"""Tables, foreign keys and columns of real applications against what their frameworks themselves say.

django-oscar's oracle lies in `$CARVEOUT_BENCH_DATA` (default `../shared/data`). The others are made here: one file
an application, `tables/<application>.py`, with the constants that `bench_routes.py` explains. It is itself the script
that runs in a throw-away environment, which `analyze` never does, and prints {table: {"columns": [name, ...],
"keys": [[column, table], ...]}} as its last line.

Tables of tests do not count, names are compared in lower case. Exits 1 when a target is missed; `bench_orm.py NAME ...`
measures some applications only.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Set
from pathlib import Path
from typing import Any

from bench_routes import HERE, Application, described, environment  # type: ignore[import-not-found]  # same folder
from sdists import ROOT, sdist  # type: ignore[import-not-found]

from carveout.analyzer.graph.roles import role_of
from carveout.analyzer.model.boundary import Project
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.pipeline import analyze

TARGET_OSCAR, TARGET = 0.99, 0.98
SHOWN = 15
Key = tuple[str, ...]


def score(name: str, truth: Set[Key], found: Set[Key]) -> float:
    """Prints precision and recall; returns the smaller one."""
    right = len(truth & found)
    recall, precision = right / len(truth) if truth else 1.0, right / len(found) if found else 0.0
    print(
        f"{name:<14} {len(truth):>5} in truth  {right:>5} found  recall {recall:.3f}  precision {precision:.3f}"
    )
    for item in sorted(truth - found)[:SHOWN]:
        print(f"    missing {'.'.join(item)}")
    for item in sorted(found - truth)[:SHOWN]:
        print(f"    extra   {'.'.join(item)}")
    return min(recall, precision)


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


def compared(graph: Graph, oracle: dict[str, Any]) -> float:
    """The smallest of the figures; `oracle` is as the scripts print it."""
    truth = {name.lower(): about for name, about in oracle.items()}
    keys = {(t, c.lower(), to.lower()) for t, about in truth.items() for c, to in about["keys"]}
    columns = {(table, column.lower()) for table, about in truth.items() for column in about["columns"]}
    defined = {(n.name,) for n in graph.nodes("table") if n.path and role_of(n.path) != "test"}
    references = {
        (edge.source.partition(":")[2], column, edge.target.partition(":")[2])
        for edge in graph.edges("references")
        if edge.target.startswith("table:")  # a column that draws its numbers from a sequence has no key
        for column in edge.columns
    }
    found = {tuple(node.name.rsplit(".", 1)) for node in graph.nodes("column")}
    return min(
        score("tables", {(name,) for name in truth}, defined),
        score("foreign keys", keys, {key for key in references if key[0] in truth}),
        score("columns", columns, {column for column in found if column[0] in truth}),
    )


def oscar() -> bool:
    """Measures django-oscar; whether it reaches its targets."""
    data = Path(os.environ.get("CARVEOUT_BENCH_DATA", ROOT.parent / "shared/data"))
    if not (data / "oracle-django-oscar.json").exists():
        print("skipped: no oracle-django-oscar.json in $CARVEOUT_BENCH_DATA (default ../shared/data)")
        return True
    root = sdist("django-oscar")
    graph = analyze(root, project=Project(exclude=("src/oscar/test",)), cache=False)
    models = json.loads((data / "oracle-django-oscar.json").read_text("utf-8"))["models"]
    oracle = {
        m["table"]: {
            "columns": [f["column"] for f in m["fields"]],
            "keys": [[f["column"], f["fk"]["to_table"]] for f in m["fields"] if "fk" in f],
        }
        for m in models
        if m["module"].startswith("oscar") and not m["proxy"]
    }
    print("django-oscar")
    return compared(graph, oracle) >= TARGET_OSCAR and cross_app(graph, root) == 1.0


def listed(application: Application, python: Path) -> dict[str, Any]:
    """What the framework says. Raises CalledProcessError when the script fails."""
    start = f"import runpy; runpy.run_path({str(application.script)!r}, run_name='__main__')"
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "PYTHONPATH": str(HERE / "listings"), "HOME": folder}
        run = subprocess.run(
            [str(python), "-c", start], cwd=folder, env=env, stdout=subprocess.PIPE, text=True, check=True
        )
    answer: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return answer


def measured(application: Application) -> bool:
    """Measures one application of `tables/`; whether it reaches its target."""
    python = environment(application)
    if python is None:
        return True
    root = next((python.parents[1] / "lib").glob("python*/site-packages")) / application.analyse
    graph = analyze(root, project=Project(exclude=application.exclude), cache=False)
    print(application.script.stem)
    return compared(graph, listed(application, python)) >= TARGET


def main() -> int:
    """Runs the bench."""
    wanted = sys.argv[1:]
    reached = [oscar()] if not wanted or "django_oscar" in wanted else []
    for script in sorted((HERE / "tables").glob("*.py")):
        if not wanted or script.stem in wanted:
            reached.append(measured(described(script)))
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
