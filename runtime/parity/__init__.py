"""Parity: evidence that a service and the monolith answer alike.

| rung | file | what it hides |
|---|---|---|
| wire | `wire.py` | in-process: module state, settings, imports, isolation of transactions, time |
| process | `process.py` | a second process on the test's connection: isolation, locks, many callers |
| committed | `committed.py` | a second process that commits, for the tests that cross: many callers |

`inside/` is what is put into the process of the user's tests; it knows nothing of carveout.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...analyzer.model.parity import Parity
from ...generators.seams.contract import SeamAt
from ...generators.services.layout import ServiceAt
from .running import Run

RUNGS = {"wire": "twice", "process": "twice", "committed": "three times"}
"""The rungs from the ground up, and how often each runs the tests."""


def climb(
    rung: str,
    root: Path,
    command: Sequence[str],
    at: SeamAt,
    service: ServiceAt | None,
    *,
    before: Run | None = None,
    sabotage: bool = False,
) -> Parity:
    """The outcome of one rung; those above *wire* need the `service`. `before` is a run that there is."""
    from .committed import committed
    from .process import process
    from .wire import wire

    if service is None:
        return wire(root, command, at, before=before, sabotage=sabotage)
    service = service._replace(src=str(root / service.src))
    if rung == "committed":
        return committed(root, command, at, service, sabotage=sabotage)
    return process(root, command, at, service, before=before, sabotage=sabotage)
