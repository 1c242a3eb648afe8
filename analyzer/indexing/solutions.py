"""What the values that flow say, kept for as long as the code that they flow through stays the same.

Tests, templates and SQL may change without it. What functions load by texts depends on more than that code:
what was answered is kept beside it and asked again, and one other answer makes it void.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

import msgpack

from ..model.protocols import Passed, Row, RowUse
from ..python.flow.code import load
from ..python.flow.machine import Loads
from ..python.flow.sites import Site
from ..python.flow.solve import Lowered, Solution, solve
from .read import readers_version
from .store import NOT_OURS, Store

_Question = tuple[str, str, tuple[str, ...]]


class Packed(NamedTuple):
    """A file as `Lowered` has it, its code still packed."""

    path: str
    module: str
    is_package: bool
    code: bytes
    exports: frozenset[str] | None


def solved(
    store: Store | None,
    files: Iterable[Packed],
    rules: Mapping[str, str],
    loads: Loads,
    rows: Collection[Row],
) -> Solution:
    """The solution of all files: the one that is kept, if it still holds, else a new one."""
    ordered = sorted(files, key=lambda file: file.path)
    key = _key(ordered, rules, rows) if store is not None else ""
    kept = store.solution(key) if store is not None else None
    if kept is not None:
        with suppress(*NOT_OURS):
            return _unpack(kept, loads)
    asked: dict[_Question, tuple[str, ...]] = {}

    def ask(kind: str, name: str, texts: Sequence[str]) -> Sequence[str]:
        question = (kind, name, tuple(texts))
        if question not in asked:
            asked[question] = tuple(loads(kind, name, texts))
        return asked[question]

    lowered = (Lowered(f.path, f.module, f.is_package, load(f.code), f.exports) for f in ordered)
    found = solve(lowered, rules, ask, rows)
    if store is not None:
        store.keep_solution(key, _pack(found, asked))
    return found


def _key(files: Sequence[Packed], rules: Mapping[str, str], rows: Collection[Row]) -> str:
    digest = hashlib.blake2b(repr((readers_version(), sorted(rules.items()))).encode(), digest_size=16)
    for file in files:
        exports = sorted(file.exports) if file.exports is not None else None
        about = repr((file.path, file.module, file.is_package, exports, len(file.code)))
        digest.update(about.encode("utf-8", "surrogatepass"))
        digest.update(file.code)
    digest.update(repr(list(rows)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _pack(found: Solution, asked: Mapping[_Question, tuple[str, ...]]) -> bytes:
    row = [
        [[path, [site[1:] for site in sites]] for path, sites in found.sites.items()],
        found.saturated,
        found.unfinished,
        [[path, uses] for path, uses in found.uses.items()],
        [[path, passed] for path, passed in found.passed.items()],
        sorted(asked.items()),
    ]
    packed: bytes = msgpack.packb(row, unicode_errors="surrogatepass")
    return packed


def _unpack(body: bytes, loads: Loads) -> Solution:
    """Raises ValueError where something would be loaded differently now."""
    row = msgpack.unpackb(body, use_list=False, unicode_errors="surrogatepass")
    sites, saturated, unfinished, uses, passed, asked = row
    for question, answer in asked:
        if tuple(loads(*question)) != answer:
            raise ValueError("what is loaded has changed")
    return Solution(
        {path: [Site(path, *site) for site in found] for path, found in sites},
        saturated,
        unfinished,
        {path: [RowUse(*use) for use in found] for path, found in uses},
        {path: [Passed(*item) for item in found] for path, found in passed},
    )
