"""What a change would do, as JSON, schema `carveout/what-if/1`."""

from __future__ import annotations

from json import dumps

from ...analyzer.model.results import WhatIfResult
from .proposal_data import crossing_data

SCHEMA = "carveout/what-if/1"


class WhatIfJson:
    """The metrics before and after, and the edges that come and go."""

    name = "json"
    accepts = WhatIfResult

    def render(self, result: WhatIfResult) -> bytes:
        """ASCII bytes (other characters as escapes)."""
        said = {
            "schema": SCHEMA,
            "project": result.project,
            "base": result.base,
            "changes": list(result.said),
            "before": {"metrics": dict(result.before.metrics), "cut": len(result.before.cut)},
            "after": {"metrics": dict(result.after.metrics), "cut": len(result.after.cut)},
            "gone": [crossing_data(crossing) for crossing in result.gone],
            "come": [crossing_data(crossing) for crossing in result.come],
        }
        return (dumps(said, indent=1) + "\n").encode("ascii")


report = WhatIfJson()
