"""Files that are no modules and that the code reads: SQL, page templates, JSON beside it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePosixPath

from ..model.graph import Graph
from .files import DATA_SUFFIXES

_RENDERS = re.compile(r"\brender_template\b|\bget_template\b|\bselect_template\b")
_FOLDER = "templates"


def pages_of(graph: Graph, paths: Collection[str]) -> frozenset[str] | None:
    """Page templates that files render, and what these extend and include; None where some are not known."""
    if any(spot.kind == "unknown-template" and spot.place.path in paths for spot in graph.blind_spots):
        return None
    below: dict[str, set[str]] = defaultdict(set)
    starts: set[str] = set()
    for edge in graph.edges("renders"):
        if edge.source.startswith("template:"):
            below[edge.source].add(edge.target)
        elif any(each.place.path in paths for each in edge.evidence):
            starts.add(edge.target)
    found, waiting = set(starts), sorted(starts)
    while waiting:
        new = below[waiting.pop()] - found
        found |= new
        waiting += sorted(new)
    nodes = (graph.node(id) for id in found)
    return frozenset(node.path for node in nodes if node is not None and node.path)


def data_files(
    files: Mapping[str, str],
    moved: Iterable[str],
    copied: Iterable[str],
    code: Iterable[str],
    pages: Collection[str] | None = None,
) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """(moved, copied, folder of page templates): what goes along with the modules of these paths.

    `code` are the paths of all modules of the project. A file belongs to the nearest folder that holds
    modules. All of a moved folder moves; of a folder whose modules are only copied, what is named by them
    in a string. Page templates of the application go along when some module renders any: `pages`, where it is
    known which, else all.
    """
    moved, copied = frozenset(moved), frozenset(copied)
    text = "\n".join(files[path] for path in sorted(moved | copied) if path in files)
    renders = _RENDERS.search(text) is not None
    folders = {_folder(path) for path in code}
    owned = {_folder(path) for path in moved} - {_folder(path) for path in frozenset(code) - moved}
    near = {_folder(path) for path in moved | copied}
    going: tuple[list[str], list[str]] = ([], [])
    templates = ""
    for path in sorted(files):
        if PurePosixPath(path).suffix not in DATA_SUFFIXES or _is_packaging(path):
            continue
        home = _home(path, folders)
        if home is None or home not in near:
            continue
        inner = PurePosixPath(path).relative_to(home or ".").parts
        if _FOLDER in inner[:-1] and home not in owned:
            if renders and inner[0] == _FOLDER and (pages is None or path in pages):
                going[1].append(path)
                templates = templates or str(PurePosixPath(home, _FOLDER))
        elif home in owned:
            going[0].append(path)
        elif any(_named(part, text) for part in inner):
            going[1].append(path)
    return tuple(going[0]), tuple(going[1]), templates


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _home(path: str, folders: set[str]) -> str | None:
    folder = _folder(path)
    while folder not in folders:
        if not folder:
            return None
        folder = _folder(folder)
    return folder


def _named(part: str, text: str) -> bool:
    return re.search(rf"""["'/]{re.escape(part)}["'/]""", text) is not None


def _is_packaging(path: str) -> bool:
    name = path.rpartition("/")[2]
    return "/" not in path and (
        name in ("pyproject.toml", "carveout.toml", "setup.cfg") or "requirements" in name
    )
