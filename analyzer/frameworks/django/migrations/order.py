"""The order in which migrations run."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from typing import Any

Name = tuple[str, str]
"""(label, migration)."""


def in_order(migrations: Mapping[Name, Mapping[str, Any]]) -> Iterator[Name]:
    """Each migration after those that it depends on; squashed ones in place of what they replace.

    Circles, which Django refuses, are broken where the first name stands.
    """
    squashed = {
        (str(label), str(name)): key
        for key, data in sorted(migrations.items())
        for label, name in data["replaces"]
        if (label, name) != key
    }
    left = sorted(key for key in migrations if key not in squashed)
    waiting: dict[Name, set[Name]] = {}
    blocked: dict[Name, list[Name]] = {}
    for key in left:
        needed = {_standing(squashed, (str(a), str(n))) for a, n in migrations[key]["dependencies"]}
        waiting[key] = {name for name in needed if name in migrations and name != key}
        for name in waiting[key]:
            blocked.setdefault(name, []).append(key)
    ready = [key for key in left if not waiting[key]]
    done: set[Name] = set()
    circular = iter(left)
    while len(done) < len(left):
        if not ready:
            ready = [next(key for key in circular if key not in done)]
        key = heapq.heappop(ready)
        if key in done:
            continue
        done.add(key)
        yield key
        for other in blocked.get(key, ()):
            waiting[other].discard(key)
            if not waiting[other] and other not in done:
                heapq.heappush(ready, other)


def _standing(squashed: Mapping[Name, Name], name: Name) -> Name:
    """The migration that stands for a replaced one."""
    for _ in range(16):
        if name not in squashed:
            break
        name = squashed[name]
    return name
