"""`carveout.toml`: what the user says about the project and the boundary that was agreed.

The file may be split per team: a `carveout.toml` in a folder below the root adds services, consumers,
screens, shared modules, loaders and ignores to those of the root. A file that has a `[project]` table
is the root of a project of its own, and so is no part of the one around it.

All mistakes of all files are reported at once, each with its line.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple, get_args

from ..model.boundary import (
    Boundary,
    Consumer,
    ConsumerKind,
    Exposure,
    Ignore,
    Level,
    Loader,
    Project,
    Screen,
    Service,
    Shared,
)
from ..model.errors import CarveoutError, ConfigurationError, UsageError
from ..model.evidence import Place
from .claims import check_claims, check_name, check_names
from .sources import Listing, list_files
from .tables import Table, did_you_mean
from .toml_lines import positions, syntax_error
from .weights import weights

FILE = "carveout.toml"

DIALECTS = (
    "auto", "postgres", "mysql", "sqlite", "oracle", "tsql", "snowflake", "bigquery", "redshift", "duckdb",
    "clickhouse", "databricks", "athena", "doris", "dremio", "drill", "druid", "dune", "exasol", "fabric",
    "hive", "materialize", "presto", "prql", "risingwave", "solr", "spark", "spark2", "starrocks", "tableau",
    "teradata", "trino",
)  # fmt: skip


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


def load_boundary(root: Path, *, rules: Collection[str] = ()) -> Boundary:
    """The boundary that was agreed. `rules` are the names that an [[ignore]] may use, or match (empty: any).

    Raises UsageError when there is no boundary file, ConfigurationError with all its mistakes.
    """
    if not has_boundary(root):
        raise UsageError(
            f"there is no {FILE}",
            why="it holds the services that were agreed on",
            help="carveout init, then carveout propose --accept 1",
        )
    return _load(root, rules)[1]


def load_agreed(root: Path, *, rules: Collection[str] = ()) -> Boundary:
    """As `load_boundary`, and a UsageError when it holds no services."""
    boundary = load_boundary(root, rules=rules)
    if not boundary.services:
        raise UsageError(
            "no services are agreed yet",
            place=Place(FILE),
            why="without services nothing can cross between them",
            help="carveout propose, then carveout propose --accept 1; or write [services.NAME] by hand",
        )
    return boundary


def _load(root: Path, rules: Collection[str], files: Sequence[str] = ()) -> tuple[Project, Boundary]:
    mistakes: list[CarveoutError] = []
    parts = _Parts([], [], [], [], [], [], [], {}, {})
    for path in files or boundary_files(root):
        table = _parse(root, path, mistakes)
        if table is not None:
            _read(table, root, parts, rules)
    check_claims(parts.services, parts.shared)
    check_names(parts.services, parts.consumers)
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
    return replace(project, loaders=tuple(parts.loaders), coupling=parts.coupling), boundary


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
    except (OSError, ValueError):
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
        parts.projects.append(_project(table.table("project"), root))
    else:
        table.know("project")
    parts.services.extend((_service(entry), entry) for entry in table.named("services"))
    parts.consumers.extend((_consumer(entry), entry) for entry in table.named("consumers"))
    for entry in table.named("screens"):
        parts.screens.append(Screen(entry.name, entry.texts("routes")))
        entry.finish()
    shared = table.table("shared")
    parts.shared.append((_shared(shared), shared))
    parts.levels.update(_levels(table, rules))
    parts.coupling.update(weights(table.table("coupling")))
    for entry in table.listed("loaders"):
        parts.loaders.append(Loader(entry.text("call", required=True), entry.text("target", required=True)))
        entry.finish()
    parts.ignores.extend(_ignore(entry, rules) for entry in table.listed("ignore"))
    table.finish()


def _project(table: Table, root: Path) -> Project:
    roots = table.texts("roots")
    for index, name in enumerate(roots):
        if Path(name).is_absolute() or ".." in Path(name).parts:
            what, help = "lies outside the project", "name a folder below it"
        elif not (root / name).is_dir():
            what, help = "is no folder", "name a folder that holds packages"
        else:
            continue
        table.mistake(f'the root "{name}" {what}', "roots", index, help=help)
    project = Project(
        roots,
        table.texts("exclude"),
        table.text("dialect", choices=DIALECTS, default="auto", example="postgres"),
    )
    table.finish()
    return project


def _shared(table: Table) -> Shared:
    shared = Shared(
        table.texts("modules"),
        table.texts("tables"),
        may_not_import=table.texts("may_not_import"),
        places=_places(table, "modules", "tables", "may_not_import"),
    )
    table.finish()
    return shared


def _levels(table: Table, rules: Collection[str]) -> Mapping[str, Level]:
    """What [rules] says; only the root's file may, as a rule holds for all teams alike."""
    entry = table.table("rules")
    if "rules" in table and table.file != FILE:
        table.mistake("[rules] stands in a team's file", "rules", help=f"move it to the {FILE} at the root")
    known: tuple[Level, ...] = get_args(Level)
    folded = {name.lower() for name in rules}
    levels: dict[str, Level] = {}
    for name in entry.keys():  # noqa: SIM118 - no mapping
        text = entry.text(name, choices=known, default="error")
        levels[name.lower()] = next(level for level in known if level == text)
        if rules and name.lower() not in folded:
            entry.mistake(f'[rules] names "{name}", which is no rule', name, help=did_you_mean(name, rules))
    return levels


