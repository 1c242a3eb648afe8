"""Who may call which function of a service, as the boundary says. Nobody else may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..model.boundary import MONOLITH, Boundary, Consumer, Service
from ..model.errors import Refused
from ..model.evidence import Place
from ..model.interface import Interface
from ..model.routes import Grant, RouteTable

_OUTSIDE = ("partner", "public")


def functions(interface: Interface) -> tuple[str, ...]:
    """The functions that can be called from another process, sorted."""
    return tuple(sorted({each.dotted for each in interface.offered if each.crosses}))


def with_functions(table: RouteTable, boundary: Boundary, interface: Interface) -> RouteTable:
    """The table with the functions that can be called, and who may. Raises Refused as `grants` does."""
    service = boundary.service(table.service)
    offered = functions(interface)
    given = grants(boundary, service, offered) if service is not None else ()
    return replace(table, functions=offered, grants=given)


def grants(boundary: Boundary, service: Service, offered: Iterable[str]) -> tuple[Grant, ...]:
    """The grants of a service, sorted by consumer.

    The monolith's own code may call what it calls today. Other services may where `callers` names them,
    consumers where their `may_call` does. Raises Refused, with its place, for a consumer from outside of a
    service that is for the inside alone, and for a way to prove who one is that no proxy here can check.
    """
    names = tuple(offered)
    if not names:
        return ()
    found = [Grant(MONOLITH, names)]
    for caller, entries in service.callers.items():
        wanted = tuple(name for name in names if any(_names(entry, name, service.name) for entry in entries))
        if wanted:
            found.append(Grant(caller, wanted))
    for consumer in boundary.consumers:
        wanted = tuple(
            name for name in names if any(_names(entry, name, service.name) for entry in consumer.may_call)
        )
        if wanted:
            _require_allowed(consumer, service)
            found.append(Grant(consumer.name, wanted, consumer.kind in _OUTSIDE))
    return tuple(sorted(found))


def _names(entry: str, function: str, service: str) -> bool:
    """Whether an entry such as `payments`, `payments.charge`, `charge` or `*` names a function."""
    if entry in ("*", service) or function == entry or function.startswith(f"{entry}."):
        return True
    end = entry.removeprefix(f"{service}.")
    return function.endswith(f".{end}")


def _require_allowed(consumer: Consumer, service: Service) -> None:
    place = next(iter(consumer.places.values()), None) or service.place or Place("carveout.toml")
    outside = consumer.kind in _OUTSIDE
    if service.exposure == ("internal" if outside else "external"):
        raise Refused(
            f"{consumer.name!r} ({consumer.kind}) may call {service.name!r}, whose exposure is "
            f"{service.exposure!r}",
            place=place,
            why="the proxy would have to let in whom the service is closed to",
            help=f'set exposure = "both" for [services.{service.name}], or take it out of may_call',
        )
    if consumer.auth not in ("", "jwt"):
        raise Refused(
            f"{consumer.name!r} proves who it is by {consumer.auth!r}, which the proxy cannot check",
            place=place,
            why="a call that cannot be checked would have to be let in",
            help=f'set auth = "jwt" for [consumers.{consumer.name}]',
        )
