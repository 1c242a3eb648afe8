"""Recall of the call graph on real applications: calls that were seen while their own tests ran.

For each application: its source distribution is installed into a throw-away environment, its tests run under
a profiler that notes which function of the application called which (tests themselves apart), and each such
edge is looked up in the graph that carveout makes of the sources. Exits 1 below the target of .85 for one.

A second figure hints at wrong edges: of the edges that carveout claims (certain or likely) at a line where a call
of the application was seen, those that were never seen from that function. It is a ceiling: another call of the
same line may have been seen, and a test may have taken one of several ways.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

from bench_callgraph import by_name  # type: ignore[import-not-found]  # scripts of one folder
from sdists import KEPT, environment, sdist  # type: ignore[import-not-found]  # scripts of one folder

Pair = tuple[str, str, str, str]
HERE = Path(__file__).parent
TARGET = 0.85


class Application(NamedTuple):
    """A source distribution: where its package lies, and how its tests are run."""

    name: str
    version: str
    package: str
    needs: tuple[str, ...]
    tests: tuple[str, ...]


PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", ".")
"""Without this project's own settings, which pytest would find above."""

APPLICATIONS = (
    Application(
        "mkdocs", "1.6.1", "mkdocs", ("babel",),
        ("-m", "unittest", "discover", "-t", ".", "-s", "mkdocs", "-p", "*tests.py"),
    ),
    Application("isso", "0.14.0", "isso", ("pytest",), (*PYTEST, "isso/tests")),
    Application(
        "datasette", "0.65.5", "datasette", ("pytest<8", "pytest-asyncio==0.21.2", "pytest-timeout", "beautifulsoup4", "black"),
        (*PYTEST, "--continue-on-collection-errors", "tests"),  # the distribution leaves out what some need
    ),
    Application(
        "bandit", "1.9.4", "bandit",
        ("pytest", "testtools", "fixtures", "testscenarios", "GitPython", "beautifulsoup4", "lxml", "sarif-om",
         "jschema-to-python"),
        (*PYTEST, "tests"),
    ),
    Application(
        "todoman", "4.7.0", "todoman", ("pytest", "hypothesis", "freezegun", "pytest-cov", "pytz"), (*PYTEST, "tests"),
    ),
    Application("yamllint", "1.38.0", "yamllint", ("pytest",), (*PYTEST, "tests")),
    Application("pelican", "4.12.0", "pelican", ("pytest", "markdown"), (*PYTEST, "pelican/tests")),
)  # fmt: skip


def traced(application: Application, root: Path) -> dict[Pair, set[int]]:
    """(path, name, path, name) of the calls that were seen, with their lines; kept from run to run."""
    kept = KEPT / f"trace-{application.name}-{application.version}.jsonl"
    if not kept.exists():
        python = environment(application.name, (str(root), *application.needs))
        if (root / "tests").is_dir():
            (root / "tests" / "__init__.py").touch()  # some distributions leave it out
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "trace.jsonl"
            env = {
                **os.environ,
                "CARVEOUT_TRACE_ROOT": str(root),
                "CARVEOUT_TRACE_OUT": str(out),
                "PYTHONPATH": os.pathsep.join([str(root), folder]),
            }
            text = "import os\nif os.environ.get('CARVEOUT_TRACE_OUT'):\n    import traced_plugin\n"
            (Path(folder) / "sitecustomize.py").write_text(text)
            (Path(folder) / "traced_plugin.py").write_bytes((HERE / "traced_plugin.py").read_bytes())
            command = [str(python), *application.tests]
            run = subprocess.run(
                command, cwd=root, env=env, capture_output=True, text=True, timeout=1200, check=False
            )
            print(f"    {application.name}: {(run.stdout + run.stderr).strip().splitlines()[-1]}")
            kept.write_bytes(out.read_bytes())
    rows = [json.loads(line) for line in kept.read_text().splitlines()]
    found: dict[Pair, set[int]] = defaultdict(set)
    for row in rows:
        found[row[0], named(root, *row[0:3]), row[3], named(root, *row[3:6])].add(row[6])
    return found


