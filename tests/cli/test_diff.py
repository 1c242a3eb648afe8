"""`carveout diff`: revisions, graph files, and the page."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from carveout.cli.main import main

CHANGED = "from app.billing import main\n\n\ndef run():\n    main.run()\n"


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(root), *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    for name in ("app", "app/orders", "app/billing"):
        (root / name).mkdir(parents=True)
        (root / name / "__init__.py").write_text("")
    for name in ("orders", "billing"):
        (root / "app" / name / "main.py").write_text("def run():\n    return 1\n")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "one")
    (root / "app" / "orders" / "main.py").write_text(CHANGED)
    return root


def test_the_code_as_it_stands_against_a_revision(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "main", "--project", str(shop)]) == 0
    out = capsys.readouterr().out
    assert "app.orders -> app.billing  +2 -0, 0 before, for the first time" in out
    assert "app/orders/main.py:5" in out


def test_graph_files(shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(tmp_path / f"{name}.json") for name in ("before", "after")]
    assert main(["analyze", str(shop), "--output", files[1]]) == 0
    git(shop, "stash", "-q")
    assert main(["analyze", str(shop), "--output", files[0]]) == 0
    capsys.readouterr()
    assert main(["diff", *files, "--project", str(shop), "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "carveout/diff/1"
    assert [(pair["from"], pair["to"]) for pair in document["pairs"]] == [("app.orders", "app.billing")]


def test_the_page_has_the_difference_as_a_view(shop: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert main(["diff", "main", "--project", str(shop), "--format", "html", "--output", str(page)]) == 0
    text = page.read_text()
    assert 'id="difference"' in text
    assert "app/orders/main.py:5" in text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere"], 'git knows no revision "nowhere"'),
        (["main", "--format", "pdf"], 'there is no format "pdf"'),
        (["main", "--format", "html"], "--output difference.html"),
    ],
)
def test_mistakes_are_told(
    shop: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert main(["diff", *arguments, "--project", str(shop)]) == 2
    assert told in capsys.readouterr().err


def test_a_graph_file_of_another_version(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "old.json"
    old.write_text('{"schema": "carveout/graph/0", "nodes": [], "edges": []}')
    assert main(["diff", str(old), "--project", str(shop)]) != 0
    assert "carveout/graph/1" in capsys.readouterr().err
