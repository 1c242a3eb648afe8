"""The demo, as a user runs it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree


def carveout(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "carveout", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=180, check=False)


def test_the_whole_tour(tmp_path: Path) -> None:
    """Every step runs, the shop's own tests pass through nginx, and the undo leaves no file behind.

    It runs inside of another project, as in a checkout of carveout, and minds the shop alone.
    """
    around = '[project]\n\n[services.other]\nmodules = ["other"]\n'
    (tmp_path / "carveout.toml").write_text(around, "utf-8")
    run = carveout("demo", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert re.search(r"^\d+ passed in", run.stdout, re.MULTILINE)
    headings = re.findall(r"^-{80}\n(\d+)\. ", run.stdout, re.MULTILINE)
    assert headings == [str(number) for number in range(1, 12)]
    assert re.search(r"^no violations \(\d{3} accepted as debt\)", run.stdout, re.MULTILINE)
    broken = run.stdout.partition("(of it, what is new)")[2].partition("(the lines are taken out")[0]
    assert "CO201 recommendations must not join payments' tables" in broken
    assert "CO108 recommendations must not depend on payments" in broken
    assert broken.count("\n --> ") == 3
    assert re.search(r"answered by payments\n.*answered by the monolith, \d+ ms later", run.stdout)
    folder = tmp_path / "carveout-demo"
    assert sorted(path.name for path in folder.iterdir()) == [
        ".carveout", "carveout-baseline.json", "carveout.toml", "sample_monolith", "services.svg",
    ]  # fmt: skip
    assert ElementTree.parse(folder / "services.svg").getroot().tag.endswith("svg")
    assert max(len(line) for line in run.stdout.splitlines() if not line.startswith("removed")) <= 80
    assert (tmp_path / "carveout.toml").read_text("utf-8") == around
    assert "took_money_back" not in (folder / "sample_monolith/recommendations/service.py").read_text()


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    """The demo refuses to write into something that it did not make."""
    (tmp_path / "carveout-demo").mkdir()
    run = carveout("demo", "--no-run", cwd=tmp_path)
    assert run.returncode == 2
    assert "is already there" in run.stderr
    assert not list((tmp_path / "carveout-demo").iterdir())
