"""Three texts become one, or a conflict: an edit is never lost and nothing is guessed."""

import shutil
import subprocess
from pathlib import Path
from random import Random

import pytest

from carveout.generators.merging import Merged, merge

BASE = "one\ntwo\nthree\nfour\nfive\n"


@pytest.mark.parametrize(
    ("mine", "new", "merged"),
    [
        (BASE, BASE, BASE),
        (BASE, "", ""),
        ("", BASE, ""),
        (BASE.replace("one", "1"), BASE.replace("five", "5"), "1\ntwo\nthree\nfour\n5\n"),
        ("zero\n" + BASE, BASE + "six\n", "zero\n" + BASE + "six\n"),
        (BASE.replace("two\n", ""), BASE.replace("four\n", ""), "one\nthree\nfive\n"),
        (BASE.replace("two", "2"), BASE.replace("two", "2"), BASE.replace("two", "2")),
        (BASE.removesuffix("\n"), "zero\n" + BASE, "zero\n" + BASE.removesuffix("\n")),
        (BASE.replace("\n", "\r\n"), "zero\n" + BASE, ("zero\n" + BASE).replace("\n", "\r\n")),
        (
            BASE.replace("one", "1").replace("\n", "\r\n"),
            BASE,
            BASE.replace("one", "1").replace("\n", "\r\n"),
        ),
        ("\tone\n" + BASE.removeprefix("one\n"), BASE + "\tsix", "\t" + BASE + "\tsix"),
    ],
)
def test_what_one_side_changed_is_taken(mine: str, new: str, merged: str) -> None:
    assert merge(BASE, mine, new) == Merged(merged)


@pytest.mark.parametrize(
    ("mine", "new", "lines"),
    [
        (BASE.replace("two", "2"), BASE.replace("two", "II"), (2,)),
        (BASE.replace("two", "2"), BASE.replace("two\n", ""), (2,)),
        (BASE + "six\n", BASE + "6\n", (6,)),
        (
            BASE.replace("one", "1").replace("five", "5"),
            BASE.replace("one", "I").replace("five", "V"),
            (1, 5),
        ),
        ("all\nanew\n", "other\n", (1,)),
    ],
)
def test_what_both_changed_is_a_conflict_with_its_lines(mine: str, new: str, lines: tuple[int, ...]) -> None:
    assert merge(BASE, mine, new) == Merged("", lines)


def test_it_agrees_with_git_where_git_finds_no_conflict(tmp_path: Path) -> None:
    """Edits at random places of a longer text; git merges lines that touch only where we do, too."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    draw, agreed = Random(7), 0
    for _ in range(40):
        base = [f"line {number}\n" for number in range(40)]
        texts = [base, *(_edited(base, draw, name) for name in ("mine", "new"))]
        files = [tmp_path / name for name in ("base", "mine", "new")]
        for file, lines in zip(files, texts, strict=True):
            file.write_text("".join(lines))
        argv = ["git", "merge-file", "-p", "-q", str(files[1]), str(files[0]), str(files[2])]
        git = subprocess.run(argv, capture_output=True, text=True, check=False)
        ours = merge(*("".join(lines) for lines in texts))
        if git.returncode == 0:
            agreed += 1
            assert ours == Merged(git.stdout)
    assert agreed >= 10


def _edited(lines: list[str], draw: Random, name: str) -> list[str]:
    edited = list(lines)
    for _ in range(draw.randint(1, 4)):
        place = draw.randrange(len(edited))
        edited[place : place + draw.randint(0, 2)] = [f"{name} {draw.randint(0, 9)}\n"] * draw.randint(0, 2)
    return edited
