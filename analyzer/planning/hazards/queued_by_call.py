"""Functions that a call puts into a queue (Huey's tasks): a service would queue them once more."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from ...model.evidence import Evidence
from ...model.findings import Hazard
from ..survey import Survey

_LIBRARY = "huey"
_QUEUES = frozenset({"task", "db_task", "periodic_task", "db_periodic_task"})


class QueuedByCall:
    """See the module."""

    id = "queued-by-call"

    def find(self, survey: Survey) -> Iterable[Hazard]:
        """One for each function that others call; Celery's tasks are carried out when they are called."""
        for offered in survey.interface.offered:
            if offered.crosses and _is_queued(survey, offered.dotted):
                yield Hazard(
                    id=self.id,
                    subject=offered.dotted,
                    title=f"a call of {offered.dotted} is put into a queue of Huey",
                    severity="error",
                    evidence=(Evidence(offered.place),),
                    consequence="a worker would ask the service, which would queue the call again",
                    help="leave the task where it is, and have it call a plain function of the service",
                )


def _is_queued(survey: Survey, dotted: str) -> bool:
    """Whether a decorator of the function is one of Huey's, by its name and what its module imports."""
    found = survey.declarations.function(dotted)
    if found is None:
        return False
    file, function, _ = found
    for decorator in function.decorator_list:
        node = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
        if name in _QUEUES and _LIBRARY in survey.declarations.absolute(file, node).lower():
            return True
    return False


hazard = QueuedByCall()
