"""Real applications for the benches: source distributions, downloaded by name and kept in `.bench/`."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".bench"

APPLICATIONS = {
    "django-oscar": "4.2.1",
    "wagtail": "8.0.1",
    "flask-appbuilder": "5.3.0",
    "mlflow": "3.18.0",
    "apache-superset": "6.1.0",
    "FlaskBB": "2.0.2",
    "lnbits": "1.6.2",
    "mezzanine": "6.1.1",
    "privacyidea": "3.14",
    "argilla-server": "2.8.0",
    "zou": "1.0.97",
}


def sdist(name: str, version: str | None = None) -> Path:
    """The unpacked source distribution of `name`. Exits with a reason when it cannot be downloaded."""
    version = version or APPLICATIONS[name]
    place = KEPT / f"{name}-{version}"
    if place.is_dir():
        return place
    KEPT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=KEPT) as folder:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:"]
        run = subprocess.run([*command, "-d", folder, f"{name}=={version}"], capture_output=True, text=True)
        archive = next(Path(folder).glob("*.tar.gz"), None)
        if archive is None:
            print(
                f"skipped: {name} {version} cannot be downloaded here: {run.stderr.strip().splitlines()[-1:]}"
            )
            raise SystemExit(0)
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        next(path for path in Path(folder).iterdir() if path.is_dir()).rename(place)
    return place


def wheel(name: str, version: str) -> Path | None:
    """The unpacked wheel of `name`: what is installed, without tests of its own; None when there is none here."""
    place = KEPT / f"{name}-{version}-wheel"
    if place.is_dir():
        return place
    KEPT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=KEPT) as folder:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:"]
        subprocess.run(
            [*command, "-d", folder, f"{name}=={version}"], capture_output=True, text=True, check=False
        )
        archive = next(Path(folder).glob("*.whl"), None)
        if archive is None:
            return None
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(Path(folder) / "unpacked")
        (Path(folder) / "unpacked").rename(place)
    return place


def environment(name: str, requirements: Sequence[str]) -> Path:
    """The python of a virtual environment with what is required, kept once pip has made it whole.

    Raises CalledProcessError, with what pip said, when it cannot.
    """
    digest = hashlib.sha256("\n".join(requirements).encode()).hexdigest()[:8]
    folder = KEPT / f"venv-{name}-{digest}"
    python = folder / "bin" / "python"
    if not (folder / ".ready").exists():
        venv.create(folder, with_pip=True, clear=True)
        command = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *requirements]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True)
        except subprocess.CalledProcessError as error:
            error.add_note(str(error.stderr).strip())
            raise
        (folder / ".ready").touch()
    return python
