"""What the values that flow say, kept for as long as the code that they flow through stays the same.

Tests, templates and SQL may change without it, and code may move: it is told where it stands afterwards. What
functions load by texts depends on more than that code: what was answered is kept beside it and asked again,
and one other answer makes it void.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from sys import intern
from typing import NamedTuple

import msgpack

from ..model.world import Passed, Row, RowUse
from ..python.flow.code import load
from ..python.flow.machine import Loads
from ..python.flow.sites import Site
from ..python.flow.solve import Lowered, Solution, solve
from .executors import beside
from .read import readers_version
from .store import NOT_OURS, Store

_Question = tuple[str, str, tuple[str, ...]]
_Asked = Mapping[_Question, tuple[str, ...]]
_WORTH_A_PROCESS = 300_000
"""Bytes of code from which solving it takes longer than a process of its own and what it hands over."""


class Packed(NamedTuple):
    """A file as `Lowered` has it, its code still packed."""

    path: str
    module: str
    is_package: bool
    code: bytes
    exports: frozenset[str] | None


def solving(
    store: Store | None,
    files: Iterable[Packed],
    rules: Mapping[str, str],
    loads: Loads,
    rows: Collection[Row],
    workers: int | None = 1,
) -> Callable[[], Solution]:
    """The solution of all files, for whoever asks: the one that is kept, if it still holds, else a new one.

    Of much code a new one is begun at once in a process of its own, if there may be several `workers`.
    """
    ordered = sorted(files, key=lambda file: file.path)
    key = _key(ordered, rules, rows) if store is not None else ""
    kept = store.solution(key) if store is not None else None
    if kept is not None:
        with suppress(*NOT_OURS):
            solution = _unpack(kept, loads)
            return lambda: solution

    def work(ends: bool = False) -> tuple[Solution, _Asked]:
        return _solved(ordered, rules, loads, rows, ends)

    large = sum(len(file.code) for file in ordered) > _WORTH_A_PROCESS
    begun = beside(lambda: _pack(*work(ends=True)), workers) if large else None

    def wait() -> Solution:
        packed = begun.result() if begun is not None else None
        if packed is None:
            found, asked = work()
            packed = _pack(found, asked) if store is not None else b""
        else:
            found = _unpack(packed)
        if store is not None:
            store.keep_solution(key, packed)
        return found

    return wait


def _solved(
    files: Sequence[Packed], rules: Mapping[str, str], loads: Loads, rows: Collection[Row], ends: bool
) -> tuple[Solution, _Asked]:
    """A new solution, and what was loaded by texts."""
    asked: dict[_Question, tuple[str, ...]] = {}

    def ask(kind: str, name: str, texts: Sequence[str]) -> Sequence[str]:
        question = (kind, name, tuple(texts))
        if question not in asked:
            asked[question] = tuple(loads(kind, name, texts))
        return asked[question]

    lowered = (Lowered(f.path, f.module, f.is_package, load(f.code), f.exports) for f in files)
    return solve(lowered, rules, ask, rows, ends), asked


def _key(files: Sequence[Packed], rules: Mapping[str, str], rows: Collection[Row]) -> str:
    digest = hashlib.blake2b(repr((readers_version(), sorted(rules.items()))).encode(), digest_size=16)
    for file in files:
        exports = sorted(file.exports) if file.exports is not None else None
        about = repr((file.path, file.module, file.is_package, exports, len(file.code)))
        digest.update(about.encode("utf-8", "surrogatepass"))
        digest.update(file.code)
    digest.update(repr(list(rows)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _pack(found: Solution, asked: _Asked) -> bytes:
    """What is called is told once: most of it is called in many places."""
    targets: dict[tuple[str, str], int] = {}
    several: dict[tuple[tuple[str, str], ...], int] = {}
    sites = [
        [
            path,
            [
                (s.scope, s.place, s.number, several.setdefault(s.targets, len(several)), s.decorates)
                for s in sites
            ],
        ]
        for path, sites in found.sites.items()
    ]
    row = [
        [[targets.setdefault(target, len(targets)) for target in each] for each in several],
        list(targets),
        sites,
        found.saturated,
        found.unfinished,
        [[path, uses] for path, uses in found.uses.items()],
        [[path, passed] for path, passed in found.passed.items()],
        sorted(asked.items()),
    ]
    packed: bytes = msgpack.packb(row, unicode_errors="surrogatepass")
    return packed


def _unpack(body: bytes, loads: Loads | None = None) -> Solution:
    """Raises ValueError where something would be loaded differently now by `loads`."""
    row = msgpack.unpackb(body, use_list=False, unicode_errors="surrogatepass")
    together, targets, sites, saturated, unfinished, uses, passed, asked = row
    for question, answer in asked:
        if loads is not None and tuple(loads(*question)) != answer:
            raise ValueError("what is loaded has changed")
    several = [tuple(targets[index] for index in each) for each in together]
    return Solution(
        {path: [_site(path, several, *site) for site in found] for path, found in sites},
        saturated,
        unfinished,
        {path: [RowUse(*use) for use in found] for path, found in uses},
        {path: [Passed(*item) for item in found] for path, found in passed},
    )


def _site(
    path: str,
    several: Sequence[tuple[tuple[str, str], ...]],
    scope: str,
    place: int,
    number: int,
    targets: int,
    decorates: bool,
) -> Site:
    return Site(path, intern(scope), place, number, several[targets], decorates)
