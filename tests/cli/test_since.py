"""`check --since`: what a change adds, by comparing two graphs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from carveout.cli.main import main
from carveout.generators.reports.page.container import unpacked

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

READ = 'def show(cur):\n    cur.execute("SELECT total FROM invoice WHERE id = 1")\n'
FILES = {
    "shop/__init__.py": "",
    "shop/orders/__init__.py": "",
    "shop/orders/views.py": READ,
    "shop/billing/__init__.py": "",
    "schema.sql": "CREATE TABLE invoice (id INTEGER PRIMARY KEY, total INTEGER);\n",
    "carveout.toml": '[project]\n[services.orders]\nmodules = ["shop.orders"]\n'
    '[services.billing]\nmodules = ["shop.billing"]\ntables = ["invoice"]\n',
    ".gitattributes": "*.py export-ignore\n*.py filter=evil\n",
}


def git(root: Path, *arguments: str) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    who = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    names = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(
        ["git", *names, *arguments], cwd=root, env={**clean, **who}, check=True, capture_output=True
    )


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in a folder of a repository, with one violation in its first commit on `main`."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    root = tmp_path / "services" / "shop"
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (tmp_path / "outside.py").write_text("x = 1\n")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "first")
    monkeypatch.chdir(root)
    return root


def test_only_what_came(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Old violations are counted, moved ones too; a new one fails; nothing in the repository is touched."""
    git(shop, "config", "filter.evil.smudge", "touch ../smudged")
    views = shop / "shop/orders/views.py"
    views.write_text("import os\n\n\n" + READ)
    assert main(["check"]) == 1
    capsys.readouterr()
    assert main(["check", "--since", "main"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("no new violations since main (1 that were there before)\n")
    (shop / "shop/orders/more.py").write_text(READ.replace("show", "more"))
    assert main(["check", "--since", "HEAD", "--format", "json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert [each["source"] for each in data["violations"]] == ["function:shop.orders.more.more"]
    assert (data["since"], data["before"]) == ("HEAD", 1)
    assert not (shop.parent / "smudged").exists()
    main(["baseline", "create", "--force"])
    assert main(["check", "--since", "main"]) == 0


def test_what_only_moved_is_not_new(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A renamed file, though edited, and a function that went to another module; a copy of one is new."""
    views, orders = shop / "shop/orders/views.py", shop / "shop/orders"
    views.write_text(READ + READ.replace("show", "count") + "def plain():\n    return 1\n")
    git(shop, "commit", "-qam", "two")
    views.rename(orders / "pages.py")
    (orders / "pages.py").write_text(READ + "def plain():\n    return 2\n\n\ndef other():\n    return 1\n")
    (orders / "lists.py").write_text(READ.replace("show", "count"))
    assert main(["check", "--since", "HEAD"]) == 0
    assert "(2 that were there before)" in capsys.readouterr().out
    (orders / "more.py").write_text(READ)
    assert main(["check", "--since", "HEAD"]) == 1
    assert "1 new violation since HEAD (2 that were there before)" in capsys.readouterr().out


def test_a_branch_answers_for_itself_alone(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What `main` got rid of since the branch parted was not added by the branch."""
    git(shop, "branch", "topic")
    (shop / "shop/orders/views.py").write_text("")
    git(shop, "commit", "-qam", "paid off")
    git(shop, "checkout", "-q", "topic")
    assert main(["check", "--since", "main"]) == 0
    assert "1 that were there before" in capsys.readouterr().out


def test_before_there_was_code(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A revision without the project: all violations came since."""
    git(shop, "checkout", "-q", "--orphan", "other")
    git(shop, "rm", "-qrf", "--cached", ".")
    git(shop, "commit", "-qm", "empty", "--allow-empty")
    assert main(["check", "--since", "other"]) == 1
    assert "1 new violation since other\n" in capsys.readouterr().out


def test_without_a_commit_in_common_that_is_said(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A shallow clone may hold both tips and not where they parted: the tip is taken."""
    git(shop, "checkout", "-q", "--orphan", "topic")
    git(shop, "commit", "-qam", "of its own")
    assert main(["check", "--since", "main"]) == 0
    assert "no commit in common is in this clone" in capsys.readouterr().out
    main(["check", "--since", "main", "--format", "github"])
    assert "since main (its tip: no commit in common)" in capsys.readouterr().out


def test_a_project_that_is_a_package(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its modules carry its folder's name in both graphs."""
    (shop / "shop/carveout.toml").write_text(FILES["carveout.toml"])
    (shop / "shop/schema.sql").write_text(FILES["schema.sql"])
    assert main(["check", "shop"]) == 1
    assert main(["check", "shop", "--since", "main"]) == 0


@pytest.mark.parametrize("revision", ["nowhere", "--all", "", "HEAD:x", "main\n", "x" * 5000])
def test_unknown_revisions(revision: str, shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, and what to fetch."""
    assert main(["check", f"--since={revision}"]) == 2
    shown = capsys.readouterr().err
    assert "git knows no revision" in " ".join(shown.split()) and "git fetch origin" in shown
    assert main(["check", "--since", "origin/nope"]) == 2
    shown = " ".join(capsys.readouterr().err.split())
    assert "git fetch origin +refs/heads/nope:refs/remotes/origin/nope" in shown


def test_without_a_repository(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No repository, or no git at all: exit code 2, and what to do."""
    shutil.rmtree(shop.parents[1] / ".git")
    assert main(["check", "--since", "main"]) == 2
    assert "shop is not in a git repository" in " ".join(capsys.readouterr().err.split())
    monkeypatch.setenv("PATH", "")
    assert main(["check", "--since", "main"]) == 2
    assert "git, which is not installed" in capsys.readouterr().err


def test_a_circle_that_a_change_makes_lighter(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the circle would be broken now is no addition of the change; another dependency is."""
    (shop / "shop/orders/views.py").write_text("def f(): pass\ndef g(): pass\ndef h(): pass\n")
    billing = "from shop.orders import views\ndef f(): views.f()\ndef g(): views.g()\n"
    orders = "from shop import billing\ndef f(): billing.f()\ndef g(): billing.g()\ndef h(): billing.f()\n"
    (shop / "shop/billing/__init__.py").write_text(billing)
    (shop / "shop/orders/__init__.py").write_text(orders)
    git(shop, "add", "-A")
    git(shop, "commit", "-qm", "second")
    (shop / "shop/orders/__init__.py").write_text("from shop import billing\n")
    main(["check", "--format", "json"])
    found = json.loads(capsys.readouterr().out)["violations"]
    assert [each["source"] for each in found if each["rule"] == "service-cycle"] == ["service:orders"]
    assert main(["check", "--since", "main"]) == 0
    assert capsys.readouterr().out.startswith("no new violations since main")


def test_a_repository_without_commits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is said that there is no commit, not that a clone may be shallow."""
    git(tmp_path, "init", "-q")
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--since", "HEAD"]) == 2
    assert "the repository has no commit yet" in capsys.readouterr().err


def test_a_kept_answer_knows_its_base(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same files against a branch that has moved on are another question."""
    (shop / "shop/orders/more.py").write_text(READ.replace("show", "more"))
    assert [main(["check", "--since", "main"]) for _ in range(2)] == [1, 1]
    git(shop, "add", "-A")
    git(shop, "commit", "-qm", "second")
    assert [main(["check", "--since", "main"]) for _ in range(2)] == [0, 0]
    assert [main(["check", "--since", "HEAD~1"]) for _ in range(2)] == [1, 1]
    capsys.readouterr()


def test_a_report_tells_what_came(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`report --since`: a table in Markdown; on the page a view, the new edges, where the base stood, and heat."""
    (shop / "shop/orders/more.py").write_text(READ.replace("show", "more"))
    (shop.parents[1] / "CODEOWNERS").write_text("orders/ @people\n")
    assert main(["report", "--since", "HEAD", "--format", "markdown"]) == 0
    shown = capsys.readouterr().out
    assert "| <code>orders</code> | <code>billing</code> | 1 | 1 | 0 |" in shown
    assert main(["report", "--since", "HEAD", "--output", "new.html"]) == 0
    page = (shop / "new.html").read_bytes()
    data = page_data(page)
    agreed = data["groupings"][0]
    assert (agreed["key"], len(agreed["added"]), agreed["gone"]) == ("agreed", 1, [])
    assert main(["report", "--output", "now.html"]) == 0
    now = page_data((shop / "now.html").read_bytes())
    assert "added" not in now["groupings"][0]
    churn = dict(zip(now["paths"], now["churn"], strict=True))
    assert (churn["shop/orders/views.py"], churn["shop/orders/more.py"]) == (1, 0)
    owner = dict(zip(now["paths"], now["owner"], strict=True))
    assert now["ownerNames"] == ["@people"]
    assert (owner["shop/orders/views.py"], owner["schema.sql"]) == (0, -1)
    assert main(["report", "--since", "HEAD", "--format", "cut-csv"]) == 2
    assert "--format html or markdown" in capsys.readouterr().err


def page_data(page: bytes) -> dict[str, Any]:
    text = page.partition(b'id="data">')[2].partition(b"<")[0]
    value: dict[str, Any] = unpacked(text.decode())
    return value
