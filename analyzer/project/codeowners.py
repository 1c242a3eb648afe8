"""CODEOWNERS, of GitHub and GitLab: who is asked about a file.

The last line that matches a path decides; GitLab's sections each decide for themselves.
"""

from __future__ import annotations

import re
from contextlib import suppress
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import NamedTuple

_PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""In the order in which GitHub looks; the first that is there counts."""
_LARGEST = 3_000_000
_WORD = re.compile(r"(?:\\.|[^\s\\])+")
_SECTION = re.compile(r"\^?\[([^\]]+)\](?:\[\d+\])?(.*)")


class _Line(NamedTuple):
    parts: tuple[str, ...]
    deep: bool
    owners: tuple[str, ...]


class CodeOwners:
    """The owners of files by their paths. `folder` is the project's folder in its repository."""

    def __init__(self, text: str = "", folder: str = "") -> None:
        self.folder = folder
        self._sections = _sections(text)
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, path: str) -> tuple[str, ...]:
        """Who owns a file of the project, in the order of the file; nobody: an empty tuple."""
        if path not in self._known:
            parts = tuple(part for part in f"{self.folder}/{path}".split("/") if part)
            found: dict[str, None] = {}
            for lines in self._sections:
                last = next((line for line in reversed(lines) if _covers(line, parts)), None)
                found.update(dict.fromkeys(last.owners if last else ()))
            self._known[path] = tuple(found)
        return self._known[path]


def load_owners(root: Path) -> CodeOwners:
    """The owners that the repository around a project names; nobody when there is no such file."""
    data = owners_file(root) or b""
    return CodeOwners(data[:_LARGEST].decode("utf-8", "replace"), folder_in_repository(root))


def owners_file(root: Path) -> bytes | None:
    """The bytes of the CODEOWNERS of the repository around a project, None when there is none."""
    top = repository(root) or root.resolve()
    for place in _PLACES:
        with suppress(OSError):
            return (top / place).read_bytes()
    return None


def repository(root: Path) -> Path | None:
    """The top of the repository that a project lies in, None outside of one."""
    absolute = root.resolve()
    return next((each for each in (absolute, *absolute.parents) if (each / ".git").exists()), None)


def folder_in_repository(root: Path) -> str:
    """A project's folder as its repository names it: "" at the top and outside of repositories."""
    top = repository(root)
    path = root.resolve().relative_to(top).as_posix() if top else "."
    return "" if path == "." else path


def _sections(text: str) -> list[list[_Line]]:
    sections: dict[str, list[_Line]] = {"": []}
    name = ""
    default: tuple[str, ...] = ()
    for raw in text.lstrip("\ufeff").splitlines():
        words = _words(raw)
        section = _SECTION.match(raw.strip())
        if section:
            name, default = section[1].strip().lower(), tuple(_words(section[2]))
            sections.setdefault(name, [])
        elif words:
            sections[name].append(_line(words[0], tuple(words[1:]) or default))
    return [lines for lines in sections.values() if lines]


def _words(line: str) -> list[str]:
    """The words of a line without its comment; a backslash keeps blanks and `#` inside one."""
    words: list[str] = []
    for word in _WORD.findall(line):
        if word.startswith("#"):
            break
        words.append(re.sub(r"\\(.)", r"\1", word))
    return words


def _line(pattern: str, owners: tuple[str, ...]) -> _Line:
    parts = tuple(part for part in pattern.split("/") if part)
    anchored = pattern.startswith("/") or len(parts) > 1
    # `docs/*` stands for the files of that folder alone, `docs/` and `docs` for all below it.
    deep = not (len(parts) > 1 and parts[-1] == "*")
    if pattern.endswith("/"):
        parts = (*parts, "**")
    return _Line(parts if anchored else ("**", *parts), deep, owners)


def _covers(line: _Line, path: tuple[str, ...]) -> bool:
    """Whether a pattern matches a path or, if it may, a folder above it."""

    @cache
    def matches(at: int, part: int) -> bool:
        if at == len(line.parts):
            return part == len(path) or (line.deep and part > 0)
        if line.parts[at] == "**":
            last = at == len(line.parts) - 1
            return (last and part < len(path)) or any(
                matches(at + 1, rest) for rest in range(part, len(path) + 1)
            )
        return part < len(path) and fnmatchcase(path[part], line.parts[at]) and matches(at + 1, part + 1)

    return len(line.parts) <= len(path) + line.parts.count("**") and matches(0, 0)
