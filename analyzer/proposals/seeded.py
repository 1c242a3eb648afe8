"""Services around what the user names: tables, modules or routes that each service starts from.

    carveout propose --seed payments=table:payment,module:shop.pay

Random walks with restart from the seeds rank everything else by how near it is; two stop rules tell
how far a service reaches (see `extents.py`). What no service reaches is `rest`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from ..model.boundary import SHARED, Boundary, Wishes
from ..model.errors import UsageError
from ..model.graph import Graph
from .carving import REST, carve
from .extents import Reach
from .survey import Survey, survey
from .words import slug

_KINDS = ("table", "module", "class", "function", "route", "task", "command", "job")


class Seeded:
    """Services around named seeds."""

    name = "seeded"

    def propose(self, graph: Graph, wishes: Wishes) -> Iterable[Boundary]:
        """One boundary; none without seeds. Raises UsageError for seeds that mean nothing or clash."""
        known = survey(graph)
        seeds = resolve(known, wishes.seeds)
        if not seeds:
            if self.name in wishes.strategies:
                raise UsageError(
                    "the strategy seeded needs seeds", help="carveout propose --seed payments=table:payment"
                )
            return
        yield carve(known, Reach(known, wishes.granularity).extents(seeds), seeds)


def resolve(known: Survey, wishes: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Service -> names of units and ids of tables that its seeds mean."""
    found: dict[str, set[str]] = {}
    owner: dict[str, str] = {}
    for service, seed in wishes:
        if service in (REST, SHARED) or service != slug(service):
            raise UsageError(
                f'"{service}" cannot be the name of a service',
                help=f"small letters, digits and _, beginning with a letter; not {REST} or {SHARED}",
            )
        for name in _meant(known, seed):
            if owner.setdefault(name, service) != service:
                raise UsageError(
                    f"{name} is a seed of {owner[name]} and of {service}", help="name it for one of them only"
                )
            found.setdefault(service, set()).add(name)
    return {service: tuple(sorted(names)) for service, names in sorted(found.items())}


def _meant(known: Survey, seed: str) -> Sequence[str]:
    kind, _, name = seed.partition(":")
    options = {
        "table": known.tables,
        "module": tuple(f"module:{unit.module}" for unit in known.units.values()),
        "route": known.entry_points,
    }.get(kind, known.entry_points)
    if kind in _KINDS and name:
        found = _look_up(known, kind, name)
        if found:
            return found
    near = get_close_matches(seed, options, n=1)
    meant = f"did you mean {near[0]}?" if near else "seeds are table:NAME, module:NAME or route:METHOD /PATH"
    raise UsageError(f'nothing is called "{seed}"', help=meant)


def _look_up(known: Survey, kind: str, name: str) -> Sequence[str]:
    if kind == "table":
        low = name.lower()
        exact = [id for id in known.tables if id == f"table:{low}" or id == f"table:{name}"]
        return exact or [id for id in known.tables if id.endswith(f".{low}")]
    if kind == "module":
        return [
            unit.name
            for unit in known.units.values()
            if unit.module == name or unit.module.startswith(f"{name}.")
        ]
    if kind in ("class", "function"):
        unit = known.unit_of(f"{kind}:{name}")
        return [unit] if unit and known.module_of(f"{kind}:{name}") != name else []
    ids = [
        id
        for id in known.entry_points
        if id == f"{kind}:{name}" or (id.startswith(f"{kind}:") and id.endswith(f" {name}"))
    ]
    units = {known.unit_of(id) for id in ids}
    return sorted(unit for unit in units if unit)


strategy = Seeded()
