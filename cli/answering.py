"""The answer of a check: the one that is kept, or a new one, which is kept. For the verb and for tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from .again import Asked

if TYPE_CHECKING:
    from ..analyzer.indexing.kept import Answer
    from ..analyzer.model.results import CheckResult


def answer(
    asked: Asked,
    question: str | None,
    *,
    workers: int | None = None,
    cache: bool = True,
    progress: Callable[[str, int, int], None] | None = None,
) -> Answer:
    """What a check ends with. `question` is that of `asked` (None: nothing is kept, nor looked for).

    Raises CarveoutError for mistakes in the project's files and for a format that there is not.
    """
    from ..analyzer.indexing import kept

    known = kept.find(asked.root, question) if question else None
    if known is not None:
        return known
    found = _check(asked, workers, cache, progress)
    if question and asked.question() == question:  # nothing changed meanwhile
        kept.keep(asked.root, question, found)
    return found


def _check(
    asked: Asked, workers: int | None, cache: bool, progress: Callable[[str, int, int], None] | None
) -> Answer:
    """Check for good."""
    from ..analyzer import pipeline
    from ..analyzer.model.results import CheckResult
    from ..generators.reports import choose

    choose(CheckResult, asked.format)  # an unknown one is said before anything is read
    result = pipeline.gate(
        asked.root, since=asked.since, strict=asked.strict, today=date.today(), workers=workers, cache=cache,
        progress=progress,
    )  # fmt: skip
    return _rendered(replace(result, every=asked.every), asked.format)


def _rendered(result: CheckResult, format: str) -> Answer:
    """What is printed of a result, and the exit code."""
    from ..analyzer.indexing.kept import Answer
    from ..generators.reports import choose
    from ..generators.reports.unseen import unread

    summary = choose(type(result), "markdown").render(result) if format == "github" else b""
    code = 1 if result.failed else 3 if unread(result.graph) else 0
    return Answer(code, choose(type(result), format).render(result), summary)
