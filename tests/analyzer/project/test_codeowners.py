"""CODEOWNERS as GitHub and GitLab read it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from carveout.analyzer.project.codeowners import CodeOwners, folder_in_repository, load_owners

TEXT = """\
# everything
*           @all
*.js        @js   # inline
/build/     @build
docs/*      docs@example.com
apps/       @apps
/scripts    @ops @root
**/logs     @logs
/a/**/z.py  @z
/secret/
/with\\ blank/  @blank
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("x.py", ("@all",)),
        ("deep/down/x.js", ("@js",)),
        ("build/logs/x.py", ("@logs",)),
        ("build/x", ("@build",)),
        ("sub/build/x", ("@all",)),
        ("docs/x.md", ("docs@example.com",)),
        ("docs/more/x.md", ("@all",)),
        ("deep/apps/x/y.py", ("@apps",)),
        ("scripts/x.py", ("@ops", "@root")),
        ("a/z.py", ("@z",)),
        ("a/b/c/z.py", ("@z",)),
        ("secret/x.py", ()),
        ("with blank/x.py", ("@blank",)),
    ],
)
def test_the_last_match_decides(path: str, owners: tuple[str, ...]) -> None:
    """Anchored, floating, deep and shallow patterns; a line without owners takes them away."""
    assert CodeOwners(TEXT).of(path) == owners


def test_sections() -> None:
    """GitLab's sections each add their owners, with defaults and numbers of approvals."""
    text = "* @all\n[Data][2] @data\nmodels/\n^[Docs] @docs\n*.md\n*.rst @rst\n"
    owners = CodeOwners(text)
    assert owners.of("models/x.py") == ("@all", "@data")
    assert owners.of("x.md") == ("@all", "@docs") and owners.of("x.rst") == ("@all", "@rst")


def test_where_it_lies(tmp_path: Path) -> None:
    """GitHub's folder before the root; a project in a folder of its repository is found by its path."""
    project = tmp_path / "services" / "shop"
    (tmp_path / ".git").mkdir()
    (tmp_path / ".github").mkdir()
    project.mkdir(parents=True)
    assert load_owners(project).of("x.py") == ()
    (tmp_path / "CODEOWNERS").write_text("* @root\n")
    assert load_owners(project).of("x.py") == ("@root",)
    (tmp_path / ".github/CODEOWNERS").write_bytes(b"\xef\xbb\xbf* @all\n/services/shop/pay/ @pay\n")
    assert folder_in_repository(project) == "services/shop" and folder_in_repository(tmp_path) == ""
    assert load_owners(project).of("pay/x.py") == ("@pay",)
    assert load_owners(tmp_path).of("services/shop/x.py") == ("@all",)


def test_hostile_patterns_end() -> None:
    """Stars upon stars take no time to speak of, and odd lines no harm."""
    text = "\n".join(("**/" * 30 + "x @a", "/".join(["*a*b*"] * 30) + " @b", "[ @c", "\\", "! @d", "/ @e"))
    start = time.perf_counter()
    assert CodeOwners(text).of("/".join(["abababab"] * 60)) in ((), ("@e",))
    assert time.perf_counter() - start < 1
