"""A proposal is asked for by its number."""

from __future__ import annotations

import pytest

from carveout.analyzer.model.boundary import Boundary, Proposal
from carveout.analyzer.model.errors import UsageError
from carveout.cli.asking import pick


def test_picking_a_proposal() -> None:
    """By its number from 1; where there is none at all, that is said, and not that others are shown."""
    one = Proposal(Boundary(), "packages", {}, (), ())
    assert pick([one], 1) is one
    with pytest.raises(UsageError, match="there is no proposal 2: there are 1"):
        pick([one], 2)
    with pytest.raises(UsageError, match="nothing here is worth cutting"):
        pick([], 1)
