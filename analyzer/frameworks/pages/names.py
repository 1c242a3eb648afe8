"""Names of templates -> the files that bear them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache

from ...model.world import World
from ...project.sources import TEMPLATE_FOLDERS, is_code

_MOST = 40
"""Files that a name with holes may mean; one that fits more says nothing."""
_KNOWN = frozenset({"registration", "admin", "django", "gis", "postgres"})
"""Folders of templates in Django's own packages that applications use without importing them."""


class Templates:
    """The templates of a project by all names under which loaders may find them.

    A loader looks into several folders, one after the other; which one stands before which is told by
    settings. The nearest to who asks comes first here.
    """

    def __init__(self, world: World) -> None:
        self.paths = [path for path in world.files if not is_code(path)]
        self._files = frozenset(self.paths)
        self._by_name: dict[str, list[str]] = {}
        self._by_prefix: dict[str, list[str]] = {}
        for path in self.paths:
            for owner, name in _names(path):
                self._by_name.setdefault(name, []).append(path)
                self._by_prefix.setdefault(f"{owner}/{name}", []).append(path)
        self._all = sorted(self._by_name)
        self._outside = {
            part
            for file in world.files.values()
            for item in file.imports
            for part in item.module.split(".")
            if part
        } | _KNOWN
        self.matching = lru_cache(maxsize=4096)(self._matching)

    def find(self, name: str, asking: str) -> list[str]:
        """The files that a name may mean, the nearest to the file that asks first; itself left out.

        What lies in the folder of templates that asks hides the others.
        """
        if name.startswith("."):
            beside = posixpath.normpath(posixpath.join(posixpath.dirname(asking), name))
            return [beside] if beside in self._files else []
        name = _normal(name)
        found = [path for path in self._by_name.get(name, ()) if path != asking]
        root = _root(asking)
        own = [path for path in found if root and _root(path) == root]
        return own or sorted(found, key=lambda path: (-_shared(path, asking), path))

    def find_prefixed(self, name: str) -> list[str]:
        """The files of a name that starts with the folder that holds a folder of templates.

        Loaders are told to find them so (`admin/page.html` in `themes/admin/templates`).
        """
        return self._by_prefix.get(_normal(name), [])

    def is_sure(self, found: list[str], asking: str) -> bool:
        """Whether the first of several files is the nearest one alone."""
        return len(found) < 2 or _shared(found[0], asking) > _shared(found[1], asking)

    def _matching(self, pattern: str) -> tuple[str, ...]:
        """The files whose names fit a pattern with holes (`{}`); none where too many do.

        A hole is a name without folders, unless only folders fit.
        """
        pieces = [re.escape(piece) for piece in re.split(r"\{[^{}]*\}", _normal(pattern))]
        told = [*pieces[:-1], pieces[-1].rpartition("\\.")[0]]
        if len(pieces) > 6 or not any(re.search(r"\w{2}", piece) for piece in told):
            return ()
        names: list[str] = []
        for hole in ("[^/]*", ".*"):
            fits = re.compile(hole.join(pieces) + r"\Z")
            names = names or [name for name in self._all if fits.match(name)]
        found = sorted({path for name in names for path in self._by_name[name]})
        return tuple(found) if len(found) <= _MOST else ()

    def is_of_library(self, name: str) -> bool:
        """Whether a name that no file bears stands in a folder that is called as an imported library is."""
        return "/" in name and _normal(name).partition("/")[0] in self._outside


def _names(path: str) -> Iterator[tuple[str, str]]:
    """(folder above the folder of templates, name in it); several where such folders stand in each other.

    Any folder may be one where the code names others than the usual ones.
    """
    parts = path.split("/")
    usual = [index for index, folder in enumerate(parts[:-1]) if folder in TEMPLATE_FOLDERS]
    for index in usual or range(len(parts) - 1):
        yield parts[index - 1] if index else "", "/".join(parts[index + 1 :])


def _root(path: str) -> str:
    """The folder of templates that a template lies in, "" for code."""
    parts = path.split("/")[:-1]
    found = next((index for index, folder in enumerate(parts) if folder in TEMPLATE_FOLDERS), -1)
    return "/".join(parts[: found + 1])


def _normal(name: str) -> str:
    return name.removeprefix("./").lstrip("/")


def _shared(path: str, other: str) -> int:
    """How many folders two paths share from the top."""
    count = 0
    for one, two in zip(path.split("/")[:-1], other.split("/")[:-1], strict=False):
        if one != two:
            break
        count += 1
    return count
