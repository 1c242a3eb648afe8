"""Views and triggers that a later one of numbered scripts or migrations takes away again."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..model.facts import Fact

_NUMBERED = re.compile(r"(?:^|/)[vV]?\d+(?:[._-][^/]*)?(?:/[^/]+)?\Z")
"""Run in the order of their numbers; names that are digests tell no order."""
_KINDS = frozenset({"view", "trigger"})
"""Not routines: another of the same name, with other arguments, may stay."""


def in_order(path: str) -> list[tuple[int, str]]:
    """`V2__b.sql` comes before `V10__a.sql`."""
    return [
        (int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d{1,18})", path) if part
    ]


def dropped(facts: Iterable[tuple[str, Fact]]) -> frozenset[tuple[str, str]]:
    """(kind, name) of what the last file that tells of it drops.

    A file that makes it as well (`DROP TRIGGER IF EXISTS`, or the way back of a migration) keeps it.
    """
    told: dict[str, dict[tuple[str, str], bool]] = {}
    tables: dict[tuple[str, str], set[str]] = {}
    for path, fact in facts:
        if fact.data.get("down") or fact.scope.endswith("downgrade"):
            continue
        for made in fact.data["definitions"]:
            place = (str(made["kind"]), str(made["name"]))
            if place[0] in _KINDS:
                found = told.setdefault(path if _NUMBERED.search(path) else "", {})
                found[place] = found.get(place, False) or made["action"] != "drop"
                tables.setdefault(place, set()).add(str(made["on"]))
    kept = {place for place, made in told.pop("", {}).items() if made}  # no number, no order
    kept |= {place for place, names in tables.items() if len(names - {""}) > 1}  # one trigger a table
    last: dict[tuple[str, str], bool] = {}
    for path in sorted(told, key=in_order):
        last.update(told[path])
    return frozenset(place for place, made in last.items() if not made and place not in kept)
