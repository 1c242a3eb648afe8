"""Which Python a service runs with: what the project itself says that it runs with, or needs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..model.plan import Python
from .declared import table_of, toml_of

_USUAL, _LEAST, _NEWEST = 12, 11, 30
"""Minor versions of Python 3: of images by default, what generated code needs, where a search ends."""
_PINNED = re.compile(r"\s*(?:cpython-|python-)?3\.(\d{1,2})(?:\.\d+)?\s*(?:#.*)?\Z")
_IMAGE = re.compile(r"\s*FROM\s+(?:--\S+\s+)?(?:\S+/)?python:3\.(\d{1,2})\b", re.IGNORECASE)
_ARGUMENT = re.compile(r"^\s*ARG\s+(\w+)=[\"']?([\w.-]+)", re.IGNORECASE | re.MULTILINE)
_PART = re.compile(
    r"\s*(?P<op>===?|~=|!=|<=|>=|<|>|\^|~)?\s*v?3(?:\.(?P<minor>\d+)(?:\.(?P<patch>\d+))?)?(?:\.\*)?\s*\Z"
)


def python_of(files: Mapping[str, str]) -> Python:
    """The Python of a project: `.python-version`, `runtime.txt`, its image, else what its metadata allow.

    What stands at its top counts first, then what stands one folder below.
    """
    below = sorted({path.split("/", 1)[0] for path in files if path.count("/") == 1})
    folders = ["", *(f"{folder}/" for folder in below)]
    pinned = next((found for at in folders if (found := _pinned(files, at)) is not None), None)
    needs = next((said for at in folders if (said := list(_needs(files, at)))), [])
    allowed = [minor for minor in range(_NEWEST) if all(_allows(text, minor) for text in needs)]
    possible = [minor for minor in allowed if minor >= _LEAST] if len(allowed) < _NEWEST else []
    if pinned is not None:
        image = max(pinned, _LEAST)
    elif possible:
        image = (
            _USUAL if _USUAL in possible else min(possible, key=lambda minor: (abs(minor - _USUAL), minor))
        )
    else:
        image = _LEAST if allowed and max(allowed) < _LEAST else _USUAL
    least = min(max(_LEAST, min(possible, default=0)), image)
    older = pinned if pinned is not None and pinned < _LEAST else None
    if older is None and allowed and max(allowed) < _LEAST:
        older = max(allowed)
    return Python(f"3.{image}", f"3.{least}", f"3.{older}" if older is not None else "")


def _pinned(files: Mapping[str, str], at: str) -> int | None:
    for path in (".python-version", "runtime.txt"):
        for line in files.get(at + path, "").splitlines():
            match = _PINNED.match(line)
            if match:
                return int(match[1])
    text = files.get(f"{at}Dockerfile", "")
    given = dict(_ARGUMENT.findall(text))
    for line in text.splitlines():
        match = _IMAGE.match(re.sub(r"\$\{?(\w+)\}?", lambda name: given.get(name[1], ""), line))
        if match:
            return int(match[1])
    return None


def _needs(files: Mapping[str, str], at: str) -> Iterator[str]:
    """What the metadata say that Python has to be."""
    project, tool = (
        table_of(toml_of(files.get(f"{at}pyproject.toml", "")), key) for key in ("project", "tool")
    )
    pipfile = table_of(toml_of(files.get(f"{at}Pipfile", "")), "requires")
    said = (
        project.get("requires-python"),
        table_of(table_of(tool, "poetry"), "dependencies").get("python"),
        pipfile.get("python_version") or pipfile.get("python_full_version"),
    )
    yield from (text for text in said if isinstance(text, str))


def _allows(text: str, minor: int) -> bool:
    """Whether some Python 3.`minor` is what a specifier asks for; what is not understood allows any."""
    return any(
        all(_fits(part, minor) for part in re.split(r",|(?<=[\d*])\s+(?=[<>=!~^])", choice))
        for choice in text.split("||")
    )


def _fits(part: str, minor: int) -> bool:
    match = _PART.match(part)
    if match is None or match["minor"] is None:
        return True
    wanted, patch, operator = int(match["minor"]), match["patch"], match["op"] or "=="
    if operator in (">=", "^") or (operator == "~=" and patch is None):
        return minor >= wanted
    if operator == ">":
        return minor > wanted or (minor == wanted and patch is not None)
    if operator == "<":
        return minor < wanted or (minor == wanted and patch not in (None, "0"))
    if operator == "<=":
        return minor <= wanted
    if operator == "!=":
        return minor != wanted or patch is not None
    return minor == wanted
