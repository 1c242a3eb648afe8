"""The source lines that findings point at."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from ..model.evidence import Place
from .sources import decode


def excerpts(places: Iterable[Place], root: Path) -> dict[tuple[str, int], str]:
    """(path, line) -> the source line, for every place below `root` that can still be read."""
    wanted: dict[str, set[int]] = {}
    for place in places:
        if place.line:
            wanted.setdefault(place.path, set()).add(place.line)
    found: dict[tuple[str, int], str] = {}
    for path in sorted(wanted):
        try:
            text, _ = decode((root / path).read_bytes(), PurePosixPath(path).suffix)
        except OSError:
            continue
        lines = text.split("\n")
        found.update({(path, n): lines[n - 1].rstrip() for n in sorted(wanted[path]) if n <= len(lines)})
    return found
