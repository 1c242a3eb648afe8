"""One proposal as JSON, schema `carveout/proposals/1`: as `propose` prints it, alone."""

from __future__ import annotations

from ...analyzer.model.results import ProposalResult, ProposalsResult
from .proposal_data import document


class ProposalJson:
    """A list with one proposal that keeps its number."""

    name = "json"
    accepts = ProposalResult

    def render(self, result: ProposalResult) -> bytes:
        """ASCII bytes (other characters as escapes)."""
        one = ProposalsResult(result.project, result.graph, (result.proposal,))
        return document(one, first=result.number)


report = ProposalJson()
