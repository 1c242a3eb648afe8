"""Facts as MessagePack: what a process hands over and what the cache keeps.

Most of a file's facts are its calls and what frameworks saw. These stay packed until linking asks for them:
while values flow through the code of all files, which takes the most memory, nobody does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar, overload

import msgpack

from ..model.facts import (
    Access,
    Binding,
    Call,
    Definition,
    Fact,
    FileFacts,
    Guard,
    Handler,
    Import,
    Loop,
    Problem,
    Raised,
)

Row = TypeVar("Row")


class Later(Sequence[Row], Generic[Row]):
    """Rows that are unpacked when somebody asks for them, and kept until they are let go."""

    __slots__ = ("_body", "_rows", "_unpack")

    def __init__(self, body: bytes, unpack: Callable[[bytes], Sequence[Row]]) -> None:
        self._body, self._unpack = body, unpack
        self._rows: Sequence[Row] | None = None

    def let_go(self) -> None:
        """Whoever asks from now on has them unpacked again."""
        self._rows = None

    def _all(self) -> Sequence[Row]:
        if self._rows is None:
            self._rows = self._unpack(self._body)
        return self._rows

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[Row]:
        return iter(self._all())

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        return self._all()[index]


def pack_facts(facts: FileFacts) -> bytes:
    """The facts of one file."""
    frameworks = {name: _pack(items) for name, items in facts.facts.items()}
    return _pack(facts._replace(calls=_pack_calls(facts.calls), facts=frameworks))  # type: ignore[arg-type]


def unpack_facts(body: bytes) -> FileFacts:
    """The opposite of `pack_facts`."""
    row = msgpack.unpackb(body, unicode_errors="surrogatepass", strict_map_key=True, use_list=False)
    lines, imports, definitions, bindings, calls, facts, problems, exports, code, *rest = row
    places, accesses, raised, guards, loops = rest
    return FileFacts(
        lines,
        list(map(Import._make, imports)),
        list(map(Definition._make, definitions)),
        list(map(Binding._make, bindings)),
        Later(calls, _unpack_calls) if calls else (),
        {name: Later(items, _unpack_frameworks) for name, items in facts.items()},
        list(map(Problem._make, problems)),
        exports,
        code,
        places,
        accesses,
        list(map(Raised._make, raised)),
        [
            Guard(scope, start, end, list(map(Handler._make, handlers)))
            for scope, start, end, handlers in guards
        ],
        list(map(Loop._make, loops)),
    )


def pack_accesses(accesses: Sequence[Access]) -> bytes:
    """What functions do with their parameters, as facts hold it."""
    return _pack(accesses) if accesses else b""


def unpack_accesses(body: bytes) -> Iterator[Access]:
    """The opposite of `pack_accesses`."""
    rows = msgpack.unpackb(body, unicode_errors="surrogatepass") if body else ()
    return map(Access._make, rows)


def _pack(value: object) -> bytes:
    packed: bytes = msgpack.packb(value, use_bin_type=True, unicode_errors="surrogatepass")
    return packed


def _pack_calls(calls: Sequence[Call]) -> bytes:
    """Calls in columns: scopes and targets, which say the same again and again, by their place in a list."""
    if not calls:
        return b""
    scopes, targets, orders, lines, columns, arguments, alone = zip(*calls, strict=True)
    texts = {text: index for index, text in enumerate(dict.fromkeys((*scopes, *targets)))}
    given = {index: texts for index, texts in enumerate(arguments) if texts}
    named = [texts[s] for s in scopes], [texts[t] for t in targets]
    apart = [index for index, each in enumerate(alone) if each]
    return _pack([list(texts), *named, orders, lines, columns, given, apart])


def _unpack_calls(body: bytes) -> Sequence[Call]:
    row = msgpack.unpackb(body, unicode_errors="surrogatepass", strict_map_key=False)
    texts, scopes, targets, orders, lines, columns, given, apart = row
    arguments: list[Sequence[str]] = [()] * len(orders)
    for index, strings in given.items():
        arguments[index] = strings
    alone = [False] * len(orders)
    for index in apart:
        alone[index] = True
    named = [texts[index] for index in scopes], [texts[index] for index in targets]
    return list(map(Call._make, zip(*named, orders, lines, columns, arguments, alone, strict=True)))


def _unpack_frameworks(body: bytes) -> Sequence[Fact]:
    rows = msgpack.unpackb(body, unicode_errors="surrogatepass", strict_map_key=True)
    return list(map(Fact._make, rows))
