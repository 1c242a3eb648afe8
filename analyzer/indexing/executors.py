"""Where work is done: in this process, in several, or in one that goes on beside it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from heapq import heappop, heappush
from multiprocessing import current_process, get_context
from multiprocessing.connection import Connection
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


class Beside:
    """Work in a process of its own, which begins with all that this one knows, while this one goes on."""

    def __init__(self, work: Callable[[], bytes]) -> None:
        self._reader, writer = get_context("fork").Pipe(duplex=False)
        self._process = get_context("fork").Process(target=_tell, args=(writer, work), daemon=True)
        self._process.start()
        writer.close()

    def result(self) -> bytes | None:
        """What came of it, once it is done; None where the process was killed, or failed."""
        found: bytes | None = None
        with suppress(EOFError, OSError):
            found = self._reader.recv_bytes()
        self._reader.close()
        self._process.join()
        return found


def _tell(writer: Connection, work: Callable[[], bytes]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a Ctrl-C is answered by whoever waits for us
    with suppress(Exception):  # who waits does the work again, and says what fails
        writer.send_bytes(work())


def beside(work: Callable[[], bytes], workers: int | None) -> Beside | None:
    """Begins work in a process of its own; None where there can be none, or one alone is wanted."""
    return Beside(work) if _wanted(workers) > 1 and _can_fork() else None


def shared(sizes: Mapping[str, int], workers: int | None) -> list[list[str]]:
    """Work of several sizes, shared out among as many processes as there may be: the largest first."""
    shares: list[tuple[int, int, list[str]]] = [(0, number, []) for number in range(_wanted(workers))]
    for name in sorted(sizes, key=lambda name: (-sizes[name], name)):
        size, number, names = heappop(shares)
        names.append(name)
        heappush(shares, (size + sizes[name], number, names))
    return [names for _, _, names in sorted(shares, key=lambda share: share[1]) if names]


def _can_fork() -> bool:
    return threading.active_count() == 1 and sys.platform == "linux"


def _context() -> BaseContext:
    """Forking starts in no time, with all readers loaded, but is safe only while there are no threads."""
    return get_context("fork" if _can_fork() else "spawn")


def _wanted(workers: int | None) -> int:
    if current_process().daemon:  # somebody's worker: these may start none of their own
        return 1
    return min(os.cpu_count() or 1, 8) if workers is None else max(1, workers)


def choose(items: int, workers: int | None) -> Serial | Processes:
    """The executor for that many items; `workers` None means one a processor, at most eight."""
    wanted = _wanted(workers)
    return Serial() if wanted == 1 or items < _WORTH_PROCESSES else Processes(wanted)
