"""Names in the boundary file that nothing in the code bears: a promise about nothing is a mistake."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from fnmatch import translate

from ..model.boundary import Boundary, Places
from ..model.errors import CarveoutError, ConfigurationError
from ..model.evidence import Place
from ..model.graph import Graph
from .config import FILE

_GLOB = re.compile(r"[*?\[]")


def require_matches(boundary: Boundary, graph: Graph) -> None:
    """Raises ConfigurationError naming all that the boundary names and nothing in the code bears.

    And what it names in the wrong place.
    """
    known = _Known(graph)
    mistakes: list[CarveoutError] = []
    for service in boundary.services:
        title = f"[services.{service.name}]"
        for key, names in (
            ("modules", service.modules),
            ("functions", service.functions),
            ("tables", service.tables),
            ("entry_points", service.entry_points),
            ("public", service.public),
        ):
            _unmatched(title, key, names, known, service.places, service.place, mistakes)
        for entries in service.callers.values():
            names = tuple(entry for entry in entries if entry != "*")
            _unmatched(title, "callers", names, known, service.places, service.place, mistakes)
    for consumer in boundary.consumers:
        called = tuple(call for call in consumer.may_call if boundary.service(call) is None)
        title = f"[consumers.{consumer.name}]"
        _unmatched(title, "may_call", called, known, consumer.places, Place(FILE), mistakes)
    shared = boundary.shared
    for key, names in (("modules", shared.modules), ("tables", shared.tables)):
        _unmatched("[shared]", key, names, known, shared.places, Place(FILE), mistakes)
    for service in boundary.services:
        mistakes += _not_outside(f"[services.{service.name}]", service.may_not_import, service.places, known)
    mistakes += _not_outside("[shared]", shared.may_not_import, shared.places, known)
    if mistakes:
        raise ConfigurationError(sorted(mistakes, key=lambda mistake: mistake.place or Place("")))


class _Known:
    """What a graph knows by the keys of the boundary file."""

    def __init__(self, graph: Graph) -> None:
        modules = _names(graph, "module")
        code = modules | _names(graph, "class", "function")
        shown = code | _names(graph, "task", "job", "signal", "topic")
        tables = _names(graph, "table", "view")
        self._names = {
            "modules": modules,
            "functions": code,
            "public": shown,
            "tables": tables | {name.rpartition(".")[2] for name in tables},
            "entry_points": _names(graph, "route", "task", "command", "job"),
            "callers": shown,
            "may_call": shown,
        }
        self._imported: dict[str, set[str]] = {}
        for source, target, _, _ in graph.pairs("imports"):
            self._imported.setdefault(source.partition(":")[2], set()).add(target.partition(":")[2])

    def of(self, key: str) -> set[str]:
        """The names that a key may name."""
        return self._names[key]

    def has(self, key: str, name: str) -> bool:
        """Whether something bears a name: as a whole, or by its end where who calls what is told."""
        known = self._names[key]
        if key == "may_call":
            parts = name.split(".")
            return any(self.has("callers", ".".join(parts[i:])) for i in range(1, len(parts)))
        if name in known or _matches(name, known) or self._is_handed_on(key, name):
            return True
        if key != "callers":
            return False
        last = name.rpartition(".")[2]
        return _matches(f"*.{name}", known) or any(
            self._is_handed_on(key, f"{module}.{last}")
            for module in self._imported
            if f"{module}.{last}".endswith(f".{name}")
        )

    def _is_handed_on(self, key: str, name: str) -> bool:
        """Whether a module imports what bears the name's last part: `api.charge` of `service.charge`."""
        module, _, last = name.rpartition(".")
        inside = self._imported.get(module, ()) if key in ("public", "callers") else ()
        return any(f"{other}.{last}" in self._names["public"] for other in inside)


def _not_outside(title: str, names: Sequence[str], places: Places, known: _Known) -> Iterator[CarveoutError]:
    """The modules of the project that `may_not_import` names."""
    for name in names:
        if name in known.of("modules"):
            yield CarveoutError(
                f'may_not_import of {title}: "{name}" is a module of this project',
                place=places.get(("may_not_import", name), Place(FILE)),
                why="it names packages from outside",
                help="may_use says which services a service may depend on",
            )


def _names(graph: Graph, *kinds: str) -> set[str]:
    code = ("module", "class", "function")
    return {node.name for node in graph.nodes(*kinds) if node.path or node.kind not in code}


def _unmatched(
    title: str,
    key: str,
    names: Sequence[str],
    known: _Known,
    places: Places,
    place: Place | None,
    mistakes: list[CarveoutError],
) -> None:
    for name in names:
        wanted = name.lower() if key == "tables" else name
        if not known.has(key, wanted):
            near = get_close_matches(wanted, sorted(_near(wanted, known.of(key))), n=1)
            mistakes.append(
                CarveoutError(
                    f'{key} of {title}: nothing is called "{name}"',
                    place=places.get((key, name), place),
                    why="what it should hold would go unchecked",
                    help=f'did you mean "{near[0]}"?' if near else "remove it, or see: carveout analyze",
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
