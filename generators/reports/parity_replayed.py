"""Lines about recorded calls that were asked again: what was compared, what was noise, what differs."""

from __future__ import annotations

from collections.abc import Iterator

from ...analyzer.model.parity import Difference, Parity, Replayed
from .plain import clean, count, crop, ending, pad, wrap

_SHOWN, _FIELDS, _NOTES = 20, 6, 8


def replayed_lines(result: Parity, found: Replayed) -> Iterator[str]:
    """Lines of at most 80 columns, without the title."""
    masked = f", {found.masked:,} of them without what may be a credential" if found.masked else ""
    yield from wrap("recorded:", f"{count(found.recorded, 'different call')}{masked}", 11)
    yield from wrap("compared:", count(result.requests, "call"), 11)
    for name, times in result.crossings:
        told = f"{times:>8,}" if times else "   local" if name in result.local else "unproven"
        yield f"  {pad(ending(name, 66), 66)} {told}"
    yield from _notes(found)
    if not result.differences:
        yield "differs:   no call"
    else:
        yield from wrap("differs:", count(len(result.differences), "call"), 11)
        for difference in result.differences[:_SHOWN]:
            yield from _fields(difference)
        if len(result.differences) > _SHOWN:
            yield f"  and {len(result.differences) - _SHOWN:,} more"
    yield from wrap("not seen:", "; ".join(result.hides), 11)


def _notes(found: Replayed) -> Iterator[str]:
    for name, times in found.left:
        yield from wrap(
            "left out:", f"{count(times, 'call')} of {clean(name)}, which is not behind the seam", 11
        )
    if found.otherwise:
        words = "now answered otherwise than they were recorded: data or time are not what they were"
        yield from wrap("since:", f"{count(found.otherwise, 'call')} {words}", 11)
    noise = _noise(found)
    for field, times, functions in noise[:_NOTES]:
        words = f"{clean(field)} differs when the monolith is asked twice, and is not compared:"
        yield from wrap("noise:", f"{words} {count(times, 'call')} of {functions}", 11)
    for name, words, times in found.failed[:_NOTES]:
        told = (
            f"{count(times, 'call')} of {ending(clean(name), 40)} in the monolith: {crop(clean(words), 120)}"
        )
        yield from wrap("failed:", told, 11)
    for kind, notes in (("fields that are noise", noise), ("kinds of failure", found.failed)):
        if len(notes) > _NOTES:
            yield f"           and {len(notes) - _NOTES:,} more {kind}"
    for host, times in found.hosts:
        yield from wrap("kept from:", f"{clean(host)}, {times:,} times: replay reaches no other host", 11)
    for table in found.unread:
        yield from wrap("too large:", f"the table {clean(table)}: its rows are not compared", 11)


def _noise(found: Replayed) -> list[tuple[str, int, str]]:
    """(field, calls, functions), each field once."""
    of: dict[str, list[tuple[str, int]]] = {}
    for name, field, times in found.noise:
        of.setdefault(field, []).append((name, times))
    return [
        (
            field,
            sum(times for _, times in rows),
            ending(clean(rows[0][0]), 40) if len(rows) == 1 else count(len(rows), "function"),
        )
        for field, rows in sorted(of.items())
    ]


def _fields(difference: Difference) -> Iterator[str]:
    yield f"  {crop(clean(difference.request), 76)}"
    for field, expected, actual in difference.fields[:_FIELDS]:
        yield f"    {crop(clean(field), 74)}"
        yield f"      monolith: {crop(clean(expected), 62)}"
        yield f"      service:  {crop(clean(actual), 62)}"
    if len(difference.fields) > _FIELDS:
        yield f"    and {len(difference.fields) - _FIELDS:,} more fields"
