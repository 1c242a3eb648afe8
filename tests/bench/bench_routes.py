"""Routes (path, method, handler) of real applications against what their frameworks list themselves.

One file an application: `routes/<application>.py`. It holds, as literals,

    INSTALL = ("name==1.2.3", ...)   what pip installs into a throw-away environment, the application first
    ANALYSE = "package"              the folder below site-packages that carveout reads
    EXCLUDE = ("package/vendor",)    optional: folders left out, relative to ANALYSE (as in `[project] exclude`)
    CONDITIONS = {"settings.X": False}   optional: what holds where the application runs (as in `[conditions]`)

and is itself the script that runs inside that environment, in an empty folder: it starts the application and prints
one JSON list of rows [path, method, handler]. A path is as the framework's own listing writes it, a handler is
`module.function` (decorators peeled off by `__wrapped__`, no `<locals>`) or `module.Class.method`: the class that
defines the method, or the project's class where a library does. The constants are read without importing the file.
What listings of one framework share lies in `listings/`, which the script may import from.

Rows whose handler is not of the analysed package are left out, as are HEAD and OPTIONS, which frameworks add,
and what has no address of its own and so stands in no listing: events of Socket.IO, methods of gRPC, fields
of GraphQL.
Routes that carveout calls merely possible do not count. Prints precision and recall with the first differences;
exits 1 below .99 for one application. `bench_routes.py NAME ...` runs some applications only.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import sdists  # type: ignore[import-not-found]  # scripts of one folder

from carveout.analyzer.model.boundary import Project
from carveout.analyzer.pipeline import analyze

HERE = Path(__file__).parent
TARGET = 0.99
SHOWN = 15
LEFT_OUT = frozenset({"HEAD", "OPTIONS", "EVENT", "RPC", "QUERY", "MUTATION", "SUBSCRIPTION", "FIELD"})
Row = tuple[str, str, str]


class Application(NamedTuple):
    """One file of `routes/`."""

    script: Path
    install: tuple[str, ...]
    analyse: str
    exclude: tuple[str, ...]
    conditions: dict[str, bool]

    @property
    def project(self) -> Project:
        """What a `carveout.toml` would say about it."""
        return Project(exclude=self.exclude, conditions=self.conditions)


def described(script: Path) -> Application:
    """The application that a file describes. Raises KeyError when a constant is missing."""
    found = {}
    for node in ast.parse(script.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name in ("INSTALL", "ANALYSE", "EXCLUDE", "CONDITIONS"):
                found[name] = ast.literal_eval(node.value)
    return Application(
        script, found["INSTALL"], found["ANALYSE"], found.get("EXCLUDE", ()), found.get("CONDITIONS", {})
    )


def environment(application: Application) -> Path | None:
    """The python of the application's environment, None (with a reason printed) when pip cannot make it."""
    try:
        python: Path = sdists.environment(application.script.stem, application.install)
    except subprocess.CalledProcessError as error:
        print(f"skipped: {application.script.stem}: {error.stderr.strip().splitlines()[-1:]}")
        return None
    return python


def listed(application: Application, python: Path) -> set[Row]:
    """What the framework lists. Raises CalledProcessError when the script fails."""
    start = f"import runpy; runpy.run_path({str(application.script)!r}, run_name='__main__')"
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "PYTHONPATH": str(HERE / "listings"), "HOME": folder}
        run = subprocess.run(
            [str(python), "-c", start], cwd=folder, env=env, stdout=subprocess.PIPE, text=True, check=True
        )
    return {(path, method, handler) for path, method, handler in json.loads(run.stdout.splitlines()[-1])}


def found(application: Application, python: Path) -> set[Row]:
    """What carveout finds in the sources that are installed."""
    root = next((python.parents[1] / "lib").glob("python*/site-packages")) / application.analyse
    graph = analyze(root, project=application.project, cache=False)
    rows = set()
    for node in graph.nodes("route"):
        method, _, path = node.name.partition(" ")
        for edge in graph.out(node.id, "handles"):
            if edge.confidence != "possible":
                rows.add((path, method, edge.target.partition(":")[2]))
    return rows


def fair(rows: set[Row], package: str) -> set[Row]:
    """The rows that count."""
    inside = f"{package.replace('/', '.')}."
    return {row for row in rows if row[1] not in LEFT_OUT and row[2].startswith(inside)}


def measured(application: Application) -> bool:
    """Prints one application's figures; whether they reach the target."""
    python = environment(application)
    if python is None:
        return True
    truth = fair(listed(application, python), application.analyse)
    claimed = fair(found(application, python), application.analyse)
    right = len(truth & claimed)
    recall, precision = right / len(truth), right / len(claimed) if claimed else 0.0
    name = application.script.stem
    print(f"{name:<16} {len(truth):>5} listed  {right:>5} found  P {precision:.3f}  R {recall:.3f}")
    for what, rows in (("missing", truth - claimed), ("extra", claimed - truth)):
        for row in sorted(rows)[:SHOWN]:
            print(f"    {what:<8}{row[1]:<7} {row[0]} -> {row[2]}")
        if len(rows) > SHOWN:
            print(f"    {what:<8}... {len(rows) - SHOWN} more")
    return min(recall, precision) >= TARGET


def main() -> int:
    """Runs the bench."""
    wanted = sys.argv[1:]
    scripts = [path for path in sorted((HERE / "routes").glob("*.py")) if not wanted or path.stem in wanted]
    reached = [measured(described(script)) for script in scripts]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
