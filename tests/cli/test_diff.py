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


def test_graph_files_that_are_none_are_named(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where they are, not where the project is; one that is not there is no question for git."""
    monkeypatch.chdir(tmp_path)
    Path("old.json").write_text('{"schema": "carveout/graph/9"}')
    for name, told in (("old.json", "carveout/graph/9"), ("gone.json", "there is no graph file gone.json")):
        assert main(["diff", name, "--project", "shop"]) == 2
        said = capsys.readouterr().err
        assert told in said
        assert "shop/" not in said


def test_every_format_tells_the_same(shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also where a package goes and another comes: each is told by the packages of its own day."""
    (shop / "app" / "stock").mkdir()
    (shop / "app" / "stock" / "__init__.py").write_text("")
    (shop / "app" / "stock" / "main.py").write_text(CHANGED.replace("main.run()", "return main.run()"))
    (shop / "app" / "stock" / "more.py").write_text("from app.orders import main\n")
    git(shop, "add", "app/stock")
    git(shop, "commit", "-q", "-m", "two")
    git(shop, "mv", "app/stock", "app/store")
    told = {}
    for format in ("text", "markdown", "json", "html"):
        place = tmp_path / f"page.{format}"
        arguments = ["diff", "main", "--project", str(shop), "--format", format, "--output", str(place)]
        assert main(arguments) == 0
        told[format] = " ".join(place.read_text().split())
    document = json.loads(told["json"])
    added, removed = (sum(len(pair[key]) for pair in document["pairs"]) for key in ("added", "removed"))
    first = sum(bool(pair["added"]) and not pair["before"] for pair in document["pairs"])
    assert (added, removed, first) == (5, 3, 3)
    said = "5 new edges cross between {}, 3 pairs for the first time; 3 gone"
    assert said.format("packages") in told["text"]
    assert said.format("packages") in told["markdown"]
    assert said.format("the packages of today") in told["html"]
    for pair in document["pairs"]:
        figures = pair["before"], len(pair["added"]), len(pair["removed"])
        cells = "".join(f'<td class="n">{each}</td>' for each in figures)
        assert f"{pair['from']}</th><td>{pair['to']}</td>{cells}" in told["html"].replace(
            "</td> <td", "</td><td"
        )
        assert (
            f"{pair['from']} -> {pair['to']} +{figures[1]} -{figures[2]}, {figures[0]} before" in told["text"]
        )
        for edge in pair["added"]:
            at = f"{edge['evidence'][0]['path']}:{edge['evidence'][0]['line']}"
            assert all(at in text for format, text in told.items() if format != "json")
    capsys.readouterr()
