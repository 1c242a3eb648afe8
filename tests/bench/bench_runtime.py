"""Access to tables on real applications: SQL that was run while their own tests ran, against the graph.

For each application: its source distribution is installed into a throw-away environment, and its tests run with a hook
in the database layer (`runtime_plugin.py`) that notes each statement with the application's functions on the stack.
A statement's tables (by sqlglot, apart from carveout's own reading of SQL) give *observed triples*: (innermost
function of the application, table, reads or writes). Three figures say how many of them carveout found:

- *strict*: the innermost function itself has an edge of that kind to the table (`joins` counts as reading);
- *on the stack*: at every moment when the triple was seen, some function of the application on the stack has one;
- *with callees*: or a function that the innermost one calls, in at most two steps of the graph, has one. ORMs run
  statements late: a queryset is built in one function and gone over in another, a session is filled in one and
  committed in another, and by then the first has returned. This is the figure that the target of .9 is for.

Statements of Alembic's own (its version table, tables that it copies) are left out, and so are tables that a library
makes for itself while the application runs (those of SQLAlchemy-Continuum); how many triples that were is printed.

The other way round, *claims* are the triples that the graph holds (`possible` ones left out) for functions that
ran: how many were observed with that function on the stack. A claim that was not may still be right: its line may not have run. So with `-v` sixty of
them are drawn (fixed seed) with their source, to be read. Exits 1 below the target.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

import sqlglot
from sdists import KEPT, environment, sdist  # type: ignore[import-not-found]  # scripts of one folder
from sqlglot import exp

from carveout.analyzer.model.boundary import Project
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.pipeline import analyze

Triple = tuple[str, str, str]
HERE = Path(__file__).parent
TARGET = 0.9
DRAWN = 60


class Application(NamedTuple):
    """A source distribution: what is installed with it, and how its tests are run."""

    name: str
    version: str
    extras: str
    needs: tuple[str, ...]
    tests: tuple[str, ...]
    elsewhere: str = ""
    """A pattern of tables that a library makes for itself at run time."""


PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", ".")

APPLICATIONS = (
    Application(
        "django-allauth", "65.22.1", "[headless,headless-spec,idp-oidc,mfa,openid,saml,socialaccount,steam]",
        ("pytest", "pytest-django", "pytest-asyncio", "django-ninja", "djangorestframework", "psycopg[binary]", "pillow"),
        (*PYTEST, "-c", "pytest.ini", "tests"),
    ),
    Application(
        "ihatemoney", "7.2.1", "", ("pytest", "pytest-flask"),
        (*PYTEST, "-c", os.devnull, "ihatemoney/tests"), r"\w+_version|transaction",
    ),
)  # fmt: skip


class Observed(NamedTuple):
    """What a run of the tests showed: for each triple the stacks (ids of functions), and the functions that ran."""

    triples: dict[Triple, set[tuple[str, ...]]]
    ran: set[str]


def run(application: Application, root: Path) -> Path:
    """The log of a run of the application's tests; kept from run to run."""
    kept = KEPT / f"sql-{application.name}-{application.version}.json"
    if kept.exists():
        return kept
    python = environment(application.name, (f"{root}{application.extras}", *application.needs))
    log(python, application.tests, root, kept)
    return kept


def log(python: Path, tests: tuple[str, ...], root: Path, out: Path) -> None:
    """Runs tests with the hook; prints their last line."""
    with tempfile.TemporaryDirectory() as folder:
        env = {
            **os.environ,
            "CARVEOUT_SQL_ROOT": str(root),
            "CARVEOUT_SQL_OUT": str(out),
            "PYTHONPATH": os.pathsep.join([str(root), folder]),
        }
        text = "import os\nif os.environ.get('CARVEOUT_SQL_OUT'):\n    import runtime_plugin\n"
        (Path(folder) / "sitecustomize.py").write_text(text)
        (Path(folder) / "runtime_plugin.py").write_bytes((HERE / "runtime_plugin.py").read_bytes())
        done = subprocess.run(
            [str(python), *tests],
            cwd=root,
            env=env,
            capture_output=True,
            text=True,
            timeout=3600,
            check=False,
        )
        print(f"    {root.name}: {(done.stdout or done.stderr).strip().splitlines()[-1]}")


def tables_of(sql: str) -> set[tuple[str, str]]:
    """(table, reads or writes) of a statement that was run."""
    try:
        tree = sqlglot.parse_one(sql.replace("%s", "?"), read="sqlite")
    except Exception:  # what no parser reads is left out of the count
        return set()
    named = {cte.alias for cte in tree.find_all(exp.CTE)}
    found: set[tuple[str, str]] = set()
    written = tree.this if isinstance(tree, exp.Insert | exp.Update | exp.Delete) else None
    target = written.find(exp.Table) if written is not None else None
    for table in tree.find_all(exp.Table):
        if table.name.startswith(("_alembic_tmp_", "alembic_version")):
            return set()
        if table.name and table.name not in named and not table.name.startswith("sqlite_"):
            found.add((table.name.lower(), "writes" if table is target else "reads"))
    return found


