"""Access to tables on real applications: SQL that was run while their own tests ran, against the graph.

For each application: its source distribution is installed into a throw-away environment, and its tests run with a hook
in the database layer (`runtime_plugin.py`) that notes each statement with the application's functions on the stack.
A statement's tables (by sqlglot, apart from carveout's own reading of SQL) give *observed triples*: (innermost
function of the application, table, reads or writes).

**Recall** is the share of these triples for which the graph has an edge of that kind from that very function to the
table (`joins` counts as reading). The target of .9 is for this figure, and for what the application's code asks for:
statements that a template asks for while it is rendered, and those that a library other than the database layer issues
in its own code, are counted apart. Three further figures say more: without edges that are merely `possible` (*sure*);
*on the stack*: at every moment when the triple was seen, some function of the application on the stack had an edge;
*with callees*: or a function that the innermost one calls, in at most two steps. ORMs run statements late: a queryset is
built in one function and gone over in another, a session is filled in one and committed in another.

Tables that only tests declare do not count. Statements of Alembic's own (its version table), copies of tables that
migrations on SQLite make, and tables that a library makes for itself while the application runs (those of
SQLAlchemy-Continuum) are left out.

`django-ca` and `django-organizations` were chosen before anything was seen of them. At their first run 140 of 227 and 17
of 69 triples were found; managers made by `from_queryset`, bases handed on by `with_metaclass`, fields that only
migrations tell, stubs for checkers of types and questions for permissions were the causes of most misses, and were
mended for all. `django-newsletter` was chosen likewise, later: 63 of 75 at its first run, 67 after `objects = Manager()`,
forms that choose from rows, and generic views that a method goes on with were mended for all.

**Precision**: *claims* are the triples that the graph holds (`possible` ones left out) for functions that ran. Those that
were observed with that function on the stack are right; the others may be (their line may not have run), so sixty of
them are drawn (fixed seed). `draw [NAME ...]` prints them with their source for a reader, `count FILE` counts what the
reader says: a line for each, its application, its number and `right` or `wrong`.

    bench_runtime.py [NAME ...] [-v]    measures (all applications, or these); `-v`: what was missed
    bench_runtime.py draw [NAME ...]
    bench_runtime.py count FILE

Exits 1 below the targets.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import sqlglot
from sdists import KEPT, environment, sdist  # type: ignore[import-not-found]  # scripts of one folder
from sqlglot import exp

from carveout.analyzer.model.boundary import Project
from carveout.analyzer.model.graph import Graph
from carveout.analyzer.pipeline import analyze

HERE = Path(__file__).parent
Triple = tuple[str, str, str]
Claims = dict[Triple, tuple[str, list[tuple[str, int]]]]
"""(function, table, reads or writes) -> (confidence, places)."""
TARGET, PRECISION = 0.9, 0.95
DRAWN, SEED = 60, 5
TESTS = re.compile(r"(?:^|/)(?:tests?|testing|test_[^/]*|conftest[^/]*)(?:/|$)")
ISSUERS = ("code", "pages", "library")


class Application(NamedTuple):
    """A source distribution: what is installed with it, and how its tests are run."""

    name: str
    version: str
    extras: str
    needs: tuple[str, ...]
    tests: tuple[str, ...]
    elsewhere: str = ""
    """A pattern of tables that a library makes for itself at run time."""
    first: str = ""
    """What is run before anything else: it puts aside what would be downloaded."""


PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", ".", "-c")

APPLICATIONS = (
    Application(
        "django-allauth", "65.22.1", "[headless,headless-spec,idp-oidc,mfa,openid,saml,socialaccount,steam]",
        ("pytest", "pytest-django", "pytest-asyncio", "django-ninja", "djangorestframework", "psycopg[binary]", "pillow"),
        (*PYTEST, "pytest.ini", "tests"),
    ),
    Application("HyperKitty", "1.3.12", "[test]", ("pytest", "pytest-django"), (*PYTEST, "pytest.ini", "hyperkitty")),
    Application(
        "squad", "1.98", "", ("pytest", "pytest-django", "requests-mock", "django<5"),
        (*PYTEST, "pytest.ini", "test/core", "test/ci"),
        first="import types\nassets = sys.modules['squad.frontend.setup'] = types.ModuleType('setup')\n"
        "assets.setup_staticfiles = lambda: None\n",
    ),
    Application(
        "ihatemoney", "7.2.1", "", ("pytest", "pytest-flask"),
        (*PYTEST, os.devnull, "ihatemoney/tests"), r"\w+_version|transaction",
    ),
    Application(
        "barbican", "23.0.0", "",
        ("pytest", "oslotest", "testtools", "fixtures", "requests", "WebTest", "python-keystoneclient", "pykmip"),
        (*PYTEST, os.devnull, "barbican/tests", "--ignore", "barbican/tests/test_hacking.py"),
    ),
    Application(
        "django-ca", "3.2.0", "[api,celery,hsm,yaml]",
        ("pytest", "pytest-cov", "pytest-django", "pytest-env", "pytest-freezer", "pytest-random-order", "requests-mock", "django-webtest",
         "pyopenssl", "pyrfc3339", "tabulate", "termcolor", "jinja2", "selenium", "pyvirtualdisplay", "semantic-version"),
        (*PYTEST, "pyproject.toml", "-o", "addopts=--cov --cov-report=", "ca/django_ca"),
    ),
    Application(
        "django-organizations", "2.7.0", "", ("pytest", "pytest-django", "django-autoslug", "mock-django==0.6.9"),
        (*PYTEST, os.devnull, "tests"),
    ),
    Application(
        "django-newsletter", "1.2.1", "",
        ("pytz", "webtest", "django-webtest", "unicodecsv", "python-card-me", "django-tinymce", "django-imperavi", "six"),
        ("-m", "django", "test"),
        first="import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'test_project.settings'\n"
        "sys.path.insert(0, 'test_project')\n",
    ),
)  # fmt: skip


class Observed(NamedTuple):
    """What a run of the tests showed: for each triple the stacks (ids of functions), and the functions that ran.

    `by` are the triples by who issued the statements: "code", "pages" or "library", the first of these that did.
    """

    triples: dict[Triple, set[tuple[str, ...]]]
    ran: set[str]
    by: dict[Triple, str]


def run(application: Application, root: Path) -> Path:
    """The log of a run of the application's tests; kept from run to run."""
    kept = KEPT / f"sql-{application.name}-{application.version}.json"
    if kept.exists():
        return kept
    wanted = f"{application.name}{application.extras}=={application.version}"
    log(environment(application.name, (wanted, *application.needs)), application, root, kept)
    return kept


