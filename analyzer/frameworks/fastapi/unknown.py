"""What an application answers beside its known routes: mounted applications, unknown routers and texts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ...model.evidence import Place
from ...python.conditions import NEVER
from .entries import shown_join
from .known_routers import Item
from .prefixes import Chain, Prefixes
from .routers import Routers
from .texts import HOLE

_MOST = 50
"""Of one application that are kept apart."""


class Unknown(NamedTuple):
    """Paths that something answers. `tried` says when, as that of routes does."""

    tried: Chain
    text: str
    methods: Sequence[str]
    shown: str
    when: str
    host: str
    place: Place

    def before(self, tried: Chain, text: str) -> bool:
        """Whether it may answer a path of a route, as far as the beginnings of both and their order tell."""
        mine, its = self.text.partition("{")[0], text.partition("{")[0]
        if not (mine.startswith(its) or its.startswith(mine)):
            return False
        for here, there in zip(self.tried, tried, strict=False):
            if here != there:
                return here[:2] != there[:2] or here <= there
        return True


class Unknowns:
    """All of them, by the application."""

    def __init__(self, routers: Routers, prefixes: Prefixes) -> None:
        self._routers, self._prefixes = routers, prefixes
        self._known: dict[str, list[Unknown]] = {}
        for parent, item, text, methods, shown in self._all():
            for prefix, chain in prefixes.of(parent).items():
                steps = (*chain, *prefixes.steps(item))
                when, kept = prefixes.when(steps), self._known.setdefault(str(chain[0][0]), [])
                if when != NEVER and len(kept) < _MOST:
                    kept.append(
                        Unknown(steps, prefix + text, methods, shown, when, prefixes.host(steps), item.place)
                    )
                elif when != NEVER:  # too many: one for all
                    kept[-1] = Unknown(chain[:1], HOLE, ("ANY",), "...", "", "", item.place)

    def before(self, tried: Chain, text: str) -> str:
        """JSON of what may answer paths of a route before it does, "" for nothing."""
        found = [one for one in self._known.get(str(tried[0][0]), ()) if one.before(tried, text)]
        return json.dumps([[*one[:-1], *one.place[:2]] for one in found]) if found else ""

    def _all(self) -> Iterator[tuple[str, Item, str, Sequence[str], str]]:
        """(router, what is put into it, text, methods, how it is shown)."""
        routers, everything = self._routers, ("ANY",)
        for key, item in routers.lost:
            text, shown = self._text(item), shown_join(item.entry)
            below = "/{path:path}" if item.entry.get("mounts") else HOLE
            yield key, item, text.rstrip("/") + below, everything, shown
        for key in sorted(routers.items):
            for item in routers.items[key]:
                text = self._text(item)
                if HOLE in text:
                    yield key, item, text, item.entry["methods"] or everything, text.replace(HOLE, "...")
        for key in sorted(routers.joins.keys() & routers.items.keys()):
            own = self._prefixes.own(routers.known[key])
            for parent, item in routers.joins[key]:
                text = self._text(item)
                if own is None or HOLE in text:
                    said = f"the prefix of {routers.known[key].shown}"
                    yield parent, item, text + (own or "") + HOLE, everything, said

    def _text(self, item: Item) -> str:
        return self._routers.texts.with_holes(item.path, item.scope, item.entry.get("text", ()))
