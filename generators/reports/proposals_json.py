"""Proposals as JSON, schema `carveout/proposals/1`."""

from __future__ import annotations

from ...analyzer.model.results import ProposalsResult
from .proposal_data import document


class ProposalsJson:
    """Every proposal with its services, metrics and the whole of its cut."""

    name = "json"
    accepts = ProposalsResult

    def render(self, result: ProposalsResult) -> bytes:
        """ASCII bytes (other characters as escapes)."""
        return document(result)


report = ProposalsJson()
