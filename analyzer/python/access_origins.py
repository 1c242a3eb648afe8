"""Which parameters the values of a function come from, and what is noted of these as values are used."""

from __future__ import annotations

from collections.abc import Iterable

from . import paths as steps
from .access_drafts import Draft
from .flow.code import ModuleCode, ScopeCode

Origin = tuple[int, int, str]
"""Scope and parameter from which a value comes, and the path that leads to it."""
Found = tuple[Origin, ...]
NONE: Found = ()
_NO_SCOPE = ScopeCode("module", "", -1, 0, 0, (), (), (), "", (), "", 0, (), ())
_MOST_ORIGINS = 8


class Origins:
    """The registers of the scope that is read, with where they come from."""

    def __init__(self, module: ModuleCode) -> None:
        self._module, self._names = module, module.names
        self._drafts = [Draft() for _ in module.scopes]
        self._scope: ScopeCode = module.scopes[0] if module.scopes else _NO_SCOPE
        self._index = 0
        self._known: dict[int, Found] = {}

    def _use(self, register: int) -> None:
        """The value itself is looked at, whatever is read of it beside."""
        for owner, parameter, path in self._known.get(register, NONE):
            self._drafts[owner].reads.add((parameter, steps.plain(path)))

    def _escape(self, register: int, how: str) -> None:
        for owner, parameter, path in self._known.get(register, NONE):
            told = how if owner == self._index or how == "stored" else "captured"
            self._drafts[owner].escapes.add((parameter, steps.plain(path), told))

    def _write(self, origins: Found) -> None:
        for owner, parameter, path in origins:
            if path:
                self._drafts[owner].writes.add((parameter, steps.plain(path)))

    def _hand(self, register: int, number: int, argument: str) -> None:
        for owner, parameter, path in self._known.get(register, NONE):
            scope = "" if owner == self._index else self._scope.name
            self._drafts[owner].handed.add((parameter, path, scope, number, argument))

    def _set(self, register: int, origins: Iterable[Origin]) -> None:
        found = tuple(origins)
        if len(found) > 1:
            found = tuple(sorted(set(found)))
        if len(found) > _MOST_ORIGINS:
            found = tuple(sorted({(owner, parameter, steps.REST) for owner, parameter, _ in found}))
        if found:
            self._known[register] = found
        else:
            self._known.pop(register, None)

    def _step(self, register: int, step: str) -> Found:
        origins = self._known.get(register, NONE)
        return tuple((owner, parameter, steps.add(path, step)) for owner, parameter, path in origins)

    def _changed(self, register: int, step: str) -> Found:
        """What is written when a part of a value is; nothing for containers and copies made here."""
        origins = self._known.get(register, NONE)
        return tuple(
            (o, p, steps.add(path, step))
            for o, p, path in origins
            if not (steps.is_held(path) or steps.is_copy(path))
        )

    def _key(self, register: int) -> str:
        """The step that a key makes: texts are told apart, numbers and what is not known are not."""
        value = self._text(register)
        return steps.ELEMENT if value is None else steps.key(value)

    def _text(self, register: int) -> str | None:
        value = self._scope.constants[-register - 1] if register < 0 else None
        return value if isinstance(value, str) and value.isprintable() else None
