"""Mistakes that show only when all boundary files are read: who claims what, and who names whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..model.boundary import MONOLITH, SHARED, Consumer, Service, Shared
from .tables import Table, did_you_mean

_NAME = re.compile(r"\w[\w.-]{0,62}\Z")
_CLAIMS = {
    "modules": "a module belongs to one service",
    "functions": "a function belongs to one service",
    "tables": "a table has one owner, and the others ask it",
    "entry_points": "an entry point belongs to one service",
}


def check_name(table: Table) -> None:
    """A service's name must serve as the name of a folder and of a host, and not as a word of ours."""
    if table.name == SHARED:
        help = "write [shared], or take another name"
        table.mistake(f"{table.title}: this name means the shared kernel", help=help)
    elif not _NAME.match(table.name):
        table.mistake(
            f"{table.title}: not a name for a service",
            why="it names folders, packages and hosts",
            help="take letters, digits, - and _, at most 63",
        )


def check_claims(services: Sequence[tuple[Service, Table]], shared: Sequence[tuple[Shared, Table]]) -> None:
    """Note what is agreed twice: a service, or one name by two services."""
    agreed: dict[str, Table] = {}
    for service, table in services:
        first = agreed.setdefault(service.name, table)
        if first is not table:
            table.mistake(f"{table.title} is already agreed in {first.place()}", help="keep one of the two")
    claimed: dict[tuple[str, str], Table] = {}
    for record, table in (*services, *shared):
        for key, why in _CLAIMS.items():
            for name in getattr(record, key, ()):
                other = claimed.setdefault((key, name.lower() if key == "tables" else name), table)
                if other.title != table.title:
                    at = other.place_of(key, name)
                    table.mistake(
                        f'{table.title} and {other.title} both claim "{name}"',
                        key,
                        table.index(key, name),
                        why=f"{why}; the other claim is in {at}",
                        help="remove one of the two",
                    )


def check_owning(services: Sequence[tuple[Service, Table]]) -> None:
    """Note services without anything, unless what they have is written wrong: that is said already."""
    for _, table in services:
        if not any(table.has(key) for key in _CLAIMS):
            table.mistake(
                f"{table.title} owns nothing",
                why="a service is its modules, functions, tables and entry points",
                help='add modules = ["..."], or take the service out',
            )


def check_names(
    services: Sequence[tuple[Service, Table]], consumers: Sequence[tuple[Consumer, Table]]
) -> None:
    """Note every name of a service that does not exist."""
    exposed = {service.name: service.exposure for service, _ in services}
    known = set(exposed)
    for service, table in services:
        for name in service.may_use or ():
            if name == service.name:
                table.mistake(
                    f"{table.title} may use itself anyway",
                    "may_use",
                    table.index("may_use", name),
                    help="remove it",
                )
            else:
                _check(table, name, known, "may_use", table.index("may_use", name))
        for name in service.callers:
            _check(table, name, known, "callers", name)
    _check_variables(services, consumers)
    for consumer, table in consumers:
        for call in consumer.may_call:
            name = next((prefix for prefix in _prefixes(call) if prefix in known), call.partition(".")[0])
            place = ("may_call", table.index("may_call", call))
            _check(table, name, known, *place)
            if consumer.kind in ("partner", "public") and exposed.get(name) == "internal":
                table.mistake(
                    f'may_call in {table.title} names "{call}", but {name} is for the inside only',
                    *place,
                    help=f'write exposure = "both" in [services.{name}], or take the name out',
                )


def _check_variables(
    services: Sequence[tuple[Service, Table]], consumers: Sequence[tuple[Consumer, Table]]
) -> None:
    """Note names that would be the same one in the environment, where each has its secret."""
    seen = {_variable(MONOLITH): "the monolith itself"}
    named = [(each.name, table) for each, table in services] + [
        (each.name, table) for each, table in consumers
    ]
    for name, table in named:
        other = seen.setdefault(_variable(name), table.title)
        if other != table.title:
            table.mistake(
                f"{table.title} and {other} have the same variable {_variable(name)}_SECRET",
                why="who knows the secret of one could call in the name of the other",
                help="take another name",
            )


def _variable(name: str) -> str:
    return name.upper().replace("-", "_")


def _prefixes(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]


def _check(table: Table, name: str, known: set[str], *keys: str | int) -> None:
    if name not in known:
        help = did_you_mean(name, known - {table.name})
        table.mistake(f'{keys[0]} in {table.title} names "{name}", which is no service', *keys, help=help)
