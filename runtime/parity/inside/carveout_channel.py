"""Questions between the service and the process of the tests, over two pipes; both belong to one user."""

from __future__ import annotations

import os
import pickle
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from typing import Any


class Broken(Exception):
    """The other process is gone."""


class Channel:
    """One end: `ask` on the service's, `lend` on that of the tests."""

    def __init__(self, reads: int, writes: int) -> None:
        self._reads, self._writes = Connection(reads, writable=False), Connection(writes, readable=False)
        self._lock = threading.Lock()

    def ask(self, what: str, *about: Any) -> Any:
        """The answer of the other side; exceptions over there are raised here."""
        with self._lock:
            try:
                self._writes.send_bytes(pickle.dumps((what, about)))
                good, answer = pickle.loads(self._reads.recv_bytes())  # noqa: S301
            except (EOFError, OSError) as error:
                raise Broken("the process of the tests is gone") from error
        if not good:
            raise answer
        return answer

    def lend(self, work: Callable[[], Any], answer: Callable[..., Any]) -> Any:
        """Runs `work` in a thread, and meanwhile answers here what the other side asks.

        The caller's thread answers, so that what belongs to it (such as its connection) is what is lent.
        """
        outcome: list[tuple[bool, Any]] = []
        over, end = os.pipe()

        def run() -> None:
            try:
                outcome.append((True, work()))
            except BaseException as error:
                outcome.append((False, error))
            os.write(end, b".")

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            while over not in (ready := wait([self._reads, over])):
                del ready
                self.answer_one(answer)
        finally:
            thread.join()
            os.close(over)
            os.close(end)
        good, value = outcome[0]
        if not good:
            raise value
        return value

    def answer_one(self, answer: Callable[..., Any], seconds: float | None = None) -> None:
        """Answers one question. Raises Broken when there is no other side, or nothing comes in time."""
        try:
            if not self._reads.poll(seconds):
                raise Broken("it said nothing in time")
            what, about = pickle.loads(self._reads.recv_bytes())  # noqa: S301
        except (EOFError, OSError) as error:
            raise Broken("it is gone") from error
        try:
            data = pickle.dumps((True, answer(what, *about)))
        except BaseException as error:
            data = _failure(error)
        self._writes.send_bytes(data)


def _failure(error: BaseException) -> bytes:
    """An exception as bytes; one that cannot travel becomes text."""
    try:
        data = pickle.dumps((False, error))
        pickle.loads(data)  # noqa: S301
    except Exception:
        return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))
    return data
