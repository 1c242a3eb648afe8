"""Libraries that the code uses and that nothing here reads: what they would tell is missing."""

from __future__ import annotations

from ..model.graph import Graph


def unread_libraries(graph: Graph) -> list[str]:
    """What is said of each, those that most files import first: `pyramid: 83 files import it, ...`."""
    return sorted(
        (spot.text for spot in graph.blind_spots if spot.kind == "unread-library"), key=_files_first
    )


def _files_first(text: str) -> tuple[int, str]:
    number = text.partition(": ")[2].partition(" ")[0].replace(",", "")
    return -int(number) if number.isdigit() else 0, text
