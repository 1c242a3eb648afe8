"""Files that are no modules and that the code reads: SQL, page templates, JSON beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from .files import DATA_SUFFIXES

_RENDERS = re.compile(r"\brender_template\b|\bget_template\b|\bselect_template\b")
_FOLDER = "templates"


def data_files(
    files: Mapping[str, str], moved: Iterable[str], copied: Iterable[str], code: Iterable[str]
) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """(moved, copied, folder of page templates): what goes along with the modules of these paths.

    `code` are the paths of all modules of the project. A file belongs to the nearest folder that holds
    modules. All of a moved folder moves; of a folder whose modules are only copied, what is named by them
    in a string. Page templates of the application go along when some module renders any.
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
            if renders and inner[0] == _FOLDER:
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
