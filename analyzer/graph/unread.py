"""Libraries that the code uses and that nothing here reads: what they would tell is missing."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..model.graph import Graph

KIND = "unread-library"
"""The kind of their blind spots."""
_SAID = re.compile(r"(?P<name>[^:]+): (?P<files>[\d,]+) files? imports? it, its (?P<what>.+) are not read")


class UnreadLibrary(NamedTuple):
    """A library, how many files import it, and what of it is missing: `routes`, `tables and who uses them`.

    A graph keeps it as the text of a blind spot: `str` writes that, `unread_libraries` reads it.
    """

    name: str
    files: int
    what: str

    def __str__(self) -> str:
        by = f"{self.files:,} files import" if self.files > 1 else "1 file imports"
        return f"{self.name}: {by} it, its {self.what} are not read"


def unread_libraries(graph: Graph) -> list[UnreadLibrary]:
    """Those of a graph, those that most files import first."""
    said = (_SAID.fullmatch(spot.text) for spot in graph.blind_spots if spot.kind == KIND)
    found = [UnreadLibrary(m["name"], int(m["files"].replace(",", "")), m["what"]) for m in said if m]
    return sorted(found, key=lambda library: (-library.files, str(library)))
