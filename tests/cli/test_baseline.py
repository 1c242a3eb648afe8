"""The life of a baseline, as a team sees it at the terminal and in CI."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from carveout.cli.main import main

FILE = "carveout-baseline.json"
VIEWS = """\
def show(cur):
    cur.execute("SELECT total FROM invoice WHERE id = 1")


def listing(cur):
    cur.execute("SELECT id FROM invoice")
"""
BOUNDARY = """\
[project]
[services.orders]
modules = ["shop.orders"]
[services.billing]
modules = ["shop.billing"]
tables = ["invoice"]
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "JENKINS_URL", "TEAMCITY_VERSION"):
        monkeypatch.delenv(name, raising=False)
    for path, text in {
        "shop/__init__.py": "",
        "shop/orders/__init__.py": "",
        "shop/orders/views.py": VIEWS,
        "shop/billing/__init__.py": "",
        "shop/billing/store.py": 'def charge(cur):\n    cur.execute("INSERT INTO invoice VALUES (1)")\n',
        "schema.sql": "CREATE TABLE invoice (id INTEGER PRIMARY KEY, total INTEGER);\n",
        "carveout.toml": BOUNDARY,
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def edit(shop: Path, old: str, new: str) -> None:
    view = shop / "shop/orders/views.py"
    assert old in view.read_text()
    view.write_text(view.read_text().replace(old, new))


def test_only_new_violations_fail(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Debt is accepted; moved lines keep it; a new violation fails and stands first; a check writes nothing."""
    assert main(["check"]) == 1
    assert main(["baseline", "create"]) == 0
    assert "2 violations accepted as debt" in capsys.readouterr().err
    before = (shop / FILE).read_bytes()
    assert main(["check", "--strict"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("no violations (2 accepted as debt)\n") and len(shown.splitlines()) <= 4
    main(["check", "--all"])
    assert capsys.readouterr().out.count("CO201 orders must not read billing's tables (accepted debt)") == 2
    edit(shop, "def show", "import os\n\n\ndef show")
    assert main(["check"]) == 0
    edit(shop, "def show", "def another(cur):\n    cur.execute('DELETE FROM invoice')\n\n\ndef show")
    capsys.readouterr()
    assert main(["check"]) == 1
    shown = capsys.readouterr().out
    assert shown.startswith("CO202 orders must not write billing's tables\n")
    assert "1 violation (2 accepted as debt)\n" in shown
    assert (shop / FILE).read_bytes() == before


def test_paying_off_never_fails(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is paid off is said on each check, fails under --strict, and goes by prune; so does all of it."""
    main(["baseline", "create"])
    edit(shop, "SELECT id FROM invoice", "SELECT 1")
    capsys.readouterr()
    assert main(["check"]) == 0
    shown = capsys.readouterr().out
    assert (
        "1 entry of the baseline paid off: carveout baseline prune\n"
        "  table-read: shop.orders.views.listing -> invoice\n" in shown
    )
    assert main(["check", "--strict"]) == 1
    assert "so --strict fails" in capsys.readouterr().out
    main(["check", "--format", "json"])
    assert [each["source"] for each in json.loads(capsys.readouterr().out)["stale"]] == [
        "function:shop.orders.views.listing"
    ]
    assert main(["baseline", "prune"]) == 0
    assert "took 1 entry out of carveout-baseline.json, 1 left" in capsys.readouterr().err
    assert main(["check", "--strict"]) == 0
    (shop / "shop/orders/views.py").unlink()
    assert main(["check"]) == 0
    assert main(["baseline", "prune"]) == 0
    assert json.loads((shop / FILE).read_text())["violations"] == []
    capsys.readouterr()
    assert main(["baseline", "prune"]) == 0 and "nothing was written" in capsys.readouterr().err


def test_prune_only_shrinks(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A new violation is not taken in, and what cannot be read is not taken for paid off."""
    main(["baseline", "create"])
    edit(shop, "SELECT id FROM invoice", "DELETE FROM invoice")
    main(["baseline", "prune"])
    assert [each["rule"] for each in json.loads((shop / FILE).read_text())["violations"]] == ["table-read"]
    edit(shop, "SELECT total FROM invoice WHERE id = 1", "SELECT 1")
    (shop / "shop/orders/broken.py").write_text("def (:\n")
    before = (shop / FILE).read_bytes()
    capsys.readouterr()
    assert main(["baseline", "prune"]) == 3
    assert "cannot be read" in capsys.readouterr().err and (shop / FILE).read_bytes() == before
    assert main(["baseline", "prune", "--force"]) == 3
    assert json.loads((shop / FILE).read_text())["violations"] == []


def test_create_is_refused(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In CI, unless it is forced; and always when there is a baseline."""
    monkeypatch.setenv("CI", "true")
    assert main(["baseline", "create"]) == 2
    assert "not created in CI" in capsys.readouterr().err and not (shop / FILE).exists()
    assert main(["baseline", "create", "--force"]) == 0
    assert main(["baseline", "create", "--force"]) == 2
    assert "carveout baseline prune" in capsys.readouterr().err


def test_mistakes(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No baseline, no such action, a damaged file: exit code 2 with what to do."""
    assert main(["baseline", "show"]) == 2 and "there is no carveout-baseline.json" in capsys.readouterr().err
    assert main(["baseline", "grow"]) == 2 and "create|prune|show" in capsys.readouterr().err
    (shop / FILE).write_text('{"schema": "carveout/baseline/1", "violations": [\n<<<<<<< HEAD\n')
    for command in (["check"], ["baseline", "show"], ["baseline", "prune"]):
        assert main(command) == 2
        assert " --> carveout-baseline.json:2\n" in capsys.readouterr().err


def test_nothing_to_accept(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without violations no file is written."""
    (shop / "shop/orders/views.py").write_text("")
    assert main(["baseline", "create"]) == 0
    assert "nothing was written" in capsys.readouterr().err and not (shop / FILE).exists()


def test_burn_down(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Per service and rule: accepted, still there, paid off, new."""
    main(["baseline", "create"])
    edit(shop, "SELECT id FROM invoice", "DELETE FROM invoice")
    capsys.readouterr()
    assert main(["baseline", "show"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("2 violations accepted as debt, 1 still there, 50 % paid off\n")
    rows = [line.split() for line in shown.splitlines() if line[:1] not in (" ", "") or "table-w" in line]
    assert ["orders", "table-read", "2", "1", "1", "0"] in rows
    assert ["table-write", "0", "0", "0", "1"] in rows and ["all", "2", "1", "1", "1"] in rows
    assert max(map(len, shown.splitlines())) <= 80
    main(["baseline", "show", "--format", "json"])
    data = json.loads(capsys.readouterr().out)
    assert data["debt"][0] == {
        "service": "orders", "rule": "table-read", "accepted": 2, "now": 1, "paid_off": 1, "new": 0
    }  # fmt: skip


def test_in_github_actions(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Annotations come by themselves, and a summary while there is room; a format that is given stays."""
    summary = shop / "summary.md"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert main(["check"]) == 1
    assert capsys.readouterr().out.startswith("::error file=shop/orders/views.py,line=6,")
    assert summary.read_text().startswith("## carveout: 2 violations\n")
    summary.write_bytes(b"x" * (1024 * 1024))
    assert main(["check", "--format", "text"]) == 1 and main(["check"]) == 1
    assert summary.stat().st_size == 1024 * 1024
    (shop / ".github").mkdir()
    (shop / ".github/CODEOWNERS").write_text("/shop/orders/ @shop/orders\n")
    capsys.readouterr()
    main(["check", "--format", "text"])
    assert capsys.readouterr().out.count("who:  @shop/orders\n") == 2
