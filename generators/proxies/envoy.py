"""Envoy: the same split as with nginx, and mTLS, tokens and circuit breaking of its own.

`proxy/envoy.yaml` is the user's: addresses, limits, logs (`envoy-mtls.yaml` is the same with certificates
between services). What Envoy reads while it runs lies in `envoy/`: routes, functions, clusters, whose tokens
are taken. These hold all services at once: `carveout route` writes them anew from `routes/*.json`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...analyzer.model.changes import Change
from ...analyzer.model.routes import RouteTable, Traffic
from ..checker import access
from ..envoy_files import clusters, endpoints, files
from ..quoting import address, name
from ..render import render_file
from ..route_file import kept
from ..routing import FOLDER, OVERRIDE, REQUEST, SOCKET, STICKY, USER, require_functions

__all__ = ["Envoy", "proxy"]


@dataclass(frozen=True, slots=True)
class Envoy:
    """Writes `proxy/`. Addresses are `host:port`; `service` "" means loopback and the table's port."""

    listen: str = "127.0.0.1:8080"
    monolith: str = "127.0.0.1:8000"
    service: str = ""
    internal: str = "127.0.0.1:8081"
    checker: str = "127.0.0.1:8082"
    name: str = "envoy"
    can: frozenset[str] = frozenset(
        {
            "body-limit", "circuit-breaking", "fallback", "identity-headers", "internal", "jwt",
            "listeners", "method", "mirror", "mirror-apart", "mtls", "override", "path", "request-id",
            "roll-back", "sticky", "timeouts", "websocket", "weight",
        }
    )  # fmt: skip

    def emit(self, routes: RouteTable) -> Iterable[Change]:
        """The files of the proxy for one service.

        Raises UsageError for names that Envoy cannot hold, and Refused for routes that it cannot express.
        """
        slug = name(routes.service)
        require_functions(routes)
        context: dict[str, object] = {
            "listen": _parts(self.listen),
            "inside": _parts(self.internal),
            "request": REQUEST,
            "override": OVERRIDE,
            "socket": SOCKET,
            "user": USER,
            "sticky": STICKY,
        }
        for file in ("envoy", "envoy-mtls"):
            text = _rendered("envoy.yaml", {**context, "file": file, "mtls": file != "envoy"})
            yield Change(f"{FOLDER}/{file}.yaml", text, owner="user")
        yield Change(f"{FOLDER}/envoy/request.lua", _rendered("request.lua", context))
        yield Change(f"{FOLDER}/envoy/override.lua", _rendered("override.lua", context), owner="user")
        yield Change(f"{FOLDER}/keys.py", _rendered("keys.py", context))
        yield Change(f"{FOLDER}/run/.gitignore", render_file("proxies/nginx/gitignore.jinja", {}))
        service = self.service or f"127.0.0.1:{routes.port}"
        for cluster, ends in (
            ("monolith", (self.monolith,)),
            ("checker", (self.checker,)),
            (slug, (service,)),
            (f"{slug}.reads", (service, self.monolith)),
        ):
            yield Change(f"{FOLDER}/upstreams/{cluster}.json", endpoints(cluster, ends), owner="user")
        yield from access(routes)
        yield from kept(routes)
        yield from self.steer({routes.service: routes}, {})

    def steer(self, tables: Mapping[str, RouteTable], shares: Mapping[str, Traffic]) -> Iterable[Change]:
        """What Envoy reads while it runs: all services, each with its share."""
        for path, text in (*files(tables, shares).items(), ("clusters.json", clusters(tables))):
            yield Change(f"{FOLDER}/envoy/{path}", text, owner="user")


def _rendered(file: str, context: Mapping[str, object]) -> str:
    return render_file(f"proxies/envoy/{file}.jinja", context)


def _parts(value: str) -> dict[str, str]:
    host, _, port = address(value).rpartition(":")
    return {"host": host.strip("[]"), "port": port}


proxy = Envoy()
