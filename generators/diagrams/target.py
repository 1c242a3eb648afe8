"""What runs where, once services run apart: who owns code, routes and data, and what passes between them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from ...analyzer.graph.access import ACCESS_KINDS, in_database
from ...analyzer.graph.cut import Membership, crossings
from ...analyzer.graph.outbound import requests
from ...analyzer.graph.roles import role_of
from ...analyzer.model.boundary import Boundary
from ...analyzer.model.graph import Graph, Node
from .picture import Arrow, Box, counted
from .scope import own_modules, own_tables

_TABLES, _HOSTS = 6, 6
_EVENTS = frozenset({"enqueues", "publishes", "subscribes"})
_LATENT = frozenset({"spans", "configures", "references"})
"""Kinds that become no call: a transaction, a setting and a foreign key are taken apart, not sent."""
CLIENTS, PROXY, BROKER, MONOLITH = "clients", "proxy", "broker", ""


def _host(name: str) -> str:
    """A host as far as it is known before a program runs: "" where none of it is."""
    return name.partition("{")[0].rstrip(":/.@")


class Target:
    """Who owns what, and what runs between them. What nobody owns belongs to the monolith.

    With `apart` only these services run apart, and all others still belong to the monolith as well.
    """

    def __init__(self, graph: Graph, boundary: Boundary, apart: Iterable[str] | None = None) -> None:
        self._graph, self._membership = graph, Membership(graph, boundary)
        self.names = sorted({s.name for s in boundary.services} if apart is None else set(apart))
        self._consumers = sorted({consumer.name for consumer in boundary.consumers})
        self.modules = Counter(self._home(node) for node in own_modules(graph) if _is_code(node))
        self.routes = Counter(self._home(node) for node in graph.nodes("route") if _is_code(node))
        self.tables: dict[str, list[str]] = defaultdict(list)
        for node, _ in own_tables(graph):
            self.tables[self._home(node)].append(node.name)
        self._hosts: dict[str, Counter[str]] = defaultdict(Counter)
        self._buckets: dict[str, Counter[str]] = defaultdict(Counter)
        for edge in graph.edges():
            kind, _, name = edge.target.partition(":")
            caller = graph.node(edge.source) if kind in ("host", "bucket") else None
            if caller is not None and _is_code(caller):
                where, called = (self._hosts, _host(name)) if kind == "host" else (self._buckets, name)
                where[called][self._home(caller)] += edge.count

    def _home(self, node: Node) -> str:
        """The service of a node; the kernel is copied to where it is used, and stays in the monolith."""
        return self._side(self._membership.of(node.id))

    def _side(self, owner: str | None) -> str:
        return owner if owner in self.names and owner is not None else MONOLITH

    def weight(self, name: str) -> int:
        """How much a service holds."""
        return self.modules[name] + self.routes[name] + len(self.tables[name])

    def clients(self) -> Iterator[Box]:
        """Who sends requests."""
        yield Box(CLIENTS, "clients", kind="outside", figures=(counted(self.routes.total(), "route"),))
        for name in self._consumers:
            yield Box(f"consumer:{name}", name, kind="outside")

    def proxy(self) -> Box:
        """What sends each request to who owns its route."""
        return Box(PROXY, "reverse proxy", kind="proxy", figures=("routes to their owners",))

    def monolith(self, remark: str = "what no service owns yet") -> Box | None:
        """What stays together, None where nothing does."""
        if not self.modules[MONOLITH] and not self.tables[MONOLITH]:
            return None
        figures = (counted(self.modules[MONOLITH], "module"), remark)
        return Box(process(MONOLITH), "monolith", kind="shared", figures=figures)

    def service(self, name: str, *remarks: str, holds: bool = False) -> Box:
        """A service as a process of its own; one that `holds` its data has its tables in the same box."""
        figures = (counted(self.modules[name], "module"), counted(self.routes[name], "route"), *remarks)
        lines = self._listed(name) if holds else ()
        return Box(process(name), name, lines, kind="service", group=name, figures=figures)

    def broker(self) -> Box:
        """What passes tasks and events on."""
        return Box(BROKER, "broker", kind="broker", figures=("tasks, signals, topics",))

    def database(self, home: str, title: str = "") -> Box | None:
        """The database of an owner, None where it has no tables."""
        lines = self._listed(home)
        title = title or f"{home or 'monolith'} database"
        return Box(f"database:{home}", title, lines, "database", home) if lines else None

    def _listed(self, home: str) -> tuple[str, ...]:
        tables = sorted(self.tables[home])
        if len(tables) <= _TABLES + 1:
            return tuple(tables)
        return (*tables[:_TABLES], f"+{len(tables) - _TABLES} more")

    def outside(self) -> Iterator[Box]:
        """Buckets, and the hosts that are called most."""
        for bucket in sorted(self._buckets):
            yield Box(f"bucket:{bucket}", bucket, kind="database", figures=("bucket",))
        for host in self._called():
            yield Box(f"host:{host}", host or "a host known at run time", kind="outside")

    def _called(self) -> list[str]:
        named = {_host(request.host) for request in requests(self._graph)} | set(self._hosts)
        return sorted(named, key=lambda host: (-self._hosts[host].total(), host))[:_HOSTS]

    def entering(self, into: str = PROXY) -> Iterator[Arrow]:
        """Requests of clients and consumers, to the proxy or to what else stands first."""
        if self.routes.total():
            yield Arrow(CLIENTS, into, "", self.routes.total(), firm=True)
        for name in self._consumers:
            yield Arrow(f"consumer:{name}", into, firm=True)

    def routed(self) -> Iterator[Arrow]:
        """From the proxy to the owners of routes."""
        for home, number in sorted(self.routes.items()):
            yield Arrow(PROXY, process(home), counted(number, "route"), number, firm=True)

    def stored(self) -> Iterator[Arrow]:
        """From each owner to its own database and its buckets."""
        for home, tables in sorted(self.tables.items()):
            if tables:
                kinds = (("writes", len(tables)),)
                yield Arrow(process(home), f"database:{home}", "", len(tables), kinds, firm=True)
        for bucket, homes in sorted(self._buckets.items()):
            for home, number in sorted(homes.items()):
                yield Arrow(process(home), f"bucket:{bucket}", "", number, firm=True)

    def leaving(self) -> Iterator[Arrow]:
        """To hosts of others."""
        for host in self._called():
            for home, number in sorted(self._hosts[host].items()):
                yield Arrow(process(home), f"host:{host}", "", number, firm=True)

    def between(self) -> Iterator[Arrow]:
        """Calls from process to process, and what goes to the broker and comes from it."""
        calls: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for crossing in crossings(self._graph, self._membership):
            kind, origin, owner = crossing.edge.kind, self._side(crossing.origin), self._side(crossing.owner)
            if origin == owner:
                continue
            if kind in _EVENTS:
                sends = (origin, owner) if kind != "subscribes" else (owner, origin)
                calls[process(sends[0]), BROKER][kind] += 1
                calls[BROKER, process(sends[1])][kind] += 1
            elif kind not in _LATENT and (kind not in ACCESS_KINDS or in_database(crossing.edge.target)):
                calls[process(origin), process(owner)][kind] += 1
        for (source, target), kinds in sorted(calls.items()):
            yield Arrow(source, target, str(kinds.total()), kinds.total(), tuple(sorted(kinds.items())))


def process(home: str) -> str:
    """The id of what runs the code of a service; of the monolith for ""."""
    return f"service:{home}" if home else "monolith"


def _is_code(node: Node) -> bool:
    return node.path is None or role_of(node.path) == "code"
