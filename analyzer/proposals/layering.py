"""Says so when a cut makes layers, or one service with all the data, instead of services."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..model.boundary import Service
from .words import last

_LAYERS = frozenset(
    """models model entities orm schemas views view web pages templates template forms handlers
    serializers serialisers controllers routes routers api apis endpoints urls resources tasks jobs
    workers services repositories dao crud managers cli commands management admin database db""".split()
)
_ALL = 0.9
"""Share of the tables from which on one service has (nearly) all of them."""
_FEW = 4
"""Fewer tables than these say nothing."""


def layers(services: Sequence[Service]) -> Iterable[str]:
    """One warning for a cut by layers or with (nearly) all tables in one service; nothing otherwise."""
    named = [service.name for service in services if is_layer_name(service.name)]
    most = max(services, key=lambda service: (len(service.tables), service.name), default=None)
    total = sum(len(service.tables) for service in services)
    if most is None or len(services) < 2:
        return
    whole = total >= _FEW and len(most.tables) >= _ALL * total
    owns = f"{most.name} owns {len(most.tables)} of {total} tables"
    if 2 * len(named) >= len(services) and len(named) > 1:
        few = ", ".join(named[:6]) + (" ..." if len(named) > 6 else "")
        yield f"this is a cut by layers: {owns if whole else few}; it makes no services"
    elif whole and is_layer_name(most.name):
        yield f"this is a cut by layers: {owns}; it makes no services"
    elif whole:
        yield f"{owns}, so the others cannot run without it: this cuts the code, not the data"


def is_layer_name(name: str) -> bool:
    """Whether a service is named after a layer: `models`, `shop_views`."""
    return name in _LAYERS or last(name.replace("_", ".")) in _LAYERS - {"management", "admin", "api"}
