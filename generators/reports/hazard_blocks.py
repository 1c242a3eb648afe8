"""Hazards of a step as text: how many refuse it, then a block for each kind, whose advice is said once."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ...analyzer.model.findings import Hazard
from .plain import clean, count, wrap

_PLACES = 5
_Kind = tuple[str, str, str, str, str, bool]


def hazard_blocks(hazards: Collection[Hazard], accepted: Collection[str]) -> Iterator[str]:
    """Lines of at most 80 columns, in the order of the hazards; `accepted` are the user's words."""
    kinds: dict[_Kind, list[Hazard]] = {}
    for each in hazards:
        kind = (each.id, each.severity, each.why, each.consequence, each.help, each.accepted_by(accepted))
        kinds.setdefault(kind, []).append(each)
    if len(hazards) > 1:
        yield ""
        yield from wrap("hazards:", _summary(hazards, accepted), 9)
    for (id, _, why, cost, help, is_accepted), alike in kinds.items():
        mark = " (accepted)" if is_accepted else ""
        yield ""
        if len(alike) == 1:
            yield from wrap("", f"{id}{mark} {alike[0].title}", 0)
            yield from _places(alike[0], " --> ")
        else:
            yield f"{id}{mark}, {len(alike):,} times"
            for each in alike:
                yield from wrap("  ", each.title, 2)
                yield from _places(each, "    --> ")
        for label, text in (("why:", why), ("cost:", cost), ("help:", help)):
            if text:
                yield from wrap(label, text, 6)


def _summary(hazards: Collection[Hazard], accepted: Collection[str]) -> str:
    refusing = sum(each.severity == "error" and not each.accepted_by(accepted) for each in hazards)
    passed = sum(each.severity == "error" for each in hazards) - refusing
    warnings = sum(each.severity == "warning" for each in hazards)
    notes = len(hazards) - refusing - passed - warnings
    parts = {
        f"{refusing:,} {'refuses' if refusing == 1 else 'refuse'} the step unless accepted": refusing,
        f"{passed:,} accepted": passed,
        count(warnings, "warning"): warnings,
        count(notes, "note"): notes,
    }
    return ", ".join(part for part, number in parts.items() if number)


def _places(hazard: Hazard, arrow: str) -> Iterator[str]:
    places = list(dict.fromkeys(clean(str(place)) for place, _ in hazard.evidence))
    for place in places[:_PLACES]:
        yield f"{arrow}{place}"
    if len(places) > _PLACES:
        yield f"{' ' * len(arrow)}and {len(places) - _PLACES} more"
