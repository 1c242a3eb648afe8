"""Import edges between the modules of real applications, against what runs when all of them are imported.

For each application: its source distribution is installed into a throw-away environment, `__import__` and
`import_module` are hooked, all modules of its package are imported, and each edge between two of them is looked
up among carveout's `imports` edges. Exits 1 below the target.

The second figure: edges of statements that stand under no condition at the top of a module that was imported, and
that yet did not run. They are either wrong, or the module could not be imported to its end.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from sdists import KEPT, environment, sdist  # type: ignore[import-not-found]  # scripts of one folder

from carveout.analyzer.model.boundary import Project
from carveout.analyzer.pipeline import analyze

HERE = Path(__file__).parent
TARGET = 0.999
Pair = tuple[str, str]


class Application(NamedTuple):
    """A source distribution, its package, the folder on the path that holds it, what else it needs."""

    name: str
    version: str
    package: str
    folder: str = "."
    needs: tuple[str, ...] = ()
    settings: str = ""


_WAGTAIL = """
SECRET_KEY = "x"
INSTALLED_APPS = [
    "wagtail.contrib.forms", "wagtail.contrib.redirects", "wagtail.contrib.settings", "wagtail.contrib.routable_page",
    "wagtail.contrib.frontend_cache", "wagtail.contrib.search_promotions", "wagtail.contrib.styleguide",
    "wagtail.contrib.table_block", "wagtail.contrib.typed_table_block", "wagtail.contrib.simple_translation",
    "wagtail.embeds", "wagtail.sites", "wagtail.users", "wagtail.snippets", "wagtail.documents", "wagtail.images",
    "wagtail.search", "wagtail.admin", "wagtail.api.v2", "wagtail.locales", "wagtail", "taggit", "rest_framework",
    "modelcluster", "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
    "django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
WAGTAILADMIN_BASE_URL = "http://localhost"
STATIC_URL = "/static/"
ROOT_URLCONF = "wagtail.admin.urls"
"""

APPLICATIONS = (
    Application("wagtail", "8.0.1", "wagtail", settings=_WAGTAIL),
    Application("flask-appbuilder", "5.3.0", "flask_appbuilder"),
    Application("celery", "5.6.0", "celery", needs=("redis", "sqlalchemy", "eventlet", "gevent", "pytest")),
    Application("tox", "4.32.0", "tox", folder="src"),
)


def executed(application: Application, root: Path) -> tuple[set[Pair], set[str]]:
    """Edges within the application, and its modules that could be imported; kept from run to run."""
    kept = KEPT / f"imports-{application.name}-{application.version}.json"
    if not kept.exists():
        python = environment(application.name, (str(root), *application.needs))
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "settings_of_bench.py").write_text(application.settings)
            env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root / application.folder), folder])}
            if application.settings:
                env["DJANGO_SETTINGS_MODULE"] = "settings_of_bench"
            out = Path(folder) / "imports.json"
            command = [str(python), str(HERE / "imports_plugin.py"), application.package, str(out)]
            run = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, check=False)
            if not out.exists():
                raise SystemExit(f"{application.name} cannot be imported: {run.stderr[-2000:]}")
            kept.write_bytes(out.read_bytes())
    data = json.loads(kept.read_text())
    ours = (application.package, f"{application.package}.")
    edges = {
        (a, b)
        for a, b in data["edges"]
        if a != b and all(n == ours[0] or n.startswith(ours[1]) for n in (a, b))
    }
    return edges, set(data["imported"])


def static(application: Application, root: Path) -> tuple[set[Pair], set[Pair]]:
    """(importing module, imported module) of all edges; and those of unconditional statements of modules."""
    graph = analyze(root, project=Project(), cache=False)
    names = {node.path: node.name for node in graph.nodes("module") if node.path}
    pairs, plain = set(), set()
    for edge in graph.edges("imports"):
        target = edge.target.partition(":")[2]
        for evidence in edge.evidence:
            pair = (names[evidence.place.path], target)
            pairs.add(pair)
            if edge.source.startswith("module:") and edge.confidence == "certain":
                plain.add(pair)
    return pairs, plain


def main() -> int:
    """Runs the bench; with names as arguments those applications alone."""
    low = 0
    wanted = set(sys.argv[1:])
    for application in APPLICATIONS:
        if wanted and application.name not in wanted:
            continue
        root = sdist(application.name, application.version)
        edges, imported = executed(application, root)
        pairs, plain = static(application, root)
        missed = sorted(edges - pairs)
        inside = {
            pair for pair in plain if pair[0] in imported and pair[1].split(".")[0] == application.package
        }
        never = sorted(inside - edges)
        recall = 1 - len(missed) / len(edges)
        low += recall < TARGET
        print(
            f"{application.name:<18} {len(imported):>5} modules imported  {len(edges):>6} edges ran"
            f"  {len(edges) - len(missed):>6} found  recall {recall:.4f}"
            f"  {len(inside)} unconditional, {len(never)} never ran ({len(never) / max(1, len(inside)):.4f})"
        )
        for source, target in missed[:40]:
            print(f"    missed {source} -> {target}")
        for source, target in never[:20]:
            print(f"    never  {source} -> {target}")
    return int(low > 0)


if __name__ == "__main__":
    sys.exit(main())
