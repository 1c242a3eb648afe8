"""What the values that flow say, kept for as long as the code that they flow through stays the same.

Tests, templates and SQL may change without it, and code may move: it is told where it stands afterwards. What
functions load by texts depends on more than that code: what was answered is kept beside it and asked again,
and one other answer makes it void.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from sys import intern
from typing import NamedTuple

import msgpack

from ..model.world import Passed, Row, RowUse
from ..python.flow.code import load
from ..python.flow.machine import Loads
from ..python.flow.sites import Site
from ..python.flow.solve import Lowered, Solution, solve
from .executors import Beside, beside, shared
from .programs import Programs
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


class _Part(NamedTuple):
    """A program: its files, and the rows that it knows."""

    files: list[Packed]
    rows: list[Row]

    @property
    def size(self) -> int:
        """Bytes of its code."""
        return sum(len(file.code) for file in self.files)


class _Solved(NamedTuple):
    """The solution of a program, and what it loaded by texts."""

    solution: Solution
    asked: _Asked


def solving(
    store: Store | None,
    files: Iterable[Packed],
    rules: Mapping[str, str],
    loads: Loads,
    rows: Collection[Row],
    programs: Programs,
    workers: int | None = 1,
) -> Callable[[], Solution]:
    """The solution of all files, for whoever asks: of each program the one that is kept, else a new one.

    Of much code new ones are begun at once in processes of their own, if there may be several `workers`.
    """
    work = _Work(store, sorted(files, key=lambda file: file.path), rules, loads, rows, programs)
    work.take_kept()
    work.begin(workers)
    return lambda: work.finish(workers)


class _Work:
    """Programs that are solved, each by itself, by the key of all that its solution depends on."""

    def __init__(
        self,
        store: Store | None,
        files: Sequence[Packed],
        rules: Mapping[str, str],
        loads: Loads,
        rows: Collection[Row],
        programs: Programs,
    ) -> None:
        self._store, self._files, self._rules, self._loads = store, files, rules, loads
        self._rows, self._programs = rows, programs
        self._solved: dict[str, _Solved] = {}
        self._parts: dict[str, _Part] = {}
        self._begun: list[tuple[list[str], Beside]] = []
        """What other processes are solving: keys, and the process."""
        self._divide()

    def _divide(self) -> None:
        rows = self._programs.rows(self._rows)
        files: dict[str, list[Packed]] = defaultdict(list)
        for file in self._files:
            files[self._programs.of(file.module)].append(file)
        parts = (_Part(own, sorted((*rows[""], *rows[name]))) for name, own in files.items())
        self._parts = {_key(part, self._rules): part for part in parts}

    def take_kept(self) -> None:
        """Takes what was kept of programs, until none of these loads anything of another."""
        while self._store is not None:
            for key in self._parts.keys() - self._solved.keys():
                kept = self._store.solution(key)
                with suppress(*NOT_OURS):
                    if kept is not None:
                        self._solved[key] = _unpack(kept, self._loads)
            if not self._joined():
                break

    def _joined(self) -> bool:
        """Whether programs that load something of others have become one with these."""
        tied = [
            self._programs.tie(part.files[0].module, name.replace(":", "."))
            for key, part in self._parts.items()
            if key in self._solved
            for names in self._solved[key].asked.values()
            for name in names
        ]
        if any(tied):
            self._divide()
        return any(tied)

    def begin(self, workers: int | None) -> None:
        """Begins what is not solved in other processes."""
        sizes = {key: part.size for key, part in self._parts.items() if key not in self._solved}
        for keys in shared(sizes, workers) if sum(sizes.values()) > _WORTH_A_PROCESS else ():
            process = beside(partial(self._pack_all, keys), workers)
            if process is not None:
                self._begun.append((keys, process))

    def _pack_all(self, keys: Sequence[str]) -> bytes:
        packed: bytes = msgpack.packb([_pack(self._solve(key, key == keys[-1])) for key in keys])
        return packed

    def finish(self, workers: int | None) -> Solution:
        """Waits for what was begun, and solves what is left."""
        while True:
            while self._begun:
                keys, process = self._begun.pop()
                packed = process.result()
                for key, body in zip(keys, msgpack.unpackb(packed) if packed else (), strict=False):
                    self._solved[key] = _unpack(body)
                    self._keep(key, body)
            for key in [key for key in self._parts if key not in self._solved]:
                self._solved[key] = self._solve(key)
                if self._store is not None:
                    self._keep(key, _pack(self._solved[key]))
            if not self._joined():
                break
            self.begin(workers)
        if self._store is not None:
            self._store.forget_solutions(self._solved)
        return _together([self._solved[key].solution for key in self._parts])

    def _keep(self, key: str, packed: bytes) -> None:
        if self._store is not None:
            self._store.keep_solution(key, packed)

    def _solve(self, key: str, ends: bool = False) -> _Solved:
        asked: dict[_Question, tuple[str, ...]] = {}

        def ask(kind: str, name: str, texts: Sequence[str]) -> Sequence[str]:
            question = (kind, name, tuple(texts))
            if question not in asked:
                asked[question] = tuple(self._loads(kind, name, texts))
            return asked[question]

        files, rows = self._parts[key]
        lowered = (Lowered(f.path, f.module, f.is_package, load(f.code), f.exports) for f in files)
        return _Solved(solve(lowered, self._rules, ask, rows, ends), asked)


def _together(solutions: Sequence[Solution]) -> Solution:
    """No file is of two programs."""
    return Solution(
        {path: sites for each in solutions for path, sites in each.sites.items()},
        sum(each.saturated for each in solutions),
        sum(each.unfinished for each in solutions),
        {path: uses for each in solutions for path, uses in each.uses.items()},
        {path: passed for each in solutions for path, passed in each.passed.items()},
    )


def _key(part: _Part, rules: Mapping[str, str]) -> str:
    digest = hashlib.blake2b(repr((readers_version(), sorted(rules.items()))).encode(), digest_size=16)
    for file in part.files:
        exports = sorted(file.exports) if file.exports is not None else None
        about = repr((file.path, file.module, file.is_package, exports, len(file.code)))
        digest.update(about.encode("utf-8", "surrogatepass"))
        digest.update(file.code)
    digest.update(repr(part.rows).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _pack(solved: _Solved) -> bytes:
    """What is called is told once: most of it is called in many places."""
    found, asked = solved
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


def _unpack(body: bytes, loads: Loads | None = None) -> _Solved:
    """Raises ValueError where something would be loaded differently now by `loads`."""
    row = msgpack.unpackb(body, use_list=False, unicode_errors="surrogatepass")
    together, targets, sites, saturated, unfinished, uses, passed, asked = row
    for question, answer in asked:
        if loads is not None and tuple(loads(*question)) != answer:
            raise ValueError("what is loaded has changed")
    several = [tuple(targets[index] for index in each) for each in together]
    solution = Solution(
        {path: [_site(path, several, *site) for site in found] for path, found in sites},
        saturated,
        unfinished,
        {path: [RowUse(*use) for use in found] for path, found in uses},
        {path: [Passed(*item) for item in found] for path, found in passed},
    )
    return _Solved(solution, dict(asked))


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
