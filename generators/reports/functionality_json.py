"""A functionality as JSON, schema `carveout/functionality/0`."""

from __future__ import annotations

from json import dumps

from ...analyzer.model.results import FunctionalityResult

SCHEMA = "carveout/functionality/0"


class FunctionalityJson:
    """The entry point, its steps in order, and the tables that they read and write."""

    name = "json"
    accepts = FunctionalityResult

    def render(self, result: FunctionalityResult) -> bytes:
        """ASCII bytes, one step a line."""
        found = result.functionality
        steps = []
        for step in found.steps:
            node = result.graph.node(step.id)
            place = {"path": node.path if node else None, "line": node.line if node else 0}
            steps.append("\n" + dumps(step._asdict() | place))
        head = {"schema": SCHEMA, "project": result.project, "entry": found.entry}
        tail = {"reads": found.reads, "writes": found.writes}
        return f'{dumps(head)[:-1]},\n"steps": [{",".join(steps)}\n],\n{dumps(tail)[1:]}\n'.encode("ascii")


report = FunctionalityJson()
