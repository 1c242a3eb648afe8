"""The built wheel: one import name, every template, the sample as data, nothing of ours beside it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
ROOMS = ("analyzer", "generators", "runtime", "cli")
LEFTOVERS = {"__pycache__", ".pytest_cache", ".carveout", ".mypy_cache", ".ruff_cache"}


def files_below(folder: str) -> Iterator[str]:
    """Paths of a folder's files, relative to the repository, without what running leaves behind."""
    for path in sorted((REPOSITORY / folder).rglob("*")):
        relative = path.relative_to(REPOSITORY)
        if path.is_file() and not LEFTOVERS.intersection(relative.parts) and path.suffix != ".pyc":
            yield relative.as_posix()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """The wheel of this repository, built once."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), "."]
    built = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


@pytest.fixture(scope="module")
def names(wheel: zipfile.ZipFile) -> set[str]:
    """The names of the wheel's files."""
    return set(wheel.namelist())


def text_of(wheel: zipfile.ZipFile, name: str) -> str:
    """A file of the wheel's dist-info folder."""
    (member,) = (member for member in wheel.namelist() if member.endswith(f".dist-info/{name}"))
    return wheel.read(member).decode()


def test_carveout_is_the_only_top_level_name(names: set[str]) -> None:
    """`cli` and `templates` must not collide with the analysed project's own."""
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"carveout"}


def test_no_file_is_packed_twice(wheel: zipfile.ZipFile) -> None:
    """The links in src/carveout lead to the rooms; the wheel takes the rooms alone."""
    assert len(wheel.namelist()) == len(set(wheel.namelist()))


@pytest.mark.parametrize("folder", [*ROOMS, "templates", "sample_monolith"])
def test_every_file_of_a_room_is_in_the_wheel(names: set[str], folder: str) -> None:
    """Code, templates (hidden files too) and the sample with its own tests; .gitignore may not eat any."""
    expected = {f"carveout/{path}" for path in files_below(folder)}
    assert expected, f"{folder}/ is empty"
    assert expected - names == set()


def test_the_wheel_is_typed_and_has_the_face(names: set[str]) -> None:
    """py.typed and the public names travel."""
    assert {"carveout/__init__.py", "carveout/__main__.py", "carveout/py.typed"} <= names


def test_our_own_tests_stay_at_home(names: set[str]) -> None:
    """No tests/ of the repository; the sample's own, which the demo runs, and those of templates travel."""
    travelling = ("carveout/sample_monolith/", "carveout/templates/")
    assert not [name for name in names if "tests" in name.split("/") and not name.startswith(travelling)]


def test_templates_hold_no_python_files() -> None:
    """pip byte-compiles .py files, and cookiecutter would copy the result: name them *.py.jinja."""
    assert [path for path in files_below("templates") if path.endswith(".py")] == []


@pytest.mark.parametrize("room", ROOMS)
def test_folders_with_code_are_packages(room: str) -> None:
    """import-linter does not look into a folder without __init__.py: a contract would hold for nothing."""
    folders = {(REPOSITORY / path).parent for path in files_below(room) if path.endswith(".py")}
    assert [folder for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_metadata_names_command_licence_and_python(wheel: zipfile.ZipFile) -> None:
    """What an index shows and pip obeys."""
    metadata = Parser().parsestr(text_of(wheel, "METADATA"))
    assert metadata["Name"] == "carveout"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["Description-Content-Type"] == "text/markdown", "pyproject.toml does not name README.md"
    assert "carveout = carveout.__main__:run" in text_of(wheel, "entry_points.txt").splitlines()
