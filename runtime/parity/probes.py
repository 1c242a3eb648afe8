"""The rung *probes*: more calls than the tests make, to the monolith and to the service, compared.

Where a test calls the service, its call is repeated, with values that the schema of the OpenAPI snapshot
allows, and with one value changed: to what stands around the literals of the code, to odd values of the
declared type. Answers and the rows of changed tables are compared;
what the monolith itself answers differently the second time is noise. Everything is taken back, and what
becomes of the tests does not count.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from itertools import starmap
from pathlib import Path

from ...analyzer.model.errors import CarveoutError
from ...analyzer.model.parity import Difference, Parity
from ...generators.seams.contract import SeamAt
from ...generators.services.layout import ServiceAt
from .comparing import require_started, require_tests
from .running import run_tests
from .wire import crossing

HIDES = (
    "functions that change something, outside of Django: they are asked only where that can be taken back",
    "events, mail and requests that the calls send",
    "isolation, locks and several callers at once, as on the rung process",
)


def probes(
    root: Path,
    command: Sequence[str],
    at: SeamAt,
    service: ServiceAt,
    *,
    only: Collection[str] | None = None,
    seconds: float = 3_600.0,
) -> Parity:
    """Runs all tests once, and those that cross (or `only` some) again, with more calls around theirs.

    Raises CarveoutError when the tests cannot be run, none of them crosses, or the service does not start.
    """
    if only is None:
        only = require_tests(crossing(root, command, at, seconds=seconds)).crossing_tests
    if not only:
        raise CarveoutError(
            "no test crosses the seam",
            why="probes are made around the calls of tests",
            help="write a test that calls what the service answers; --rung wire shows what is unproven",
        )
    told = {"crosses": "probing", "module": at.module, "seam": at.name, "rung": "process", "sabotage": False}
    run = require_started(run_tests(root, command, {**told, **service._asdict()}, only=only, seconds=seconds))
    counts = {name: sum(run.compared.get(name, {}).values()) for name in at.functions}
    sources: dict[str, int] = {}
    for found in run.compared.values():
        for source, times in found.items():
            sources[source] = sources.get(source, 0) + times
    return Parity(
        subject=at.name.removesuffix("_seam"),
        rung="probes",
        requests=sum(counts.values()),
        differences=_differences(run.different),
        tests=len(run.tests),
        crossings=tuple(sorted(counts.items())),
        crossing_tests=len(run.crossing_tests),
        local=tuple(sorted(at.local)),
        compared=tuple(sorted(sources.items())),
        hides=HIDES,
    )


def _differences(rows: Sequence[tuple[str, str]]) -> tuple[Difference, ...]:
    """Each call once, sorted."""
    found = {each.request: each for each in starmap(_difference, rows)}
    return tuple(found[request] for request in sorted(found))


def _difference(name: str, words: str) -> Difference:
    told = json.loads(words)
    arguments = ", ".join(f"{key}={json.dumps(value)}" for key, value in told["call"].items())
    return Difference(f"{name}({arguments})", told["expected"], told["actual"])
