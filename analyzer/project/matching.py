"""Names in the boundary file that nothing in the code bears: a promise about nothing is a mistake."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fnmatch import translate

from ..model.boundary import Boundary
from ..model.errors import CarveoutError, ConfigurationError
from ..model.evidence import Place
from ..model.graph import Graph
from .config import FILE
from .tables import did_you_mean

_GLOB = re.compile(r"[*?\[]")


def require_matches(boundary: Boundary, graph: Graph) -> None:
    """Raises ConfigurationError naming every module, function and table of the boundary that is not there."""
    modules = _names(graph, "module")
    code = modules | _names(graph, "class", "function")
    tables = _names(graph, "table", "view")
    tables |= {name.rpartition(".")[2] for name in tables}
    mistakes: list[CarveoutError] = []
    for service in boundary.services:
        for key, names, known in (
            ("modules", service.modules, modules),
            ("functions", service.functions, code),
            ("tables", tuple(name.lower() for name in service.tables), tables),
            ("public", service.public, code),
        ):
            _unmatched(f"[services.{service.name}]", key, names, known, service.place, mistakes)
    shared = boundary.shared
    _unmatched("[shared]", "modules", shared.modules, modules, Place(FILE), mistakes)
    _unmatched("[shared]", "tables", tuple(n.lower() for n in shared.tables), tables, Place(FILE), mistakes)
    if mistakes:
        raise ConfigurationError(mistakes)


def _names(graph: Graph, *kinds: str) -> set[str]:
    return {node.name for node in graph.nodes(*kinds) if node.path or node.kind in ("table", "view")}


def _unmatched(
    title: str,
    key: str,
    names: Sequence[str],
    known: set[str],
    place: Place | None,
    mistakes: list[CarveoutError],
) -> None:
    for name in names:
        if name not in known and not _matches(name, known):
            why = "what it should hold would go unchecked"
            help = did_you_mean(name, _near(name, known)) or "remove it, or see: carveout analyze"
            mistakes.append(
                CarveoutError(
                    f'{key} of {title}: nothing is called "{name}"', place=place, why=why, help=help
                )
            )


def _matches(name: str, known: Iterable[str]) -> bool:
    if _GLOB.search(name):
        pattern = re.compile(translate(name))
        return any(pattern.match(entry) for entry in known)
    return any(entry.startswith(name + ".") for entry in known)


def _near(name: str, known: set[str]) -> set[str]:
    """Names worth comparing with: as deep as the wanted one; difflib is slow on tens of thousands."""
    depth = name.count(".")
    return {entry for entry in known if entry.count(".") == depth and abs(len(entry) - len(name)) <= 4}
