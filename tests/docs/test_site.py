"""The documentation as a site: it builds without a warning, asks nobody else's machine, and leaves out no page."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from .pictures import FOLDER as DRAWN
from .pictures import pictures
from .reference import FOLDER, REPOSITORY, pages


def test_the_reference_is_what_the_code_says() -> None:
    """Verbs, rules, patterns, formats and keys change with the code: `make docs` writes these pages."""
    made = pages()
    assert {path.name for path in FOLDER.glob("*.md")} == set(made)
    for name, text in made.items():
        assert (FOLDER / name).read_text("utf-8") == text, f"docs/reference/{name} is stale: make docs"


def test_the_pictures_are_what_the_commands_draw() -> None:
    made = pictures()
    assert {path.name for path in DRAWN.iterdir()} == set(made)
    for name, data in made.items():
        assert (DRAWN / name).read_bytes() == data, f"docs/pictures/{name} is stale: make docs"


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    """Strict: a link that leads nowhere, an anchor that is not there and a page that nothing names all fail."""
    command = [
        sys.executable,
        "-m",
        "properdocs",
        "build",
        "--strict",
        "--site-dir",
        str(tmp_path / "site"),
    ]
    built = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    assert "WARNING" not in built.stderr
    site = tmp_path / "site"
    for source in (REPOSITORY / "docs").rglob("*.md"):
        assert (site / source.relative_to(REPOSITORY / "docs").with_suffix(".html")).is_file()
    for page in site.rglob("*.html"):
        loaded = re.findall(
            r'<(?:script|img|link)[^>]+(?:src|href)="(https?:[^"]+)"', page.read_text("utf-8")
        )
        assert [link for link in loaded if "canonical" not in link] == [], page.name


def test_a_broken_link_fails(tmp_path: Path) -> None:
    """The check itself: a page with a link to nothing does not pass."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# Start\n\n[there](nothing.md)\n", encoding="utf-8")
    text = (REPOSITORY / "properdocs.yml").read_text("utf-8").partition("nav:")[0]
    (tmp_path / "properdocs.yml").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "properdocs", "build"]
    built = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert built.returncode != 0
    assert "nothing.md" in built.stderr
