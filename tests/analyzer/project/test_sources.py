"""Hostile and odd files: each gives an entry in the diagnostics, the rest is read."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from carveout.analyzer.model.boundary import Project
from carveout.analyzer.model.errors import IncompleteError, UsageError
from carveout.analyzer.pipeline import analyze
from carveout.analyzer.project.sources import LARGEST, find_sources


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """A path that does not exist is a usage error that says what to type."""
    with pytest.raises(UsageError, match="there is no folder"):
        find_sources(tmp_path / "nowhere")


def test_a_file_is_no_project(tmp_path: Path) -> None:
    """A file where a folder is needed is a usage error."""
    (tmp_path / "a.py").write_text("")
    with pytest.raises(UsageError, match="is a file"):
        find_sources(tmp_path / "a.py")


def test_an_empty_folder_is_incomplete(tmp_path: Path) -> None:
    """Nothing to read is said as such, with exit code 3."""
    with pytest.raises(IncompleteError, match="nothing to analyse") as error:
        analyze(tmp_path, project=Project())
    assert error.value.exit_code == 3


def test_symlink_loops_end(tmp_path: Path) -> None:
    """Links to folders above do not lead in circles; links to nowhere are said."""
    (tmp_path / "a.py").write_text("")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.py").symlink_to(tmp_path / "self.py")
    (tmp_path / "gone.py").symlink_to(tmp_path / "nothing.py")
    sources = find_sources(tmp_path)
    assert [source.path for source in sources.files] == ["a.py"]
    assert {d.place.path for d in sources.diagnostics} <= {"self.py", "gone.py"}


def test_links_out_of_the_project_are_not_followed(tmp_path: Path) -> None:
    """A link to a file elsewhere is not read, and said."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.py").write_text("")
    (tmp_path / "secret.py").write_text("")
    (project / "out.py").symlink_to(tmp_path / "secret.py")
    assert [d.kind for d in find_sources(project).diagnostics] == ["outside"]


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("broken.py", b"def f(:\n", "syntax-error"),
        ("python2.py", b"print 'x'\n", "syntax-error"),
        ("nul.py", b"x = 1\0\n", "syntax-error"),
        ("latin.py", "name = 'caf\xe9'\n".encode("latin-1"), "encoding"),
        ("cookie.py", b"# -*- coding: nonsense -*-\nx = 1\n", "encoding"),
        ("undefined.py", b"# coding: undefined\nx = 1\n", "encoding"),
        ("deep.py", b"x = " + b"(" * 5000 + b"1" + b")" * 5000 + b"\n", "syntax-error"),
        ("nested.py", b"x = " + b"-" * 100_000 + b"1\n", "too-complex"),
        ("large.py", b"x = 1\n" * (LARGEST // 6 + 1), "too-large"),
        ("binary.sql", bytes(range(256)) * 4, "encoding"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_diagnostic(
    tmp_path: Path, name: str, data: bytes, kind: str
) -> None:
    """The odd file is named with its kind; the file beside it is read all the same."""
    (tmp_path / name).write_bytes(data)
    (tmp_path / "good.py").write_text("def f(): pass\n")
    graph = analyze(tmp_path, project=Project(), cache=False)
    assert kind in {d.kind for d in graph.diagnostics if d.place.path == name}
    assert "function:good.f" in graph


@pytest.mark.parametrize(
    "data",
    [
        "def f(): pass\n".encode("utf-16"),
        b"\xef\xbb\xbfdef f(): pass\n",
        "# coding: latin-1\nx = 'caf\xe9'\ndef f(): pass\n".encode("latin-1"),
        b"x = 1\0\ndef f(): pass\n",
        "def \uff46(): pass\n".encode(),
    ],
)
def test_odd_encodings_give_their_names(tmp_path: Path, data: bytes) -> None:
    """UTF-16, a byte-order mark, a cookie, a NUL byte, a name that is only the same once normalised."""
    (tmp_path / "odd\nname.py").write_bytes(data)
    assert "function:odd\nname.f" in analyze(tmp_path, project=Project(), cache=False)


def test_circles_end(tmp_path: Path) -> None:
    """Modules, classes and lists of names that lead back to themselves."""
    (tmp_path / "a.py").write_text(
        "from b import *\nimport b\n__all__ = b.__all__ + ['A']\nclass A(B): pass\nclass S(S): pass\nS().f()\n"
    )
    (tmp_path / "b.py").write_text(
        "from a import *\nimport a\n__all__ = a.__all__\nclass B(A): pass\nclass C(D): pass\nclass D(C): pass\nC().f()\n"
    )
    graph = analyze(tmp_path, project=Project(), cache=False)
    assert {"class:a.A", "class:a.S", "class:b.B", "class:b.C", "class:b.D"} <= {
        n.id for n in graph.nodes("class")
    }


def test_exclude_takes_globs(tmp_path: Path) -> None:
    """`**/tests/**` excludes folders at any depth, a plain name the folder itself."""
    for name in ("a.py", "tests/t.py", "p/tests/t.py", "vendor/v.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    found = find_sources(tmp_path, ("**/tests/**", "vendor"))
    assert [source.path for source in found.files] == ["a.py"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")
def test_a_folder_without_permission(tmp_path: Path) -> None:
    """A folder that cannot be listed is a diagnostic."""
    (tmp_path / "a.py").write_text("")
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0)
    try:
        assert [d.kind for d in find_sources(tmp_path).diagnostics] == ["unreadable-folder"]
    finally:
        closed.chmod(0o755)


def test_a_package_called_build_is_read(tmp_path: Path) -> None:
    """Names of build output are passed over only where they hold no package."""
    for name in ("app/build/__init__.py", "build/lib/x.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert [source.path for source in find_sources(tmp_path).files] == ["app/build/__init__.py"]


def test_a_folder_that_is_called_as_what_is_built(tmp_path: Path) -> None:
    own = ["app/features/__init__.py", "app/features/build/api.py", "app/features/build/sessions/api.py"]
    for name in (*own, "build/x.py", "app/features/env/bin/activate", "app/features/env/x.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("X = 1\n")
    assert [source.path for source in find_sources(tmp_path).files] == own


def test_a_file_that_goes_away_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that cannot be opened any more is counted as not read."""
    (tmp_path / "a.py").write_text("x = 1\n")
    (tmp_path / "b.py").write_text("x = 1\n")
    opened = os.open

    def vanish(path: str, flags: int) -> int:
        if path.endswith("a.py"):
            raise FileNotFoundError(2, "No such file or directory")
        return opened(path, flags)

    monkeypatch.setattr(os, "open", vanish)
    graph = analyze(tmp_path, project=Project(), cache=False, workers=1)
    assert (graph.coverage.files, graph.coverage.read) == (2, 1)
    assert [(d.kind, d.place.path) for d in graph.diagnostics] == [("unreadable-file", "a.py")]


def test_templates(tmp_path: Path) -> None:
    """Templates lie below folders that are called so, or that the code names; without code there are none."""
    for name in (
        "a/templates/x/y.html",
        "a/templates/m.txt",
        "web/pages/z.j2",
        "web/other.html",
        "docs/d.html",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert find_sources(tmp_path).files == ()
    (tmp_path / "a.py").write_text("loader = FileSystemLoader('web/pages')")
    found = [source.path for source in find_sources(tmp_path).files]
    assert found == ["a.py", "a/templates/m.txt", "a/templates/x/y.html", "web/pages/z.j2"]


def test_long_chains_of_classes_are_bounded(tmp_path: Path) -> None:
    """A class that inherits through hundreds of modules, each of which hands a name on."""
    for index in range(150):
        text = f"from m{index + 1} import f, C as B\nclass C(B): pass\n"
        (tmp_path / f"m{index}.py").write_text(text)
    (tmp_path / "m150.py").write_text("def f(): pass\nclass C: pass\n")
    start = time.process_time()
    assert "class:m0.C" in analyze(tmp_path, project=Project(), cache=False, workers=1)
    assert time.process_time() - start < 5
