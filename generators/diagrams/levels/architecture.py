"""The target architecture: what runs, once each service is a process of its own with its own data.

Clients reach the services through a proxy by the routes that each owns; what crosses between services
becomes a call over the network, but for tasks, signals and topics, which pass through a broker. What nobody
owns stays in the monolith. Tables that no service owns stay in its database.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from ....analyzer.graph.access import ACCESS_KINDS, in_database
from ....analyzer.graph.cut import Membership, crossings
from ....analyzer.graph.outbound import requests
from ....analyzer.graph.roles import role_of
from ....analyzer.model.boundary import SHARED, Boundary
from ....analyzer.model.errors import UsageError
from ....analyzer.model.graph import Graph, Node
from ..picture import Arrow, Box, Picture, blind_spot_note, counted, hidden_note, titled
from ..scope import own_modules, own_tables

_TABLES, _HOSTS, _ARROWS = 6, 6, 60
_EVENTS = frozenset({"enqueues", "publishes", "subscribes"})
_LATENT = frozenset({"spans", "configures", "references"})
"""Kinds that become no call: a transaction, a setting and a foreign key are taken apart, not sent."""
_CLIENTS, _PROXY, _BROKER, _MONOLITH = "clients", "proxy", "broker", ""


class ArchitectureLevel:
    """Clients, proxy, monolith, services, databases, broker, and the hosts that are called."""

    name = "architecture"
    needs_boundary = True

    def draw(self, graph: Graph, boundary: Boundary | None, project: str) -> Picture:
        """The picture; UsageError without a boundary that names services."""
        if boundary is None or not boundary.services:
            raise UsageError(
                "the target architecture needs services",
                why="no boundary has been agreed or proposed, so nothing says what will run apart",
                help="carveout propose --accept 1, or: carveout graph --level module",
            )
        target = _Target(graph, boundary)
        boxes = tuple(target.boxes())
        known = {box.id for box in boxes}
        between = (arrow for arrow in target.arrows() if known.issuperset((arrow.source, arrow.target)))
        arrows = sorted(between, key=lambda arrow: (-arrow.weight, arrow.source, arrow.target))
        kept = tuple(sorted(arrows[:_ARROWS], key=lambda arrow: (arrow.source, arrow.target)))
        hidden = len(arrows) - len(kept)
        linked = {end for arrow in kept for end in (arrow.source, arrow.target)}
        shown = tuple(box for box in boxes if box.id in linked or box.kind == "service")
        notes = [f"{counted(len(boundary.services), 'service')}, each with its own data."]
        notes += [hidden_note(hidden)] if hidden else []
        notes += [note for note in (blind_spot_note(graph),) if note]
        title = titled(project, "target architecture")
        return Picture(title, shown, kept, hidden, tuple(notes), self.name)


class _Target:
    """Who owns what, and what runs between them."""

    def __init__(self, graph: Graph, boundary: Boundary) -> None:
        self._graph, self._membership = graph, Membership(graph, boundary)
        self._names = sorted({service.name for service in boundary.services})
        self._consumers = sorted({consumer.name for consumer in boundary.consumers})
        self._modules = Counter(self._home(node) for node in own_modules(graph) if _is_code(node))
        self._routes = Counter(self._home(node) for node in graph.nodes("route") if _is_code(node))
        self._tables: dict[str, list[str]] = defaultdict(list)
        for node, _ in own_tables(graph):
            self._tables[self._home(node)].append(node.name)
        self._hosts: dict[str, Counter[str]] = defaultdict(Counter)
        for edge in graph.edges("requests"):
            caller = graph.node(edge.source)
            if edge.target.startswith("host:") and caller is not None and _is_code(caller):
                self._hosts[edge.target.partition(":")[2]][self._home(caller)] += edge.count

    def _home(self, node: Node) -> str:
        """The service of a node; the kernel is copied to where it is used, and stays in the monolith."""
        owner = self._membership.of(node.id)
        return owner if owner and owner != SHARED else _MONOLITH

    def boxes(self) -> Iterator[Box]:
        total = sum(self._routes.values())
        yield Box(_CLIENTS, "clients", kind="outside", figures=(counted(total, "route"),))
        for name in self._consumers:
            yield Box(f"consumer:{name}", name, kind="outside")
        yield Box(_PROXY, "reverse proxy", kind="proxy", figures=("routes to their owners",))
        if self._modules[_MONOLITH] or self._tables[_MONOLITH]:
            figures = (counted(self._modules[_MONOLITH], "module"), "what no service owns yet")
            yield Box(_process(_MONOLITH), "monolith", kind="shared", figures=figures)
        for name in self._names:
            figures = (counted(self._modules[name], "module"), counted(self._routes[name], "route"))
            yield Box(_process(name), name, kind="service", group=name, figures=figures)
        yield Box(_BROKER, "broker", kind="broker", figures=("tasks, signals, topics",))
        for home in (*self._names, _MONOLITH):
            tables = sorted(self._tables[home])
            if tables:
                lines = tables[:_TABLES]
                if len(tables) > _TABLES:
                    lines.append(f"+{len(tables) - _TABLES} more")
                title = f"{home or 'monolith'} database"
                yield Box(f"database:{home}", title, tuple(lines), "database", home)
        for host in self._called():
            yield Box(f"host:{host}", host, kind="outside")

    def _called(self) -> list[str]:
        named = {request.host for request in requests(self._graph)} | set(self._hosts)
        return sorted(named, key=lambda host: (-self._hosts[host].total(), host))[:_HOSTS]

    def arrows(self) -> Iterator[Arrow]:
        total = sum(self._routes.values())
        if total:
            yield Arrow(_CLIENTS, _PROXY, "", total)
        for name in self._consumers:
            yield Arrow(f"consumer:{name}", _PROXY)
        for home, number in sorted(self._routes.items()):
            yield Arrow(_PROXY, _process(home), counted(number, "route"), number)
        yield from self._between()
        for home, tables in sorted(self._tables.items()):
            if tables:
                yield Arrow(_process(home), f"database:{home}", "", len(tables), (("writes", len(tables)),))
        for host in self._called():
            for home, number in sorted(self._hosts[host].items()):
                yield Arrow(_process(home), f"host:{host}", "", number)

    def _between(self) -> Iterator[Arrow]:
        """Calls from service to service, and what goes to the broker and comes from it."""
        calls: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for crossing in crossings(self._graph, self._membership):
            kind, origin, owner = crossing.edge.kind, crossing.origin, crossing.owner
            origin = _MONOLITH if origin == SHARED else origin
            if kind in _EVENTS:
                sends = (origin, owner) if kind != "subscribes" else (owner, origin)
                calls[_process(sends[0]), _BROKER][kind] += 1
                calls[_BROKER, _process(sends[1])][kind] += 1
            elif kind not in _LATENT and (kind not in ACCESS_KINDS or in_database(crossing.edge.target)):
                calls[_process(origin), _process(owner)][kind] += 1
        for (source, target), kinds in sorted(calls.items()):
            yield Arrow(source, target, str(kinds.total()), kinds.total(), tuple(sorted(kinds.items())))


def _process(home: str) -> str:
    """The id of what runs the code of a service; of the monolith for ""."""
    return f"service:{home}" if home else "monolith"


def _is_code(node: Node) -> bool:
    return node.path is None or role_of(node.path) == "code"


level = ArchitectureLevel()
