"""A link to another service's route goes by an address, not by a name.

What it does
    Code and page templates that make the address of a route of another service by its name (`reverse`,
    `redirect`, `url_for`, `{% url %}`), or write its path into a page, are reported, one violation for
    each page or function and route. A warning, since it works as long as both run in one process.

Why it matters
    The name of a route is known to the process that holds it, and to no other: once the services run
    apart, `reverse("invoice-detail")` raises, and a page that uses it answers with an error. Import
    linters see nothing of it, as there is no import.

Example
    carveout.toml:

        [services.orders]
        modules = ["shop.orders"]

        [services.billing]
        modules = ["shop.billing"]

    shop/orders/templates/orders/detail.html:

        <a href="{% url 'invoice-detail' order.invoice_id %}">invoice</a>

    CO301 orders must not link to billing's GET /invoices/<pk>/ by its name

How to fix it
    Make the address from a setting (BILLING_URL) and a path that the owner promises to keep, in one
    function that all callers use; or let the owner hand out the address with its data. A page that mostly
    links to another service may belong to it.

Options
    [rules]
    link-across = "off"          # as long as all pages are served by one process

    [[ignore]]
    rule = "link-across"         # or CO301
    source = "shop.orders.*"
    target = "route:GET /invoices/*"
    reason = "settled in step 2"
    until = 2027-03-01           # optional; afterwards the violation is back
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..graph.interfaces import name_of, possessive
from ..model.boundary import Boundary, CutEdge, Level
from ..model.evidence import Evidence
from ..model.findings import Violation
from ..model.graph import Graph
from . import Relationship, between_services, violation


class LinkAcross:
    """Links that are resolved by another service."""

    id = "link-across"
    code = "CO301"
    group = "hooks"
    level: Level = "warning"

    def check(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Violation]:
        """One violation per source and name: one name may be several paths, one path several routes."""
        named: dict[tuple[str, str, tuple[Evidence, ...]], list[Relationship]] = {}
        for found in between_services(cut, "links"):
            if found.target.startswith("route:"):
                named.setdefault((found.source, found.owner, tuple(found.evidence)), []).append(found)
        paths: dict[tuple[str, str], Relationship] = {}
        others: dict[tuple[str, str], int] = {}
        for routes in named.values():
            found = min(routes, key=_order)
            key = (found.source, _path(found))
            if key not in paths or _order(found) < _order(paths[key]):
                paths[key] = found
            others[key] = max(others.get(key, 0), len({_path(route) for route in routes}) - 1)
        for key, found in paths.items():
            source, target, more = name_of(found.source), name_of(found.target), others[key]
            also = f" (and {more} more path{'s' * (more > 1)} of that name)" if more else ""
            yield violation(
                found,
                rule=self,
                title=f"{found.origin} must not link to {possessive(found.owner)} {target} by its name{also}",
                why=f"{source} links to it; only {found.owner} will know that name",
                help=f"make the address from a setting and a path that {found.owner} promises to keep",
                boundary=boundary,
            )


def _path(found: Relationship) -> str:
    return found.target.partition(" ")[2]


def _order(found: Relationship) -> tuple[bool, str, str]:
    """The shortest way to say where a link leads comes first: what is got, by its path."""
    return not found.target.startswith("route:GET "), _path(found), found.target


rule = LinkAcross()
