"""Which other rows a query asks for: lookups such as `user__plan__name`, followed from class to class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .classes import ClassValue

_KEY_ALONE = frozenset("id pk exact iexact in isnull gt gte lt lte range".split())
_MOST_PARTS, _MOST = 6, 12

Leads = Mapping[ClassValue, Mapping[str, tuple[ClassValue, bool]]]
"""Class -> attribute -> the class that it leads to, and whether the rows there hold the key."""


def crossed(leads: Leads, class_: ClassValue, lookups: Iterable[str], whole: bool) -> list[ClassValue]:
    """The classes whose rows are asked for beside those of one class.

    `whole`: the last part of a lookup is loaded; else it is left out where its key is all that is asked for.
    """
    found: dict[ClassValue, None] = {}
    for lookup in lookups:
        owner, parts = class_, lookup.lstrip("-").split("__")[:_MOST_PARTS]
        for index, part in enumerate(parts):
            known = leads.get(owner, {})
            led = known.get(part) or known.get(f"{part}_set")
            if led is None:
                break
            owner, keyed = led
            rest = parts[index + 1 : index + 2]
            if whole or keyed or (rest and rest[0] not in _KEY_ALONE):
                found[owner] = None
    return list(found)[:_MOST]
