"""Every page's examples, done as a reader would do them, in a copy of the sample."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from carveout.analyzer.pipeline import analyze

from .examples import Example, examples, matches, play
from .reference import REPOSITORY

DOCS = REPOSITORY / "docs"
PAGES = sorted(
    path.relative_to(DOCS).as_posix()
    for path in DOCS.rglob("*.md")
    if "\n```console\n" in path.read_text("utf-8")
)
_AUTHOR = {
    f"GIT_{who}_{what}": "reader@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the sample alone, and the cache of what was read of it."""
    folder = tmp_path_factory.mktemp("read") / "shop"
    ignored = shutil.ignore_patterns("__pycache__", "*.db*", ".carveout", "uploads", ".pytest_cache")
    shutil.copytree(REPOSITORY / "sample_monolith", folder / "sample_monolith", ignore=ignored)
    analyze(folder, workers=1)
    return folder


@pytest.fixture
def shop(read: Path, tmp_path: Path) -> Path:
    return shutil.copytree(read, tmp_path / "shop")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A terminal of 80 columns with our command; what pip installs goes to a folder of its own."""
    plugins = str(tmp_path / "installed")
    pip = {"PIP_TARGET": plugins, "PIP_NO_BUILD_ISOLATION": "0", "PIP_NO_DEPS": "1", "PIP_QUIET": "1"}
    kept = {name: value for name, value in os.environ.items() if name in ("HOME", "LANG", "TMPDIR", "TZ")}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**kept, **pip, **_AUTHOR, "PATH": path, "COLUMNS": "80", "PYTHONPATH": plugins, "NO_COLOR": "1"}


_LONG = {"guides/service.md", "guides/rollback.md"}
"""Pages whose commands run the sample's tests several times."""


@pytest.mark.parametrize(
    "page", [pytest.param(page, marks=pytest.mark.full) if page in _LONG else page for page in PAGES]
)
def test_a_page_does_what_it_says(page: str, shop: Path, environment: dict[str, str]) -> None:
    """Files are written, commands are run, and they print what stands below them."""
    for example in examples((DOCS / page).read_text("utf-8")):
        wrong = play(example, shop, environment)
        assert wrong is None, f"docs/{page}, {wrong}"


def test_what_a_page_says_wrongly_is_found(tmp_path: Path, environment: dict[str, str]) -> None:
    """The check itself: other words, a missing line, an exit code that is not told."""
    page = "```console\n$ echo one; echo two\none\n...\n$ false\n...\n$ echo one\ntwo\n```\n"
    results = [play(example, tmp_path, environment) for example in examples(page)]
    assert [result is None for result in results] == [True, False, False]
    assert matches("a ... z\n...\nend", "a b z\n1\n2\nend")
    assert not matches("a\nend", "a\n1\nend")
    written = "<!-- file: new/one.py -->\n```python\nx = 1\n```\n"
    assert list(examples(written)) == [Example(3, "file", "new/one.py", "x = 1\n")]
