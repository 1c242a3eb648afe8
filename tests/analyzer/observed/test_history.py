"""Which files changed together, out of a repository made for the purpose."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from carveout.analyzer.observed.history import FILES, history

IDENTITY = {f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def git(root: Path, *arguments: str) -> None:
    environment = {**os.environ, **IDENTITY, "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True, env=environment)


def commit(root: Path, subject: str, *paths: str) -> None:
    """Changes these files in one commit."""
    for path in paths:
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(place.read_text() + "#\n" if place.exists() else "#\n")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", subject)


def test_small_commits_of_code_below_the_folder(tmp_path: Path) -> None:
    """Merges, huge commits, other files and what lies beside the project are left out; odd names are kept."""
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, "all at once", *(f"shop/m{number}.py" for number in range(FILES + 1)))
    commit(tmp_path, "both", "shop/a.py", "shop/a b\t.py", "shop/notes.md", "other/c.py")
    git(tmp_path, "checkout", "-q", "-b", "side")
    commit(tmp_path, "odd \x1b[31m subject", "shop/schema.sql")
    git(tmp_path, "checkout", "-q", "main")
    commit(tmp_path, "beside", "other/c.py")
    git(tmp_path, "merge", "-q", "--no-ff", "-m", "merged", "side")
    found = history(tmp_path / "shop")
    assert [(each.subject, each.paths) for each in found.commits] == [
        ("odd \x1b[31m subject", ("schema.sql",)),
        ("both", ("a b\t.py", "a.py")),
    ]
    assert (found.large, found.missing) == (1, "")
    assert all(len(each.id) == 10 for each in found.commits)


def test_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No repository, an empty one, and no git at all: no history, and why."""
    assert "not a git repository" in history(tmp_path).missing
    git(tmp_path, "init", "-q")
    assert history(tmp_path).missing
    monkeypatch.setenv("PATH", "")
    assert history(tmp_path).missing == "git is not there"
