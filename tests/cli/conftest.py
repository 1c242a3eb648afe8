"""What the tests of the command share."""

from __future__ import annotations

from pathlib import Path

import pytest

from .running import SHOP


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for path, text in SHOP.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    return root
