"""The outcome of a rung: what ran, what crossed, what differs, what is unproven, what the rung cannot see."""

from __future__ import annotations

from collections.abc import Iterator

from ...analyzer.model.parity import Parity
from .parity_replayed import replayed_lines
from .plain import clean, count, crop, encode, ending, pad, shorten, wrap

_SHOWN = 20
_SOURCES = {
    "literals": "around literals",
    "replayed": "as tests make them",
    "schema": "of the OpenAPI snapshot",
    "types": "of declared types",
}


class ParityText:
    """A few lines, then the functions with their numbers."""

    name = "text"
    accepts = Parity

    def render(self, result: Parity) -> bytes:
        """Lines of at most 80 columns."""
        return encode(_lines(result))


def _lines(result: Parity) -> Iterator[str]:
    title = f"{clean(result.subject)}, rung {result.rung}"
    yield from wrap("", title + (", sabotaged: every answer was made wrong" if result.sabotage else ""), 0)
    if result.replayed is not None:
        yield from replayed_lines(result, result.replayed)
        return
    failing = (
        f", {result.failed_before:,} of them fail without the service, too" if result.failed_before else ""
    )
    yield from wrap("tests:", f"{result.tests:,}{failing}", 11)
    if result.compared:
        yield from wrap("compared:", _compared(result), 11)
    else:
        yield from wrap("crossed:", f"{count(result.requests, 'call')} {_by(result)}", 11)
    for name, times in result.crossings:
        told = f"{times:>8,}" if times else "   local" if name in result.local else "unproven"
        yield f"  {pad(ending(name, 66), 66)} {told}"
    if result.sabotage:
        yield from _sabotaged(result)
    elif result.differences:
        yield from _differences(result)
    else:
        yield f"differs:   no {'call' if result.compared else 'test'}"
        if not result.requests:
            yield from wrap("proven:", _nothing(result), 11)
    for name, times in result.patched:
        yield from wrap("patched:", f"{clean(name)} by {count(times, 'test')}, and lent to the service", 11)
    if result.words:
        yield "the run ended before all tests had run; its last lines:"
        yield from (f"  {crop(line, 76)}" for line in result.words.splitlines())
    yield from wrap("not seen:", "; ".join(result.hides), 11)


def _nothing(result: Parity) -> str:
    """Why nothing is proven where nothing crossed."""
    if result.crossings and all(name in result.local for name, _ in result.crossings):
        return "nothing, as each of these functions stays in this process: scaffold --step seam tells why"
    return "nothing, as no call crossed: give --tests that call these functions"


def _compared(result: Parity) -> str:
    parts = ", ".join(f"{_SOURCES.get(name, name)} {times:,}" for name, times in result.compared)
    return f"{count(result.requests, 'call')}: {parts}"


def _by(result: Parity) -> str:
    if result.crossing_tests or not result.requests:
        return f"by {count(result.crossing_tests, 'test')}"
    return "in processes that the tests started"


def _differences(result: Parity) -> Iterator[str]:
    yield from wrap("differs:", count(len(result.differences), "call" if result.compared else "test"), 11)
    for difference in result.differences[:_SHOWN]:
        if result.compared:
            yield f"  {crop(clean(difference.request), 76)}"
            yield f"    monolith: {crop(clean(difference.expected), 64)}"
            yield f"    service:  {crop(clean(difference.actual), 64)}"
            continue
        yield f"  {shorten(difference.request, 56)}: {difference.expected} -> {difference.actual}"
    if len(result.differences) > _SHOWN:
        yield f"  and {len(result.differences) - _SHOWN:,} more"
    if result.said:
        yield "errors that the service raised and did not declare, the most frequent first:"
        yield from (f"  {crop(line, 76)}" for line in result.said)


def _sabotaged(result: Parity) -> Iterator[str]:
    yield from wrap("noticed:", f"{count(len(result.differences), 'test')} failed", 11)
    if result.unnoticed:
        names = ", ".join(ending(name, 44) for name in result.unnoticed)
        yield from wrap("unnoticed:", f"no test fails although it crosses {names}", 11)


report = ParityText()