def _places(table: Table, *keys: str) -> dict[tuple[str, str], Place]:
    """Where each name of these lists stands; the first place of what is named twice."""
    return {
        (key, name): table.place(key, index)
        for key in keys
        for index, name in reversed(list(enumerate(table.names(key))))
    }


def _service(table: Table) -> Service:
    check_name(table)
    callers = table.table("callers")
    granted = {name: callers.texts(name, within=name) for name in callers.keys()}  # noqa: SIM118 - no mapping
    places = _places(
        table, "modules", "functions", "tables", "entry_points", "public", "may_use", "may_not_import"
    )
    if "may_use" in table:
        places["may_use", ""] = table.place("may_use")
    for name in granted:
        places |= {("callers", call): place for (_, call), place in _places(callers, name).items()}
    service = Service(
        name=table.name,
        modules=table.texts("modules"),
        functions=table.texts("functions"),
        tables=table.texts("tables"),
        entry_points=table.texts("entry_points"),
        public=table.texts("public"),
        may_use=table.texts("may_use") if "may_use" in table else None,
        may_not_import=table.texts("may_not_import"),
        exposure=_exposure(table),
        callers=dict(sorted(granted.items())),
        place=table.place(),
        places=places,
    )
    table.know("may_use")
    table.finish()
    return service


def _exposure(table: Table) -> Exposure:
    known: tuple[Exposure, ...] = get_args(Exposure)
    text = table.text("exposure", choices=known, default="internal")
    return next(value for value in known if value == text)


def _consumer(table: Table) -> Consumer:
    known: tuple[ConsumerKind, ...] = get_args(ConsumerKind)
    text = table.text("kind", choices=known, default="internal")
    kind = next(value for value in known if value == text)
    places = _places(table, "may_call")
    consumer = Consumer(table.name, kind, table.text("auth"), table.texts("may_call"), places)
    table.finish()
    return consumer


def _ignore(table: Table, rules: Collection[str]) -> Ignore:
    rule = table.text("rule", required=True)
    if rule and rules and not any(fnmatchcase(known.lower(), rule.lower()) for known in rules):
        table.mistake(f'rule = "{rule}" in {table.title} is unknown', "rule", help=did_you_mean(rule, rules))
    ignore = Ignore(
        rule=rule,
        source=table.text("source", required=True),
        target=table.text("target", required=True),
        reason=table.text("reason", required=True),
        until=table.date("until"),
        place=table.place(),
    )
    table.finish()
    return ignore
