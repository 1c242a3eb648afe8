"""The rung probes: around each call that a test makes, more of them go to both sides, and are compared.

The monolith is asked before and after the service, to learn what is noise; all that the calls change is taken
back. A function that changes something is asked where that can be done: within a transaction of Django.
"""

from __future__ import annotations

import contextlib
import functools
import json
import sys
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import carveout_process
import carveout_wire
from carveout_calls import Literals, calls, literals_of
from carveout_fuzz import fuzzed, schemas_of

_MOST_OF_A_CALL, _MOST_OF_A_FUNCTION = 120, 900
_NOISE = object()


class _Silent:
    def crossed(self, name: str) -> None:
        """What is asked here is no test's own call."""


class Rung(carveout_process.Rung):  # type: ignore[misc]
    """Sends a call as the rung process does, once more calls like it were compared."""

    def __init__(self, report: Any, told: dict[str, Any]) -> None:
        super().__init__(report, told)
        self._here = carveout_wire.Rung(_Silent(), {"sabotage": False})
        self._asked: dict[str, set[str]] = {}
        self._literals: dict[str, Literals] = {}
        self._schemas = schemas_of(Path(told["src"]).parent / "_generated" / "openapi.json")

    def put_behind(self, module: Any, name: str) -> None:
        """As above; the functions themselves are kept, to ask the monolith."""
        self._here.stand_beside(module, getattr(module, name))
        super().put_behind(module, name)

    def _send(
        self, seam: Any, over: Any, path: str, body: bytes, headers: Any, deadline: float
    ) -> tuple[int, bytes]:
        with self._lock:
            self._service()  # there is somebody to lend to from here on
            about = seam.functions[urllib.parse.unquote(path.rpartition("/")[2])]
            if about.idempotent or self._undoes:
                self._compare(seam, about, over, path, body, headers, deadline)
        answer: tuple[int, bytes] = super()._send(seam, over, path, body, headers, deadline)
        return answer

    @property
    def _undoes(self) -> bool:
        return bool(self._told["framework"] == "django")

    def _compare(self, seam: Any, about: Any, over: Any, path: str, body: bytes, *more: Any) -> None:
        asked = self._asked.setdefault(about.name, set())
        told, count = json.loads(body), 0
        for source, arguments in self._calls(about, told["arguments"]):
            data = json.dumps({**told, "arguments": arguments}, sort_keys=True).encode()
            if source != "replayed" and data.decode() in asked:
                continue
            if len(asked) >= _MOST_OF_A_FUNCTION or count >= _MOST_OF_A_CALL:
                return
            asked.add(data.decode())
            count += 1
            ask = (path, data, *more)
            self._report.compared(about.name, source)
            if self._differs(seam, over, ask) and (found := self._differs(seam, over, ask)):
                self._report.differs(about.name, {"source": source, "call": arguments, **found})

    def _calls(self, about: Any, arguments: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        """The test's own call, those of the schema, and those with one value changed."""
        one_by_one = calls(arguments, dict(about.parameters), self._known(about.name))
        yield next(one_by_one)
        schema = self._schemas.get(about.name, {})
        yield from (("schema", call) for call in fuzzed(about.name, schema, arguments))
        yield from one_by_one

    def _differs(self, seam: Any, over: Any, ask: tuple[Any, ...]) -> dict[str, str] | None:
        """What both sides answer where that differs. What does so once alone is chance."""
        here = functools.partial(self._here._send, seam, *ask)
        first = self._answer_of(here)
        there = self._answer_of(functools.partial(super()._send, seam, over, *ask))
        again = self._answer_of(here)
        if _same(_masked(first, again), there):
            return None
        return {"expected": _shown(first), "actual": _shown(there)}

    def _known(self, name: str) -> Literals:
        if name not in self._literals:
            module = name
            while module not in sys.modules and "." in module:
                module = module.rpartition(".")[0]
            here = getattr(sys.modules.get(module), "__file__", None) or ""
            inside = Path(self._told["src"], *module.split("."))
            self._literals[name] = literals_of(Path(here), inside.with_suffix(".py"), inside / "__init__.py")
        return self._literals[name]

    def _answer_of(self, ask: Any) -> Any:
        """[status, answer, rows of the tables that were changed]; of failures, the status alone."""
        with self._undone() as rows:
            try:
                status, data = ask()
            except Exception as error:
                return [type(error).__name__, None, {}]
            return [status, json.loads(data) if status in (200, 422) else None, rows()]

    @contextlib.contextmanager
    def _undone(self) -> Iterator[Any]:
        """What happens inside is taken back; gives what tells the rows that it left."""
        if not self._undoes:
            yield dict
            return
        from carveout_django_rows import watched

        self._lender.on_begin()
        try:
            with watched() as rows:
                yield rows
        finally:
            self._lender.on_rollback()


def _masked(first: Any, again: Any) -> Any:
    """What both answers agree on; the rest is noise."""
    if isinstance(first, dict) and isinstance(again, dict) and first.keys() == again.keys():
        return {key: _masked(first[key], again[key]) for key in first}
    if isinstance(first, list) and isinstance(again, list) and len(first) == len(again):
        return [_masked(*pair) for pair in zip(first, again, strict=True)]
    return first if type(first) is type(again) and first == again else _NOISE


def _same(expected: Any, found: Any) -> bool:
    if expected is _NOISE:
        return True
    if isinstance(expected, dict):
        return (
            isinstance(found, dict)
            and expected.keys() == found.keys()
            and all(_same(expected[key], found[key]) for key in expected)
        )
    if isinstance(expected, list):
        pairs = isinstance(found, list) and len(expected) == len(found)
        return pairs and all(_same(*pair) for pair in zip(expected, found, strict=True))
    return type(expected) is type(found) and bool(expected == found)


def _shown(answer: Any) -> str:
    status, told, rows = answer
    if status == 200:
        return json.dumps([told["result"], rows] if rows else told["result"], default=str)
    return f"{status} {json.dumps(told)}" if told else str(status)
