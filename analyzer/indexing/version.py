"""Which carveout this is, told without loading it: a kept result holds for the code that made it alone."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

_HOUSE = Path(__file__).parents[2]
_ROOMS = ("analyzer", "cli", "generators")
_PLUGS = b"[carveout."
"""What stands in the entry points of a distribution that brings plug-ins."""


def whole_version() -> str | None:
    """The digest of our code, of Python's version and of all that is installed, by name and version.

    None where a plug-in of others is installed in place (`pip install -e`): its code may change under the
    same version.
    """
    found = hashlib.blake2b(repr(sys.version_info[:]).encode(), digest_size=16)
    for room in _ROOMS:
        for path in _code(str(_HOUSE / room)):
            with open(path, "rb") as file:
                text = file.read()
            found.update(f"{path[len(str(_HOUSE)) :]}\0{len(text)}\0".encode())
            found.update(text)
    for folder in sys.path:
        for name, place in _distributions(folder or "."):
            if _brings_plugins(place) and _is_editable(place):
                return None
            found.update(f"{name}\0".encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def _code(folder: str) -> Iterator[str]:
    with os.scandir(folder) as listing:
        entries = sorted(listing, key=lambda entry: entry.name)
    for entry in entries:
        if entry.name.endswith(".py"):
            yield entry.path
        elif entry.is_dir() and entry.name != "__pycache__":
            yield from _code(entry.path)


def _distributions(folder: str) -> list[tuple[str, str]]:
    """(name, place) of what is installed in a folder, sorted."""
    try:
        with os.scandir(folder) as listing:
            return sorted((e.name, e.path) for e in listing if e.name.endswith((".dist-info", ".egg-info")))
    except OSError:  # an archive, or not there at all
        return []


def _brings_plugins(place: str) -> bool:
    return _PLUGS in _text(f"{place}/entry_points.txt")


def _is_editable(place: str) -> bool:
    """Whether a distribution is installed in place, or was never installed (a checkout on the path)."""
    return place.endswith(".egg-info") or b'"editable"' in _text(f"{place}/direct_url.json")


def _text(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""
