"""Where files are read: in this process, or in several."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from multiprocessing.context import BaseContext
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_WORTH_PROCESSES = 80
"""Files below which starting processes costs more than it saves."""


class Serial:
    """Runs work in this process."""

    def map(self, work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        return map(work, items)


class Processes:
    """Runs work in several processes; results come in the order of the items."""

    def __init__(self, workers: int) -> None:
        self._workers = workers

    def map(self, work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        jobs = list(items)
        chunk = max(1, min(32, len(jobs) // (self._workers * 8)))
        done = 0
        try:
            with ProcessPoolExecutor(self._workers, mp_context=_context()) as pool:
                for result in pool.map(work, jobs, chunksize=chunk):
                    yield result
                    done += 1
        except BrokenProcessPool:  # killed for memory, or a main module that cannot be imported again
            yield from map(work, jobs[done:])


def _context() -> BaseContext:
    """Forking starts in no time, with all readers loaded, but is safe only while there are no threads."""
    alone = threading.active_count() == 1 and sys.platform == "linux"
    return get_context("fork" if alone else "spawn")


def choose(items: int, workers: int | None) -> Serial | Processes:
    """The executor for that many items; `workers` None means one a processor, at most eight."""
    wanted = min(os.cpu_count() or 1, 8) if workers is None else max(1, workers)
    return Serial() if wanted == 1 or items < _WORTH_PROCESSES else Processes(wanted)
