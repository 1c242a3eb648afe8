"""What ties two things, as JSON, schema `carveout/why/1`."""

from __future__ import annotations

from json import dumps

from ...analyzer.model.results import WhyResult

SCHEMA = "carveout/why/1"


class WhyJson:
    """Every tie of every kind with its places."""

    name = "json"
    accepts = WhyResult

    def render(self, result: WhyResult) -> bytes:
        """ASCII bytes (other characters as escapes)."""
        said = {
            "schema": SCHEMA,
            "project": result.project,
            "left": result.left,
            "right": result.right,
            "ties": [
                {
                    "kind": bond.kind,
                    "title": bond.title,
                    "weight": bond.weight,
                    "strength": None if bond.strength is None else round(bond.strength, 4),
                    "seen": [
                        {
                            "words": sight.words,
                            "places": [{"path": place.path, "line": place.line} for place in sight.places],
                        }
                        for sight in bond.sights
                    ],
                }
                for bond in result.bonds
            ],
            "no_history": result.history,
        }
        return (dumps(said, indent=1) + "\n").encode("ascii")


report = WhyJson()
