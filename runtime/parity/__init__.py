"""Parity: evidence that a service and the monolith answer alike.

| rung | file | what it hides |
|---|---|---|
| wire | `wire.py` | in-process: module state, settings, imports, isolation of transactions, time |
| process | `process.py` | a second process on the test's connection: isolation, locks, many callers |
| committed | `committed.py` | a second process that commits, for the tests that cross: many callers |
| probes | `probes.py` | calls beyond those of the tests, to both sides: events, many callers |

`replaying.py` asks recorded calls again on *wire* or *process*, in place of tests.
`inside/` is what is put into the process of the user's tests; it knows nothing of carveout.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...analyzer.model.errors import UsageError
from ...analyzer.model.parity import Parity
from ...generators.seams.contract import SeamAt
from ...generators.services.layout import ServiceAt
from .running import Run

RUNGS = {"wire": "twice", "process": "twice", "committed": "three times", "probes": "twice"}
"""The rungs from the ground up, and how often each runs the tests."""


def climb(
    rung: str,
    root: Path,
    command: Sequence[str],
    at: SeamAt,
    service: ServiceAt | None,
    *,
    before: Run | None = None,
    beside: Sequence[tuple[SeamAt, ServiceAt | None]] = (),
    sabotage: bool = False,
) -> Parity:
    """The outcome of one rung; those above *wire* need the `service`. `before` is a run that there is.

    What is `beside` is crossed at the same time. Raises UsageError for the rung committed with others beside.
    """
    from .committed import committed
    from .probes import probes
    from .process import process
    from .wire import wire

    if service is None:
        seams = [seam for seam, _ in beside]
        return wire(root, command, at, before=before, beside=seams, sabotage=sabotage)
    if rung in ("committed", "probes") and beside:
        raise UsageError(f"the rung {rung} takes one service", help="leave out --with")
    if rung == "probes" and sabotage:
        raise UsageError("--sabotage is about tests, which do not count on the rung probes")
    service = service.below(root)
    if rung == "probes":
        return probes(root, command, at, service)
    if rung == "committed":
        return committed(root, command, at, service, sabotage=sabotage)
    others = [(seam, other.below(root)) for seam, other in beside if other is not None]
    return process(root, command, at, service, before=before, beside=others, sabotage=sabotage)
