"""Streams: changes are read as they come, from a log that keeps their order.

When it applies
    Triggers of the database write changes of other tables into one, and code asks that one again and again
    for what is new; or a function is asked for all that came after an id (`last_id`, `since_id`).

Evidence
    The functions that read the log, and the triggers that write it. Triggers that only number rows do not
    count.

Consequences
    Readers no longer ask in vain, and each keeps its own place. What the triggers write becomes part of the
    interface: a change of a table's columns is then a change of the stream.

How to do it
    Publish the changes from an outbox or by change data capture (the log of the database itself) to a
    stream, partitioned by the id of the row; readers remember how far they came.

Scaffold
    Advice only.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from ..graph.interfaces import name_of
from ..graph.survey import survey
from ..model.boundary import Boundary, CutEdge
from ..model.findings import Recommendation
from ..model.graph import Edge, Graph
from . import recommend

_AFTER = re.compile(r"(?:since|last|after|last_seen)_(?:id|seq|sequence|event_id|change_id|pk)\Z")


class Streams:
    """Logs of changes that are polled."""

    name = "streams"
    scaffold: str | None = None
    why = "readers ask again and again, and each new one asks the tables of others"
    help = "publish the changes to a stream; readers remember how far they came"
    consequences = "changes arrive by themselves and in order; what is written becomes an interface"
    effort = "1 to 2 weeks"

    def detect(self, cut: Sequence[CutEdge], graph: Graph, boundary: Boundary) -> Iterable[Recommendation]:
        """One recommendation for each function that reads a log."""
        asked, logs = survey(graph, boundary), _logs(graph)
        for function in asked.functions:
            id = asked.id(function)
            read = [
                edge for edge in asked.edges(function, "reads", "joins") if edge.target.startswith("table:")
            ]
            writes = asked.targets(function, "writes", "table:")
            polled = [edge for edge in read if edge.target in logs and edge.target not in writes]
            places = [place for edge in polled for place in edge.evidence]
            if polled:
                table = polled[0].target
                written = [place for edge in logs[table] for place in edge.evidence[:1]]
                many = f"{len(logs[table])} triggers write" if len(logs[table]) > 1 else "a trigger writes"
                title = f"{name_of(id)} polls {name_of(table)}, which {many}"
                yield recommend(self, id, title, [*places[:3], *written[:3]])
            elif len({edge.target for edge in read}) == 1 and not writes and _asks_after(graph, id):
                title = f"{name_of(id)} is asked for what came after an id in {name_of(read[0].target)}"
                yield recommend(self, id, title, read[0].evidence, "possible")


def _logs(graph: Graph) -> dict[str, list[Edge]]:
    """Table -> the edges of the triggers of other tables that write it."""
    found: dict[str, list[Edge]] = defaultdict(list)
    for node in graph.nodes("trigger"):
        own = dict(node.attributes).get("table", "")
        for edge in graph.out(node.id, "writes"):
            if edge.target.startswith("table:") and name_of(edge.target) != own and "insert" in edge.how:
                found[edge.target].append(edge)
    return found


def _asks_after(graph: Graph, id: str) -> bool:
    return any(_AFTER.match(each.name) for each in graph.needs(id).parameters)


detector = Streams()
