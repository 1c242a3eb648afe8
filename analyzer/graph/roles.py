"""What part a file plays, told from its path alone."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import Literal

Role = Literal["code", "test", "migration", "script", "vendored"]

ASIDE: frozenset[Role] = frozenset({"test", "script", "vendored"})
"""Roles of files that are beside the application: examples, tests, scripts, copies of others' code."""

PAST: frozenset[Role] = ASIDE | {"migration"}
"""And of those that ran once: what they do to tables is no use of these by the application."""

_TEST_FOLDERS = frozenset({"test", "tests", "testing", "testsuite", "e2e", "fixtures_test"})
_TEST_FILE = re.compile(r"(?:test_.*|.*_tests?|tests?|conftest)\.py\Z")
_TEST_KINDS = re.compile(
    r"(?:unit|integration|functional|system|acceptance|smoke|regression|e2e|end_to_end|ui|browser|playwright"
    r"|selenium|load|stress|performance|perf|contract)[-_]?tests?(?:[-_](?:fixtures|data|helpers|utils))?\Z"
)
"""Folders of one kind of tests; `lab_tests` or `ab_tests` may be what an application is about."""
_SCRIPT_FOLDERS = frozenset(
    {
        "docs", "doc", "examples", "example", "scripts", "script", "bin", "tools", "dev", "benchmarks",
        "bench", "sandbox", "demo", "demos", "ci", ".ci", ".github", "requirements", "packaging",
    }
)  # fmt: skip
_HALVES = frozenset({"server", "backend"})
"""Folders at the top of a project that hold all of its Python, beside the clients."""
_SCRIPTS = frozenset({"setup.py", "manage.py", "fabfile.py", "noxfile.py"})
_TEMPLATE_FOLDERS = frozenset({"project_template", "project_templates", "app_template", "app_templates"})
_EXAMPLES = re.compile(r"(?:examples|samples|sample_(?:data|projects?))\Z|example_")
"""Folders that show how something is used: `airflow/example_dags`, `docker/sample_data`. `example` may be a
project's name."""
# Not "vendor": in a shop that is a word of the domain. It counts only at the top, see below.
_VENDOR_FOLDERS = frozenset(
    "vendored _vendor _vendored third_party thirdparty extern node_modules site-packages".split()
)
_REVISION = re.compile(r"(?:(?:[0-9a-f]{6,}|\d{2,})[-_.].*|.*[-_][0-9a-f]{12}\.)py\Z")
"""Alembic's `file_template` may begin with a number, a date or the revision, or end with the revision."""
_PAST_FOLDERS = frozenset({"alembic", "migrate_repo"})


@lru_cache(maxsize=65536)
def role_of(path: str) -> Role:
    """The role of a file, by its path relative to the project.

    Folders that hold scripts count only at the top of the project: below a package, `tools` or
    `scripts` are ordinary names. What is copied into new projects counts as a script as well, and so do
    examples wherever they stand.
    """
    *folders, name = path.split("/")
    if _TEST_FILE.match(name) or any(one in _TEST_FOLDERS or _TEST_KINDS.match(one) for one in folders):
        return "test"
    if not _VENDOR_FOLDERS.isdisjoint(folders) or folders[:1] == ["vendor"]:
        return "vendored"
    if _is_migration(folders, name):
        return "migration"
    top = folders[1:2] if folders and folders[0] in _HALVES else folders[:1]
    if not _SCRIPT_FOLDERS.isdisjoint(top) or name in _SCRIPTS:
        return "script"
    if not _TEMPLATE_FOLDERS.isdisjoint(folders) or any("{{" in folder for folder in folders):
        return "script"
    if any(_EXAMPLES.match(folder) for folder in folders):
        return "script"
    return "code"


def _is_migration(folders: list[str], name: str) -> bool:
    """Django's `migrations`, or Alembic's folder (`db/migration`); its `versions` may stand anywhere."""
    if any(folder in _PAST_FOLDERS or folder.endswith("migrations") for folder in folders):
        return True
    if ("db", "migration") in pairwise(folders):
        return True
    return folders[-1:] == ["versions"] and _REVISION.match(name) is not None