LAMBDAS: dict[str, dict[int, str]] = {}


def named(root: Path, path: str, name: str, line: int) -> str:
    """The dotted name within its module; lambdas by their line, as carveout numbers them."""
    if name == "<module>":
        return ""
    if "<lambda>" not in name:
        return name
    if path not in LAMBDAS:
        from carveout.analyzer.python.syntax import PythonSyntax

        syntax = PythonSyntax((root / path).read_text(encoding="utf-8"))
        LAMBDAS[path] = {
            node.lineno: scope for node, scope in syntax.own_scopes.items() if isinstance(node, ast.Lambda)
        }
    return LAMBDAS[path].get(line, name)


def static(root: Path) -> tuple[set[Pair], dict[Pair, set[int]]]:
    """The same of the graph: all edges, and the lines of those that are more than possible."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "graph.json"
        command = [sys.executable, "-m", "carveout", "analyze", str(root), "--output", str(out), "--no-cache"]
        subprocess.run(command, check=False, capture_output=True)
        graph = json.loads(out.read_text())
    paths = {node["id"]: node.get("path") or "" for node in graph["nodes"]}
    modules = {
        node["path"]: node["id"][7:]
        for node in graph["nodes"]
        if node["kind"] == "module" and node.get("path")
    }

    def split(id: str) -> tuple[str, str]:
        path, name = paths.get(id, ""), id.partition(":")[2]
        module = modules.get(path, "")
        return path, by_name(name.removeprefix(module).removeprefix("."))

    edges: set[Pair] = set()
    claimed: dict[Pair, set[int]] = {}
    for edge in graph["edges"]:
        if edge["kind"] == "calls":
            pair = (*split(edge["source"]), *split(edge["target"]))
            edges.add(pair)
            if edge["confidence"] != "possible" and edge["target"].startswith("function:"):
                claimed[pair] = {evidence["line"] for evidence in edge["evidence"]}
    return edges, claimed


def unseen(seen: dict[Pair, set[int]], claimed: dict[Pair, set[int]]) -> tuple[list[Pair], int]:
    """Claimed edges whose place ran with another callee and never with theirs, of how many that could be told."""
    ran: dict[tuple[str, str], set[int]] = defaultdict(set)
    for (path, name, _, _), lines in seen.items():
        ran[path, name] |= lines
    told = [pair for pair, lines in claimed.items() if pair[2] and not lines.isdisjoint(ran[pair[:2]])]
    return sorted(pair for pair in told if pair not in seen), len(told)


def main() -> int:
    """Runs the bench; with `-v` each missed edge is printed."""
    low = 0
    for application in APPLICATIONS:
        root = sdist(application.name, application.version)
        seen = traced(application, root)
        found, claimed = static(root)
        missed = sorted(set(seen) - found)
        wrong, told = unseen(seen, claimed)
        recall = 1 - len(missed) / len(seen)
        low += recall < TARGET
        print(
            f"{application.name:<12} {len(seen):>6} edges seen  {len(seen) - len(missed):>6} found  recall {recall:.3f}"
            f"  {told} claimed where calls were seen, {len(wrong)} of them never seen ({len(wrong) / told:.3f})"
        )
        if "-v" in sys.argv:
            by_callee = Counter((path, name) for _, _, path, name in missed)
            for (path, name), count in by_callee.most_common(400):
                callers = [f"{p}:{n}" for p, n, q, m in missed if (q, m) == (path, name)]
                print(f"    {count:>3} {path}:{name}  <- {', '.join(callers[:3])}")
            for path, name, callee_path, callee in wrong:
                print(
                    f"    never {path}:{name} {sorted(claimed[path, name, callee_path, callee])} -> {callee_path}:{callee}"
                )
    return int(low > 0)


if __name__ == "__main__":
    sys.exit(main())
