"""What the project's own folder is called where it is itself a package."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path


def package_of(folder: Path) -> str:
    """The dotted name of a folder that is a package by its `__init__.py`, "" otherwise."""
    names: list[str] = []
    while (folder / "__init__.py").is_file() and folder.name.isidentifier():
        names.insert(0, folder.name)
        folder = folder.parent
    return ".".join(names)


def package_name(folder: Path, data: Mapping[str, bytes]) -> str:
    """The dotted name of a folder whose files (path -> bytes) make it a package, `__init__.py` or none."""
    return package_of(folder) or (folder.name if _is_namespace(folder.name, data) else "")


def _is_namespace(name: str, data: Mapping[str, bytes]) -> bool:
    """Whether more files import from the folder by its name than without it."""
    files = {path: text for path, text in data.items() if path.endswith(".py")}
    tops = {path.partition("/")[0].removesuffix(".py") for path in files}
    if not name.isidentifier() or name in tops or "__init__" in tops:
        return False
    mark = f"{name}.".encode()
    if not any(mark in text for text in files.values()):
        return False
    inner = b"(?:" + b"|".join(re.escape(top.encode()) for top in sorted(tops)) + rb")\b"
    begins = rb"^[ \t]*(?:from|import)[ \t]+"
    with_name = re.compile(begins + re.escape(mark) + inner, re.MULTILINE)
    without = re.compile(begins + inner, re.MULTILINE)
    return _found(with_name, files) > _found(without, files)


def _found(pattern: re.Pattern[bytes], files: Mapping[str, bytes]) -> int:
    """How many files have something of a pattern."""
    return sum(1 for text in files.values() if pattern.search(text))
