"""What every report in JSON says of proposals and of crossing edges."""

from __future__ import annotations

from json import dumps
from typing import Any

from ...analyzer.graph.cut import Membership
from ...analyzer.model.boundary import CutEdge, Proposal, Service
from ...analyzer.model.graph import Graph
from ...analyzer.model.measures import MEASURES
from ...analyzer.model.results import ProposalsResult

SCHEMA = "carveout/proposals/1"


def document(result: ProposalsResult, first: int = 1) -> bytes:
    """Every proposal with its services, metrics and the whole of its cut, numbered from `first`."""
    said = {
        "schema": SCHEMA,
        "project": result.project,
        "metrics": {
            each.name: {"formula": each.formula, "sentence": each.sentence, "better": each.better}
            for each in MEASURES
        },
        "proposals": [
            _proposal(number, proposal, result.graph)
            for number, proposal in enumerate(result.proposals, first)
        ],
    }
    return (dumps(said, indent=1) + "\n").encode("ascii")


def _proposal(number: int, proposal: Proposal, graph: Graph) -> dict[str, Any]:
    boundary = proposal.boundary
    membership = Membership(graph, boundary)
    routes: dict[str | None, list[str]] = {}
    for node in graph.nodes("route"):
        routes.setdefault(membership.of(node.id), []).append(node.name)
    return {
        "id": number,
        "strategy": proposal.strategy,
        "services": [_service(service, routes.get(service.name, [])) for service in boundary.services],
        "shared": {
            "modules": list(boundary.shared.modules),
            "tables": list(boundary.shared.tables),
            "reasons": {name: why for name, why in sorted(boundary.shared.reasons.items()) if why},
        },
        "aside": dict(sorted(proposal.aside.items())),
        "metrics": dict(proposal.metrics),
        "reasons": list(proposal.reasons),
        "left_out": proposal.left_out,
        "cut": [crossing_data(crossing) for crossing in proposal.cut],
    }


def _service(service: Service, routes: list[str]) -> dict[str, Any]:
    return {
        "name": service.name,
        "modules": list(service.modules),
        "functions": list(service.functions),
        "tables": list(service.tables),
        "routes": routes,
    }


def crossing_data(crossing: CutEdge) -> dict[str, Any]:
    """One crossing edge: its ends, what it becomes, and where it stands."""
    edge = crossing.edge
    return {
        "kind": edge.kind,
        "source": edge.source,
        "target": edge.target,
        "from": crossing.origin,
        "to": crossing.owner,
        "confidence": edge.confidence,
        "consequence": crossing.consequence,
        "remedy": crossing.remedy,
        "evidence": [
            {"path": place.path, "line": place.line, "column": place.column, "via": via}
            for place, via in edge.evidence
        ],
    }
