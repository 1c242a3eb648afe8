"""What ties two things, as text: each kind with its number, its weight and places to look at."""

from __future__ import annotations

from collections.abc import Iterator

from ...analyzer.model.results import WhyResult
from ...analyzer.model.ties import Bond
from .plain import clean, columns, count, encode, wrap

_SHOWN, _PLACES = 4, 3


class WhyText:
    """A table of the kinds, then a few ties of each with `path:line`."""

    name = "text"
    accepts = WhyResult

    def render(self, result: WhyResult) -> bytes:
        """Lines of at most 80 columns, but for long paths."""
        left, right = clean(result.left), clean(result.right)
        if not result.bonds:
            lines = wrap("", f"nothing was seen that ties {left} and {right}", 0)
            return encode([*lines, *_history(result)])
        lines = wrap("", f"what ties {left} and {right}", 0)
        rows = [["", "seen", "weight", "strength"]]
        rows += [
            [bond.title, f"{len(bond.sights):,}", _weight(bond), _strength(bond)] for bond in result.bonds
        ]
        lines += ["", *columns(rows, (32, -7, -8, -9)), ""]
        lines += wrap("weight", "what a tie of this kind counts for by default, or in [coupling]", 10)
        lines += wrap("strength", "what these count for where services are drawn, all parts together", 10)
        for bond in result.bonds:
            lines += ["", *_bond(bond, result.every)]
        return encode([*lines, *_history(result)])


def _weight(bond: Bond) -> str:
    return f"{bond.weight:g}" if bond.weight else "-"


def _strength(bond: Bond) -> str:
    return f"{bond.strength:.2f}" if bond.strength else "-"


def _bond(bond: Bond, every: bool) -> Iterator[str]:
    yield f"{bond.title}: {len(bond.sights):,}"
    shown = bond.sights if every else bond.sights[:_SHOWN]
    for sight in shown:
        yield from wrap("  -", sight.words, 4)
        places = list(dict.fromkeys(clean(str(place)) for place in sight.places))
        few = places if every else places[:_PLACES]
        yield from (f"      {place}" for place in few)
        if len(few) < len(places):
            yield f"      and {count(len(places) - len(few), 'more place')}"
    if len(shown) < len(bond.sights):
        yield f"    and {len(bond.sights) - len(shown):,} more (--all)"


def _history(result: WhyResult) -> list[str]:
    return ["", *wrap("git:", f"no history ({result.history})", 5)] if result.history else []


report = WhyText()
