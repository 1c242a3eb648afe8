"""One proposal in full: what each service holds, what is shared and why, and what each cut becomes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...analyzer.graph.cut import Membership
from ...analyzer.model.boundary import Service
from ...analyzer.model.graph import Node
from ...analyzer.model.results import ProposalResult
from .cut_text import cut_lines
from .plain import NO_BREAK, clean, count, encode, wrap

_ROUTES = 6


class ProposalText:
    """Services by name, the shared kernel, what stays aside, then the cut."""

    name = "text"
    accepts = ProposalResult

    def render(self, result: ProposalResult) -> bytes:
        """Lines of at most 80 columns, but for long paths."""
        proposal = result.proposal
        boundary = proposal.boundary
        head = f"{clean(result.project)}, proposal {result.number}: {clean(proposal.strategy)}"
        lines = [f"{head}, {count(len(boundary.services), 'service')}"]
        for reason in proposal.reasons:
            lines += wrap("  -", reason, 4)
        membership = Membership(result.graph, boundary)
        routes: dict[str | None, list[str]] = {}
        for node in result.graph.nodes("route", "task", "command", "job"):
            routes.setdefault(membership.of(node.id), []).append(_entry(node))
        for service in boundary.services:
            lines += ["", *_service(service, routes.get(service.name, []))]
        shared = boundary.shared
        if shared.modules or shared.tables:
            lines += ["", "shared kernel"]
            lines += _reasoned([(name, shared.reasons.get(name, "")) for name in shared.modules])
            lines += _reasoned([(f"table {name}", shared.reasons.get(name, "")) for name in shared.tables])
        if proposal.aside:
            lines += ["", "in no service", *_reasoned(sorted(proposal.aside.items()))]
        lines += ["", f"what crosses: {count(len(proposal.cut), 'edge')}"]
        return encode([*lines, *cut_lines(proposal.cut, result.every)])


def _service(service: Service, routes: Sequence[str]) -> Iterator[str]:
    yield clean(service.name)
    short = sorted(set(routes), key=lambda name: (len(name), name))
    more = [f"{len(short) - _ROUTES:,} more".replace(" ", NO_BREAK)] if len(short) > _ROUTES else []
    shown = [*short[:_ROUTES], *more]
    for label, names in (
        ("modules:", service.modules),
        ("code:", service.functions),
        ("tables:", service.tables),
        ("answers:", shown),
        ("public:", service.public),
        ("may use:", service.may_use or ()),
    ):
        if names:
            yield from wrap(f"  {label}", ", ".join(names), 12)


def _entry(node: Node) -> str:
    """The path of a route, whatever its methods: what one knows a page by."""
    name = node.name.partition(" ")[2] if node.kind == "route" else f"{node.kind} {node.name}"
    return name.replace(" ", NO_BREAK)


def _reasoned(pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Names with the same reason together."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in pairs:
        by_reason.setdefault(reason, []).append(name)
    for reason, names in by_reason.items():
        said = f"{', '.join(names)} ({reason})" if reason else ", ".join(names)
        yield from wrap("  -", said, 4)


report = ProposalText()
