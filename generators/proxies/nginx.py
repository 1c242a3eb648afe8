"""nginx: requests of a service's routes go to the service, all others to the monolith.

`proxy/nginx.conf` is the same for every service; each service adds its files to `routes/`, `upstreams/` and
`traffic/`. Addresses, limits and headers are in files of the user's own. The configuration needs no root: it
writes below its prefix, `proxy/run/`, only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ...analyzer.model.changes import Change
from ...analyzer.model.errors import Refused
from ...analyzer.model.routes import RouteTable, Traffic
from ..checker import access
from ..quoting import address, name
from ..render import render_file
from ..route_file import kept
from ..routing import FOLDER, IDENTITY, OVERRIDE, SOCKET, STICKY, Rule, require_functions, rules

__all__ = ["FOLDER", "Nginx", "proxy"]

OLDEST = (1, 27, 4)
"""The oldest version that loses no request when it reloads: it knows `keepalive_min_timeout`."""
_YOURS = (
    "listen.conf", "internal.conf", "headers.conf", "limits.conf", "users.conf", "override.conf",
    "upstreams/monolith.conf", "upstreams/checker.conf",
)  # fmt: skip
_LONGEST = 3900
"""Bytes of one parameter: nginx reads 4,096, with the quotes and what they need."""


@dataclass(frozen=True, slots=True)
class Nginx:
    """Writes `proxy/`. Addresses are `host:port`; `service` "" means loopback and the table's port."""

    listen: str = "127.0.0.1:8080"
    monolith: str = "127.0.0.1:8000"
    service: str = ""
    internal: str = "127.0.0.1:8081"
    checker: str = "127.0.0.1:8082"
    name: str = "nginx"
    can: frozenset[str] = frozenset(
        {
            "body-limit", "fallback", "identity-headers", "internal", "jwt", "listeners", "method", "mirror",
            "override", "path", "request-id", "roll-back", "sticky", "timeouts", "websocket", "weight",
        }
    )  # fmt: skip

    def emit(self, routes: RouteTable) -> Iterable[Change]:
        """The files of the proxy for one service.

        Raises UsageError for names that nginx cannot hold, and Refused for routes that it cannot express.
        """
        slug = name(routes.service)
        require_functions(routes)
        common: dict[str, object] = {
            "listen": address(self.listen),
            "inside": address(self.internal),
            "monolith": address(self.monolith),
            "checker": address(self.checker),
            "internal": routes.internal,
            "identity": IDENTITY,
            "override": OVERRIDE,
            "override_variable": "http_" + OVERRIDE.lower().replace("-", "_"),
            "sticky": STICKY,
            "socket": SOCKET,
        }
        own: dict[str, object] = {
            "slug": slug,
            "id": variable(slug),
            "service": address(self.service or f"127.0.0.1:{routes.port}"),
            "monolith": address(self.monolith),
            "blocks": blocks(rules(routes), variable(slug), slug),
            "functions": routes.functions,
            "outside": sorted(
                {function for grant in routes.grants if grant.outside for function in grant.functions}
            ),
        }
        for path in ("nginx.conf", "forward.conf", "function.conf", "run/.gitignore"):
            yield _change(path, common, owned=True)
        for path in _YOURS:
            yield _change(path, common)
        yield _change(f"upstreams/{slug}.conf", own, template="service.conf")
        for part in ("conf", "server", "internal"):
            yield _change(f"routes/{slug}.{part}", own, owned=True, template=f"routes.{part}")
        yield from access(routes)
        yield from kept(routes)
        yield from self.steer({routes.service: routes}, {})

    def steer(self, tables: Mapping[str, RouteTable], shares: Mapping[str, Traffic]) -> Iterable[Change]:
        """The files that say how much each service gets."""
        for service in sorted(tables):
            yield from _steer(name(service), shares.get(service, Traffic()))


def _steer(slug: str, traffic: Traffic) -> Iterable[Change]:
    context: dict[str, object] = {
        "slug": slug,
        "id": variable(slug),
        "whole": traffic.percent >= 100,
        "partly": share(traffic.percent) != "0" and traffic.percent < 100,
        "share": share(traffic.percent),
        "mirror": traffic.mirror,
    }
    yield _change(f"traffic/{slug}.conf", context, template="traffic.conf")
    yield _change(f"traffic/{slug}.mirror", context, template="traffic.mirror")


def _change(path: str, context: Mapping[str, object], owned: bool = False, template: str = "") -> Change:
    file = template or path.rpartition("/")[2].removeprefix(".")
    text = render_file(f"proxies/nginx/{file}.jinja", context)
    return Change(f"{FOLDER}/{path}", text, owner="generated" if owned else "user")


def share(percent: float) -> str:
    """A percentage as proxies write it: two digits after the point at most."""
    text = f"{percent:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("0", "") else text


def variable(slug: str) -> str:
    """The end of a variable's name: no two services share one."""
    return slug.replace("_", "__").replace("-", "_h")


class Block(NamedTuple):
    """One `map`: its variable, its (expression, value, meaning), and the value where none matches."""

    variable: str
    lines: Sequence[tuple[str, str, str]]
    default: str


def blocks(found: Sequence[Rule], id: str, slug: str) -> list[Block]:
    """Rules as maps, the first match decides.

    What a rule leaves to others stands before it as "not followed by"; where that is too long for nginx, the
    rule has a map of its own, which leads to the next one.
    """
    done: list[Block] = []
    lines: list[tuple[str, str, str]] = []
    current = f"claim_{id}"
    for index, rule in enumerate(found):
        wide = rule.pattern.wide or any(each.wide for each in rule.unless)
        start = f"~{'(*UTF)' if wide else ''}^{rule.kind} "
        end = f"{rule.pattern.text}\\z"
        _require_short(rule, start + end)
        one = start + "".join(f"(?!{each.text}\\z)" for each in rule.unless) + end
        if _length(one) <= _LONGEST:
            lines.append((one, slug, rule.text))
            continue
        alone, after = f"claim_{id}_{index}", f"claim_{id}_{index}_after"
        done.append(Block(current, lines, f"${alone}"))
        kept = [
            (f"~{'(*UTF)' if each.wide else ''}^[A-Za-z]+ {each.text}\\z", f"${after}", "")
            for each in rule.unless
        ]
        for expression, _, _ in kept:
            _require_short(rule, expression)
        done.append(Block(alone, [*kept, (start + end, slug, rule.text)], f"${after}"))
        current, lines = after, []
    done.append(Block(current, lines, ""))
    return done


def _length(expression: str) -> int:
    return len(expression) + expression.count("\\") + expression.count('"')


def _require_short(rule: Rule, expression: str) -> None:
    if _length(expression) > _LONGEST:
        raise Refused(
            f"the route {rule.text!r} is too long for nginx",
            place=rule.place,
            why="nginx reads 4,096 bytes of a parameter",
            help="scaffold --proxy envoy, or leave the route in the monolith",
        )


proxy = Nginx()
