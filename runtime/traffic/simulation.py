"""Where a request goes, by the routes that the proxy was given and the share that holds."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from ...analyzer.model.errors import UsageError
from ...analyzer.model.routes import Traffic
from ...generators.reports.plain import wrap
from ...generators.routing import request_text
from .proof import is_inside, route_of
from .steering import share, tables


def simulate(root: Path, service: str, method: str, url: str) -> str:
    """A text of a few lines. Raises UsageError for a service that the proxy does not know, and for no URL."""
    share(root, service)
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if url.startswith("/"):
        target = url  # `//` in front is no host
    if not target.startswith("/"):
        raise UsageError(f"{url!r} is no URL", help="/payments/3 or http://shop.example/payments/3")
    method = method.upper()
    head = f"{method} {target}\n"
    if request_text(method, target) is None:
        return head + "  refused (400): dot segments and fragments never pass the proxy\n"
    known = tables(root)
    if any(is_inside(table, target) for table in known.values()):
        return head + "  refused (404) from outside: for services alone, on the internal listener\n"
    for name, table in known.items():
        route = route_of(table, method, target)
        if route is not None:
            where = f" ({route.place})" if route.place else ""
            goes = _words(name, share(root, name), method)
            return head + "\n".join([f"  route  {route.text}{where} of {name}", *_wrapped(goes)]) + "\n"
    return head + "  goes   to the monolith: no service has such a route\n"


def _wrapped(goes: str) -> list[str]:
    return wrap("  goes", goes, 9)


def _words(service: str, traffic: Traffic, method: str) -> str:
    reads = method in ("GET", "HEAD")
    if traffic.percent >= 100:
        goes = f"to {service}"
    elif traffic.percent > 0:
        goes = f"to {service} for {traffic.percent:g}% of the users, to the monolith for all others"
    else:
        goes = "to the monolith"
    if traffic.mirror and reads:
        goes += f"; {service} gets a copy, whose answer is thrown away"
    if traffic.percent > 0:
        goes += "; where the service fails, " + (
            "the monolith answers" if reads else "it fails: it may have been done"
        )
    return goes
