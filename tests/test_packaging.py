"""The built wheel: one import name, every template, the sample as data, nothing of ours beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tomllib
import venv
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


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """What a command prints; it must succeed. Nothing of this environment leads to the checkout."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env={**kept, **environment}, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the sdist of this repository and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("built")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ".", cwd=REPOSITORY)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Iterator[zipfile.ZipFile]:
    """The wheel; what it lacks was lacking in the sdist, or left out of it."""
    (path,) = built.glob("*.whl")
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


def test_the_sdist_has_what_a_packager_needs(built: Path) -> None:
    """Tests, documentation, the pins and the licence travel; nothing that a run left behind does."""
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        found = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {
        "LICENSE",
        "README.md",
        "SECURITY.md",
        "CHANGELOG.md",
        "Makefile",
        "constraints.txt",
        "properdocs.yml",
    }
    assert (
        wanted | {"carveout.toml", "tests/test_packaging.py", "docs/index.md", "src/carveout/py.typed"}
        <= found
    )
    assert not [name for name in found if LEFTOVERS.intersection(name.split("/"))]


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as pip installs it, in a folder of its own; its dependencies are those of this environment."""
    folder = tmp_path_factory.mktemp("installed")
    (path,) = built.glob("*.whl")
    options = ("--quiet", "--no-deps", "--no-index", "--disable-pip-version-check", "--target", folder)
    run(sys.executable, "-m", "pip", "install", *options, path, cwd=folder)
    return folder


def test_demo_and_check_run_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    """Outside of the checkout, by the command that pip made: templates, sample and pages are all in the wheel."""
    command, path = installed / "bin" / "carveout", {"PYTHONPATH": str(installed)}
    where = run(sys.executable, "-c", "import carveout; print(carveout.__file__)", cwd=tmp_path, **path)
    assert where.startswith(str(installed))
    run(command, "demo", "--no-run", cwd=tmp_path, **path)
    shop = tmp_path / "carveout-demo"
    assert "no violations" in run(command, "check", cwd=shop, **path)
    assert "CO201" in run(command, "explain", cwd=shop, **path)
    run(command, "report", "--output", "report.html", cwd=shop, **path)
    run(command, "completion", "fish", cwd=shop, **path)
    step = ("scaffold", "payments", "--accept-hazard", "cut-not-ready", "--apply")
    run(command, *step, cwd=shop, **path)
    needs = tomllib.loads((shop / "services/payments/pyproject.toml").read_text())["project"]["dependencies"]
    extras = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    there = {each.partition(">")[0].lower() for each in extras["demo"] + extras["servers"]} | {"werkzeug"}
    assert {need.lower() for need in needs} <= there, "the demo runs this service with what [demo] installs"


@pytest.mark.full
@pytest.mark.parametrize("kind", ["*.whl", "*.tar.gz"])
def test_a_fresh_environment(built: Path, tmp_path: Path, kind: str) -> None:
    """Nothing but what pip takes from the index: the whole demo with its servers, then a check of the shop."""
    (path,) = built.glob(kind)
    venv.create(tmp_path / "venv", with_pip=True)
    programs = tmp_path / "venv" / "bin"
    pins = REPOSITORY / "constraints.txt"
    run(programs / "pip", "install", "--quiet", "-c", pins, f"{path}[demo]", cwd=tmp_path)
    assert "passed" in run(programs / "carveout", "demo", cwd=tmp_path)
    assert "no violations" in run(programs / "carveout", "check", cwd=tmp_path / "carveout-demo")


@pytest.mark.full
def test_pipx(built: Path, tmp_path: Path) -> None:
    """As an application of its own: one command on the path, with what it depends on out of sight."""
    (path,) = built.glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=True)
    run(tmp_path / "venv" / "bin" / "pip", "install", "--quiet", "pipx", cwd=tmp_path)
    places = {"PIPX_HOME": str(tmp_path / "home"), "PIPX_BIN_DIR": str(tmp_path / "bin")}
    run(tmp_path / "venv" / "bin" / "pipx", "install", path, cwd=tmp_path, **places)
    run(tmp_path / "bin" / "carveout", "demo", "--no-run", cwd=tmp_path)
    assert "no violations" in run(tmp_path / "bin" / "carveout", "check", cwd=tmp_path / "carveout-demo")
