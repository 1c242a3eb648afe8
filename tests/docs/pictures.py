"""The pictures of the documentation, of the sample: `make docs` draws them, a test compares."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "docs" / "pictures"
COMMANDS = {
    "payments-routes.svg": ["graph", "--service", "payments", "--step", "routes"],
}


def pictures() -> dict[str, bytes]:
    """Name of each picture -> its bytes."""
    with TemporaryDirectory() as temporary:
        sample = Path(temporary) / "sample_monolith"
        shutil.copytree(
            REPOSITORY / "sample_monolith", sample, ignore=shutil.ignore_patterns("__pycache__", ".*")
        )
        _carveout(sample, "propose", "--accept", "1")
        return {name: _carveout(sample, *command, "--format", "svg") for name, command in COMMANDS.items()}


def _carveout(folder: Path, *arguments: str) -> bytes:
    command = [sys.executable, "-m", "carveout", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=120).stdout


def draw() -> None:
    """Draw the pictures, and take away what is none of them any more."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.svg"):
        if old.name not in COMMANDS:
            old.unlink()
    for name, data in pictures().items():
        (FOLDER / name).write_bytes(data)
    sys.stdout.write(f"drew {len(COMMANDS)} pictures in {FOLDER.relative_to(REPOSITORY)}\n")


if __name__ == "__main__":
    draw()
