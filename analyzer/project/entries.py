"""The tables of a boundary file -> records, one function a kind of table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import get_args

from ..model.boundary import (
    PHASES,
    Consumer,
    ConsumerKind,
    Exposure,
    Ignore,
    Journey,
    Level,
    Project,
    Service,
    Shared,
)
from ..model.evidence import Place
from .claims import check_name
from .tables import Table, did_you_mean

DIALECTS = (
    "auto", "postgres", "mysql", "sqlite", "oracle", "tsql", "snowflake", "bigquery", "redshift", "duckdb",
    "clickhouse", "databricks", "athena", "doris", "dremio", "drill", "druid", "dune", "exasol", "fabric",
    "hive", "materialize", "presto", "prql", "risingwave", "solr", "spark", "spark2", "starrocks", "tableau",
    "teradata", "trino",
)  # fmt: skip


def read_project(table: Table, root: Path) -> Project:
    """What `[project]` says about reading the project."""
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


def read_values(table: Table) -> Mapping[str, str]:
    """[values]: the texts that names hold when the application runs."""
    found = {name: table.text(name) for name in table.keys()}  # noqa: SIM118 - no mapping
    table.finish()
    return found


def read_conditions(table: Table) -> Mapping[str, bool]:
    """[conditions]: which of them hold when the application runs."""
    told = {text: table.flag(text) for text in table.keys()}  # noqa: SIM118 - no mapping
    table.finish()
    return {text: holds for text, holds in told.items() if holds is not None}


def read_shared(table: Table) -> Shared:
    """The shared kernel, as far as this file names it."""
    shared = Shared(
        table.texts("modules"),
        table.texts("tables"),
        may_not_import=table.texts("may_not_import"),
        places=_places(table, "modules", "tables", "may_not_import"),
    )
    table.finish()
    return shared


def read_journey(table: Table) -> Journey:
    """The phase of the journey that the project says it is in."""
    phase = table.text("phase", choices=PHASES)
    place = table.place("phase") if phase else None
    table.finish()
    return Journey(phase, place)


def read_levels(table: Table, rules: Collection[str]) -> Mapping[str, Level]:
    """What [rules] says; only the root's file may, as a rule holds for all teams alike."""
    entry = table.table("rules")
    if "rules" in table and "/" in table.file:
        table.mistake(
            "[rules] stands in a team's file", "rules", help="move it to the carveout.toml at the root"
        )
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


def read_service(table: Table) -> Service:
    """One service, with the places of all its names."""
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


def read_consumer(table: Table) -> Consumer:
    """Who else calls."""
    known: tuple[ConsumerKind, ...] = get_args(ConsumerKind)
    text = table.text("kind", choices=known, default="internal")
    kind = next(value for value in known if value == text)
    places = _places(table, "may_call")
    consumer = Consumer(table.name, kind, table.text("auth"), table.texts("may_call"), places)
    table.finish()
    return consumer


def read_ignore(table: Table, rules: Collection[str]) -> Ignore:
    """An exception; `rules` are the names that it may use, or match (empty: any)."""
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
