"""A service of Flask in a test run: its configuration and its database are those of the tests' process."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator
from typing import Any

from carveout_given import OPTIONAL, asked, give, needed
from carveout_sqlalchemy_borrower import borrow

_made: Any = None
_read: frozenset[str] = frozenset()
"""Settings that the moved code reads."""


def application(package: str, rung: str) -> Any:
    """The service's own WSGI application, made as a server would make it."""
    global _made, _read
    give(needed(package))
    give(asked(package, OPTIONAL), "wishes")
    if rung == "process":
        borrow()
    _made = importlib.import_module(f"{package}.wsgi").application
    settings = importlib.import_module(f"{package}.settings")
    _read = frozenset((*getattr(settings, "NEEDED", ()), *getattr(settings, "OPTIONAL", ())))
    return _made


@contextlib.contextmanager
def overriding(told: dict[str, Any]) -> Iterator[None]:
    """What the service has in its configuration has the tests' values while it is answered.

    What it lacks stays lacking, and Flask's own settings are its own, but for those that the moved code
    reads: tests may make an application each, with a secret of its own.
    """
    config = _made.config
    taken = {name: config[name] for name in told if name in config and _is_lent(name)}
    config.update({name: told[name] for name in taken})
    try:
        yield
    finally:
        config.update(taken)


def _is_lent(name: str) -> bool:
    own = name in type(_made).default_config or name.startswith("SQLALCHEMY_")
    return name in _read or not own
