"""What a project says that it needs: requirements files, tables of Poetry, uv, PDM and Pipenv."""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_REQUIREMENT = re.compile(
    r"\s*(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?P<rest>(?:\[[\w\s,.-]*\])?\s*[^@#\s][^#]*)?(?:\s#.*|#.*)?\Z"
)
_DIRECT = re.compile(
    r"\s*(?P<name>[A-Za-z0-9][\w.-]*)\s*(?P<extras>\[[\w\s,.-]*\])?\s*@\s*(?P<url>\S+)(?P<marker>\s*;[^#]*)?(?:\s#.*)?\Z"
)
"""`name @ git+https://...`: an index may have something else by that name."""
_FILES = re.compile(r"(?:[\w.-]*requirements[\w.-]*\.txt|requirements/[\w.-]+\.txt)\Z")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\Z")
_RELEASE = re.compile(r"\s*(?P<op>\^|~(?!=))?\s*v?(?P<release>\d+(?:\.\d+)*)(?P<rest>[\w.+-]*)\s*\Z")
_PLAIN = re.compile(r"\s*(?:[<>=!~]=?=?\s*[\w.*+!-]+\s*,?\s*)+\Z")


def normalised(name: str) -> str:
    """The name of a distribution as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared_requirements(files: Mapping[str, str]) -> dict[str, str]:
    """Normalised name -> requirement, of the files at the project's top, then of those one folder below."""
    found: dict[str, str] = {}
    for line in _lines(files):
        direct, match = _DIRECT.match(line), _REQUIREMENT.match(line)
        if direct is not None:
            name, extras, url, marker = (
                part or "" for part in direct.group("name", "extras", "url", "marker")
            )
            found.setdefault(normalised(name), f"{name}{extras} @ {url}{marker.rstrip()}")
        elif match is not None:
            found.setdefault(
                normalised(match["name"]), match["name"] + " ".join((match["rest"] or "").split())
            )
    return found


def toml_of(text: str) -> dict[str, Any]:
    """What TOML says; nothing where it is broken."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def table_of(of: Mapping[str, Any], key: str) -> dict[str, Any]:
    """A table in a table; empty where there is none."""
    found = of.get(key)
    return found if isinstance(found, dict) else {}


def _lines(files: Mapping[str, str]) -> Iterator[str]:
    yield from _metadata(files, "")
    for path in sorted(path for path in files if _FILES.match(path)):
        yield from _listed(files[path])
    below = sorted({path.split("/", 1)[0] for path in files if path.count("/") == 1})
    for folder in below:
        yield from _metadata(files, f"{folder}/")
        plain = (path for path in files if path.startswith(f"{folder}/") and path.count("/") == 1)
        for path in sorted(path for path in plain if _FILES.match(path.partition("/")[2])):
            yield from _listed(files[path])


def _listed(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if not line.lstrip().startswith(("-", "#")):
            yield re.sub(r"\s--hash=\S+|\s*\\$", "", line)


def _metadata(files: Mapping[str, str], folder: str) -> Iterator[str]:
    """The requirements of `pyproject.toml`, `Pipfile` and `setup.cfg` in a folder, those of use first."""
    tables = toml_of(files.get(f"{folder}pyproject.toml", ""))
    project, tool = table_of(tables, "project"), table_of(tables, "tool")
    yield from _texts(project.get("dependencies"))
    poetry = table_of(tool, "poetry")
    yield from _pinned(table_of(poetry, "dependencies"))
    pipfile = toml_of(files.get(f"{folder}Pipfile", ""))
    yield from _pinned(table_of(pipfile, "packages"))
    yield from _config(files.get(f"{folder}setup.cfg", ""))
    groups = [
        table_of(project, "optional-dependencies"),
        table_of(tables, "dependency-groups"),
        table_of(table_of(tool, "pdm"), "dev-dependencies"),
        {"dev": table_of(tool, "uv").get("dev-dependencies")},
    ]
    for group in groups:
        for name in sorted(group):
            yield from _texts(group[name])
    for name in sorted(of := table_of(poetry, "group")):
        yield from _pinned(table_of(table_of(of, name), "dependencies"))
    yield from _pinned(table_of(poetry, "dev-dependencies"))
    yield from _pinned(table_of(pipfile, "dev-packages"))


def _config(text: str) -> Iterator[str]:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except (configparser.Error, ValueError):
        return
    yield from parser.get("options", "install_requires", fallback="").splitlines()


def _pinned(table: Mapping[str, Any]) -> Iterator[str]:
    """The requirements of a table `name = "^1.2"`, as Poetry and Pipenv have it."""
    for name, said in table.items():
        for each in said if isinstance(said, list) else [said]:
            if normalised(name) != "python" and _NAME.match(name):
                yield _requirement(name, each)


def _requirement(name: str, said: object) -> str:
    """One requirement as pip reads it; by its name alone where nothing else can be said with certainty."""
    if not isinstance(said, dict):
        return name + _version(said)
    extras = [each for each in said.get("extras", ()) if isinstance(each, str) and _NAME.match(each)]
    whole = f"{name}[{','.join(extras)}]" if extras else name
    git, url = said.get("git"), said.get("url")
    if isinstance(git, str) and git:
        at = next(
            (said[key] for key in ("rev", "tag", "ref", "branch") if isinstance(said.get(key), str)), ""
        )
        ssh = re.fullmatch(r"([\w.-]+@[\w.-]+):(?!/)(\S+)", git)
        return f"{whole} @ git+{f'ssh://{ssh[1]}/{ssh[2]}' if ssh else git}{'@' if at else ''}{at}"
    if isinstance(url, str) and url:
        return f"{whole} @ {url}"
    return whole + _version(said.get("version", "*"))


def _version(said: object) -> str:
    """What pip understands of a version: `^1.2` is `>=1.2,<2`, a bare one is exact."""
    text = said if isinstance(said, str) else "*"
    parts = []
    for part in re.split(r"\s*,\s*|(?<=[\w*])\s+(?=[<>=!~^])", text.strip()):
        match = _RELEASE.match(part)
        if match is not None:
            numbers = [int(number) for number in match["release"].split(".")]
            whole = match["release"] + match["rest"]
            parts.append(f">={whole},<{_above(numbers, match['op'])}" if match["op"] else f"=={whole}")
        elif _PLAIN.match(part):
            parts.append("".join(part.split()))
        elif re.fullmatch(r"\d+(?:\.\d+)*\.\*", part):
            parts.append(f"=={part}")
        else:
            return ""
    return ",".join(parts)


def _above(numbers: list[int], operator: str) -> str:
    """The first version that `^1.2.3` (2), `^0.2` (0.3) or `~1.2.3` (1.3) leave out."""
    if operator == "~":
        at = 1 if len(numbers) > 1 else 0
    else:
        at = next((place for place, number in enumerate(numbers) if number), len(numbers) - 1)
    return ".".join(map(str, [*numbers[:at], numbers[at] + 1]))


def _texts(rows: object) -> Iterable[str]:
    return (row for row in rows if isinstance(row, str)) if isinstance(rows, list) else ()
