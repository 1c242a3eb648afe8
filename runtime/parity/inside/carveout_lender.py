"""What the tests lend to a service while one of their threads waits for it: time and patched names.

`carveout_django_lender.py` adds what Django has: the connection and the settings that tests override.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import pickle
import sys
import types
import weakref
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

_OF_TRANSPORT = frozenset(
    """socket ssl http.client json hmac hashlib base64 time os secrets threading urllib.parse
    subprocess pickle struct select selectors""".split()
)
"""Modules that carry the call: while it is under way they are themselves, whatever tests made of them."""


class Patch(NamedTuple):
    """A name that a test has replaced: an attribute of a module, or of a class of it."""

    module: str
    owner: str
    attribute: str
    original: Any
    target: Any

    @property
    def name(self) -> str:
        """The whole of it, dotted."""
        return ".".join(filter(None, [self.module, self.owner, self.attribute]))


class Lender:
    """Answers the questions of a service. `found` is told each name of the service that tests patched."""

    def __init__(self, found: Callable[[str], None]) -> None:
        self._found = found
        self._lent: dict[str, Any] = {}
        self.is_early = False

    def knows_more(self) -> bool:
        """Whether a service that was started before its settings were known is to be started again."""
        return False

    def answer(self, what: str, *about: Any) -> Any:
        """The answer; exceptions of the answering are the service's."""
        return getattr(self, f"on_{what}")(*about)

    def on_context(self) -> dict[str, Any]:
        """What holds for this call: time, settings, patched names."""
        patches = [patch for patch in patched() if patch.module not in _OF_TRANSPORT]
        self._lent = {patch.name: getattr(patch.target, patch.attribute) for patch in patches}
        names = [patch[:3] for patch in patches]
        return {"time": frozen(), "settings": self.overridden(), "patches": names, "eager": _is_eager()}

    def overridden(self) -> dict[str, Any]:
        """Settings that the test has changed."""
        return {}

    def on_patched(self, name: str) -> tuple[bool, Any]:
        """(whether it is a value, the value): what a test has put in the place of a name of the service."""
        self._found(name)
        value = self._lent[name]
        return (False, None) if callable(value) or isinstance(value, types.ModuleType) else (True, value)

    def on_call(self, name: str, path: tuple[str, ...], args: Any, kwargs: Any) -> Any:
        """A call of what a test has put there, or of an attribute of it."""
        return functools.reduce(getattr, path, self._lent[name])(*args, **kwargs)


def _is_eager() -> bool:
    """Whether Celery's tasks are carried out where they are sent."""
    celery = sys.modules.get("celery")
    with contextlib.suppress(Exception):  # its configuration cannot be read
        return celery is not None and bool(celery.current_app.conf.task_always_eager)
    return False


def frozen() -> tuple[str, Any, bool] | None:
    """(library, the moment, whether time goes on) while a test has stopped or moved the time."""
    travels = sys.modules.get("time_machine")
    stack = getattr(travels, "traveller_stack", None) or getattr(travels, "coordinates_stack", None)
    if stack:
        return "time_machine", stack[-1].time_ns() / 1e9, bool(stack[-1]._tick)
    freezes = sys.modules.get("freezegun.api")
    if freezes is not None and freezes.freeze_factories:
        factory = freezes.freeze_factories[-1]
        ticks = isinstance(factory, freezes.TickingDateTimeFactory)
        return "freezegun", factory().isoformat(), ticks
    return None


# Patched names ------------------------------------------------------------------------------------

_mocks: list[Any] = []
_monkeys: weakref.WeakSet[Any] = weakref.WeakSet()


def watch_mock(module: Any) -> None:
    """Take note of what `unittest.mock` replaces, or the library `mock` that it came from."""
    kind: Any = module._patch
    enter, leave = kind.__enter__, kind.__exit__

    @functools.wraps(enter)
    def entered(self: Any) -> Any:
        result = enter(self)
        _mocks.append(self)
        return result

    @functools.wraps(leave)
    def left(self: Any, *exc: Any) -> Any:
        with contextlib.suppress(ValueError):
            _mocks.remove(self)
        return leave(self, *exc)

    kind.__enter__, kind.__exit__ = entered, left


def watch_monkeypatch(module: Any) -> None:
    """The same for pytest's `monkeypatch`, whose module has just been made."""
    init = module.MonkeyPatch.__init__

    def known(self: Any) -> None:
        init(self)
        _monkeys.add(self)

    module.MonkeyPatch.__init__ = known


def patched() -> list[Patch]:
    """The names that are replaced right now; what is patched on mere objects has no name elsewhere."""
    rows = [(each.target, each.attribute, each.temp_original) for each in _mocks]
    for monkey in _monkeys:
        rows += [row for row in monkey._setattr if isinstance(row[1], str)]
    found: dict[tuple[str, str, str], Patch] = {}
    for target, attribute, original in rows:
        if isinstance(target, types.ModuleType):
            module, owner = target.__name__, ""
        elif isinstance(target, type):
            module, owner = target.__module__, target.__qualname__
        else:
            continue
        if hasattr(target, attribute):
            found.setdefault((module, owner, attribute), Patch(module, owner, attribute, original, target))
    return [found[key] for key in sorted(found)]


@contextlib.contextmanager
def unpatched_transport() -> Iterator[None]:
    """What carries the call is itself for a while: a test's fake socket is not for us."""
    mine = [patch for patch in patched() if patch.module in _OF_TRANSPORT]
    fakes = [(patch, getattr(patch.target, patch.attribute)) for patch in mine]
    for patch, _ in fakes:
        setattr(patch.target, patch.attribute, patch.original)
    try:
        yield
    finally:
        for patch, fake in fakes:
            setattr(patch.target, patch.attribute, fake)


def travels(value: Any) -> bool:
    """Whether another process can be given a value."""
    try:
        pickle.loads(pickle.dumps(value))  # noqa: S301
    except Exception:
        return False
    return True


def lender_of(framework: str, found: Callable[[str], None]) -> Lender:
    """The lender of a framework, by the name of its module."""
    kind = getattr(importlib.import_module(f"carveout_{framework}_lender"), "Lender", Lender)
    made: Lender = kind(found)
    return made