def observed(path: Path, modules: dict[str, str]) -> Observed:
    """The triples of a log, with functions named as the graph names them."""
    log = json.loads(path.read_text())
    triples: dict[Triple, set[tuple[str, ...]]] = defaultdict(set)
    known: dict[str, set[tuple[str, str]]] = {}
    for sql, stack in log["statements"]:
        ids = tuple(named for path, name, _ in stack if (named := identity(modules, path, name)))
        if sql not in known:
            known[sql] = tables_of(sql)
        for table, mode in known[sql] if ids else ():
            triples[ids[0], table, mode].add(ids)
    return Observed(triples, {identity(modules, path, name) for path, name, _ in log["ran"]})


def identity(modules: dict[str, str], path: str, name: str) -> str:
    """The id of a function; "" for what is no file of the graph."""
    module = modules.get(path)
    if module is None:
        return ""
    return f"module:{module}" if name == "<module>" else f"function:{module}.{name}"


def claimed(graph: Graph) -> dict[Triple, tuple[str, list[tuple[str, int]]]]:
    """(function, table, reads or writes) -> (confidence, places)."""
    found: dict[Triple, tuple[str, list[tuple[str, int]]]] = {}
    for edge in graph.edges("reads", "joins", "writes"):
        if edge.target.startswith("table:"):
            mode = "writes" if edge.kind == "writes" else "reads"
            key = (edge.source, edge.target.partition(":")[2], mode)
            places = [(evidence.place.path, evidence.place.line) for evidence in edge.evidence]
            trust, known = found.get(key, (edge.confidence, []))
            found[key] = (
                min(trust, edge.confidence, key="certain likely possible".split().index),
                known + places,
            )
    return found


def measure(application: Application, root: Path, kept: Path) -> float:
    """Prints the figures of one application; the share that was found, callees included."""
    name = application.name
    graph = analyze(root, project=Project(), cache=False)
    modules = {node.path: node.name for node in graph.nodes("module") if node.path}
    seen, claims = observed(kept, modules), claimed(graph)
    apart = [triple for triple in seen.triples if re.fullmatch(application.elsewhere, triple[1])]
    for triple in apart:
        del seen.triples[triple]
    strict = [triple for triple in seen.triples if triple in claims]
    stacked = {triple for triple, stacks in seen.triples.items() if _on_stacks(claims, triple, stacks)}
    called = _callees(graph)
    found = stacked | {
        triple
        for triple in seen.triples
        if any((id, *triple[1:]) in claims for id in _near(called, triple[0]))
    }
    count = len(seen.triples)
    share = len(found) / count
    print(
        f"{name:<16} {count:>5} observed ({len(apart)} left out)  strict {len(strict) / count:.3f}  on the stack {len(stacked) / count:.3f}"
        f"  with callees {share:.3f} (reads {_share(found, seen, 'reads')}, writes {_share(found, seen, 'writes')})"
    )
    below: set[Triple] = {
        (id, table, mode)
        for (_, table, mode), stacks in seen.triples.items()
        for stack in stacks
        for id in stack
    }
    sure = [triple for triple, (trust, _) in claims.items() if trust != "possible" and triple[0] in seen.ran]
    unseen = sorted(triple for triple in sure if triple not in below)
    print(
        f"{'':<16} {len(sure):>5} claimed of functions that ran: observed themselves "
        f"{sum(t in seen.triples for t in sure)}, on the stack {len(sure) - len(unseen)}, never {len(unseen)}"
    )
    if "-v" in sys.argv:
        _show(root, seen, claims, found, unseen)
    return share


def _on_stacks(
    claims: dict[Triple, tuple[str, list[tuple[str, int]]]], triple: Triple, stacks: set[tuple[str, ...]]
) -> bool:
    return all(any((id, *triple[1:]) in claims for id in stack) for stack in stacks)


def _callees(graph: Graph) -> dict[str, set[str]]:
    """Function -> the functions that it calls, mere possibilities left out."""
    found: dict[str, set[str]] = defaultdict(set)
    for edge in graph.edges("calls"):
        if edge.confidence != "possible":
            found[edge.source].add(edge.target)
    return found


def _near(called: dict[str, set[str]], id: str) -> set[str]:
    """What a function calls, and what that calls."""
    return called[id].union(*(called[callee] for callee in sorted(called[id])))


def _share(found: set[Triple], seen: Observed, mode: str) -> str:
    count = sum(triple[2] == mode for triple in seen.triples)
    return f"{sum(triple[2] == mode for triple in found) / count:.3f}" if count else "-"


def _show(
    root: Path,
    seen: Observed,
    claims: dict[Triple, tuple[str, list[tuple[str, int]]]],
    found: set[Triple],
    unseen: list[Triple],
) -> None:
    """What was missed, and a sample of what was never observed, with its source."""
    missed = sorted(set(seen.triples) - found)
    print("    missed tables:", Counter((table, mode) for _, table, mode in missed).most_common(12))
    for triple in missed:
        print("    missed", *triple, "|", " < ".join(min(seen.triples[triple])[1:4]))
    for triple in sorted(random.Random(5).sample(unseen, min(DRAWN, len(unseen)))):
        path, line = claims[triple][1][0]
        source = (root / path).read_text(encoding="utf-8").splitlines()[line - 1].strip()
        print(f"    unseen {' '.join(triple)} ({claims[triple][0]}) {path}:{line}: {source}")


def main() -> int:
    """Runs the bench; with `-v` what was missed and claims to be read are printed."""
    low = 0
    for application in APPLICATIONS:
        root = sdist(application.name, application.version)
        low += measure(application, root, run(application, root)) < TARGET
    return int(low > 0)


if __name__ == "__main__":
    sys.exit(main())
