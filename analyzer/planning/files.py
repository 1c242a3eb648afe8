"""The text files of a project, read when asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from ..project.sources import decode

SERVICE_MARK = ".carveout-service"
"""The file that marks the folder of a service that was carried out: it is no part of the monolith."""

DATA_SUFFIXES = frozenset(
    {".sql", ".html", ".htm", ".xml", ".json", ".txt", ".csv", ".yaml", ".yml", ".toml", ".ini",
     ".jinja", ".jinja2", ".j2"}
)  # fmt: skip
"""Files that code reads at run time and that are text."""

SAYING = frozenset({"Dockerfile", "Pipfile", ".python-version", "setup.cfg"})
"""Files that say what the project needs, and whose names have no such end."""

_SKIPPED = frozenset({"node_modules", "__pycache__", "site-packages", "venv", "env", "build", "dist"})


class ProjectFiles(Mapping[str, str]):
    """Path relative to the project -> text. Hidden folders, environments and links are passed over."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._paths: tuple[str, ...] | None = None

    def __getitem__(self, path: str) -> str:
        if path not in self._known():
            raise KeyError(path)
        data = self._root.joinpath(*PurePosixPath(path).parts).read_bytes()
        return decode(data, PurePosixPath(path).suffix)[0]

    def exact(self, path: str) -> str:
        """The text of a file to be rewritten, each byte as it is: line ends kept, odd bytes as surrogates."""
        if path not in self._known():
            raise KeyError(path)
        return self._root.joinpath(*PurePosixPath(path).parts).read_bytes().decode("utf-8", "surrogateescape")

    def __iter__(self) -> Iterator[str]:
        return iter(self._known())

    def __len__(self) -> int:
        return len(self._known())

    def _known(self) -> tuple[str, ...]:
        if self._paths is None:
            self._paths = tuple(sorted(self._walk()))
        return self._paths

    def _walk(self) -> Iterator[str]:
        for folder, folders, names in os.walk(self._root):
            folders[:] = sorted(
                name
                for name in folders
                if not (name.startswith(".") or name in _SKIPPED or _is_apart(Path(folder, name)))
            )
            prefix = Path(folder).relative_to(self._root).as_posix()
            for name in names:
                path = Path(folder, name)
                if (
                    (path.suffix == ".py" or path.suffix in DATA_SUFFIXES or name in SAYING)
                    and path.is_file()
                    and not path.is_symlink()
                ):
                    yield name if prefix == "." else f"{prefix}/{name}"


def _is_apart(folder: Path) -> bool:
    """Whether a folder is a virtual environment or a service that was carried out before."""
    return (folder / "pyvenv.cfg").exists() or (folder / SERVICE_MARK).exists()


def texts_of(files: Mapping[str, str] | Path) -> Mapping[str, str]:
    """The texts of a project, by path: as they are given, or of its folder."""
    return ProjectFiles(files) if isinstance(files, Path) else files
