"""The face of the package: its names, loaded when they are asked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import carveout


def test_every_public_name_is_there() -> None:
    """Each name of `__all__` can be had, and `dir` shows them all."""
    assert [name for name in carveout.__all__ if getattr(carveout, name) is None] == []
    assert set(carveout.__all__) <= set(dir(carveout))


def test_importing_loads_nothing() -> None:
    """`import carveout` costs nothing; a name that does not exist is an AttributeError."""
    code = "import sys, carveout; print([n for n in sys.modules if n.startswith('carveout.')], hasattr(carveout, 'x'))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert result.stdout.decode().strip() == "[] False"


def test_the_example_of_the_docstring(tmp_path: Path) -> None:
    """analyze, load_boundary and check work together as the docstring says."""
    (tmp_path / "a.py").write_text("import b\n")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "__init__.py").write_text("")
    (tmp_path / "b" / "api.py").write_text("x = 1\n")
    (tmp_path / "carveout.toml").write_text(
        '[services.a]\nmodules = ["a"]\n[services.b]\nmodules = ["b"]\npublic = ["b.api"]\n'
    )
    graph = carveout.analyze(tmp_path, cache=False)
    result = carveout.check(graph, carveout.load_boundary(tmp_path), tmp_path)
    assert [violation.rule for violation in result.violations] == ["public-interface"]
