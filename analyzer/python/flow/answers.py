"""Answers to questions that need each other's answers, in circles too: the same whoever asks first."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Question = TypeVar("Question", bound=Hashable)
Answer = TypeVar("Answer", bool, frozenset[int])
_Asked = tuple[Callable[[Any], Any], Hashable]


class Answers:
    """Keeps what was found out, and finds the rest out: from the least there is, until nothing is added.

    What answers a question asks others here, and gets what is known so far; it is asked again once more is.
    More that is known must never make an answer smaller: `True` and larger sets are more.
    """

    def __init__(self) -> None:
        self._known: dict[_Asked, Any] = {}
        self._askers: dict[_Asked, dict[_Asked, None]] = {}
        self._waiting: dict[_Asked, None] = {}
        self._asking: _Asked | None = None

    def ask(self, answer: Callable[[Question], Answer], question: Question, least: Answer) -> Answer:
        """What a method says to a question."""
        asked = (answer, question)
        if asked not in self._known:
            self._known[asked] = least
            self._waiting[asked] = None
            if self._asking is None:
                self._find_out()
        if self._asking is not None:
            self._askers.setdefault(asked, {})[self._asking] = None
        found: Answer = self._known[asked]
        return found

    def _find_out(self) -> None:
        while self._waiting:
            asked, _ = self._waiting.popitem()
            self._asking = asked
            answer, question = asked
            known = self._known[asked]
            found = known | answer(question)
            if found != known:
                self._known[asked] = found
                self._waiting.update(self._askers.get(asked, {}))
        self._asking = None
        self._askers.clear()
