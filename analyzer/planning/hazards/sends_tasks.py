"""Tasks that code of the service sends: the monolith's workers carry them out, and a broker is needed."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.evidence import Place
from ...model.findings import Hazard
from ..survey import Survey, places

_NAMED = 3


class SendsTasks:
    """See the module."""

    id = "sends-tasks"

    def find(self, survey: Survey) -> Iterable[Hazard]:
        """One for all: what reaches the functions that can run elsewhere."""
        found: dict[str, set[Place]] = {}
        celery = True
        for offered in survey.interface.offered:
            for node in survey.behind(offered, inside=False) if offered.crosses else ():
                for edge in survey.graph.out(node.id, "enqueues"):
                    task = survey.graph.node(edge.target)
                    celery &= task is None or dict(task.attributes).get("framework", "celery") == "celery"
                    named = found.setdefault(edge.target.partition(":")[2], set())
                    named.update(place for place, _ in edge.evidence)
        if not found:
            return
        names = ", ".join(sorted(found)[:_NAMED])
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        yield Hazard(
            id=self.id,
            title=f"code that would run in the service sends tasks: {names}{more}",
            severity="warning",
            evidence=places(place for found_at in found.values() for place in found_at),
            consequence="the monolith's workers carry them out; without the broker the service reaches "
            "none, and it does not know queues and routes of the monolith's configuration",
            help="give the service CELERY_BROKER_URL with the workers' value (Celery reads it by itself), "
            "and name queues where the tasks are sent"
            if celery
            else "give the service the address of the workers' broker, as the monolith sets it up",
        )


hazard = SendsTasks()
