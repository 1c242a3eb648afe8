"""A service renders its own page templates.

What it does
    Code that renders a template of another service, and templates that extend or include one, are
    reported; templates under `[shared]` are open to all. A template belongs to the service in whose
    package it lies, or, outside of all packages, to the one that alone renders it.
    A warning, since it works as long as both run in one process.

Why it matters
    A service that runs apart ships its own templates. One that it took from elsewhere is missing on the
    first request, or is copied and from then on kept twice; what it expects in its context is an
    interface that nobody wrote down.

Example
    carveout.toml:

        [services.orders]
        modules = ["shop.orders"]

        [services.billing]
        modules = ["shop.billing"]

    shop/orders/views.py:

        return render(request, "billing/invoice.html", {"invoice": order.invoice})

    CO302 orders must not render billing's billing/invoice.html

How to fix it
    Let the owner serve the page, or a fragment of it that is put together at the edge. What all pages
    need (the base page, form widgets) belongs to the shared kernel, or to a package of its own. A
    template that only one service uses moves to that service.

Options
    [shared]
    modules = ["shop.pages"]     # with the base templates

    [[ignore]]
    rule = "template-across"     # or CO302
    source = "shop.orders.views"
    target = "template:billing/*"
    reason = "the page moves in step 2"
    until = 2027-03-01           # optional; afterwards the violation is back
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..graph.interfaces import name_of, possessive
from ..model.boundary import Boundary, CutEdge, Level
from ..model.findings import Violation
from ..model.graph import Graph
from . import between_services, violation


class TemplateAcross:
    """Templates that another service owns."""

    id = "template-across"
    code = "CO302"
    group = "hooks"
    level: Level = "warning"

    def check(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Violation]:
        """One violation per (source, template)."""
        for found in between_services(cut, "renders"):
            source, target = name_of(found.source), name_of(found.target)
            verb = "use" if found.source.startswith("template:") else "render"
            yield violation(
                found,
                rule=self,
                title=f"{found.origin} must not {verb} {possessive(found.owner)} {target}",
                why=f"{source} {verb}s a template that lies in {found.owner}",
                help=f"let {found.owner} serve the page or a fragment, or move the template to its only user",
                boundary=boundary,
            )


rule = TemplateAcross()
