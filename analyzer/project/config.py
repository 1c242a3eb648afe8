"""`carveout.toml`: what the user says about the project and the boundary that was agreed.

The file may be split per team: a `carveout.toml` in a folder below the root adds services, consumers,
screens, shared modules, loaders and ignores to those of the root. A file that has a `[project]` table
is the root of a project of its own, and so is no part of the one around it.

All mistakes of all files are reported at once, each with its line.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ..model.boundary import (
    Boundary,
    Consumer,
    Ignore,
    Journey,
    Level,
    Loader,
    Project,
    Screen,
    Service,
    Shared,
)
from ..model.errors import CarveoutError, ConfigurationError, UsageError
from ..model.evidence import Place
from ..model.pins import Pin, Sizes
from .claims import check_claims, check_names, check_owning
from .entries import (
    read_conditions,
    read_consumer,
    read_ignore,
    read_journey,
    read_levels,
    read_project,
    read_service,
    read_shared,
    read_values,
)
from .pinned import read_pins, read_sizes
from .sources import Listing, excluding, list_files
from .tables import Table
from .toml_lines import positions, syntax_error
from .weights import weights

FILE = "carveout.toml"


class _Parts(NamedTuple):
    """What the files of a project add up to."""

    services: list[tuple[Service, Table]]
    consumers: list[tuple[Consumer, Table]]
    screens: list[Screen]
    shared: list[tuple[Shared, Table]]
    loaders: list[Loader]
    ignores: list[Ignore]
    projects: list[Project]
    levels: dict[str, Level]
    coupling: dict[str, float]
    pins: list[Pin]
    sizes: list[Sizes]
    journeys: list[Journey]
    values: dict[str, str]
    conditions: dict[str, bool]


def find_root(path: Path) -> Path:
    """The folder of the project that `path` lies in: the nearest one above (or `path` itself) whose
    `carveout.toml` has a `[project]` table, else the nearest with any `carveout.toml`, else `path`."""
    nearest = None
    absolute = path.absolute()
    for folder in (absolute, *absolute.parents):
        if (folder / FILE).is_file():
            if _is_project(folder / FILE):
                return folder
            nearest = nearest or folder
    return nearest or path


def has_boundary(root: Path) -> bool:
    """Whether a boundary file is there at all."""
    return (root / FILE).is_file()


def load_project(root: Path, files: Sequence[str] = ()) -> Project:
    """What `carveout.toml` says about reading the project; the defaults when there is no such file.

    `files` are the project's boundary files where they are known. Raises ConfigurationError with the mistakes
    of all files of the project, whatever they concern.
    """
    return _load(root, (), files)[0] if has_boundary(root) else Project()


def load_boundary(root: Path, *, rules: Collection[str] = (), owning: bool = False) -> Boundary:
    """The boundary that was agreed. `rules` are the names that an [[ignore]] may use, or match (empty: any);
    with `owning`, a service that owns nothing is a mistake, too.

    Raises UsageError when there is no boundary file, ConfigurationError with all its mistakes.
    """
    if not has_boundary(root):
        raise UsageError(
            f"there is no {FILE}",
            why="it holds the services that were agreed on",
            help="carveout init, then carveout propose --accept 1",
        )
    return _load(root, rules, owning=owning)[1]


def load_agreed(root: Path, *, rules: Collection[str] = ()) -> Boundary:
    """As `load_boundary`, where a service that owns nothing is a mistake; UsageError when there are none."""
    boundary = load_boundary(root, rules=rules, owning=True)
    if not boundary.services:
        raise UsageError(
            "no services are agreed yet",
            place=Place(FILE),
            why="without services nothing can cross between them",
            help="carveout propose, then carveout propose --accept 1; or write [services.NAME] by hand",
        )
    return boundary


def _load(
    root: Path, rules: Collection[str], files: Sequence[str] = (), *, owning: bool = False
) -> tuple[Project, Boundary]:
    mistakes: list[CarveoutError] = []
    parts = _Parts([], [], [], [], [], [], [], {}, {}, [], [], [], {}, {})
    for path in files or boundary_files(root):
        excluded = excluding(parts.projects[0].exclude) if parts.projects else ()
        if any(pattern.match(path) for pattern in excluded):  # what is not read at all agrees on nothing
            continue
        table = _parse(root, path, mistakes)
        if table is not None:
            _read(table, root, parts, rules)
    check_claims(parts.services, parts.shared)
    check_names(parts.services, parts.consumers)
    if owning:
        check_owning(parts.services)
    if mistakes:
        raise ConfigurationError(sorted(mistakes, key=lambda mistake: mistake.place or Place("")))
    project = parts.projects[0] if parts.projects else Project()
    boundary = Boundary(
        services=tuple(sorted((service for service, _ in parts.services), key=lambda service: service.name)),
        shared=_kernel(shared for shared, _ in parts.shared),
        consumers=tuple(sorted((consumer for consumer, _ in parts.consumers), key=lambda each: each.name)),
        screens=tuple(sorted(parts.screens, key=lambda screen: screen.name)),
        ignores=tuple(parts.ignores),
        levels=dict(sorted(parts.levels.items())),
    )
    sizes = next((found for found in parts.sizes if found != Sizes()), Sizes())
    journey = next((found for found in parts.journeys if found.phase), Journey())
    project = replace(
        project, loaders=tuple(parts.loaders), coupling=parts.coupling, pins=tuple(parts.pins), sizes=sizes,
        journey=journey, values=parts.values, conditions=parts.conditions,
    )  # fmt: skip
    return project, boundary


def _kernel(parts: Iterable[Shared]) -> Shared:
    """The shared kernel that all files together name."""
    found = list(parts)
    return Shared(
        _joined(shared.modules for shared in found),
        _joined(shared.tables for shared in found),
        may_not_import=_joined(shared.may_not_import for shared in found),
        places={key: place for shared in reversed(found) for key, place in shared.places.items()},
    )


def _joined(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for group in groups for name in group))


def boundary_files(root: Path, listing: Listing | None = None) -> list[str]:
    """The root's boundary file, then those of its folders, relative to the root."""
    listing = listing or list_files(root)
    found = sorted(
        (path.split("/") for path, entry in listing.files if entry.name == FILE and path != FILE),
        key=lambda parts: parts[:-1],
    )
    others = [parts[:-1] for parts in found if _is_project(root.joinpath(*parts))]
    own = (parts for parts in found if not any(parts[: len(other)] == other for other in others))
    return [FILE, *("/".join(parts) for parts in own)]


