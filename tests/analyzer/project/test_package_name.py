"""What the project's own folder is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from carveout.analyzer.pipeline import analyze

INNER = {
    "core/__init__.py": "",
    "core/factory.py": "def made(): pass\n",
    "web/main.py": "from tiles.core.factory import made\nmade()\n",
    "web/more.py": "import tiles.core.factory\n",
}


def modules(folder: Path, files: dict[str, str]) -> set[str]:
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return {node.name for node in analyze(folder, cache=False).nodes("module")}


def test_a_namespace_package_alone(tmp_path: Path) -> None:
    folder = tmp_path / "tiles"
    assert modules(folder, INNER) == {"tiles.core", "tiles.core.factory", "tiles.web.main", "tiles.web.more"}
    edges = {(edge.source, edge.target) for edge in analyze(folder, cache=False).edges("calls")}
    assert ("module:tiles.web.main", "function:tiles.core.factory.made") in edges


@pytest.mark.parametrize(
    "more",
    [
        {"tiles/__init__.py": ""},
        {"web/own.py": "from core import factory\n", "web/two.py": "import core\nimport core.factory\n"},
    ],
    ids=["a package of that name lies in it", "as many import without it"],
)
def test_other_folders_of_that_name(tmp_path: Path, more: dict[str, str]) -> None:
    assert "core.factory" in modules(tmp_path / "tiles", {**INNER, **more})


def test_a_folder_whose_name_nobody_imports(tmp_path: Path) -> None:
    assert "core.factory" in modules(tmp_path / "checkout", INNER)