def log(python: Path, application: Application, root: Path, out: Path) -> None:
    """Runs tests with the hook; prints their last line."""
    with tempfile.TemporaryDirectory() as folder:
        env = {
            **os.environ,
            "CARVEOUT_SQL_ROOT": str(root),
            "CARVEOUT_SQL_OUT": str(out),
            "PYTHONPATH": os.pathsep.join([str(root), folder]),
            "TMPDIR": folder,
        }
        text = f"import sys, runtime_plugin\n{application.first}"
        (Path(folder) / "sitecustomize.py").write_text(text)
        (Path(folder) / "runtime_plugin.py").write_bytes((HERE / "runtime_plugin.py").read_bytes())
        done = subprocess.run(
            [str(python), *application.tests],
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
        if table.name.startswith(("_alembic_tmp_", "alembic_version", "new__")) or table.name.endswith(
            "__old"
        ):
            return set()
        if table.name and table.name not in named and not table.name.startswith("sqlite_"):
            found.add((table.name.lower(), "writes" if table is target else "reads"))
    return found


def observed(path: Path, modules: dict[str, str], elsewhere: str) -> Observed:
    """The triples of a log, with functions named as the graph names them; `elsewhere`: tables that are left out."""
    log = json.loads(path.read_text())
    triples: dict[Triple, set[tuple[str, ...]]] = defaultdict(set)
    known: dict[str, set[tuple[str, str]]] = {}
    by: dict[Triple, str] = {}
    for sql, stack, issuer in log["statements"]:
        ids = tuple(named for path, name, _ in stack if (named := identity(modules, path, name)))
        if sql not in known:
            known[sql] = {pair for pair in tables_of(sql) if not re.fullmatch(elsewhere, pair[0])}
        for table, mode in known[sql] if ids else ():
            triple = (ids[0], table, mode)
            triples[triple].add(ids)
            by[triple] = min(by.get(triple, issuer), issuer, key=ISSUERS.index)
    return Observed(triples, {identity(modules, path, name) for path, name, _ in log["ran"]}, by)


def identity(modules: dict[str, str], path: str, name: str) -> str:
    """The id of a function; "" for what is no file of the graph."""
    module = modules.get(path)
    if module is None:
        return ""
    return f"module:{module}" if name == "<module>" else f"function:{module}.{name}"


def claimed(graph: Graph) -> Claims:
    """What the graph says."""
    found: Claims = {}
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


class Measured(NamedTuple):
    """One application: its graph's claims beside what was observed."""

    root: Path
    graph: Graph
    seen: Observed
    claims: Claims

    def never(self) -> tuple[list[Triple], list[Triple]]:
        """The claims of functions that ran, and those of them that were never observed."""
        below: set[Triple] = {
            (id, table, mode)
            for (_, table, mode), stacks in self.seen.triples.items()
            for stack in stacks
            for id in stack
        }
        sure = [t for t, (trust, _) in self.claims.items() if trust != "possible" and t[0] in self.seen.ran]
        return sure, sorted(triple for triple in sure if triple not in below)


def measured(application: Application) -> Measured:
    """Runs the tests, if there is no log of them yet, and analyses the application."""
    root = sdist(application.name, application.version)
    log = run(application, root)
    graph = analyze(root, project=Project(), cache=False)
    modules = {node.path: node.name for node in graph.nodes("module") if node.path}
    seen, of_tests = observed(log, modules, application.elsewhere), tables_of_tests(graph)
    triples = {triple: stacks for triple, stacks in seen.triples.items() if triple[1] not in of_tests}
    return Measured(root, graph, seen._replace(triples=triples), claimed(graph))


def tables_of_tests(graph: Graph) -> set[str]:
    """The tables that nothing but tests declares, by the folders that `runtime_plugin.py` takes for tests."""
    return {node.name for node in graph.nodes("table") if node.path and TESTS.search(node.path)}


def report(name: str, found: Measured, verbose: bool) -> tuple[int, int]:
    """Prints the figures of one application; how many triples of its code were found, of how many."""
    seen, claims, called = found.seen, found.claims, _callees(found.graph)
    counted = (0, 0)
    for issuer in ISSUERS:
        triples = [triple for triple in seen.triples if seen.by[triple] == issuer]
        if not triples:
            continue
        strict = {triple for triple in triples if triple in claims}
        sure = {triple for triple in strict if claims[triple][0] != "possible"}
        stacked = strict | {t for t in triples if _on_stacks(claims, t, seen.triples[t])}
        near = stacked | {t for t in triples if any((id, *t[1:]) in claims for id in _near(called, t[0]))}
        share = [f"{len(part) / len(triples):.3f}" for part in (strict, sure, stacked, near)]
        modes = {mode: [t for t in triples if t[2] == mode] for mode in ("reads", "writes")}
        told = ", ".join(f"{mode} {_share(strict, part)}" for mode, part in modes.items())
        print(
            f"{name:<15} {issuer:<8} {len(triples):>5} observed: recall {share[0]} ({told}); sure {share[1]}, "
            f"on the stack {share[2]}, with callees {share[3]}"
        )
        if issuer == "code":
            counted = (len(strict), len(triples))
        for triple in sorted(set(triples) - strict) if verbose else ():
            print("    missed", *triple, "|", " < ".join(min(seen.triples[triple])[1:4]))
    sure_claims, never = found.never()
    own = sum(triple in seen.triples for triple in sure_claims)
    print(
        f"{name:<15} {len(sure_claims):>5} claims of functions that ran: {own} observed in the function itself, "
        f"{len(sure_claims) - len(never)} on the stack, {len(never)} never"
    )
    return counted


def _on_stacks(claims: Claims, triple: Triple, stacks: set[tuple[str, ...]]) -> bool:
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


def _share(found: set[Triple], among: list[Triple]) -> str:
    return f"{sum(triple in found for triple in among) / len(among):.3f}" if among else "-"


def drawn(found: Measured) -> list[Triple]:
    """The claims that are read, always the same ones."""
    never = found.never()[1]
    return sorted(random.Random(SEED).sample(never, min(DRAWN, len(never))))


def draw(names: list[str]) -> int:
    """Prints what is to be read."""
    for application in chosen(names):
        found = measured(application)
        for number, triple in enumerate(drawn(found), 1):
            trust, places = found.claims[triple]
            path, line = places[0]
            lines = (found.root / path).read_text(encoding="utf-8").splitlines()
            source = " / ".join(text.strip() for text in lines[max(0, line - 1) : line + 2])
            print(f"{application.name} {number} {' '.join(triple)} ({trust}) {path}:{line}: {source[:240]}")
    return 0


def count(path: str) -> int:
    """Prints the share of claims that are right: observed ones, and of the others as many as the reader says."""
    verdicts: dict[str, list[bool]] = defaultdict(list)
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        if line.strip():
            name, _, verdict, *_ = line.split()
            verdicts[name].append(verdict == "right")
    claims, right = 0, 0.0
    for application in chosen(sorted(verdicts)):
        sure, never = measured(application).never()
        read = verdicts[application.name]
        share = sum(read) / len(read)
        claims += len(sure)
        right += len(sure) - len(never) + share * len(never)
        print(f"{application.name:<15} {sum(read)} of {len(read)} right that were never observed")
    print(f"{claims} claims, right or observed: {right / claims:.3f}")
    return int(right / claims < PRECISION)


def chosen(names: list[str]) -> list[Application]:
    """The applications of these names, or all."""
    return [application for application in APPLICATIONS if not names or application.name in names]


def main() -> int:
    """See the module."""
    command, *rest = [argument for argument in sys.argv[1:] if argument != "-v"] or [""]
    if command == "draw":
        return draw(rest)
    if command == "count":
        return count(rest[0])
    found = observed_ = 0
    for application in chosen([command, *rest] if command else []):
        try:
            counted = report(application.name, measured(application), "-v" in sys.argv)
        except subprocess.CalledProcessError as error:
            print(f"{application.name:<15} left out, it cannot be installed here: {error}")
            continue
        found, observed_ = found + counted[0], observed_ + counted[1]
    share = found / max(observed_, 1)
    print(f"{found} of {observed_} triples of the applications' own code found: {share:.3f}")
    return int(share < TARGET)


if __name__ == "__main__":
    sys.exit(main())