def _is_project(path: Path) -> bool:
    try:
        return "project" in tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return False


def _parse(root: Path, path: str, mistakes: list[CarveoutError]) -> Table | None:
    try:
        text = (root / path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        mistakes.append(CarveoutError(f"cannot be read: {error.strerror}", place=Place(path)))
        return None
    except UnicodeDecodeError as error:
        place = Place(path, error.object.count(b"\n", 0, error.start) + 1)
        mistakes.append(CarveoutError("this is not UTF-8", place=place, help="save the file as UTF-8"))
        return None
    text = text.replace("\r\n", "\n")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, at = syntax_error(error, text)
        mistakes.append(CarveoutError(f"not valid TOML: {message}", place=Place(path, *at)))
        return None
    except RecursionError:
        mistakes.append(CarveoutError("not valid TOML: nested too deeply", place=Place(path)))
        return None
    return Table(data, (), path, positions(text), mistakes)


def _read(table: Table, root: Path, parts: _Parts, rules: Collection[str]) -> None:
    if "project" in table:
        parts.projects.append(read_project(table.table("project"), root))
    else:
        table.know("project")
    parts.services.extend((read_service(entry), entry) for entry in table.named("services"))
    parts.consumers.extend((read_consumer(entry), entry) for entry in table.named("consumers"))
    for entry in table.named("screens"):
        parts.screens.append(Screen(entry.name, entry.texts("routes")))
        entry.finish()
    shared = table.table("shared")
    parts.shared.append((read_shared(shared), shared))
    parts.levels.update(read_levels(table, rules))
    parts.coupling.update(weights(table.table("coupling")))
    parts.pins.extend(read_pins(table))
    parts.journeys.append(read_journey(table.table("journey")))
    parts.sizes.append(read_sizes(table.table("proposals")))
    parts.values.update(read_values(table.table("values")))
    parts.conditions.update(read_conditions(table.table("conditions")))
    for entry in table.listed("loaders"):
        parts.loaders.append(Loader(entry.text("call", required=True), entry.text("target", required=True)))
        entry.finish()
    parts.ignores.extend(read_ignore(entry, rules) for entry in table.listed("ignore"))
    table.finish()
